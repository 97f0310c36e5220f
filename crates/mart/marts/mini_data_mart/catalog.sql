-- What is really there: every column of every table of the main schema, in order.
SELECT
    table_name,
    column_name,
    data_type,
    CAST(column_index AS BIGINT) AS position
FROM duckdb_columns()
WHERE database_name = current_database()
  AND schema_name = 'main'
  AND NOT internal
ORDER BY table_name, position
