-- Time without ICU: DuckDB-Wasm has no function over TIMESTAMP WITH TIME ZONE. These macros hide the functions of
-- the same name on one connection, and give native DuckDB's values with the session in UTC. The last variant of
-- each is the function as it is, for all other types. A call inside names its schema, or it would be the macro.

-- The clock.
CREATE TEMP MACRO now() AS system.main.now()::TIMESTAMP;
CREATE TEMP MACRO get_current_timestamp() AS system.main.now()::TIMESTAMP;
CREATE TEMP MACRO transaction_timestamp() AS system.main.now()::TIMESTAMP;
CREATE TEMP MACRO current_localtimestamp() AS system.main.now()::TIMESTAMP;
CREATE TEMP MACRO current_date() AS system.main.now()::TIMESTAMP::DATE;
CREATE TEMP MACRO today() AS system.main.now()::TIMESTAMP::DATE;
CREATE TEMP MACRO get_current_time() AS system.main.now()::TIMESTAMP::TIME;
CREATE TEMP MACRO current_localtime() AS system.main.now()::TIMESTAMP::TIME;

-- Parts of a moment.
CREATE TEMP MACRO century
    (a TIMESTAMPTZ) AS system.main.century(a::TIMESTAMP),
    (a) AS system.main.century(a);
CREATE TEMP MACRO day
    (a TIMESTAMPTZ) AS system.main.day(a::TIMESTAMP),
    (a) AS system.main.day(a);
CREATE TEMP MACRO dayname
    (a TIMESTAMPTZ) AS system.main.dayname(a::TIMESTAMP),
    (a) AS system.main.dayname(a);
CREATE TEMP MACRO dayofmonth
    (a TIMESTAMPTZ) AS system.main.dayofmonth(a::TIMESTAMP),
    (a) AS system.main.dayofmonth(a);
CREATE TEMP MACRO dayofweek
    (a TIMESTAMPTZ) AS system.main.dayofweek(a::TIMESTAMP),
    (a) AS system.main.dayofweek(a);
CREATE TEMP MACRO dayofyear
    (a TIMESTAMPTZ) AS system.main.dayofyear(a::TIMESTAMP),
    (a) AS system.main.dayofyear(a);
CREATE TEMP MACRO decade
    (a TIMESTAMPTZ) AS system.main.decade(a::TIMESTAMP),
    (a) AS system.main.decade(a);
CREATE TEMP MACRO epoch
    (a TIMESTAMPTZ) AS system.main.epoch(a::TIMESTAMP),
    (a) AS system.main.epoch(a);
CREATE TEMP MACRO era
    (a TIMESTAMPTZ) AS system.main.era(a::TIMESTAMP),
    (a) AS system.main.era(a);
CREATE TEMP MACRO hour
    (a TIMESTAMPTZ) AS system.main.hour(a::TIMESTAMP),
    (a) AS system.main.hour(a);
CREATE TEMP MACRO isodow
    (a TIMESTAMPTZ) AS system.main.isodow(a::TIMESTAMP),
    (a) AS system.main.isodow(a);
CREATE TEMP MACRO isoyear
    (a TIMESTAMPTZ) AS system.main.isoyear(a::TIMESTAMP),
    (a) AS system.main.isoyear(a);
CREATE TEMP MACRO julian
    (a TIMESTAMPTZ) AS system.main.julian(a::TIMESTAMP),
    (a) AS system.main.julian(a);
CREATE TEMP MACRO last_day
    (a TIMESTAMPTZ) AS system.main.last_day(a::TIMESTAMP),
    (a) AS system.main.last_day(a);
CREATE TEMP MACRO microsecond
    (a TIMESTAMPTZ) AS system.main.microsecond(a::TIMESTAMP),
    (a) AS system.main.microsecond(a);
CREATE TEMP MACRO millennium
    (a TIMESTAMPTZ) AS system.main.millennium(a::TIMESTAMP),
    (a) AS system.main.millennium(a);
CREATE TEMP MACRO millisecond
    (a TIMESTAMPTZ) AS system.main.millisecond(a::TIMESTAMP),
    (a) AS system.main.millisecond(a);
CREATE TEMP MACRO minute
    (a TIMESTAMPTZ) AS system.main.minute(a::TIMESTAMP),
    (a) AS system.main.minute(a);
CREATE TEMP MACRO month
    (a TIMESTAMPTZ) AS system.main.month(a::TIMESTAMP),
    (a) AS system.main.month(a);
