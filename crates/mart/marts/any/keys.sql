-- Every column of every key that is declared: in a foreign key, with the column it refers to.
SELECT
    schema_name,
    table_name,
    constraint_index AS constraint_number,
    unnest(constraint_column_names) AS column_name,
    CASE WHEN constraint_type = 'FOREIGN KEY' THEN referenced_table END AS referred_table,
    CASE WHEN constraint_type = 'FOREIGN KEY' THEN unnest(referenced_column_names) END AS referred_column,
    database_name
FROM duckdb_constraints()
WHERE database_name IN ({databases})
  AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
ORDER BY database_name, schema_name, table_name, constraint_index
