-- One row about one column.
SELECT
    row_count,
    null_count,
    distinct_count,
    least,
    greatest,
    mean,
    quartiles[1] AS first_quartile,
    quartiles[2] AS median,
    quartiles[3] AS third_quartile
FROM (
    SELECT
        count(*) AS row_count,
        count(*) - count({column}) AS null_count,
        {distinct} AS distinct_count,
        {least} AS least,
        {greatest} AS greatest,
        {mean} AS mean,
        {quartiles} AS quartiles
    FROM {table}
)
