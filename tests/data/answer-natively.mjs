// Answers one question from exported CSV files with native DuckDB: node answer-natively.mjs FOLDER
import { DuckDBInstance } from "@duckdb/node-api";

const folder = process.argv[2].replaceAll("'", "''");
const connection = await (await DuckDBInstance.create()).connect();
for (const table of ["dim_customer", "dim_product", "dim_date", "fact_sales"])
  await connection.run(`CREATE TABLE ${table} AS FROM read_csv('${folder}/${table}.csv')`);
const answer = await connection.runAndReadAll(`
  SELECT customer_name, category, round(sum(quantity * unit_price), 2) AS revenue
  FROM fact_sales
  JOIN dim_customer USING (customer_id)
  JOIN dim_product USING (product_id)
  JOIN dim_date ON date = order_date
  GROUP BY ALL
  ORDER BY revenue DESC, customer_name, category`);
console.log(JSON.stringify(answer.getRowsJson()));
