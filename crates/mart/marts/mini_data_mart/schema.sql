-- The built-in mart: one fact, three dimensions, one star.
--
-- A statement stands between blank lines, and the comment above it is its title in the
-- build log. `model.rs` says the same tables and keys in Rust; a test holds the two together.

-- Create dim_customer
CREATE TABLE dim_customer (
    customer_id   INTEGER PRIMARY KEY,
    customer_name VARCHAR,
    region        VARCHAR
);

-- Create dim_product
CREATE TABLE dim_product (
    product_id   INTEGER PRIMARY KEY,
    product_name VARCHAR,
    category     VARCHAR
);

-- Create dim_date
CREATE TABLE dim_date (
    date        DATE PRIMARY KEY,
    year        INTEGER,
    month       INTEGER,
    day_of_week VARCHAR
);

-- Create fact_sales
CREATE TABLE fact_sales (
    sale_id     INTEGER PRIMARY KEY,
    customer_id INTEGER REFERENCES dim_customer (customer_id),
    product_id  INTEGER REFERENCES dim_product (product_id),
    order_date  DATE    REFERENCES dim_date (date),
    quantity    INTEGER,
    unit_price  DOUBLE
);
