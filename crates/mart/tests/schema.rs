//! The JSON Schema that is published with the page is the one of the Rust types, and the shipped
//! documents are valid by it. `UPDATE_SCHEMA=1 cargo test -p mart --test schema` writes it.

use std::path::Path;

use serde_json::{Value, json};

fn published() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/mart.schema.json")
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let schema = mart::Document::json_schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(published(), &schema).unwrap();
    }
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let found = std::fs::read_to_string(published()).unwrap_or_default();
    assert!(
        // As values: the order of keys depends on what else is compiled with this.
        serde_json::from_str(&found).is_ok_and(|found: Value| found == schema),
        "static/mart.schema.json is out of date: UPDATE_SCHEMA=1 cargo test -p mart --test schema"
    );
    assert_eq!(schema["$id"], "mart.schema.json");
    assert_eq!(schema["properties"]["version"]["const"], mart::VERSION);
    assert!(schema["properties"]["metrics"]["description"].is_string());
}

#[test]
fn the_shipped_documents_are_valid() {
    let schema: Value = serde_json::from_str(&mart::Document::json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![
        folder.join("marts/mini_data_mart/mini_data_mart.mart.json"),
        folder.join("tests/native/star.json"),
    ];
    // The examples, each in a folder of its own.
    for example in folder
        .join("../../static/marts")
        .read_dir()
        .into_iter()
        .flatten()
    {
        for file in example.unwrap().path().read_dir().into_iter().flatten() {
            let path = file.unwrap().path();
            if path.to_string_lossy().ends_with(".mart.json") {
                documents.push(path);
            }
        }
    }
    for path in documents {
        let text = std::fs::read_to_string(&path).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let wrong: Vec<_> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
        let read = mart::Document::read(&text).unwrap();
        mart::Model::resolve(&read).unwrap();
        let written: Value = serde_json::from_str(&read.write()).unwrap();
        assert!(
            validator.is_valid(&written),
            "{} as it is written",
            path.display()
        );
    }
    let mut wrong = json!({ "version": 1, "name": "x", "metrics": [{ "name": "m" }] });
    assert!(!validator.is_valid(&wrong));
    wrong["metrics"] = json!([]);
    assert!(validator.is_valid(&wrong));
    wrong["lable"] = json!("x");
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn the_example_of_the_readme_resolves() {
    let readme = include_str!("../README.md");
    let example = readme.split("```jsonc\n").nth(1).unwrap();
    let lines = example.split("```").next().unwrap().lines();
    let without_comments: Vec<_> = lines
        .map(|line| line.split(" // ").next().unwrap())
        .collect();
    let text = without_comments.join("\n");
    let document = mart::Document::read(&text).unwrap();
    mart::Model::resolve(&document).unwrap();
}
