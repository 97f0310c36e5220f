//! Statements of every kind on the page SQL: what they return is shown right, what they say is true, and
//! the engine lives.

use browser_tests::{Outcome, Page, SOON, Setup, story};

use crate::sql::{open_sql, result, run, text_contains};

/// Runs a text, and waits for the rows of its last statement.
async fn gives(page: &Page, text: &str, expected: &[&[&str]]) -> Outcome {
    run(page, text).await?;
    result(page, |rows| rows == expected).await?;
    Ok(())
}

#[tokio::test]
async fn times_are_in_utc_and_nothing_ends_the_engine() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(page, "CREATE TEMP TABLE kept AS SELECT 42 AS answer").await?;
        text_contains(page, "1 row changed").await?;
        for (text, expected) in [
            ("SELECT year(now()) = year(current_date) AS same", "true"),
            ("SELECT date_trunc('month', now()) = date_trunc('month', today()) AS same", "true"),
            (
                "SELECT date_diff('day', TIMESTAMPTZ '2026-01-01 00:00:00+00', TIMESTAMPTZ '2026-01-03 00:00:00+00') AS days",
                "2",
            ),
            ("SELECT now() - INTERVAL 100 YEAR < now() AS is_earlier", "true"),
            ("FROM kept", "42"),
        ] {
            gives(page, text, &[&[expected]]).await?;
        }
        for (text, words) in [
            ("INSTALL icu", ["has no extensions", "It was not run"]),
            ("LOAD icu", ["has no extensions", "It was not run"]),
            ("FROM read_csv('https://example.org/a.csv')", ["reaches no network", "Nothing that it began"]),
            ("COPY kept TO 's3://a/b.csv'", ["reaches no network", "Nothing that it began"]),
            ("COPY kept TO 'a.csv'", ["button Download", "Nothing that it began"]),
            ("FROM read_parquet('a.parquet')", ["Parquet is not read here", "Nothing that it began"]),
            ("SELECT '1'::JSON", ["no JSON type here", "Nothing that it began"]),
            (
                "SELECT TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL 1 DAY",
                ["x::TIMESTAMP", "Nothing that it began"],
            ),
        ] {
            run(page, text).await?;
            page.alert_contains(SOON, &words).await?;
            gives(page, "FROM kept", &[&["42"]]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn rows_of_every_kind_of_statement_are_shown() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            "CREATE TYPE mood AS ENUM ('sad', 'happy');
             CREATE TABLE people (id INTEGER, mood mood, tags VARCHAR[])",
        )
        .await?;
        text_contains(page, "Done").await?;
        gives(
            page,
            "INSERT INTO people VALUES (1, 'happy', ['a', 'b']), (2, 'sad', NULL) RETURNING *",
            &[&["1", "happy", "[a, b]"], &["2", "sad", "NULL"]],
        )
        .await?;
        // Sorted, the statement has run once.
        page.click("button", "id").await?;
        gives(page, "SELECT count(*) AS n FROM people", &[&["2"]]).await?;
        gives(
            page,
            "UPDATE people SET mood = 'sad' WHERE id = 1 RETURNING mood, id + 1 AS next",
            &[&["sad", "2"]],
        )
        .await?;
        gives(
            page,
            "PREPARE add AS INSERT INTO people VALUES (?, 'happy', ['c']) RETURNING mood, tags;
             EXECUTE add(3)",
            &[&["happy", "[c]"]],
        )
        .await?;
        gives(
            page,
            "PREPARE moods AS SELECT mood FROM people WHERE id = ?; EXECUTE moods(3)",
            &[&["happy"]],
        )
        .await?;
        gives(page, "SELECT count(*) AS n FROM people", &[&["3"]]).await?;
        gives(
            page,
            "DELETE FROM people WHERE id = 2 RETURNING {'id': id, 'mood': mood} AS gone",
            &[&["{'id': 2, 'mood': sad}"]],
        )
        .await?;
        for text in [
            "SHOW ALL TABLES",
            "SUMMARIZE people",
            "DESCRIBE people",
            "PRAGMA table_info('people')",
            "PRAGMA storage_info('people')",
            "CALL duckdb_settings()",
            "VALUES (1)",
            "WITH a AS (SELECT 1 AS b) FROM a",
            "PIVOT people ON mood USING count(*)",
        ] {
            run(page, text).await?;
            result(page, |rows| !rows.is_empty()).await?;
            assert_eq!(page.alerts().await?, Vec::<String>::new(), "{text}");
        }
        Ok(())
    })
    .await
}

