-- Every field is read as text, in the order of the file. A text that cannot be read as its type
-- becomes NULL here, and the next steps count those. Nothing is guessed: delimiter, quotes, line ends and
-- columns are given.
CREATE OR REPLACE TEMP TABLE {staged} AS
SELECT
    {typed}
FROM (
    SELECT
        {raw}
    FROM read_csv(
        {path},
        auto_detect = false,
        compression = 'none',
        encoding = 'utf-8',
        header = true,
        delim = {delimiter},
        quote = '"',
        escape = '"',
        new_line = {line_end},
        max_line_size = 2000000,
        buffer_size = 4000000,
        columns = {columns}
    )
);
