//! Files that must not load: the message names file, line, column and value, and the mart that
//! was there stays.

use std::cell::RefCell;

use mart::source_file::{Fault, LISTED_PROBLEMS};
use mart::{Plan, SourceError};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rstest::rstest;
use serde_json::json;

use crate::engine::{Engine, built_in};

const HEADER: &str = "order_date,customer_name,product_name,quantity,unit_price";
const ROW: &str = "2025-10-01,Ann,Lamp,2,9.5";

/// What is wrong, as `line column value fault`, from a file of this content.
fn wrong(content: &[u8]) -> Option<SourceError> {
    let mut engine = Engine::start()?;
    wrong_in(&mut engine, content).into()
}

fn wrong_in(engine: &mut Engine, content: &[u8]) -> SourceError {
    engine.build(&Plan::shipped(&built_in())).unwrap();
    let error = engine.load("sales.csv", content).unwrap_err();
    assert_eq!(error.file(), "sales.csv");
    assert!(error.to_string().starts_with("sales.csv"), "{error}");
    // The old mart is there, whole, and can be built upon.
    assert_eq!(
        json!(
            engine
                .query(
                    "SELECT count(*)::INTEGER, round(sum(quantity * unit_price), 2) FROM fact_sales"
                )
                .unwrap()
                .rows
        ),
        json!([[120, 68_541.67]])
    );
    assert_eq!(engine.build(&Plan::shipped(&built_in())), Ok(120));
    error
}

fn problems(error: &SourceError) -> Vec<(u64, &str, &str, Fault)> {
    error
        .problems()
        .iter()
        .map(|p| {
            (
                p.line,
                p.column.as_deref().unwrap_or_default(),
                p.value.as_str(),
                p.fault,
            )
        })
        .collect()
}

