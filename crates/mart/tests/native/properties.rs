//! Properties of any document: what resolves compiles to SQL that DuckDB runs, and what does not
//! resolve is refused with pointers, never with a panic.
//!
//! `MART_CASES` sets the number of cases.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use mart::{Document, Model, Package};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::arbitrary::{Choices, package};
use crate::engine::Engine;
use crate::exercise::exercise;

fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("MART_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(cases);
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: std::env::var("MART_SHRINK")
            .ok()
            .and_then(|most| most.parse().ok())
            .unwrap_or(100),
        ..ProptestConfig::default()
    }
}

#[test]
fn what_resolves_compiles_to_sql_that_runs() {
    let Some(engine) = Engine::start() else {
        return;
    };
    let engine = RefCell::new(engine);
    let choices = prop::collection::vec(any::<u16>(), 0..600);
    let outcome = TestRunner::new(config(16)).run(&choices, |choices| {
        let (package, _) = package(&choices);
        if let Err(refusal) = exercise(&mut engine.borrow_mut(), &package) {
            let document = package.document().write();
            return Err(TestCaseError::fail(format!("{refusal}\n{document}")));
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        let failure = failure.to_string();
        panic!("{}", failure.split("minimal failing input").next().unwrap());
    }
}

/// The built-in document, and one with two facts and two bridges.
fn known_documents() -> [Value; 2] {
    let built_in: &str = include_str!("../../marts/mini_data_mart/mini_data_mart.mart.json");
    [built_in, include_str!("star.json")].map(|text| serde_json::from_str(text).unwrap())
}

/// The pointers of all values in a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Array(list) => {
            for (number, inner) in list.iter().enumerate() {
                pointers(inner, &format!("{at}/{number}"), found);
            }
        }
        Value::Object(object) => {
            for (key, inner) in object {
                pointers(inner, &format!("{at}/{}", escaped(key)), found);
            }
        }
        _ => {}
    }
}

/// One random edit: something is removed, repeated, renamed or replaced.
fn edit(document: &mut Value, choices: &mut Choices<'_>) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let pointer = choices.one(&all[1..]);
    let other = document.pointer(&choices.one(&all)).unwrap().clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    let is_object = parent.is_object();
    match (choices.below(7), parent) {
        (0, Value::Array(list)) => drop(list.remove(key.parse::<usize>().unwrap())),
        (0, Value::Object(object)) => drop(object.remove(key)),
        (1, Value::Array(list)) => {
            let repeated = list[key.parse::<usize>().unwrap()].clone();
            list.push(repeated);
        }
        (2, Value::Array(list)) => list.reverse(),
        (3, Value::Object(object)) => {
            let value = object.remove(key).unwrap();
            object.insert(format!("{key}s"), value);
        }
        (4, _) => *document.pointer_mut(&pointer).unwrap() = other,
        (5, _) if is_object => {
            let odd = [
                "",
                "order",
                "\"; DROP TABLE x; --",
                "a\0b",
                "sum(",
                "fact_sales",
                "VARCHAR",
                "customer_id",
            ];
            *document.pointer_mut(&pointer).unwrap() = json!(choices.one(&odd));
        }
        _ => {
            let odd = [
                json!(null),
                json!(-1),
                json!(true),
                json!([]),
                json!({}),
                json!(1e300),
            ];
            *document.pointer_mut(&pointer).unwrap() = choices.one(&odd);
        }
    }
}

/// Reads and resolves; a document that is refused has a pointer into itself for each mistake.
fn resolved(document: &Value) -> Option<Document> {
    let text = document.to_string();
    let read = Document::read(&text).and_then(|read| Model::resolve(&read).map(|_| read));
    match read {
        Ok(read) => Some(read),
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                // The last part may be a key that is missing.
                let parent = mistake
                    .pointer
                    .rsplit_once('/')
                    .map_or("", |(parent, _)| parent);
                assert!(document.pointer(parent).is_some(), "{mistake}\n{text}");
            }
            None
        }
    }
}