CREATE TEMP MACRO monthname
    (a TIMESTAMPTZ) AS system.main.monthname(a::TIMESTAMP),
    (a) AS system.main.monthname(a);
CREATE TEMP MACRO quarter
    (a TIMESTAMPTZ) AS system.main.quarter(a::TIMESTAMP),
    (a) AS system.main.quarter(a);
CREATE TEMP MACRO second
    (a TIMESTAMPTZ) AS system.main.second(a::TIMESTAMP),
    (a) AS system.main.second(a);
CREATE TEMP MACRO week
    (a TIMESTAMPTZ) AS system.main.week(a::TIMESTAMP),
    (a) AS system.main.week(a);
CREATE TEMP MACRO weekday
    (a TIMESTAMPTZ) AS system.main.weekday(a::TIMESTAMP),
    (a) AS system.main.weekday(a);
CREATE TEMP MACRO weekofyear
    (a TIMESTAMPTZ) AS system.main.weekofyear(a::TIMESTAMP),
    (a) AS system.main.weekofyear(a);
CREATE TEMP MACRO year
    (a TIMESTAMPTZ) AS system.main.year(a::TIMESTAMP),
    (a) AS system.main.year(a);
CREATE TEMP MACRO yearweek
    (a TIMESTAMPTZ) AS system.main.yearweek(a::TIMESTAMP),
    (a) AS system.main.yearweek(a);
CREATE TEMP MACRO timezone_hour
    (a DATE) AS system.main.timezone_hour(a),
    (a TIMESTAMPTZ) AS system.main.timezone_hour(a::TIMESTAMP),
    (a) AS system.main.timezone_hour(a);
CREATE TEMP MACRO timezone_minute
    (a DATE) AS system.main.timezone_minute(a),
    (a TIMESTAMPTZ) AS system.main.timezone_minute(a::TIMESTAMP),
    (a) AS system.main.timezone_minute(a);
CREATE TEMP MACRO nanosecond
    (a TIMESTAMP_NS) AS system.main.nanosecond(a),
    (a TIMESTAMPTZ) AS system.main.nanosecond(a::TIMESTAMP),
    (a) AS system.main.nanosecond(a);
CREATE TEMP MACRO date_part
    (p, a TIMESTAMPTZ) AS system.main.date_part(p, a::TIMESTAMP),
    (p, a) AS system.main.date_part(p, a);
CREATE TEMP MACRO datepart
    (p, a TIMESTAMPTZ) AS system.main.datepart(p, a::TIMESTAMP),
    (p, a) AS system.main.datepart(p, a);
CREATE TEMP MACRO date_trunc
    (p VARCHAR, a DATE) AS system.main.date_trunc(p, a),
    (p VARCHAR, a TIMESTAMP) AS system.main.date_trunc(p, a),
    (p VARCHAR, a TIMESTAMPTZ) AS system.main.date_trunc(p, a::TIMESTAMP)::TIMESTAMPTZ,
    (p, a) AS system.main.date_trunc(p, a);
CREATE TEMP MACRO datetrunc
    (p VARCHAR, a DATE) AS system.main.datetrunc(p, a),
    (p VARCHAR, a TIMESTAMP) AS system.main.datetrunc(p, a),
    (p VARCHAR, a TIMESTAMPTZ) AS system.main.datetrunc(p, a::TIMESTAMP)::TIMESTAMPTZ,
    (p, a) AS system.main.datetrunc(p, a);
CREATE TEMP MACRO strftime
    (a TIMESTAMP_NS, f) AS system.main.strftime(a, f),
    (a TIMESTAMPTZ, f) AS system.main.strftime(a::TIMESTAMP, f),
    (a, f) AS system.main.strftime(a, f);

-- From one moment to another.
CREATE TEMP MACRO age
    (a TIMESTAMPTZ) AS system.main.age(a::TIMESTAMP),
    (a) AS system.main.age(a),
    (a TIMESTAMPTZ, b TIMESTAMPTZ) AS system.main.age(a::TIMESTAMP, b::TIMESTAMP),
    (a, b) AS system.main.age(a, b);
CREATE TEMP MACRO date_diff
    (p VARCHAR, a TIMESTAMPTZ, b TIMESTAMPTZ) AS system.main.date_diff(p, a::TIMESTAMP, b::TIMESTAMP),
    (p, a, b) AS system.main.date_diff(p, a, b);
CREATE TEMP MACRO datediff
    (p VARCHAR, a TIMESTAMPTZ, b TIMESTAMPTZ) AS system.main.datediff(p, a::TIMESTAMP, b::TIMESTAMP),
    (p, a, b) AS system.main.datediff(p, a, b);
