-- Who buys what?
SELECT
    c.customer_name,
    p.category,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_customer AS c ON c.customer_id = f.customer_id
JOIN dim_product  AS p ON p.product_id = f.product_id
GROUP BY c.customer_name, p.category
ORDER BY revenue DESC, c.customer_name, p.category
