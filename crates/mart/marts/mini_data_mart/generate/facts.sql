-- Generated sales. Days and offers have their places on two wheels: the likelier one is, the
-- more slots it has. The wheel of days turns once, from the first sale to the last. A scrambled
-- sale_id says where the wheel of offers stops and which customer buys, with 16 bits for each.
--
-- All of it is integer arithmetic that no platform does differently, within 63 bits; prices
-- are whole cents. What would take long to compute for every sale is on the wheels, computed
-- once. The wheel of offers fits into a processor's cache: with four times as many slots, the
-- join takes DuckDB-Wasm three times as long. {words in braces} are the sizes.

-- Create temporary days, weighted: more sales every year, towards its end, and before the weekend
CREATE OR REPLACE TEMP TABLE wheel_of_days AS
WITH weighed AS (
    SELECT
        date,
        (8 + year - year(DATE '{first_day}'))
            * [8, 7, 9, 9, 10, 11, 9, 8, 11, 12, 16, 18][month]
            * [10, 9, 10, 11, 14, 13, 7][isodow(date)]
            * (12 + (dayofyear(date) * 7919 + year * 31) % 9) AS weight
    FROM dim_date
),
sectors AS (
    SELECT
        date,
        CAST(sum(weight) OVER (ORDER BY date) - weight AS BIGINT) AS start,
        CAST(sum(weight) OVER () AS BIGINT) AS total
    FROM weighed
),
slots AS (
    SELECT slot, slot * (SELECT max(total) FROM sectors) // 65536 AS place
    FROM range(65536) AS r (slot)
)
SELECT slot, date
FROM slots
ASOF JOIN sectors ON place >= start;

-- Create temporary offers: product, quantity and price, some of them discounted
CREATE OR REPLACE TEMP TABLE wheel_of_offers AS
WITH sectors AS (
    SELECT
        product_id,
        list_price,
        CAST(sum(popularity) OVER (ORDER BY product_id) - popularity AS BIGINT) AS start,
        CAST(sum(popularity) OVER () AS BIGINT) AS total
    FROM generated_products
),
slots AS (
    SELECT
        slot,
        slot * (SELECT max(total) FROM sectors) // 16384 AS place,
        slot * 10007 % 16384 AS scrambled
    FROM range(16384) AS r (slot)
)
SELECT
    slot,
    CAST(product_id AS INTEGER) AS product_id,
    CAST([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 8, 12][1 + scrambled % 16] AS INTEGER) AS quantity,
    list_price * (100 - [0, 0, 0, 0, 0, 5, 10, 20][1 + scrambled // 2048]) // 100 / 100 AS unit_price
FROM slots
ASOF JOIN sectors ON place >= start;

-- Generate {sales} sales
INSERT INTO fact_sales (sale_id, customer_id, product_id, order_date, quantity, unit_price)
SELECT sale_id, customer_id, product_id, date, quantity, unit_price
FROM (
    SELECT
        sale_id,
        (sale_id - 1) * {turn} >> 32 AS day_slot,
        -- The square of a number below one, times {customers}: the first customers buy most.
        1 + ((scrambled >> 16) * (scrambled >> 16) * {customers} >> 32) AS customer_id,
        scrambled & 16383 AS offer_slot
    FROM (
        SELECT sale_id, xor(mixed, mixed >> 16) AS scrambled
        FROM (
            SELECT sale_id, xor(spread, spread >> 15) * 1597334677 & 4294967295 AS mixed
            FROM (
                SELECT sale_id, sale_id * 2654435761 & 4294967295 AS spread
                FROM range(1, {sales} + 1) AS r (sale_id)
            )
        )
    )
)
JOIN wheel_of_days AS d ON d.slot = day_slot
JOIN wheel_of_offers AS o ON o.slot = offer_slot;

-- Drop the temporary days
DROP TABLE wheel_of_days;

-- Drop the temporary offers
DROP TABLE wheel_of_offers;

-- Drop the temporary products
DROP TABLE generated_products;