/// A package of a document, its files with a header and no rows.
fn empty_package(document: Document) -> Package {
    let files = document.datasets.iter().filter_map(|dataset| {
        let names = dataset
            .fields
            .iter()
            .map(|field| field.name.replace('"', "\"\""));
        let header: Vec<_> = names.map(|name| format!("\"{name}\"")).collect();
        Some((dataset.rows.clone()?, header.join(",")))
    });
    let files: BTreeMap<_, _> = files.collect();
    Package::new(document, files).unwrap()
}

/// Reading and resolving are quick, so that many mutations are tried; those that still resolve are run.
#[test]
fn mutated_documents_are_refused_or_run() {
    let known = known_documents();
    let engine = RefCell::new(Engine::start());
    let ran = Cell::new(0);
    let choices = (0_usize..2, prop::collection::vec(any::<u16>(), 3..24));
    let outcome = TestRunner::new(config(600)).run(&choices, |(which, choices)| {
        let mut document = known[which].clone();
        let mut left = Choices::new(&choices);
        for _ in 0..choices.len() / 3 {
            edit(&mut document, &mut left);
        }
        let Some(document) = resolved(&document) else {
            return Ok(());
        };
        // Two datasets may be filled from one file, of the columns of one of them.
        let mut paths: Vec<_> = document
            .datasets
            .iter()
            .filter_map(|one| one.rows.clone())
            .collect();
        let count = paths.len();
        paths.sort();
        paths.dedup();
        ran.set(ran.get() + 1);
        if paths.len() < count || ran.get() % 10 != 1 {
            return Ok(());
        }
        let package = empty_package(document);
        if let Some(engine) = engine.borrow_mut().as_mut()
            && let Err(refusal) = exercise(engine, &package)
        {
            return Err(TestCaseError::fail(format!(
                "{refusal}\n{}",
                package.document().write()
            )));
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(
        ran.get() > 5,
        "only {} mutated documents resolve",
        ran.get()
    );
}

/// Each resolves exactly, and then builds, or is refused with a pointer.
#[test]
fn odd_names_build_or_are_refused() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let long = "x".repeat(1_000_000);
    let longest = "x".repeat(255);
    let table = [
        ("\"; DROP TABLE x; --", true),
        ("<img onerror=alert(1)>", true),
        ("it's {sales} $1 \\n %s", true),
        ("GrÖße 李小龙 🙂", true),
        ("Weekday", true),
        (" padded ", false),
        (".", true),
        (&longest, true),
        ("", false),
        ("  ", false),
        ("Select", false),
        ("LEFT", false),
        ("\u{202e}evil", false),
        ("zero\u{200b}width", false),
        ("two\nlines", false),
        ("a\0b", false),
        (&long, false),
    ];
    let [built_in, _] = known_documents();
    for of in ["fact_sales", "region", "revenue"] {
        for (name, is_right) in table {
            let quoted = Value::from(name).to_string();
            let text = built_in.to_string().replace(&format!("\"{of}\""), &quoted);
            let mut document: Value = serde_json::from_str(&text).unwrap();
            let renamed = |wanted: &str| {
                let name = if of == wanted { name } else { wanted };
                format!("\"{}\"", name.replace('"', "\"\""))
            };
            let [quantity, revenue] = ["quantity", "revenue"].map(renamed);
            document["metrics"][0]["expression"] = json!(format!("sum({quantity} * unit_price)"));
            document["metrics"][1]["expression"] = json!(format!("sum({quantity})"));
            document["metrics"][3]["expression"] = json!(format!("{revenue} / units"));
            let found = resolved(&document);
            assert_eq!(
                found.is_some(),
                is_right,
                "{of} as {}",
                &name[..name.len().min(50)]
            );
            if let Some(document) = found {
                exercise(&mut engine, &empty_package(document)).unwrap();
            }
        }
    }
}