/// One value of every type.
const TYPED: &str = "
    SELECT
        true AS boolean, 1::TINYINT AS tiny, 255::UTINYINT AS small, 9223372036854775807 AS big,
        170141183460469231731687303715884105727::HUGEINT AS huge,
        340282366920938463463374607431768211455::UHUGEINT AS greatest,
        12345678901234567.89::DECIMAL(38, 2) AS decimals, 0.1::FLOAT AS single, 1e300::DOUBLE AS double,
        DATE '2026-01-02' AS day, TIME '01:02:03.5' AS clock, TIMESTAMP '2026-01-02 03:04:05.123456' AS moment,
        TIMESTAMP_NS '2026-01-02 03:04:05.123456789' AS nanoseconds, TIMESTAMP_S '2026-01-02 03:04:05' AS seconds,
        TIMESTAMPTZ '2026-01-01 00:00:00+00' AS zoned, INTERVAL '1 month 2 days 3 seconds' AS span,
        UUID '6ba7b810-9dad-11d1-80b4-00c04fd430c8' AS id, '\\xAA\\x00'::BLOB AS bytes, '10101'::BIT AS bits,
        MAP {'a': 1, 'b': NULL} AS pairs, union_value(number := 2) AS either, [1, NULL, 3] AS list,
        [1, 2, 3]::INTEGER[3] AS fixed, {'x': 1, 'y': ['z']} AS parts, 'happy'::mood AS mood,
        [{'mood': 'sad'::mood}] AS moods, 'it''s, \"so\"' AS text, NULL::INTEGER AS nothing";

#[tokio::test]
async fn every_type_is_shown_the_same_by_every_statement() -> Outcome {
    story(Setup::default(), async |page| {
        open_sql(page).await?;
        run(
            page,
            &format!("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE typed AS {TYPED}"),
        )
        .await?;
        text_contains(page, "1 row changed").await?;
        run(page, "FROM typed").await?;
        let selected = result(page, |rows| rows.len() == 1).await?;
        let values = &selected[0];
        assert_eq!(values.len(), 28);
        for (at, value) in [
            (4, "170,141,183,460,469,231,731,687,303,715,884,105,727"),
            (6, "12,345,678,901,234,567.89"),
            (14, "2026-01-01T00:00:00Z"),
            (19, "{a=1, b=NULL}"),
            (23, "{'x': 1, 'y': [z]}"),
            (24, "happy"),
            (27, "NULL"),
        ] {
            assert_eq!(values[at], value);
        }
        for (text, rows) in [
            ("INSERT INTO typed FROM typed RETURNING *", 1),
            ("UPDATE typed SET tiny = tiny RETURNING *", 2),
            ("PREPARE again AS FROM typed; EXECUTE again", 2),
            ("WITH t AS (FROM typed) FROM t", 2),
            ("DELETE FROM typed RETURNING *", 2),
        ] {
            run(page, &format!("{text} -- {rows}")).await?;
            // The table of before goes when the statement begins.
            text_contains(page, "First rows after").await?;
            let shown = result(page, |found| found.len() == rows).await?;
            assert_eq!(shown, vec![values.clone(); rows], "{text}");
            assert_eq!(page.alerts().await?, Vec::<String>::new(), "{text}");
        }
        Ok(())
    })
    .await
}
