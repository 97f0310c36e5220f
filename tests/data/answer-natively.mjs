// Answers one question with native DuckDB, from what was exported: node answer-natively.mjs WHAT FORMAT
// WHAT is a folder of files in that format (csv, json, parquet), a database file (duckdb), or a script (sql).
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const [what, format] = process.argv.slice(2).map((word) => word.replaceAll("'", "''"));
const connection = await (await DuckDBInstance.create()).connect();
if (format === "duckdb") {
  await connection.run(`ATTACH '${what}' AS exported (READ_ONLY)`);
  await connection.run("USE exported");
} else if (format === "sql") {
  const statements = await connection.extractStatements(readFileSync(what, "utf8"));
  for (let at = 0; at < statements.count; at += 1) await (await statements.prepare(at)).run();
} else {
  for (const table of ["dim_customer", "dim_product", "dim_date", "fact_sales"])
    await connection.run(`CREATE TABLE ${table} AS FROM read_${format}('${what}/${table}.${format}')`);
}
const answer = await connection.runAndReadAll(`
  SELECT customer_name, category, round(sum(quantity * unit_price), 2) AS revenue
  FROM fact_sales
  JOIN dim_customer USING (customer_id)
  JOIN dim_product USING (product_id)
  JOIN dim_date ON date = order_date
  GROUP BY ALL
  ORDER BY revenue DESC, customer_name, category`);
console.log(JSON.stringify(answer.getRowsJson()));
