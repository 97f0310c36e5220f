// Native DuckDB on one thread: node native.mjs FOLDER. Reads lines of JSON, {"build": [SQL, …]} or {"copy": OPTIONS},
// and answers each with the milliseconds it took.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";

const file = `${process.argv[2]}/fact_sales`;
const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
for await (const line of createInterface({ input: process.stdin })) {
  const { build, copy } = JSON.parse(line);
  const statements = build ?? [`COPY fact_sales TO '${file.replaceAll("'", "''")}' (${copy})`];
  const begun = performance.now();
  for (const statement of statements) await connection.run(statement);
  console.log(performance.now() - begun);
  rmSync(file, { force: true });
}
