// Compares exported files, row by row and in order, with the tables of the same names that native DuckDB builds:
// node compare-natively.mjs STATEMENTS FILE…. STATEMENTS is a file with the SQL that builds them, as JSON. A line for
// each file: how many rows it has, and how many of all rows differ.
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const [statements, ...files] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create()).connect();
for (const statement of JSON.parse(readFileSync(statements, "utf8"))) await connection.run(statement);
for (const file of files) {
  const format = extname(file).slice(1);
  const table = basename(file, extname(file));
  await connection.run(`CREATE OR REPLACE TEMP TABLE exported AS FROM ${table} LIMIT 0`);
  await connection.run(`INSERT INTO exported BY NAME FROM read_${format}('${file.replaceAll("'", "''")}')`);
  const compared = await connection.runAndReadAll(`
    SELECT (SELECT count(*) FROM exported), count(*)
    FROM (SELECT e AS here, t AS there FROM exported e POSITIONAL JOIN ${table} t)
    WHERE here IS DISTINCT FROM there`);
  console.log(JSON.stringify(compared.getRowsJson()[0].map(Number)));
}
