-- The rows that are set aside: where each stands in its file, what is wrong with it, and its text. A row that
-- the user has corrected is loaded, and stays here with what it was corrected to, unless that is wrong, too.
CREATE OR REPLACE TABLE quarantine (
    file VARCHAR,
    line BIGINT,
    column_name VARCHAR,
    value VARCHAR,
    row_text VARCHAR,
    rule VARCHAR,
    message VARCHAR,
    corrected_to VARCHAR
)
