-- The rules that rows break, the most frequent first.
SELECT rule, CAST(count(*) AS VARCHAR) AS row_count
FROM quarantine
WHERE corrected_to IS NULL
GROUP BY rule
ORDER BY count(*) DESC, rule
