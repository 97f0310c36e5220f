// What others write in a browser, each as its users call it: DuckDB-Wasm's own COPY, and rows to JSON with
// apache-arrow; and bytes that nobody has to make. All end as the app does, with a file in the origin's private file
// system. Bundled by esbuild when the benchmark runs; each function answers with the milliseconds it took.
import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";

const engine = new URLSearchParams(location.search).get("engine");
const database = new AsyncDuckDB(new VoidLogger(), new Worker(`${engine}/duckdb-browser-eh.worker.js`));
await database.instantiate(new URL(`${engine}/duckdb-eh.wasm`, location).href);
await database.open({});
const connection = await database.connect();
const folder = await navigator.storage.getDirectory();

const timed = async (action) => {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
};

const save = async (name, ...parts) => {
  const file = await folder.getFileHandle(name, { create: true });
  const writable = await file.createWritable();
  for (const part of parts) await writable.write(part);
  await writable.close();
};

window.peer = {
  build: (statements) =>
    timed(async () => {
      for (const statement of statements) await connection.query(statement);
    }),

  async copy() {
    const took = await timed(async () => {
      await connection.query("COPY fact_sales TO 'fact_sales.csv' (HEADER)");
      await save("fact_sales.csv", await database.copyFileToBuffer("fact_sales.csv"));
    });
    await database.dropFile("fact_sales.csv");
    await folder.removeEntry("fact_sales.csv");
    return took;
  },

  async json() {
    const took = await timed(async () => {
      const table = await connection.query("FROM fact_sales");
      await save("fact_sales.json", JSON.stringify(table.toArray().map((row) => row.toJSON())));
    });
    await folder.removeEntry("fact_sales.json");
    return took;
  },

  // So many bytes, which are there already, in chunks of the app's size: what any export of that length takes at least.
  async bytes(length) {
    const all = new Uint8Array(length).fill(65);
    const chunk = 16 * 2 ** 20;
    const chunks = Array.from({ length: Math.ceil(length / chunk) }, (_, at) => all.subarray(at * chunk, (at + 1) * chunk));
    const took = await timed(() => save("bytes", ...chunks));
    await folder.removeEntry("bytes");
    return took;
  },
};
