-- The rows of a source that were read from a file, in its order, with the types of the source.
CREATE OR REPLACE TEMP TABLE {staged} AS
SELECT
    {typed}
FROM {rows}
