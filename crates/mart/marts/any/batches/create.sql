-- The loads of a mart: which files each brought, what became of their rows, and when. Times are in UTC.
CREATE TABLE load_batches (
    batch INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    hash VARCHAR,
    bytes BIGINT,
    mode VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_skipped BIGINT NOT NULL,
    loaded_at TIMESTAMP NOT NULL
)
