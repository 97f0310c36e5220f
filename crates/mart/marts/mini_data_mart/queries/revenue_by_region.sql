-- Where is the money made?
SELECT
    c.region,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_customer AS c ON c.customer_id = f.customer_id
GROUP BY c.region
ORDER BY revenue DESC, c.region
