-- Rows of a load whose key is missing, or is that of another row. {words in braces} are filled in from the source.
INSERT INTO quarantine
SELECT
    {file} AS file,
    NULL AS line,
    {names} AS column_name,
    {values} AS value,
    concat_ws(', ', {texts}) AS row_text,
    CASE WHEN {is_missing} THEN 'missing key' ELSE 'duplicate key' END AS rule,
    CASE WHEN {is_missing} THEN 'the key is missing' ELSE 'another row of this load has the key' END AS message,
    NULL AS corrected_to
FROM {kept}
WHERE rowid IN (
    {losers}
)
