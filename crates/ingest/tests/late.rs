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

/// A file whose rows from this one on are behind all samples.
fn long(header: &str, row: impl Fn(usize) -> String, late: &[&str]) -> String {
    let mut text = format!("{header}\n");
    for number in 0..40_000 {
        text.push_str(&row(number));
        text.push('\n');
        if number == 25_000 {
            for row in late {
                text.push_str(row);
                text.push('\n');
            }
        }
    }
    text
}

/// The types of the columns, and what is set aside.
fn read(text: &str) -> (Vec<String>, Vec<(String, String)>) {
    let tables = read_all("late.csv", text.as_bytes(), 1 << 16).unwrap();
    let read = tables.into_iter().next().unwrap().1.unwrap();
    let columns = read.plan.table.columns.iter();
    let types = columns.map(ingest::ColumnPlan::sql_type).collect();
    let rejects = read.rows.rejects.into_iter();
    let rejects = rejects.map(|one| (one.value.unwrap_or_default(), one.fault.rule().to_owned()));
    (types, rejects.collect())
}

#[test]
fn signs_that_come_late_are_set_aside() {
    let text = long(
        "id,price",
        |number| format!("{},{}.50", number + 1000, number % 90 + 10),
        &["5,50%", "6,$7.00", "7,-", "00123,1.50", "8,1.5e+1"],
    );
    let (types, rejects) = read(&text);
    assert_eq!(types, ["BIGINT", "DECIMAL(18,2)"]);
    let rejects: Vec<_> = rejects
        .iter()
        .map(|(value, rule)| (value.as_str(), rule.as_str()))
        .collect();
    assert_eq!(
        rejects,
        [
            ("50%", "another sign"),
            ("$7.00", "another sign"),
            ("-", "another sign"),
            ("00123", "leading zero"),
        ]
    );
}

#[test]
fn several_wide_numbers_stay_exact() {
    let wide = ["12345678901234567890,1", "12345678901234567891,2"];
    let row = |number: usize| format!("{},{number}", 1_234_567_890_123_456_000 + number);
    assert_eq!(
        read(&long("id,n", row, &wide)).0,
        ["DECIMAL(38,0)", "BIGINT"]
    );
    let tenth = ["1234567890123456.5,1", "7.25,2"];
    assert_eq!(
        read(&long("id,n", row, &tenth)).0,
        ["DECIMAL(38,2)", "BIGINT"]
    );
}

#[test]
fn a_large_object_gives_each_array_that_its_start_shows() {
    let items: Vec<_> = (0..9000)
        .map(|id| format!("{{\"id\":{id},\"name\":\"n{id} with some letters\"}}"))
        .collect();
    let text = format!(
        "{{\"columns\":[\"id\"],\"tags\":[{{\"t\":1}}],\"data\":[{}],\"later\":[{{\"x\":1}}]}}",
        items.join(",")
    );
    let tables = read_all("late.json", text.as_bytes(), 1 << 16).unwrap();
    let found: Vec<_> = tables
        .into_iter()
        .map(|(name, table)| {
            let table = table.unwrap();
            let says = table
                .evidence
                .iter()
                .any(|one| one.text.contains("columns, what may follow data"));
            (name.unwrap_or_default(), table.rows.counts.loaded, says)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("tags".to_owned(), 1, true),
            ("data".to_owned(), 9000, true)
        ]
    );
}

#[test]
fn json_that_is_cut_says_so_before_it_is_loaded() {
    for (text, is_cut) in [
        ("[{\"a\":1},{\"a\":3", true),
        ("{\"rows\":[{\"a\":1},{\"a\":2}]", true),
        ("[{\"a\":1},{\"a\":3}]", false),
        ("{\"a\":1}\n{\"a\":2}\n", false),
    ] {
        let sample = ingest::Sample::whole(text.as_bytes());
        let found = ingest::understand("cut.json", &sample, &ingest::Choices::default());
        let says = match found {
            Ok(found) => {
                let mut evidence = found.iter().flat_map(|table| &table.evidence);
                evidence.any(|one| one.is_question && one.text.contains("cut short"))
            }
            Err(refusal) => refusal.to_string().contains("cut short"),
        };
        assert_eq!(says, is_cut, "{text}");
    }
}
