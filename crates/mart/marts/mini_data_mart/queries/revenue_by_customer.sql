-- Who buys most? Customers of one name are one line here, whatever their region.
SELECT
    c.customer_name,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_customer AS c ON c.customer_id = f.customer_id
GROUP BY c.customer_name
ORDER BY revenue DESC, c.customer_name
