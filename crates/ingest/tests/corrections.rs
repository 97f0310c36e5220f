//! Rows that the user has corrected: each takes the place of the row on its line, is counted, and stays in
//! the quarantine with what it was.

#![expect(clippy::expect_used, reason = "a test fails so")]

use ingest::{Choices, ColumnPlan, Correction, Reader, Sample, understand};

fn read(text: &str, corrections: &[(u64, &str)]) -> (ingest::Counts, Vec<ingest::Reject>) {
    let found = understand("file", &Sample::whole(text.as_bytes()), &Choices::default());
    let mut plan = found.expect("a table").remove(0).plan;
    plan.corrections = corrections
        .iter()
        .map(|(line, text)| Correction {
            line: *line,
            text: (*text).to_owned(),
        })
        .collect();
    let mut reader = Reader::new(&plan);
    let mut rejects = reader.push(text.as_bytes()).expect("read").rejects;
    let rows = reader.finish().expect("read");
    rejects.extend(rows.rejects);
    (rows.counts, rejects)
}

const FILE: &str = "id,day,n\n1,2025-12-31,5\n2,2025-12-32,6\n3,2026-01-01,7,8\n4,2026-01-02,9\n";

#[test]
fn corrected_rows_are_loaded_and_counted() {
    let (counts, rejects) = read(FILE, &[(3, "2,2025-12-30,6"), (4, "3,2026-01-01,7")]);
    assert!(counts.is_balanced(), "{counts:?}");
    assert_eq!(
        (counts.loaded, counts.corrected, counts.set_aside),
        (4, 2, 0)
    );
    let known: Vec<_> = rejects
        .iter()
        .map(|reject| {
            (
                reject.line,
                reject.raw.as_str(),
                reject.correction.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        known,
        [
            (3, "2,2025-12-32,6", Some("2,2025-12-30,6")),
            (4, "3,2026-01-01,7,8", Some("3,2026-01-01,7")),
        ]
    );
}

#[test]
fn a_correction_that_is_wrong_is_set_aside_in_its_turn() {
    let (counts, rejects) = read(FILE, &[(3, "2,never,6")]);
    assert!(counts.is_balanced(), "{counts:?}");
    assert_eq!(
        (counts.loaded, counts.corrected, counts.set_aside),
        (2, 0, 2)
    );
    // The row of the file stays, and the correction stands beside it.
    let first = rejects.first().expect("a row");
    assert_eq!(first.raw, "2,2025-12-32,6");
    assert_eq!(first.correction.as_deref(), Some("2,never,6"));
    assert_eq!(first.value.as_deref(), Some("never"));
}

#[test]
fn rows_of_json_are_corrected_as_json() {
    let text = "{\"id\":1,\"n\":2}\n{\"id\":2,\"n\":oops}\n";
    let (counts, _) = read(text, &[(2, "{\"id\":2,\"n\":3}")]);
    assert!(counts.is_balanced(), "{counts:?}");
    assert_eq!(
        (counts.loaded, counts.corrected, counts.set_aside),
        (2, 1, 0)
    );
}

#[test]
fn a_type_chosen_for_a_file_with_types_says_nothing_of_a_text() {
    let text = b"day,code\n31.12.2025,007\n";
    let plan = |given: &str, ignored| {
        let choices = Choices {
            columns: vec![ColumnPlan {
                given: Some(given.to_owned()),
                ignored,
                ..ColumnPlan::text("day".to_owned())
            }],
            ..Choices::default()
        };
        let found = understand("next.csv", &Sample::whole(text), &choices);
        let mut plan = found.expect("a table").remove(0).plan;
        plan.table.columns.remove(0)
    };
    assert_eq!(plan("TIMESTAMP_NS", false).sql_type(), "DATE");
    assert_eq!(plan("VARCHAR", false).sql_type(), "VARCHAR");
    assert!(plan("DATE", true).ignored);
}