#[rstest]
#[case::impossible_date(
    "2025-02-30,Ann,Lamp,2,9.5",
    "order_date",
    "2025-02-30",
    Fault::NotADate
)]
#[case::german_date(
    "31.12.2025,Ann,Lamp,2,9.5",
    "order_date",
    "31.12.2025",
    Fault::NotADate
)]
#[case::short_date("2025-1-5,Ann,Lamp,2,9.5", "order_date", "2025-1-5", Fault::NotADate)]
#[case::date_with_slashes(
    "2025/01/05,Ann,Lamp,2,9.5",
    "order_date",
    "2025/01/05",
    Fault::NotADate
)]
#[case::date_and_time(
    "2025-01-05 10:00:00,Ann,Lamp,2,9.5",
    "order_date",
    "2025-01-05 10:00:00",
    Fault::NotADate
)]
#[case::infinite_date("infinity,Ann,Lamp,2,9.5", "order_date", "infinity", Fault::NotADate)]
#[case::no_date(",Ann,Lamp,2,9.5", "order_date", "", Fault::Missing)]
#[case::no_customer("2025-10-01,,Lamp,2,9.5", "customer_name", "", Fault::Missing)]
#[case::quoted_nothing("2025-10-01,\"\",Lamp,2,9.5", "customer_name", "", Fault::Missing)]
#[case::blank_product("2025-10-01,Ann,\"  \",2,9.5", "product_name", "  ", Fault::Missing)]
#[case::a_word("2025-10-01,Ann,Lamp,two,9.5", "quantity", "two", Fault::NotAnInteger)]
#[case::a_half("2025-10-01,Ann,Lamp,1.5,9.5", "quantity", "1.5", Fault::NotAnInteger)]
#[case::an_exponent("2025-10-01,Ann,Lamp,1e3,9.5", "quantity", "1e3", Fault::NotAnInteger)]
#[case::an_underscore(
    "2025-10-01,Ann,Lamp,1_000,9.5",
    "quantity",
    "1_000",
    Fault::NotAnInteger
)]
#[case::no_quantity("2025-10-01,Ann,Lamp,,9.5", "quantity", "", Fault::Missing)]
#[case::too_large(
    "2025-10-01,Ann,Lamp,2147483648,9.5",
    "quantity",
    "2147483648",
    Fault::OutOfRange
)]
#[case::no_number("2025-10-01,Ann,Lamp,2,abc", "unit_price", "abc", Fault::NotANumber)]
#[case::no_price("2025-10-01,Ann,Lamp,2,", "unit_price", "", Fault::Missing)]
#[case::nan("2025-10-01,Ann,Lamp,2,nan", "unit_price", "nan", Fault::NotANumber)]
#[case::infinite("2025-10-01,Ann,Lamp,2,-inf", "unit_price", "-inf", Fault::NotANumber)]
#[case::overflow(
    "2025-10-01,Ann,Lamp,2,1e999",
    "unit_price",
    "1e999",
    Fault::NotANumber
)]
#[case::comma_decimals(
    "2025-10-01,Ann,Lamp,2,\"9,5\"",
    "unit_price",
    "9,5",
    Fault::NotANumber
)]
#[case::price_with_underscore("2025-10-01,Ann,Lamp,2,1_0", "unit_price", "1_0", Fault::NotANumber)]
#[case::too_few("2025-10-01,Ann,Lamp,2", "", "4", Fault::TooFewFields)]
#[case::blanks_only("  ", "", "1", Fault::TooFewFields)]
#[case::too_many("2025-10-01,Acme, Inc.,Lamp,2,9.5", "", "6", Fault::TooManyFields)]
#[case::text_after_quote(
    "2025-10-01,\"Ann\"a,Lamp,2,9.5",
    "",
    "\"Ann\"a",
    Fault::TextAfterQuote
)]
fn a_wrong_value_is_named_with_its_line(
    #[case] row: &str,
    #[case] column: &str,
    #[case] value: &str,
    #[case] fault: Fault,
) {
    // Lines 1 and 2, a row over lines 3 to 5, a blank line 6, an unquoted quote on 7, then this.
    let lines = [
        HEADER,
        ROW,
        "2025-10-01,\"Ann",
        "and \"\"Bob\"\",",
        "and Eve\",Lamp,2,9.5",
        "",
        "2025-10-01,Ann,Monitor 27\",2,9.5",
        row,
        ROW,
        "",
    ];
    let Some(mut engine) = Engine::start() else {
        return;
    };
    for line_end in ["\n", "\r\n", "\r"] {
        let error = wrong_in(&mut engine, lines.join(line_end).as_bytes());
        assert_eq!(
            problems(&error),
            [(8, column, value, fault)],
            "{line_end:?}"
        );
        let SourceError::WrongRows { rows, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((rows.wrong_rows, rows.all_rows), (1, 5));
        assert!(rows.is_complete());
        assert!(
            error.to_string().contains("1 of 5 rows is wrong"),
            "{error}"
        );
        assert!(error.to_string().contains("Line 8"), "{error}");
    }
}

#[test]
fn a_quote_that_is_never_closed_is_named_where_it_opens() {
    let content = format!("\u{feff}{HEADER}\n{ROW}\n2025-10-01,\"Ann,Lamp,2,9.5\n{ROW}\n{ROW}\n");
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert_eq!(problems(&error), [(3, "", "2025-10-01", Fault::OpenQuote)]);
}

#[test]
fn one_row_can_have_several_problems_and_is_counted_once() {
    let content =
        format!("{HEADER}\n{ROW}\n2025-13-01,,Lamp,two,x\n{ROW}\n2025-10-01,Ann,Lamp,3.0,1\n");
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert_eq!(
        problems(&error),
        [
            (3, "order_date", "2025-13-01", Fault::NotADate),
            (3, "customer_name", "", Fault::Missing),
            (3, "quantity", "two", Fault::NotAnInteger),
            (3, "unit_price", "x", Fault::NotANumber),
            (5, "quantity", "3.0", Fault::NotAnInteger),
        ]
    );
    assert_eq!(
        error.to_string(),
        "sales.csv: 2 of 4 rows are wrong and nothing was loaded. Line 3, column order_date: “2025-13-01” is not a date written as YYYY-MM-DD"
    );
}

#[test]
fn a_sale_id_must_be_a_number_of_its_own() {
    let content = format!(
        "sale_id,{HEADER}\n1,{ROW}\n2,{ROW}\n+1,{ROW}\nx,{ROW}\n,{ROW}\n99999999999,{ROW}\n2,{ROW}\n"
    );
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert_eq!(
        problems(&error),
        [
            (4, "sale_id", "+1", Fault::Duplicate),
            (5, "sale_id", "x", Fault::NotAnInteger),
            (6, "sale_id", "", Fault::Missing),
            (7, "sale_id", "99999999999", Fault::OutOfRange),
            (8, "sale_id", "2", Fault::Duplicate),
        ]
    );
}

#[test]
fn the_first_problems_are_listed_and_all_are_counted() {
    let mut content = format!("{HEADER}\r\n");
    for n in 0..5_000 {
        content.push_str(if n % 2 == 0 {
            ROW
        } else {
            "2025-10-01,Ann,Lamp,two,9.5"
        });
        content.push_str("\r\n");
    }
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    let SourceError::WrongRows { rows, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((rows.wrong_rows, rows.all_rows), (2_500, 5_000));
    assert_eq!(rows.problems.len(), LISTED_PROBLEMS as usize);
    assert_eq!(rows.problems[0].line, 3);
    assert!(!rows.is_complete());
}

#[rstest]
#[case::lf_after_crlf("{H}\r\n{R}\r\n{R}\n{R}\r\n", 3)]
#[case::crlf_after_lf("{H}\n{R}\n{R}\n{R}\r\n{R}\n", 4)]
#[case::lf_after_crlf_header("{H}\r\n{R}\n{R}\n", 2)]
#[case::last_line_only("{H}\r\n{R}\r\n{R}\n", 3)]
fn mixed_line_ends_are_never_read_short(#[case] content: &str, #[case] line: u64) {
    let content = content.replace("{H}", HEADER).replace("{R}", ROW);
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert_eq!(
        (error.problems()[0].line, error.problems()[0].fault),
        (line, Fault::MixedLineEnds)
    );
}

#[rstest]
#[case::early(
    "{H}\n{R}\n2025-10-01,\"a\nb\",Lamp,2,9.5\n2025-10-01,M\u{fffd}ller,Lamp,2,9.5\n",
    5
)]
fn another_encoding_is_named_with_its_line(#[case] content: &str, #[case] line: u64) {
    let latin1 = |content: String| -> Vec<u8> {
        let parts: Vec<_> = content.split('\u{fffd}').map(str::as_bytes).collect();
        parts.join(&0xfc)
    };
    let filled = content.replace("{H}", HEADER).replace("{R}", ROW);
    let Some(error) = wrong(&latin1(filled.clone())) else {
        return;
    };
    assert!(
        matches!(&error, SourceError::NotUtf8 { line: found, .. } if *found == line),
        "{error:?}"
    );
    // The same, beyond what is looked at first.
    let far = filled.replacen(ROW, &vec![ROW; 10_000].join("\n"), 1);
    let Some(error) = wrong(&latin1(far)) else {
        return;
    };
    assert!(
        matches!(&error, SourceError::NotUtf8 { line: found, .. } if *found == line + 9_999),
        "{error:?}"
    );
}

