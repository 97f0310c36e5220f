-- Reads one sales file into a staging table and looks at every row of it before anything
-- of the old mart is touched. {words in braces} are filled in from the file's header.
--
-- Nothing is guessed: delimiter, quotes, line ends and columns are all said. DuckDB reads
-- every field as text, and a text that is no date or number becomes NULL here, to be
-- counted by the steps that follow. The order of the file is kept.
--
-- The buffer would be sixteen lines of the greatest size, and takes longer to get than most
-- files to read.
--
-- `strict_mode` is left at its default, true: DuckDB 1.4.3 reads no row at all, and says
-- nothing, when it is told both `strict_mode = true` and `new_line = '\r\n'`.

-- Stage {file}
CREATE OR REPLACE TEMP TABLE staged_sales AS
SELECT
    CAST(row_number() OVER () AS INTEGER) AS file_row,
    CASE
        WHEN length(order_date) = 10 AND CAST(TRY_CAST(order_date AS DATE) AS VARCHAR) = order_date
        THEN TRY_CAST(order_date AS DATE)
    END AS order_date,
    CASE WHEN trim(customer_name) <> '' THEN customer_name END AS customer_name,
    CASE WHEN trim(region) <> '' THEN region ELSE 'Unknown' END AS region,
    CASE WHEN trim(product_name) <> '' THEN product_name END AS product_name,
    CASE WHEN trim(category) <> '' THEN category ELSE 'Unknown' END AS category,
    CASE WHEN regexp_full_match(quantity, '[+-]?[0-9]+') THEN TRY_CAST(quantity AS INTEGER) END AS quantity,
    CASE
        WHEN isfinite(TRY_CAST(unit_price AS DOUBLE)) AND NOT contains(unit_price, '_')
        THEN TRY_CAST(unit_price AS DOUBLE)
    END AS unit_price,
    CASE WHEN regexp_full_match(sale_id, '[+-]?[0-9]+') THEN TRY_CAST(sale_id AS INTEGER) END AS sale_id
FROM (
    SELECT
        trim({order_date}) AS order_date,
        {customer_name} AS customer_name,
        {region} AS region,
        {product_name} AS product_name,
        {category} AS category,
        trim({quantity}) AS quantity,
        trim({unit_price}) AS unit_price,
        trim({sale_id}) AS sale_id
    FROM read_csv(
        {path},
        auto_detect = false,
        compression = 'none',
        encoding = 'utf-8',
        header = true,
        delim = {delimiter},
        quote = '"',
        escape = '"',
        new_line = {line_end},
        max_line_size = 2000000,
        buffer_size = 4000000,
        columns = {columns}
    )
);

-- Verify that there are sales
SELECT 'no sales' AS problem
WHERE NOT EXISTS (SELECT 1 FROM staged_sales);

-- Verify that every row is a sale
SELECT count(*) AS wrong_rows
FROM staged_sales
WHERE order_date IS NULL
   OR customer_name IS NULL
   OR product_name IS NULL
   OR quantity IS NULL
   OR unit_price IS NULL
HAVING count(*) > 0;
