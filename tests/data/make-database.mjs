// Has native DuckDB write a database file: node make-database.mjs PATH, with statements on standard input.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(process.argv[2]);
const connection = await instance.connect();
const statements = await connection.extractStatements(readFileSync(0, "utf8"));
for (let at = 0; at < statements.count; at += 1) await (await statements.prepare(at)).run();
await connection.run("CHECKPOINT");
connection.closeSync();
instance.closeSync();
