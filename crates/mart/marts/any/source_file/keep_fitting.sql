-- What is in the quarantine is not loaded.
DELETE FROM {rows}
WHERE {line} IN (SELECT line FROM {quarantine} WHERE file = {file} AND corrected_to IS NULL)
