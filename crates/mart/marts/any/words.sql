-- What an editor can complete beside the names of tables and columns: the engine's own words.
SELECT 'keyword' AS kind, string_agg(keyword_name, ' ' ORDER BY keyword_name) AS words
FROM duckdb_keywords()
UNION ALL
SELECT 'function', string_agg(DISTINCT function_name, ' ' ORDER BY function_name)
FROM duckdb_functions()
WHERE regexp_full_match(function_name, '[a-z_][a-z0-9_]*')
UNION ALL
SELECT 'type', string_agg(DISTINCT lower(type_name), ' ' ORDER BY lower(type_name))
FROM duckdb_types()
WHERE regexp_full_match(type_name, '[A-Za-z_][A-Za-z0-9_]*')
