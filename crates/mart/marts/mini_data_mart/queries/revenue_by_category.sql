-- Which kind of product brings the money?
SELECT
    p.category,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_product AS p ON p.product_id = f.product_id
GROUP BY p.category
ORDER BY revenue DESC, p.category
