-- What is really there: every column of every table and view, in order, those of main first. Of
-- several databases, in the order of the list.
SELECT
    c.schema_name,
    c.table_name,
    CASE WHEN v.view_name IS NULL THEN 'table' ELSE 'view' END AS table_kind,
    c.column_name,
    c.data_type,
    c.database_name
FROM duckdb_columns() AS c
LEFT JOIN duckdb_views() AS v
    ON v.database_name = c.database_name
   AND v.schema_name = c.schema_name
   AND v.view_name = c.table_name
WHERE c.database_name IN ({databases})
  AND NOT c.internal
ORDER BY list_position([{databases}], c.database_name), c.schema_name <> 'main', c.schema_name, c.table_name, c.column_index
