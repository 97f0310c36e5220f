// What others write in a browser, each as its users call it: DuckDB-Wasm's own COPY, and rows to JSON with
// apache-arrow; and bytes that nobody has to make. All end as the app does: with a file in the origin's private file
// system, or with a blob that the browser saves. Bundled by esbuild when the benchmark runs; each function answers with the
// milliseconds it took; when it began stays in `__last`, as a click does.
import { AsyncDuckDB, DuckDBDataProtocol, VoidLogger } from "@duckdb/duckdb-wasm";

const engine = new URLSearchParams(location.search).get("engine");
const database = new AsyncDuckDB(new VoidLogger(), new Worker(`${engine}/duckdb-browser-eh.worker.js`));
await database.instantiate(new URL(`${engine}/duckdb-eh.wasm`, location).href);
await database.open({});
const connection = await database.connect();

const timed = async (action) => {
  window.__last = performance.now();
  await action();
  return performance.now() - window.__last;
};

const ends = {
  async disk(name, ...parts) {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(name, { create: true });
    const writable = await file.createWritable();
    for (const part of parts) await writable.write(part);
    await writable.close();
  },

  async blob(name, ...parts) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  },
};

window.peer = {
  build: (statements) =>
    timed(async () => {
      for (const statement of statements) await connection.query(statement);
    }),

  async copy(end) {
    const took = await timed(async () => {
      await connection.query("COPY fact_sales TO 'fact_sales.csv' (HEADER)");
      await ends[end]("fact_sales.csv", await database.copyFileToBuffer("fact_sales.csv"));
    });
    await database.dropFile("fact_sales.csv");
    return took;
  },

  // A file through the browser's handle, as one that a user has chosen.
  async read({ address, columns }) {
    const file = new File([await (await fetch(address)).blob()], "read.csv");
    await database.registerFileHandle("read.csv", file, DuckDBDataProtocol.BROWSER_FILEREADER, true);
    return timed(() =>
      connection.query(
        `CREATE OR REPLACE TABLE t AS FROM read_csv('read.csv', header = true, auto_detect = false, columns = ${columns})`,
      ),
    );
  },

  json: (end) =>
    timed(async () => {
      const table = await connection.query("FROM fact_sales");
      await ends[end]("fact_sales.json", JSON.stringify(table.toArray().map((row) => row.toJSON())));
    }),

  // So many bytes, which are there already, in chunks of the app's size: what any export of that length takes at least.
  bytes(length) {
    const all = new Uint8Array(length).fill(65);
    const chunk = 16 * 2 ** 20;
    const chunks = Array.from({ length: Math.ceil(length / chunk) }, (_, at) => all.subarray(at * chunk, (at + 1) * chunk));
    return timed(() => ends.disk("bytes", ...chunks));
  },
};