#[test]
fn a_very_long_line_is_named() {
    let long = "x".repeat(3_000_000);
    let content = format!("{HEADER}\n{ROW}\n2025-10-01,{long},Lamp,2,9.5\n");
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert!(
        matches!(
            error,
            SourceError::LineTooLong {
                line: 3,
                limit: 2_000_000,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.detail().unwrap().len() < 10_000);
}

#[test]
fn blank_lines_alone_are_no_sales() {
    let content = format!("{HEADER}\r\n{}", "\r\n".repeat(40_000));
    let Some(error) = wrong(content.as_bytes()) else {
        return;
    };
    assert_eq!(
        error,
        SourceError::NoRows {
            file: "sales.csv".to_owned(),
            row: "sale".to_owned()
        }
    );
}

/// A file of any shape is either loaded whole or refused with a reason: no row is lost in
/// silence, and DuckDB's reader and the diagnosis do not contradict each other.
#[test]
fn no_file_loses_a_row_or_fails_without_a_reason() {
    let Some(engine) = Engine::start() else {
        return;
    };
    let engine = RefCell::new(engine);
    let piece = prop_oneof![
        4 => Just(ROW),
        2 => Just("2025-10-01,\"A \"\"n\"\"\n, n\",Lamp,2,9.5"),
        1 => Just("2025-10-01, \"Ann\" ,27\" screen,2,9.5"),
        1 => Just("2025-10-01,\"A\r\nnn\",\"\"\"\",2,9.5"),
        6 => Just("{end}"),
        1 => Just(""),
        1 => prop::sample::select(vec!["\"", "\"\"", ",", " ", "\n", "\r\n", "\r", "x", "ü", "2025-10-01", "\t"]),
    ];
    let file = (
        prop::collection::vec(piece, 0..12),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
    );
    let config = ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&file, |(pieces, end)| {
        let body = pieces.concat().replace("{end}", end);
        let content = format!("{HEADER}{end}{ROW}{end}{body}");
        let known = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(content.as_bytes())
            .into_records()
            .count();
        match engine.borrow_mut().load("sales.csv", content.as_bytes()) {
            Ok(staged) => prop_assert_eq!(staged, u64::try_from(known).unwrap(), "{:?}", content),
            Err(error) => prop_assert!(!error.problems().is_empty(), "{:?} {:?}", content, error),
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
