-- The first rows that are set aside, those that were corrected at the end.
SELECT file, CAST(line AS VARCHAR) AS line_text, column_name, value, row_text, message, corrected_to
FROM quarantine
WHERE {condition}
ORDER BY corrected_to IS NOT NULL, file, line
LIMIT {limit}