CREATE TEMP MACRO date_sub
    (p VARCHAR, a TIMESTAMPTZ, b TIMESTAMPTZ) AS system.main.date_sub(p, a::TIMESTAMP, b::TIMESTAMP),
    (p, a, b) AS system.main.date_sub(p, a, b);
CREATE TEMP MACRO datesub
    (p VARCHAR, a TIMESTAMPTZ, b TIMESTAMPTZ) AS system.main.datesub(p, a::TIMESTAMP, b::TIMESTAMP),
    (p, a, b) AS system.main.datesub(p, a, b);

-- Rows of moments, and the moments that others fall into.
CREATE TEMP MACRO generate_series
    (a) AS system.main.generate_series(a),
    (a, b) AS system.main.generate_series(a, b),
    (a TIMESTAMP, b TIMESTAMP, s INTERVAL) AS system.main.generate_series(a, b, s),
    (a TIMESTAMPTZ, b TIMESTAMPTZ, s INTERVAL) AS system.main.generate_series(a::TIMESTAMP, b::TIMESTAMP, s)::TIMESTAMPTZ[],
    (a, b, s) AS system.main.generate_series(a, b, s);
CREATE TEMP MACRO range
    (a) AS system.main.range(a),
    (a, b) AS system.main.range(a, b),
    (a TIMESTAMP, b TIMESTAMP, s INTERVAL) AS system.main.range(a, b, s),
    (a TIMESTAMPTZ, b TIMESTAMPTZ, s INTERVAL) AS system.main.range(a::TIMESTAMP, b::TIMESTAMP, s)::TIMESTAMPTZ[],
    (a, b, s) AS system.main.range(a, b, s);
CREATE TEMP MACRO time_bucket
    (w INTERVAL, a DATE) AS system.main.time_bucket(w, a),
    (w INTERVAL, a TIMESTAMP) AS system.main.time_bucket(w, a),
    (w INTERVAL, a DATE, o INTERVAL) AS system.main.time_bucket(w, a, o),
    (w INTERVAL, a TIMESTAMP, o INTERVAL) AS system.main.time_bucket(w, a, o),
    (w INTERVAL, a DATE, o DATE) AS system.main.time_bucket(w, a, o),
    (w INTERVAL, a TIMESTAMP, o TIMESTAMP) AS system.main.time_bucket(w, a, o),
    (w INTERVAL, a TIMESTAMPTZ) AS system.main.time_bucket(w, a::TIMESTAMP)::TIMESTAMPTZ,
    (w, a) AS system.main.time_bucket(w, a),
    (w INTERVAL, a TIMESTAMPTZ, o INTERVAL) AS system.main.time_bucket(w, a::TIMESTAMP, o)::TIMESTAMPTZ,
    (w INTERVAL, a TIMESTAMPTZ, o TIMESTAMPTZ) AS system.main.time_bucket(w, a::TIMESTAMP, o::TIMESTAMP)::TIMESTAMPTZ,
    (w, a, o) AS system.main.time_bucket(w, a, o);

-- The zone: UTC and its names.
CREATE TEMP MACRO timezone
    (a DATE) AS system.main.timezone(a),
    (a TIMESTAMPTZ) AS 0::BIGINT,
    (a) AS system.main.timezone(a),
    (z VARCHAR, a TIMESTAMPTZ) AS CASE WHEN lower(z) IN ('utc', 'gmt', 'z', 'zulu', 'etc/utc') THEN a::TIMESTAMP ELSE error('the time zone ' || z || ' is not here: DuckDB in the browser has UTC alone') END,
    (z VARCHAR, a TIMESTAMP) AS CASE WHEN lower(z) IN ('utc', 'gmt', 'z', 'zulu', 'etc/utc') THEN a::TIMESTAMPTZ ELSE error('the time zone ' || z || ' is not here: DuckDB in the browser has UTC alone') END,
    (z VARCHAR, a DATE) AS CASE WHEN lower(z) IN ('utc', 'gmt', 'z', 'zulu', 'etc/utc') THEN a::TIMESTAMP::TIMESTAMPTZ ELSE error('the time zone ' || z || ' is not here: DuckDB in the browser has UTC alone') END,
    (z, a) AS system.main.timezone(z, a);
CREATE TEMP MACRO make_timestamptz
    (us BIGINT) AS system.main.make_timestamp(us)::TIMESTAMPTZ,
    (y, m, d, h, mi, s) AS system.main.make_timestamp(y, m, d, h, mi, s)::TIMESTAMPTZ;
