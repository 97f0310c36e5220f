-- Customers, products and days of a mart of generated sales. {words in braces} are the sizes.
-- Nothing here is left to chance: the same size gives the same rows, everywhere.

-- Generate {customers} customers
INSERT INTO dim_customer (customer_id, customer_name, region)
SELECT
    customer_id,
    -- 40 first names, 26 initials, 40 last names: nobody is called as another one is.
    ['Ada', 'Ahmed', 'Aiko', 'Ana', 'Ben', 'Bianca', 'Carlos', 'Chen', 'Chloé', 'Daan',
     'Elena', 'Emeka', 'Fatima', 'Femke', 'Gita', 'Hana', 'Ivan', 'Jonas', 'José', 'Kofi',
     'Lars', 'Léa', 'Liam', 'Lucía', 'Mariam', 'Mei', 'Milan', 'Nadia', 'Noah', 'Olga',
     'Omar', 'Paula', 'Priya', 'Rosa', 'Sami', 'Søren', 'Tomás', 'Uma', 'Yusuf', 'Zoë'][1 + name % 40]
    || ' ' || chr(CAST(65 + name // 40 % 26 AS INTEGER)) || '. ' ||
    ['Abe', 'Adeyemi', 'Bakker', 'Berg', 'Costa', 'Cruz', 'Diaz', 'Dubois', 'Eze', 'Fischer',
     'Garcia', 'Haddad', 'Holm', 'Ito', 'Jensen', 'Khan', 'Kim', 'Kovács', 'Larsen', 'Lopez',
     'Mensah', 'Moreau', 'Müller', 'Nair', 'Novak', 'O''Brien', 'Okafor', 'Patel', 'Popescu', 'Ricci',
     'Rossi', 'Sato', 'Silva', 'Smith', 'Tanaka', 'Vargas', 'Weber', 'Wong', 'Yilmaz', 'Zhang'][1 + name // 1040],
    ['North', 'South', 'East', 'West', 'North', 'South', 'East', 'North', 'South', 'North'][1 + customer_id % 10]
FROM (SELECT customer_id, customer_id * 7919 % 41600 AS name FROM range(1, {customers} + 1) AS r (customer_id));

-- Create {products} temporary products: name, category and price
CREATE OR REPLACE TEMP TABLE generated_products AS
SELECT
    product_id,
    ['Classic', 'Compact', 'Deluxe', 'Eco', 'Foldable', 'Heavy', 'Light', 'Mini',
     'Modern', 'Nordic', 'Outdoor', 'Premium', 'Simple', 'Smart', 'Urban'][1 + kind] || ' ' || thing AS product_name,
    category,
    -- In cents, and ending in 9 or 5.
    CAST(dollars AS BIGINT) * (20 + 3 * (kind * 7 % 15)) // 20 * 100 - CASE WHEN kind % 3 = 0 THEN 5 ELSE 1 END AS list_price,
    1000000 // (8 + product_id * 37 % {products}) AS popularity
FROM (
    SELECT place + 64 * kind AS product_id, kind, thing, category, dollars
    FROM (
        SELECT row_number() OVER () AS place, thing, category, dollars
        FROM (VALUES
            ('Laptop', 'Electronics', 640), ('Lamp', 'Home', 35), ('Notebook', 'Stationery', 4), ('Kettle', 'Appliances', 38),
            ('Desk', 'Furniture', 210), ('Tent', 'Outdoor', 120), ('Puzzle', 'Toys', 18), ('Coffee', 'Groceries', 9),
            ('Monitor', 'Electronics', 230), ('Rug', 'Home', 70), ('Fountain Pen', 'Stationery', 22), ('Toaster', 'Appliances', 42),
            ('Chair', 'Furniture', 95), ('Backpack', 'Outdoor', 64), ('Kite', 'Toys', 14), ('Tea', 'Groceries', 6),
            ('Headphones', 'Electronics', 85), ('Mirror', 'Home', 48), ('Paper Ream', 'Stationery', 7), ('Blender', 'Appliances', 59),
            ('Bookshelf', 'Furniture', 130), ('Sleeping Bag', 'Outdoor', 78), ('Train Set', 'Toys', 54), ('Olive Oil', 'Groceries', 12),
            ('Keyboard', 'Electronics', 52), ('Vase', 'Home', 24), ('Marker Set', 'Stationery', 11), ('Fan', 'Appliances', 33),
            ('Sofa', 'Furniture', 480), ('Lantern', 'Outdoor', 27), ('Board Game', 'Toys', 31), ('Chocolate', 'Groceries', 5),
            ('Camera', 'Electronics', 310), ('Blanket', 'Home', 39), ('Stapler', 'Stationery', 9), ('Iron', 'Appliances', 44),
            ('Wardrobe', 'Furniture', 340), ('Water Bottle', 'Outdoor', 16), ('Doll', 'Toys', 23), ('Honey', 'Groceries', 8),
            ('Speaker', 'Electronics', 74), ('Curtain', 'Home', 29), ('Planner', 'Stationery', 15), ('Vacuum Cleaner', 'Appliances', 145),
            ('Bed', 'Furniture', 390), ('Compass', 'Outdoor', 19), ('Building Blocks', 'Toys', 42), ('Pasta', 'Groceries', 3),
            ('Tablet', 'Electronics', 270), ('Clock', 'Home', 32), ('Envelope Box', 'Stationery', 6), ('Espresso Machine', 'Appliances', 220),
            ('Stool', 'Furniture', 45), ('Hammock', 'Outdoor', 55), ('Scooter', 'Toys', 68), ('Rice', 'Groceries', 4),
            ('Router', 'Electronics', 88), ('Candle', 'Home', 10), ('Calculator', 'Stationery', 17), ('Rice Cooker', 'Appliances', 66),
            ('Cabinet', 'Furniture', 175), ('Camp Stove', 'Outdoor', 49), ('Yo-yo', 'Toys', 7), ('Spice Set', 'Groceries', 14)
        ) AS things (thing, category, dollars)
    )
    CROSS JOIN range(15) AS kinds (kind)
)
WHERE product_id <= {products};

-- Generate {products} products
INSERT INTO dim_product (product_id, product_name, category)
SELECT product_id, product_name, category
FROM generated_products
ORDER BY product_id;

-- Generate every day from {first_day} to {last_day}
INSERT INTO dim_date (date, year, month, day_of_week)
SELECT day, year(day), month(day), dayname(day)
FROM (
    SELECT CAST(unnest(generate_series(DATE '{first_day}', DATE '{last_day}', INTERVAL 1 DAY)) AS DATE) AS day
);
