-- How many rows are in each of up to {bins} stretches of one width, from the least finite value to
-- the greatest. Stretches without rows are left out. By 64, so that no difference is too large for
-- a DOUBLE; a power of two, so that nothing is rounded.
SELECT
    CAST(bin AS INTEGER) AS bin,
    CAST(bins AS INTEGER) AS bins,
    {bin_from} AS bin_from,
    {bin_to} AS bin_to,
    row_count
FROM (
    SELECT
        bin,
        bins,
        CASE WHEN is_each THEN low + bin ELSE (low / 64 + (high / 64 - low / 64) * bin / bins) * 64 END AS bin_from,
        CASE
            WHEN is_each THEN low + bin
            WHEN bin = bins - 1 THEN high
            ELSE (low / 64 + (high / 64 - low / 64) * (bin + 1) / bins) * 64
        END AS bin_to,
        count(*) AS row_count
    FROM (
        SELECT
            low,
            high,
            is_each,
            bins,
            CASE
                WHEN is_each THEN number - low
                WHEN bins = 1 THEN 0
                ELSE least(bins - 1, floor((number / 64 - low / 64) * bins / (high / 64 - low / 64)))
            END AS bin
        FROM (SELECT {number} AS number FROM {table} WHERE {is_finite}) AS numbers,
            (
                SELECT
                    min({number}) AS low,
                    max({number}) AS high,
                    {is_whole} AND max({number}) / 64 - min({number}) / 64 < {bins} / 64.0 AS is_each,
                    CASE
                        WHEN {is_whole} AND max({number}) / 64 - min({number}) / 64 < {bins} / 64.0 THEN max({number}) - min({number}) + 1
                        WHEN max({number}) / 64 = min({number}) / 64 THEN 1
                        ELSE {bins}
                    END AS bins
                FROM {table}
                WHERE {is_finite}
            ) AS bounds
    )
    GROUP BY low, high, is_each, bins, bin
)
ORDER BY bin
