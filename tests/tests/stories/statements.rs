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
