//! What a file has only behind its first elements is kept all the same.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::fmt::Write as _;

use report::{read_all, rows};

#[test]
fn an_array_that_comes_late_is_kept_as_it_is_written() {
    let mut text = String::new();
    for id in 1..=2100 {
        writeln!(text, "{{\"id\": {id}, \"lines\": [{{\"n\": 1}}]}}").unwrap();
    }
    text.push_str("{\"id\": 2101, \"lines\": [{\"n\": 1, \"taxes\": [{\"t\": 5}]}], \"refunds\": [{\"sum\": 7}]}\n");
    let tables = read_all("late.ndjson", text.as_bytes(), 1 << 16).unwrap();
    let last: Vec<_> = tables
        .into_iter()
        .map(|(_, table)| {
            let table = table.unwrap();
            let columns = table.plan.table.columns.iter();
            let names: Vec<_> = columns.map(|column| column.name.clone()).collect();
            (names, rows(&table.batches).pop().unwrap())
        })
        .collect();
    let expected = [
        (vec!["id", "refunds"], vec!["2101", r#"[{\"sum\":7}]"#]),
        (
            vec!["parent_id", "n", "taxes"],
            vec!["2101", "1", r#"[{\"t\":5}]"#],
        ),
    ];
    assert_eq!(last.len(), expected.len());
    for ((names, row), (expected_names, expected_row)) in last.iter().zip(&expected) {
        assert_eq!(names, expected_names);
        assert_eq!(row, expected_row);
    }
}
