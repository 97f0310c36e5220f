-- Finds what is wrong with a file of a source, and on which line of it. Runs only after a build
-- from the file has failed.
--
-- DuckDB's CSV reader stops at the first row it cannot split and counts rows, not lines. So
-- the file is read again as text: lines first, then records (a quoted field may hold line
-- breaks), then fields. One row comes back for each wrong value, with the number of wrong
-- rows in all. {words in braces} are filled in from the file's header. What is read more than
-- once is materialized: DuckDB would split the file again for each reading.
WITH
physical AS MATERIALIZED (
    SELECT unnest(parts) AS text, unnest(range(1, len(parts) + 1)) AS line
    FROM (SELECT string_split(content, {line_break}) AS parts FROM read_text({path}))
),

-- Is a quote open after the line, if none was open before it, and if one was?
quotes AS (
    SELECT
        line,
        text,
        contains(text, '"') AND regexp_full_match(text, {leaves_open}) AS opens,
        NOT contains(text, '"') OR regexp_full_match('"' || text, {leaves_open}) AS stays_open
    FROM physical
),

-- A line sets the state (both answers alike), keeps it, or flips it. The state after a line
-- is the last one set, flipped as often as lines since then flip it.
flips AS (
    SELECT
        *,
        sum(CASE WHEN opens AND NOT stays_open THEN 1 ELSE 0 END) OVER (ORDER BY line) AS flipped
    FROM quotes
),
states AS (
    SELECT
        line,
        text,
        (
            flipped + coalesce(
                last_value(CASE WHEN opens = stays_open THEN CAST(opens AS INTEGER) + flipped END IGNORE NULLS)
                    OVER (ORDER BY line),
                0
            )
        ) % 2 = 1 AS open
    FROM flips
),
numbered AS (
    SELECT
        line,
        text,
        open,
        count(*) FILTER (WHERE NOT was_open) OVER (ORDER BY line) AS record
    FROM (SELECT *, coalesce(lag(open) OVER (ORDER BY line), false) AS was_open FROM states)
),
records AS (
    SELECT
        min(line) AS line,
        string_agg(text, {line_break} ORDER BY line) AS text,
        arg_max(open, line) AS open,
        max(line) = (SELECT max(line) FROM physical) AS last
    FROM numbered
    WHERE record > 1
    GROUP BY record
),

-- Blank lines are no rows. All rows must end as the header does.
ended AS (
    SELECT
        line,
        open,
        CASE WHEN {carriage_return} AND ends_with(text, e'\r') THEN text[:-2] ELSE text END AS text,
        {carriage_return} AND NOT last AND NOT ends_with(text, e'\r') AS lacks_return
    FROM records
),
rows AS MATERIALIZED (
    SELECT
        line,
        open,
        text,
        NOT open AND (
            lacks_return
            OR (
                contains(text, {stray_break})
                AND contains(regexp_replace(text, '"([^"]|"")*"', '', 'g'), {stray_break})
            )
        ) AS mixed
    FROM ended
    WHERE text <> '' OR lacks_return
),
split AS (
    SELECT line, open, mixed, regexp_extract_all(text || {delimiter}, {field}, 1) AS fields
    FROM rows
),
shaped AS MATERIALIZED (
    SELECT
        line,
        CASE
            WHEN open THEN 'open_quote'
            WHEN mixed THEN 'mixed_line_ends'
            WHEN len(list_filter(fields, lambda f: starts_with(ltrim(f, ' '), '"')
                AND NOT regexp_full_match(f, ' *"([^"]|"")*" *'))) > 0 THEN 'text_after_quote'
            WHEN len(fields) < {width} THEN 'too_few_fields'
            WHEN len(fields) > {width} THEN 'too_many_fields'
        END AS fault,
        CAST(len(fields) AS VARCHAR) AS found,
        CASE
            WHEN open OR mixed THEN fields[1]
            ELSE list_filter(fields, lambda f: starts_with(ltrim(f, ' '), '"')
                AND NOT regexp_full_match(f, ' *"([^"]|"")*" *'))[1]
        END AS culprit,
        list_transform(fields, lambda f: CASE
            WHEN starts_with(ltrim(f, ' '), '"') THEN replace(trim(f, ' ')[2:-2], '""', '"')
            ELSE f
        END) AS fields
    FROM split
),
texts AS (
    SELECT
        line,
        {texts}
    FROM shaped
    WHERE fault IS NULL
),
judged AS MATERIALIZED (
    SELECT
        *,
        {judged}
    FROM texts
),
faults AS MATERIALIZED (
    SELECT line, 0 AS place, '' AS column_name, fault, CASE
        WHEN fault IN ('too_few_fields', 'too_many_fields') THEN found
        ELSE culprit
    END AS value
    FROM shaped WHERE fault IS NOT NULL
{faults}
    UNION ALL
    SELECT 1, {last}, '', 'no_rows', ''
    WHERE NOT EXISTS (SELECT 1 FROM rows)
)

SELECT
    CAST(line AS BIGINT) AS line,
    column_name,
    fault,
    left(value, 201) AS value,
    (SELECT count(DISTINCT line) FROM faults) AS wrong_rows,
    (SELECT count(*) FROM rows) AS all_rows
FROM faults
ORDER BY line, place
LIMIT {limit}
