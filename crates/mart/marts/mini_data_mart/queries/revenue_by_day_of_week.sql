-- Which day is the busiest? In the order of the week, Monday first.
SELECT
    d.day_of_week,
    round(sum(f.quantity * f.unit_price), 2) AS revenue
FROM fact_sales AS f
JOIN dim_date AS d ON d.date = f.order_date
GROUP BY d.day_of_week
ORDER BY min(isodow(d.date))
