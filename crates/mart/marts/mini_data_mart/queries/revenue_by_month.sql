-- How does it go, month by month?
SELECT
    d.year,
    d.month,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_date AS d ON d.date = f.order_date
GROUP BY d.year, d.month
ORDER BY d.year, d.month
