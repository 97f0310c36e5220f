-- Reads a file as bare lines, only to make DuckDB say on which line its text is not
-- UTF-8, or too long. Quotes mean nothing here, so the line it names is the file's own.
SELECT count(*) AS lines
FROM read_csv(
    {path},
    auto_detect = false,
    compression = 'none',
    encoding = 'utf-8',
    header = false,
    delim = e'\x01\x02\x03\x04',
    quote = '',
    escape = '',
    strict_mode = false,
    max_line_size = 2000000,
    columns = {'line': 'VARCHAR'}
)
