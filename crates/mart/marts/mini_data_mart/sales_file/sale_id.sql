-- What is asked of a file that brings its own sale_id.

-- Verify that every sale has a number of its own
SELECT sale_id, count(*) AS sales
FROM staged_sales
GROUP BY sale_id
HAVING sale_id IS NULL OR count(*) > 1
LIMIT 1;
