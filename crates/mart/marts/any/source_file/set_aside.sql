-- Rows that were read and do not fit the source: a value is too large or is no whole number or day, or it is
-- there twice. The first reason counts. {words in braces} are filled in from the source.
INSERT INTO {quarantine}
SELECT
    {file} AS file,
    {line} AS line,
    CASE {names} END AS column_name,
    CASE {values} END AS value,
    concat_ws(', ', {texts}) AS row_text,
    CASE {rules} END AS rule,
    CASE {messages} END AS message,
    NULL AS corrected_to
FROM (
    SELECT *{copies}
    FROM {rows}
)
WHERE {unfit}
