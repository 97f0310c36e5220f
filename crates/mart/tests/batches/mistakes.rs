//! What is wrong about a document that keeps its loads, each with its place.

use mart::{Document, Model};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::SHOP;

#[rstest]
#[case::key("/sources/0/key", json!(["idd"]), "/sources/0/key/0: there is no field of this source `idd`")]
#[case::mode("/datasets/0/history", json!("always"), "/datasets/0/history: unknown variant `always`")]
#[case::duplicates("/sources/0/duplicates", json!("drop"), "/sources/0/duplicates: unknown variant `drop`")]
#[case::history("/datasets/2/history", json!("last"), "/datasets/2/history: only a dimension with a surrogate key has values that change")]
#[case::other_key("/sources/0/key", json!(["name"]), "/datasets/0/history: versions are kept of a source whose `key` is what the surrogate key stands for")]
#[case::no_batches("/load/batches", json!(false), "/datasets/0/history: versions are kept of a source whose `key`")]
#[case::no_range("/datasets/0/fields/4/from", json!({ "version": "current" }), "/datasets/0/fields/4/from: this part of a version is not of the type INTEGER")]
#[case::part_type("/datasets/0/fields/8/type", json!("VARCHAR"), "/datasets/0/fields/8/from: this part of a version is not of the type VARCHAR")]
#[case::part_elsewhere("/datasets/1/fields/2", json!({ "name": "now", "type": "BOOLEAN", "from": { "version": "current" } }), "/datasets/1/fields/2/from: only a dimension with the history `versions` has this")]
#[case::table_of_loads("/datasets/1/name", json!("load_batches"), "/datasets/1/name: `load_batches` is the name of a table in which loads are kept")]
#[case::table_of_rows("/datasets/1/name", json!("rows_of_sales"), "/datasets/1/name: `rows_of_sales` is the name of a table in which loads are kept")]
fn a_mistake_is_told_with_its_place(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] expected: &str,
) {
    let mut document: Value = serde_json::from_str(SHOP).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        other => other[key] = value,
    }
    let read = Document::read(&document.to_string());
    let found = read
        .and_then(|document| Model::resolve(&document))
        .unwrap_err();
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(
        found.iter().any(|one| one.starts_with(expected)),
        "{found:#?}"
    );
}

#[test]
fn rows_wait_only_where_loads_are_kept() {
    let mut document: Value = serde_json::from_str(SHOP).unwrap();
    document["relationships"][1]["orphans"] = json!("quarantine");
    document["load"]["batches"] = json!(false);
    let document = Document::read(&document.to_string()).unwrap();
    let found = Model::resolve(&document).unwrap_err();
    let expected = "/relationships/1/orphans: only a mart with `load.batches`";
    assert!(
        found
            .iter()
            .any(|one| one.to_string().starts_with(expected)),
        "{found:#?}"
    );
}
