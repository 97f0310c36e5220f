//! Functions of time in DuckDB-Wasm, which has no ICU, beside native DuckDB with the session in UTC: all
//! that the catalog lists with a parameter of the type TIMESTAMP WITH TIME ZONE.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds something else ends there"
)]

use std::fmt::Write as _;

use native_duckdb::{Native, Wasm};
use sql::TIME_IN_UTC;

const ZONED: &str = "TIMESTAMP WITH TIME ZONE";

/// The page's engine: locked down, with the macros of the connections that run statements of the user's.
fn engine() -> Option<Wasm> {
    let mut wasm = Wasm::start("America/Los_Angeles")?;
    for statement in [
        "SET GLOBAL allowed_directories = ['sources/']",
        "SET GLOBAL enable_external_access = false",
        TIME_IN_UTC,
        "CREATE TEMP TABLE kept AS SELECT 42 AS answer",
    ] {
        wasm.query(statement).unwrap();
    }
    Some(wasm)
}

fn native() -> Option<Native> {
    let mut native = Native::start()?;
    // Its ICU is built in.
    native.query("SET TimeZone = 'UTC'").unwrap();
    Some(native)
}

/// The first value as text, or the first line of the error.
fn in_wasm(wasm: &mut Wasm, expression: &str) -> Result<Option<String>, String> {
    let batches = wasm.query(&format!(
        "SELECT concat(({expression})::VARCHAR, ' ', typeof({expression})) AS v"
    ))?;
    let column = batches[0].column(0);
    let texts = column.as_any().downcast_ref::<arrow_array::StringArray>();
    Ok(texts.unwrap().iter().next().flatten().map(str::to_owned))
}

fn in_native(native: &mut Native, expression: &str) -> Result<Option<String>, String> {
    let rows = native.query(&format!(
        "SELECT concat(({expression})::VARCHAR, ' ', typeof({expression})) AS v"
    ))?;
    Ok(rows.rows[0][0].as_str().map(str::to_owned))
}

/// A value of a type, as SQL.
fn value(data_type: &str, at: usize) -> Option<String> {
    let zoned = [
        "2025-11-30 23:45:10.123456+00",
        "2026-02-03 04:05:06+00",
        "2026-03-01 00:00:00+00",
    ];
    Some(match data_type {
        ZONED => format!("TIMESTAMPTZ '{}'", zoned[at % 3]),
        "TIMESTAMP" => format!("TIMESTAMP '{}'", zoned[at % 3].trim_end_matches("+00")),
        "TIMESTAMP_NS" => "TIMESTAMP_NS '2025-11-30 23:45:10.123456789'".to_owned(),
        "TIME" => "TIME '10:20:30.5'".to_owned(),
        "INTERVAL" => "INTERVAL 20 DAY".to_owned(),
        "VARCHAR" => "'month'".to_owned(),
        "VARCHAR[]" => "['year', 'month']".to_owned(),
        "DATE" => "DATE '2025-10-01'".to_owned(),
        "DOUBLE" | "FLOAT" => "0.5".to_owned(),
        "DOUBLE[]" | "FLOAT[]" => "[0.5]".to_owned(),
        "INTEGER" | "BIGINT" | "HUGEINT" | "ANY" => "1".to_owned(),
        "BLOB" => "'a'::BLOB".to_owned(),
        "DECIMAL" => "1.5".to_owned(),
        "TIME WITH TIME ZONE" => "TIMETZ '10:00:00+00'".to_owned(),
        _ => return None,
    })
}

/// Calls of all functions with such a parameter, from the catalog of native DuckDB, which has ICU.
fn calls(native: &mut Native) -> Vec<String> {
    let listed = native
        .query(&format!(
            "SELECT DISTINCT function_name, array_to_string(parameter_types, '|')
             FROM duckdb_functions()
             WHERE function_type IN ('scalar', 'aggregate') AND function_name IN (
                 SELECT function_name FROM duckdb_functions() WHERE list_contains(parameter_types, '{ZONED}'))
             ORDER BY ALL"
        ))
        .unwrap();
    listed
        .rows
        .iter()
        .filter_map(|row| {
            let (name, types) = (row[0].as_str()?, row[1].as_str()?);
            let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let arguments = types
                .split('|')
                .enumerate()
                .map(|(at, of)| value(of.trim_matches('\''), at))
                .collect::<Option<Vec<_>>>()?;
            match (name, arguments.as_slice()) {
                ("timezone", [_, moment]) => Some(format!("timezone('UTC', {moment})")),
                ("time_bucket", [width, moment, zone]) if zone == "'month'" => {
                    Some(format!("time_bucket({width}, {moment}, 'UTC')"))
                }
                // It takes the day of today.
                ("age", [_]) => Some(format!("age({}) IS NULL", arguments[0])),
                ("strftime", [moment, _]) => Some(format!("strftime({moment}, '%Y-%m')")),
                (_, [left, right]) if !is_word => Some(format!("{left} {name} {right}")),
                _ if is_word => Some(format!("\"{name}\"({})", arguments.join(", "))),
                _ => None,
            }
        })
        .collect()
}

