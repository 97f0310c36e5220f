-- How does it go, month by month? The facts are summed by day and only the sums by month, which
-- takes half the time.
SELECT
    d.year,
    d.month,
    round(sum(f.revenue), 2) AS revenue
FROM (
    SELECT order_date, sum(quantity * unit_price) AS revenue
    FROM fact_sales
    GROUP BY order_date
) AS f
JOIN dim_date AS d ON d.date = f.order_date
GROUP BY d.year, d.month
ORDER BY d.year, d.month
