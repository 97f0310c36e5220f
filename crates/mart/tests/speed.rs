//! How long a large document takes to be read, resolved and compiled. The limit is generous, since the
//! tests run without optimization; `cargo test -p mart --release --test speed -- --nocapture` prints
//! what the page takes.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a measurement says what it has found"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use mart::{Document, Filter, Model, Plan, checks};

const TABLES: usize = 200;

/// A mart of 20 stars around a calendar and conformed dimensions, with all that a document can have.
fn document() -> String {
    let mut datasets = Vec::new();
    let [
        mut relationships,
        mut metrics,
        mut attributes,
        mut questions,
    ] = [const { Vec::<String>::new() }; 4];
    datasets.push(r#"{ "name": "dim_day", "role": "calendar", "rows": "day.csv", "primary_key": ["day"], "fields": [{ "name": "day", "type": "DATE" }] }"#.to_owned());
    attributes.push(
        r#"{ "name": "month", "dataset": "dim_day", "field": "day", "grain": "month" }"#.to_owned(),
    );
    for at in 1..TABLES {
        let is_fact = at % 10 == 0;
        let name = if is_fact {
            format!("fact_{at}")
        } else {
            format!("dim_{at}")
        };
        let mut fields = r#"{ "name": "id", "type": "INTEGER" }"#.to_owned();
        for field in 0..15 {
            let data_type = ["INTEGER", "VARCHAR", "DOUBLE", "DATE", "DECIMAL(18,2)"][field % 5];
            write!(fields, r#", {{ "name": "field_{field}", "type": "{data_type}", "description": "What field {field} means." }}"#).unwrap();
        }
        if is_fact {
            for (key, to) in (at - 9..at).chain([1, 2]).enumerate() {
                if key < 9 || at > 10 {
                    write!(fields, r#", {{ "name": "key_{key}", "type": "INTEGER" }}"#).unwrap();
                    relationships.push(format!(r#"{{ "name": "{name}_{key}", "from": "{name}", "from_columns": ["key_{key}"], "to": "dim_{to}", "to_columns": ["id"] }}"#));
                }
            }
            relationships.push(format!(r#"{{ "name": "day_{at}", "from": "{name}", "from_columns": ["field_3"], "to": "dim_day", "to_columns": ["day"] }}"#));
            for metric in 0..4 {
                metrics.push(format!(r#"{{ "name": "metric_{at}_{metric}", "dataset": "{name}", "expression": "sum(field_0 * field_2) / count(*) + max(field_4) - {metric}" }}"#));
            }
            questions.push(format!(r#"{{ "name": "question_{at}", "metrics": ["metric_{at}_0", "metric_{at}_1"], "by": ["by_{}", "month"] }}"#, at - 1));
        } else {
            attributes.push(format!(
                r#"{{ "name": "by_{at}", "dataset": "{name}", "field": "field_1" }}"#
            ));
        }
        let role = if is_fact { "fact" } else { "dimension" };
        datasets.push(format!(r#"{{ "name": "{name}", "role": "{role}", "rows": "rows.csv", "primary_key": ["id"], "fields": [{fields}] }}"#));
    }
    // Dimensions without a fact of theirs are not grouped by.
    attributes.retain(|one| !(191..200).any(|at| one.contains(&format!("\"by_{at}\""))));
    format!(
        r#"{{ "version": 1, "name": "large", "datasets": [{}], "relationships": [{}], "metrics": [{}], "attributes": [{}], "questions": [{}] }}"#,
        datasets.join(","),
        relationships.join(","),
        metrics.join(","),
        attributes.join(","),
        questions.join(",")
    )
}

/// All SQL and text, to be counted.
fn compiled(model: &Model) -> usize {
    let mut bytes = model.documentation().len();
    for step in &Plan::load(model, &[]).steps {
        bytes += step.sql.len();
    }
    for question in model.questions() {
        bytes += question.query(&Filter::default()).sql(model).unwrap().len();
    }
    for check in checks(model, &[]) {
        bytes += check.sql.len() + check.rows_sql.len();
    }
    bytes
}

#[test]
fn two_hundred_tables_take_little_time() {
    let text = document();
    let mut times: Vec<[Duration; 3]> = Vec::new();
    for _ in 0..11 {
        let begun = Instant::now();
        let document = Document::read(&text).unwrap();
        let read = begun.elapsed();
        let begun = Instant::now();
        let model = Model::resolve(&document).unwrap();
        let resolved = begun.elapsed();
        let begun = Instant::now();
        assert!(compiled(&model) > 100_000);
        times.push([read, resolved, begun.elapsed()]);
    }
    let median = |part: usize| {
        let mut of_part: Vec<_> = times.iter().map(|time| time[part]).collect();
        of_part.sort_unstable();
        of_part[times.len() / 2]
    };
    let [read, resolved, made] = [0, 1, 2].map(median);
    println!(
        "{} KB: read {read:?}, resolved {resolved:?}, compiled {made:?}",
        text.len() / 1_000
    );
    assert!(read + resolved + made < Duration::from_secs(2));
}
