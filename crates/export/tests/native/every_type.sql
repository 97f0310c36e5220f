-- A column of every type that a query can return, with an ordinary row, one of the ends of each
-- type, one of the other ends, and one of nothing. Statements are run one by one.

CREATE TABLE every_type (
    id            INTEGER,
    "bool"        BOOLEAN,
    i8            TINYINT,
    i16           SMALLINT,
    i32           INTEGER,
    i64           BIGINT,
    i128          HUGEINT,
    u8            UTINYINT,
    u16           USMALLINT,
    u32           UINTEGER,
    u64           UBIGINT,
    u128          UHUGEINT,
    big           BIGNUM,
    f32           FLOAT,
    f64           DOUBLE,
    dec4          DECIMAL(4, 1),
    dec9          DECIMAL(9, 2),
    dec18         DECIMAL(18, 3),
    dec38         DECIMAL(38, 10),
    txt           VARCHAR,
    bytes         BLOB,
    bits          BIT,
    uid           UUID,
    mood          ENUM ('sad', 'it''s, "ok"', '(happy)'),
    day           DATE,
    tm            TIME,
    tm_zone       TIME WITH TIME ZONE,
    ts_s          TIMESTAMP_S,
    ts_ms         TIMESTAMP_MS,
    ts            TIMESTAMP,
    ts_ns         TIMESTAMP_NS,
    ts_zone       TIMESTAMP WITH TIME ZONE,
    span          INTERVAL,
    list          INTEGER[],
    moods         ENUM ('sad', 'happy')[],
    pair          INTEGER[2],
    person        STRUCT("a name" VARCHAR, born DATE, spans INTERVAL[], seen TIMESTAMP WITH TIME ZONE),
    by_text       MAP(VARCHAR, DOUBLE),
    by_day        MAP(DATE, ENUM ('x', 'y')),
    either        UNION(num INTEGER, str VARCHAR),
    deep          STRUCT(k HUGEINT, v STRUCT(w BLOB)[])[]
);

INSERT INTO every_type VALUES (
    1, true, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1.5, 0.1, 1.5, 2.25, 3.125, 4.0625,
    'a "quoted", text', 'ab\x00\xFF'::BLOB, '0101', '00112233-4455-6677-8899-aabbccddeeff', 'it''s, "ok"',
    '2025-10-01', '12:34:56.789', '12:34:56.789+02:00',
    '2025-10-01 12:34:56', '2025-10-01 12:34:56.789', '2025-10-01 12:34:56.789012', '2025-10-01 12:34:56.789012345',
    '2025-10-01 12:34:56.789+02:00', INTERVAL '1 year 2 months 3 days 04:05:06.789',
    [1, NULL, 3], ['sad', NULL, 'happy'], [1, 2],
    {'a name': 'Søren', 'born': DATE '1815-12-10', 'spans': [INTERVAL 1 DAY, NULL], 'seen': TIMESTAMPTZ '2025-10-01 00:00:00+00'},
    MAP {'one': 1.0, 'it''s "two"': 2.5}, MAP {DATE '2025-10-01': 'x', DATE '2025-10-02': NULL},
    union_value(num := 7), [{'k': 1, 'v': [{'w': 'z\x01'::BLOB}, NULL]}, NULL]
);

INSERT INTO every_type VALUES (
    2, false, 127, 32767, 2147483647, 9223372036854775807, 99999999999999999999999999999999999999,
    255, 65535, 4294967295, 18446744073709551615, 340282366920938463463374607431768211455,
    '123456789012345678901234567890123456789012345678901234567890'::BIGNUM, 'inf', 'inf',
    999.9, 9999999.99, 999999999999999.999, 9999999999999999999999999999.9999999999,
    E'two\r\nlines, a tab\t and 🦆', ''::BLOB, '1', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '(happy)',
    'infinity', '24:00:00', '23:59:59.999999-15:59',
    '9999-12-31 23:59:59', '9999-12-31 23:59:59.999', 'infinity', '2262-04-11 23:47:16.854775806',
    'infinity', INTERVAL '-1 month -1 day',
    [], [], [2147483647, -2147483648], {'a name': NULL, 'born': NULL, 'spans': [], 'seen': 'infinity'},
    MAP {'nan': 'nan'::DOUBLE}, MAP {}, union_value(str := '7'), []
);

INSERT INTO every_type VALUES (
    3, false, -128, -32768, -2147483648, -9223372036854775808, -99999999999999999999999999999999999999,
    0, 0, 0, 0, 0, '-123456789012345678901234567890'::BIGNUM, '-inf', 'nan',
    -999.9, -0.01, -999999999999999.999, -0.0000000001,
    '-12', '\x22\x2C\x0A'::BLOB, '0', '00000000-0000-0000-0000-000000000000', 'sad',
    '0044-03-15 (BC)', '00:00:00', '00:00:00+15:59',
    '0001-01-01 00:00:00', '1969-12-31 23:59:59.999', '12025-10-01 00:00:00.000001', '1677-09-22 00:00:00',
    '0044-03-15 (BC) 12:00:00+00', INTERVAL '0 days',
    [NULL], [NULL], [NULL, NULL], {'a name': 'x', 'born': 'infinity', 'spans': NULL, 'seen': NULL},
    MAP {'': NULL}, MAP {DATE '0044-03-15 (BC)': 'y'}, NULL, [{'k': NULL, 'v': NULL}]
);

INSERT INTO every_type (id) VALUES (4);

-- What has no end in any unit of time.
INSERT INTO every_type (id, ts_s, ts_ms) VALUES (5, 'infinity', '-infinity');
