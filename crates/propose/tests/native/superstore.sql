-- The sales lines of the file; the two tables below them have fewer columns, and are left out.
CREATE TABLE superstore AS FROM read_csv(
    '{path}',
    ignore_errors = true,
    header = true,
    delim = ',',
    quote = '"',
    dateformat = '%m/%d/%Y',
    columns = {
        'Row ID': 'BIGINT', 'Order ID': 'VARCHAR', 'Order Date': 'DATE', 'Ship Date': 'DATE', 'Ship Mode': 'VARCHAR',
        'Customer ID': 'VARCHAR', 'Customer Name': 'VARCHAR', 'Segment': 'VARCHAR', 'Country': 'VARCHAR',
        'City': 'VARCHAR', 'State': 'VARCHAR', 'Postal Code': 'VARCHAR', 'Region': 'VARCHAR', 'Product ID': 'VARCHAR',
        'Category': 'VARCHAR', 'Sub-Category': 'VARCHAR', 'Product Name': 'VARCHAR', 'Sales': 'DECIMAL(18,4)',
        'Quantity': 'BIGINT', 'Discount': 'DECIMAL(18,2)', 'Profit': 'DECIMAL(18,4)'
    }
)
