//! The examples of `static/marts`: each is a document and files, resolves without a mistake, loads
//! into native DuckDB, passes its checks, and gives the numbers that its files hold. The expected
//! numbers are computed from the files by SQL that does not come from the compiler.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

mod example;
mod support_desk;
mod web_shop;

use std::collections::BTreeMap;

use mart::{Attribute, Metric, Model, Query, Role, Severity, checks};
use serde_json::Value;

use example::{Example, folder, package};

/// The examples, in the order of the page.
const EXAMPLES: [&str; 2] = ["support_desk", "web_shop"];

/// The checks that are meant to fail, with the number of failing rows.
const FAILING: [(&str, u64); 1] = [("fact_ticket: coalesce(hours_to_close, 0) <= 720", 4)];

#[test]
fn the_list_names_each_example_with_the_label_of_its_document() {
    let list = std::fs::read_to_string(folder().join("index.json")).unwrap();
    let list: Vec<BTreeMap<String, String>> = serde_json::from_str(&list).unwrap();
    let names: Vec<_> = list
        .iter()
        .map(|example| example["name"].as_str())
        .collect();
    assert_eq!(names, EXAMPLES);
    for example in &list {
        assert_eq!(
            example.keys().collect::<Vec<_>>(),
            ["description", "label", "name"]
        );
        assert_eq!(example["label"], package(&example["name"]).model().label());
        assert!(!example["description"].is_empty());
    }
}

#[test]
fn an_example_is_small_and_only_a_document_and_the_files_that_it_names() {
    for name in EXAMPLES {
        let package = package(name);
        let mut expected: Vec<_> = package
            .document()
            .paths()
            .iter()
            .map(|path| (*path).to_owned())
            .collect();
        expected.push(format!("{name}.mart.json"));
        expected.sort();
        let mut size = 0;
        let mut found = Vec::new();
        for file in std::fs::read_dir(folder().join(name)).unwrap() {
            let file = file.unwrap();
            size += file.metadata().unwrap().len();
            found.push(file.file_name().into_string().unwrap());
        }
        found.sort();
        assert_eq!(found, expected);
        assert!(size < 120_000, "{name} has {size} bytes");
        for (path, text) in package.files() {
            assert!(
                !text.contains('\r') && text.ends_with('\n'),
                "{name}/{path}"
            );
        }
    }
}

