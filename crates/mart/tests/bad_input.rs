//! Documents that nobody should write: each is refused with a pointer, in little time.

use std::time::{Duration, Instant};

use mart::{Document, Mistake, Model};

const BUILT_IN: &str = include_str!("../marts/mini_data_mart/mini_data_mart.mart.json");

fn resolve(text: &str) -> Result<Model, Vec<Mistake>> {
    let begun = Instant::now();
    let outcome = Document::read(text).and_then(|document| Model::resolve(&document));
    let time = begun.elapsed();
    assert!(time < Duration::from_secs(10), "it took {time:?}");
    outcome
}

fn tables(count: usize) -> String {
    let table = |at: usize| {
        format!(
            r#"{{ "name": "dim_{at}", "role": "dimension", "rows": "a.csv", "primary_key": ["id"], "fields": [{{ "name": "id", "type": "INTEGER" }}] }}"#
        )
    };
    let tables: Vec<_> = (0..count).map(table).collect();
    format!(
        r#"{{ "version": 1, "name": "many", "datasets": [{}] }}"#,
        tables.join(",")
    )
}

#[test]
fn what_is_no_document_is_refused() {
    let nested = |count: usize| {
        format!(
            r#"{{ "version": 1, "name": "x", "datasets": {}{} }}"#,
            "[".repeat(count),
            "]".repeat(count)
        )
    };
    let large = format!("{}{}", BUILT_IN, " ".repeat(50 << 20));
    let table = [
        ("", "", "it is not JSON that can be read"),
        (
            "order_date,quantity\n2025-01-01,3\n",
            "",
            "it is not JSON that can be read",
        ),
        ("null", "", "it must be a JSON object"),
        (&large, "", "and a document may have 8388608"),
        (
            &nested(10_000),
            "",
            "it is not JSON that can be read: recursion limit exceeded",
        ),
        (&"{\"a\":".repeat(10_000), "", "recursion limit exceeded"),
        (
            r#"{ "version": 99, "name": "x" }"#,
            "/version",
            "version 99 is newer than 1",
        ),
        (
            r#"{ "version": 1e99, "name": "x" }"#,
            "/version",
            "is no version",
        ),
        (r#"{ "version": 1, "name": 1 }"#, "/name", "invalid type"),
        (
            &tables(10_000),
            "/datasets",
            "there are 10000, and there may be 1000 in all",
        ),
    ];
    for (text, pointer, words) in table {
        let mistakes = resolve(text).unwrap_err();
        assert_eq!(mistakes[0].pointer, pointer, "{mistakes:?}");
        assert!(mistakes[0].problem.contains(words), "{mistakes:?}");
    }
    assert_eq!(resolve(&tables(1_000)).unwrap().tables().len(), 1_000);
}

/// Names take part in every message and suggestion: wrong ones must not take long either.
#[test]
fn thousands_of_wrong_names_are_all_counted() {
    let metric = |at: usize| {
        format!(
            r#"{{ "name": "m{at}", "dataset": "fact_sales_{at}", "expression": "sum(quantity_{at})" }}"#
        )
    };
    let metrics: Vec<_> = (0..19_000).map(metric).collect();
    let text = BUILT_IN.replacen(
        "\"metrics\": [",
        &format!("\"metrics\": [{},", metrics.join(",")),
        1,
    );
    assert!(resolve(&text).unwrap_err().len() >= 19_000);
    let metrics: Vec<_> = (0..19_000)
        .map(|at| {
            format!(
                r#"{{ "name": "m{at}", "dataset": "fact_sales", "expression": "m{} + 1" }}"#,
                at + 1
            )
        })
        .collect();
    let text = BUILT_IN.replacen(
        "\"metrics\": [",
        &format!("\"metrics\": [{},", metrics.join(",")),
        1,
    );
    assert!(!resolve(&text).unwrap_err().is_empty());
}

/// Many facts around many dimensions, with many ways from one to the other.
#[test]
fn many_ways_take_little_time() {
    let mut datasets = Vec::new();
    let mut relationships = Vec::new();
    let mut metrics = Vec::new();
    let mut attributes = Vec::new();
    for at in 0..500 {
        let refers: Vec<_> = (0..20)
            .map(|key| format!(r#"{{ "name": "k{key}", "type": "INTEGER" }}"#))
            .collect();
        let role = if at < 250 { "fact" } else { "dimension" };
        datasets.push(format!(
            r#"{{ "name": "t{at}", "role": "{role}", "rows": "a.csv", "primary_key": ["id"], "fields": [{{ "name": "id", "type": "INTEGER" }}, {}] }}"#,
            refers.join(",")
        ));
        for key in 0..20 {
            let to = at + 1 + key * 7;
            if to < 500 {
                relationships.push(format!(
                    r#"{{ "name": "r{at}_{key}", "from": "t{at}", "from_columns": ["k{key}"], "to": "t{to}", "to_columns": ["id"] }}"#
                ));
            }
        }
        if at < 250 {
            metrics.push(format!(
                r#"{{ "name": "m{at}", "dataset": "t{at}", "expression": "count(*)" }}"#
            ));
        }
        attributes.push(format!(
            r#"{{ "name": "a{at}", "dataset": "t{at}", "field": "id" }}"#
        ));
    }
    let text = format!(
        r#"{{ "version": 1, "name": "ways", "datasets": [{}], "relationships": [{}], "metrics": [{}], "attributes": [{}] }}"#,
        datasets.join(","),
        relationships.join(","),
        metrics.join(","),
        attributes.join(",")
    );
    // Most of them are ambiguous; that is found out soon.
    let outcome = resolve(&text);
    assert!(outcome.is_ok() || !outcome.unwrap_err().is_empty());
}
