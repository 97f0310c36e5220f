-- The rules that rows break, the most frequent first.
SELECT rule, CAST(count(*) AS VARCHAR) AS row_count
FROM quarantine
WHERE rule <> 'corrected by hand'
GROUP BY rule
ORDER BY count(*) DESC, rule
