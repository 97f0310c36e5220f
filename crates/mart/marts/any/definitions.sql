-- How each table of the main schema was made, keys and all.
SELECT
    table_name,
    sql,
    database_name
FROM duckdb_tables()
WHERE database_name = current_database()
  AND schema_name = 'main'
  AND NOT temporary
  AND NOT internal
ORDER BY table_name
