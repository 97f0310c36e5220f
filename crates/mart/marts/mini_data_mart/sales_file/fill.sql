-- Fills the empty tables of the mart from the staged sales. Dimensions are numbered in the
-- order of their names, so that the same sales give the same keys in any order of rows.

-- Fill dim_customer
INSERT INTO dim_customer (customer_id, customer_name, region)
SELECT row_number() OVER (ORDER BY customer_name, region), customer_name, region
FROM (SELECT DISTINCT customer_name, region FROM staged_sales);

-- Fill dim_product
INSERT INTO dim_product (product_id, product_name, category)
SELECT row_number() OVER (ORDER BY product_name, category), product_name, category
FROM (SELECT DISTINCT product_name, category FROM staged_sales);

-- Fill dim_date, every day from the first sale to the last
INSERT INTO dim_date (date, year, month, day_of_week)
SELECT day, year(day), month(day), dayname(day)
FROM (
    SELECT CAST(unnest(generate_series(min(order_date), max(order_date), INTERVAL 1 DAY)) AS DATE) AS day
    FROM staged_sales
);

-- Fill fact_sales
INSERT INTO fact_sales (sale_id, customer_id, product_id, order_date, quantity, unit_price)
SELECT
    coalesce(s.sale_id, s.file_row),
    c.customer_id,
    p.product_id,
    s.order_date,
    s.quantity,
    s.unit_price
FROM staged_sales AS s
JOIN dim_customer AS c ON c.customer_name = s.customer_name AND c.region = s.region
JOIN dim_product  AS p ON p.product_name = s.product_name AND p.category = s.category;

-- Drop the staged sales
DROP TABLE staged_sales;
