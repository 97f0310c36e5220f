-- The most frequent values of one column, and how often each is there.
SELECT {column} AS value, count(*) AS row_count
FROM {table}
WHERE {among}
GROUP BY {column}
ORDER BY 2 DESC, 1
LIMIT {limit}
