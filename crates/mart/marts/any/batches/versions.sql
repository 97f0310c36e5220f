-- The versions of the rows of a dimension: each change, each row that a whole file lacks, each that comes back.
WITH seen AS (
    SELECT {keys}, s.{batch} AS batch, {struct} AS held
    FROM {kept} AS s{joins}
    WHERE s.{batch} > 0
), events AS (
    SELECT {names}, batch, held, false AS is_deleted
    FROM seen
    UNION ALL
    -- A whole file without the row.
    SELECT {known_names}, gone.batch, NULL, true
    FROM (SELECT {names}, min(batch) AS batch FROM seen GROUP BY ALL) AS known
    JOIN (SELECT unnest(CAST([{whole}] AS INTEGER[])) AS batch) AS gone ON gone.batch > known.batch
    WHERE NOT EXISTS (SELECT 1 FROM seen AS other WHERE other.batch = gone.batch AND {is_same})
), filled AS (
    SELECT {names}, batch, is_deleted, last_value(held IGNORE NULLS) OVER by_key AS held
    FROM events
    WINDOW by_key AS (PARTITION BY {names} ORDER BY batch)
), compared AS (
    SELECT *, lag(held) OVER by_key IS DISTINCT FROM held OR lag(is_deleted) OVER by_key IS DISTINCT FROM is_deleted AS is_change
    FROM filled
    WINDOW by_key AS (PARTITION BY {names} ORDER BY batch)
), versions AS (
    SELECT {names}, batch, is_deleted, held, row_number() OVER by_key = 1 AS is_first, lead(batch) OVER by_key AS next_batch
    FROM compared
    WHERE is_change
    WINDOW by_key AS (PARTITION BY {names} ORDER BY batch)
), times AS (
    SELECT batch, min(loaded_at) AS loaded_at
    FROM load_batches
    GROUP BY batch
)
SELECT {columns}
FROM versions AS r
LEFT JOIN times AS began ON began.batch = r.batch
LEFT JOIN times AS ended ON ended.batch = r.next_batch