#[test]
fn every_function_over_moments_gives_natives_value_or_one_error() {
    let (Some(mut native), Some(mut wasm)) = (native(), engine()) else {
        return;
    };
    let calls = calls(&mut native);
    assert!(calls.len() > 80, "{calls:?}");
    let (mut same, mut different, mut errors) = (0, String::new(), Vec::new());
    for call in &calls {
        match (in_wasm(&mut wasm, call), in_native(&mut native, call)) {
            (Ok(ours), Ok(theirs)) if ours == theirs => same += 1,
            (Ok(ours), theirs) => {
                writeln!(different, "{call}: {ours:?}, natively {theirs:?}").unwrap();
            }
            (Err(_), Err(_)) => same += 1,
            (Err(message), Ok(_)) => {
                let first = message.lines().next().unwrap_or_default();
                assert!(first.contains(" Error: "), "{call}: {message}");
                assert!(
                    call.contains("TIMESTAMPTZ") || call.contains("TIMETZ"),
                    "{call}: {message}"
                );
                errors.push(call.clone());
            }
        }
        // The engine lives.
        assert_eq!(
            in_wasm(&mut wasm, "(FROM kept)").unwrap().as_deref(),
            Some("42 INTEGER"),
            "{call}"
        );
    }
    println!(
        "{same} of {} calls have native DuckDB's value; errors: {errors:#?}",
        calls.len()
    );
    assert!(different.is_empty(), "{different}");
    assert!(same > 80);
}

#[test]
fn what_people_write_about_time() {
    let (Some(mut native), Some(mut wasm)) = (native(), engine()) else {
        return;
    };
    for expression in [
        "year(now())",
        "date_trunc('month', now())::DATE",
        "date_trunc('month', DATE '2025-01-05')",
        "date_diff('day', TIMESTAMPTZ '2026-01-01 00:00:00+00', TIMESTAMPTZ '2026-01-03 00:00:00+00')",
        "current_date",
        "today()",
        "(now() - INTERVAL 100 YEAR)::DATE",
        "extract(year FROM now())",
        "date_part('quarter', current_timestamp)",
        "(TIMESTAMP '2025-01-01 10:00:00' AT TIME ZONE 'UTC')",
        "(TIMESTAMPTZ '2025-01-01 10:00:00+02' AT TIME ZONE 'UTC')",
        "date_diff('day', DATE '2025-01-01', '2025-03-01')",
        "datediff('month', '2025-01-01'::DATE, current_date)",
        "date_trunc('week', DATE '2025-01-01')",
        "strftime(now(), '%Y-%m-%d')",
        "strftime(DATE '2025-01-01', '%d.%m.%Y')",
        "month(DATE '2025-05-01')",
        "age(TIMESTAMPTZ '2025-05-01 00:00:00+00', TIMESTAMPTZ '2025-01-01 00:00:00+00')",
        "range(3)",
        "len(generate_series(TIMESTAMPTZ '2025-01-01 00:00:00+00', TIMESTAMPTZ '2025-01-03 00:00:00+00', INTERVAL 1 DAY))",
        "(SELECT count(*) FROM range(DATE '2025-01-01', DATE '2025-02-01', INTERVAL 1 DAY))",
        "make_timestamptz(2025, 1, 2, 3, 4, 5.5)",
    ] {
        assert_eq!(
            in_wasm(&mut wasm, expression),
            in_native(&mut native, expression),
            "{expression}"
        );
    }
}

#[test]
fn what_asks_for_more_than_is_here_is_an_error_and_the_engine_lives() {
    let Some(mut wasm) = engine() else {
        return;
    };
    for statement in [
        "FROM read_csv('https://example.org/x.csv')",
        "COPY kept TO 's3://bucket/x.csv'",
        "FROM read_parquet('x.parquet')",
        "SELECT '1'::JSON",
        "LOAD icu",
        "ATTACH 'https://example.org/x.duckdb'",
        "SET TimeZone = 'Europe/Berlin'",
        "SELECT TIMESTAMPTZ '2025-01-01 00:00:00+00' + INTERVAL 1 DAY",
        "SELECT TIMESTAMPTZ '2025-01-01 00:00:00+00'::DATE",
        "SELECT now() AT TIME ZONE 'Europe/Berlin'",
        "SET enable_external_access = true",
        "SET GLOBAL allowed_directories = ['/']",
    ] {
        let error = wasm.query(statement).expect_err(statement);
        assert!(error.contains(" Error: "), "{statement}: {error}");
        assert_eq!(
            in_wasm(&mut wasm, "(FROM kept)").unwrap().as_deref(),
            Some("42 INTEGER")
        );
    }
}