#[test]
fn everything_in_an_example_is_described() {
    for name in EXAMPLES {
        let package = package(name);
        let model = package.model();
        assert_eq!(model.name().as_str(), name);
        let mut missing = Vec::new();
        let mut needs = |what: String, text: &str| {
            if text.is_empty() {
                missing.push(what);
            }
        };
        for table in model.tables() {
            needs(table.title(), &table.description);
            needs(format!("grain of {}", table.title()), &table.grain);
            for column in &table.columns {
                needs(
                    format!("{}.{}", table.title(), column.name),
                    &column.description,
                );
            }
            let prefix = match table.role {
                Role::Fact => "fact_",
                Role::Bridge => "bridge_",
                _ => "dim_",
            };
            assert!(table.name.as_str().starts_with(prefix), "{}", table.title());
        }
        for source in model.sources() {
            needs(source.name.clone(), &source.description);
            for field in &source.fields {
                needs(
                    format!("{}.{}", source.name, field.name),
                    &field.description,
                );
            }
        }
        for metric in model.metrics() {
            needs(metric.name().to_owned(), metric.description());
        }
        for question in model.questions() {
            needs(question.name().to_owned(), question.description());
        }
        for check in checks(model, &[]) {
            needs(check.name, &check.description);
        }
        assert_eq!(missing, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn each_example_loads_and_passes_its_checks() {
    for name in EXAMPLES {
        let Some(mut example) = Example::load(name) else {
            return;
        };
        let loaded = example.loaded.clone();
        assert!(!loaded.is_empty(), "{name}");
        for check in checks(example.model(), &loaded) {
            let failing = u64::try_from(example.engine.number(&check.sql)).unwrap();
            let meant = FAILING.iter().find(|(name, _)| *name == check.name);
            assert_eq!(
                failing,
                meant.map_or(0, |(_, rows)| *rows),
                "{name}: {}",
                check.name
            );
            let rows = example.engine.query(&check.rows_sql).unwrap().rows;
            assert_eq!(rows.len() as u64, failing, "{name}: {}", check.name);
            if meant.is_some() {
                assert_eq!(check.severity, Severity::Warn);
                assert!(check.description.contains("This warning fails"));
            }
        }
    }
}

#[test]
fn every_question_has_rows_with_a_value_of_each_metric() {
    for name in EXAMPLES {
        let Some(mut example) = Example::load(name) else {
            return;
        };
        let package = package(name);
        for question in package.model().questions() {
            let sql = example.question(question.name());
            let answer = example
                .engine
                .query(&sql)
                .unwrap_or_else(|error| panic!("{error}\n{sql}"));
            assert!(
                answer.rows.len() >= 4,
                "{}: {:?}",
                question.name(),
                answer.rows
            );
            let names = question.by().iter().map(Attribute::name);
            let names: Vec<_> = names
                .chain(question.metrics().iter().map(Metric::name))
                .collect();
            assert_eq!(answer.columns, names);
            for (at, column) in answer.columns.iter().enumerate() {
                let has_value = answer.rows.iter().any(|row| row[at] != Value::Null);
                assert!(has_value, "{}: {column}", question.name());
            }
        }
    }
}

/// Whatever additive metrics are grouped by, one attribute or two, their sums are the totals of the
/// files; and so is each metric that is not grouped. `expected` has a query for each.
fn totals_are_those_of_the_files(example: &mut Example, expected: &[(&str, String)]) {
    let totals: BTreeMap<_, _> = expected
        .iter()
        .map(|(name, sql)| {
            (
                *name,
                example.text(&format!("SELECT CAST(({sql}) AS DECIMAL(18,4))")),
            )
        })
        .collect();
    let model = example.model().clone();
    for metric in model.metrics() {
        if let Some(total) = totals.get(metric.name()) {
            assert_eq!(example.sums(&[metric.name()], &[]), [total.as_str()]);
        } else {
            assert!(
                !metric.is_additive(),
                "{} has no expected total",
                metric.name()
            );
        }
    }
    let additive: Vec<_> = model
        .metrics()
        .iter()
        .filter(|metric| metric.is_additive())
        .collect();
    for metrics in same_fact(&model, &additive) {
        let mut query = Query::default();
        query.metrics = metrics.iter().map(|metric| (*metric).clone()).collect();
        let names: Vec<_> = metrics.iter().map(|metric| metric.name()).collect();
        let totals: Vec<_> = names.iter().map(|name| totals[name].as_str()).collect();
        let attributes: Vec<_> = query
            .common_attributes(&model)
            .iter()
            .map(|one| one.name())
            .collect();
        for (at, one) in attributes.iter().enumerate() {
            assert_eq!(example.sums(&names, &[*one]), totals, "{names:?} by {one}");
            for other in &attributes[at + 1..] {
                let by = [*one, *other];
                assert_eq!(example.sums(&names, &by), totals, "{names:?} by {by:?}");
            }
        }
    }
}

/// The metrics of each fact, and the metrics of all facts, where there are several.
fn same_fact<'m>(model: &Model, metrics: &[&'m Metric]) -> Vec<Vec<&'m Metric>> {
    let mut groups: Vec<Vec<_>> = Vec::new();
    for fact in model.facts() {
        let of_fact = metrics
            .iter()
            .filter(|metric| model.tables()[metric.fact()].title() == fact.title());
        groups.push(of_fact.copied().collect());
    }
    if groups.len() > 1 {
        groups.push(metrics.to_vec());
    }
    groups
}
