-- The first rows that are set aside, those that were corrected at the end.
SELECT file, CAST(line AS VARCHAR) AS line_text, column_name, value, row_text, message, corrected_to,
    CAST(rule = 'corrected by hand' AS VARCHAR) AS is_loaded
FROM quarantine
WHERE {condition}
ORDER BY rule = 'corrected by hand', file, line
LIMIT {limit}
