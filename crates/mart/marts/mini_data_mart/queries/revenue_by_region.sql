-- Where is the money made? The facts are summed by key and only the sums by name, which takes
-- half the time.
SELECT
    c.region,
    round(sum(f.revenue), 2) AS revenue
FROM (
    SELECT customer_id, sum(quantity * unit_price) AS revenue
    FROM fact_sales
    GROUP BY customer_id
) AS f
JOIN dim_customer AS c ON c.customer_id = f.customer_id
GROUP BY c.region
ORDER BY revenue DESC, c.region
