-- Rows that are not loaded for as long as the loads are these. {words in braces} are filled in from the source.
INSERT INTO quarantine
SELECT
    coalesce((SELECT any_value(b.file) FROM load_batches AS b WHERE b.batch = s.{batch} AND b.source = {source}), '') AS file,
    NULL AS line,
    {names} AS column_name,
    {values} AS value,
    concat_ws(', ', {texts}) AS row_text,
    {rule} AS rule,
    {message} AS message,
    NULL AS corrected_to
FROM {rows} AS s
WHERE {condition}
