//! Every kind of mistake in a document: small edits of the built-in one, and what is reported.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

#[path = "mistakes/semantics.rs"]
mod semantics;

use mart::{Document, Mistake, Model};
use serde_json::{Value, json};

const BUILT_IN: &str = include_str!("../marts/mini_data_mart/mini_data_mart.mart.json");

/// The mistakes of the built-in document after some edits: the value at a pointer is replaced, added
/// at the end of a list (`/-`), or removed (`null`).
fn mistakes(edits: &[(&str, Value)]) -> Vec<Mistake> {
    let mut document: Value = serde_json::from_str(BUILT_IN).unwrap();
    for (pointer, value) in edits {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Array(list) if key == "-" => list.push(value.clone()),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
            Value::Object(object) if value.is_null() => drop(object.remove(key)),
            Value::Object(object) => drop(object.insert(key.to_owned(), value.clone())),
            other => panic!("{pointer} leads into {other}"),
        }
    }
    let read = Document::read(&document.to_string());
    read.and_then(|document| Model::resolve(&document))
        .err()
        .unwrap_or_default()
}

/// An edit, and the mistake that it makes.
pub(crate) type Case = (&'static str, fn() -> Value, &'static str);

const TABLES: &[Case] = &[
    // Shape.
    (
        "/version",
        || json!(99),
        "/version: version 99 is newer than 1",
    ),
    ("/version", || json!(0), "/version: 0 is no version"),
    (
        "/lable",
        || json!("x"),
        "/lable: unknown field `lable`, expected",
    ),
    (
        "/datasets/0/role",
        || json!("dimensoin"),
        "/datasets/0/role: unknown variant `dimensoin`",
    ),
    (
        "/metrics/0/expression",
        || json!(7),
        "/metrics/0/expression: invalid type",
    ),
    // Names.
    (
        "/name",
        || json!(""),
        "/name: \"\" cannot be a name in SQL: it is empty",
    ),
    ("/name", || json!("  "), "/name: the name is blank"),
    (
        "/name",
        || json!("x".repeat(1_000_000)),
        "has 1000000 bytes, and may have 255",
    ),
    (
        "/datasets/0/name",
        || json!("dim\u{202e}customer"),
        "/datasets/0/name: the name `dim\u{fffd}customer` has characters that cannot be seen",
    ),
    (
        "/datasets/0/name",
        || json!("order"),
        "/datasets/0/name: `order` is a reserved word of SQL; choose another name",
    ),
    (
        "/datasets/0/fields/2/name",
        || json!("SELECT"),
        "/datasets/0/fields/2/name: `SELECT` is a reserved word",
    ),
    (
        "/metrics/0/name",
        || json!("a\u{0}b"),
        "/metrics/0/name: \"a\\0b\" cannot be a name in SQL: it contains a NUL",
    ),
    (
        "/datasets/1/name",
        || json!("Dim_Customer"),
        "/datasets/1/name: the dataset `Dim_Customer` is there twice, first at /datasets/0/name",
    ),
    (
        "/datasets/0/fields/2/name",
        || json!("CUSTOMER_NAME"),
        "/datasets/0/fields/2/name: the field `CUSTOMER_NAME` is there twice, first at /datasets/0/fields/1/name",
    ),
    (
        "/metrics/1/name",
        || json!("Revenue"),
        "/metrics/1/name: the metric or attribute `Revenue` is there twice",
    ),
    (
        "/attributes/1/name",
        || json!("REVENUE"),
        "/attributes/1/name: the metric or attribute `REVENUE` is there twice, first at /metrics/0/name",
    ),
    (
        "/relationships/1/name",
        || json!("Customer"),
        "/relationships/1/name: the relationship `Customer` is there twice",
    ),
    (
        "/sources/0/fields/1/name",
        || json!("Order_Date"),
        "/sources/0/fields/1/name: the field `Order_Date` is there twice",
    ),
    (
        "/questions/1/name",
        || json!("Revenue_by_customer"),
        "/questions/1/name: the question `Revenue_by_customer` is there twice",
    ),
    (
        "/datasets/0/name",
        || json!("Staged_Sales"),
        "/datasets/0/name: `Staged_Sales` is the name of the table that the source `sales` is staged in",
    ),
    // Types.
    (
        "/datasets/0/fields/1/type",
        || json!("VARCHRA"),
        "/datasets/0/fields/1/type: `VARCHRA` is not a type that a table can be built with; did you mean `VARCHAR`?",
    ),
    (
        "/datasets/0/fields/1/type",
        || json!("INTEGER"),
        "/datasets/0/fields/1/from: the field has the type INTEGER, and the column of the source VARCHAR",
    ),
    (
        "/sources/0/fields/1/type",
        || json!("BLOB"),
        "/sources/0/fields/1/type: a text of a file cannot be read as BLOB",
    ),
    (
        "/sources/0/fields/5/default",
        || json!("1"),
        "/sources/0/fields/5/default: only a field of type VARCHAR has a default",
    ),
    // Keys and relationships.
    (
        "/datasets/0/primary_key",
        || json!(["customer"]),
        "/datasets/0/primary_key/0: `dim_customer` has no field `customer`",
    ),
    (
        "/datasets/0/primary_key",
        || json!(["costumer_id"]),
        "has no field `costumer_id`; did you mean `customer_id`?",
    ),
    (
        "/datasets/0/primary_key",
        || json!([]),
        "/datasets/0/primary_key: a dimension has a primary key",
    ),
    (
        "/datasets/0/unique_keys",
        || json!([["nme"]]),
        "/datasets/0/unique_keys/0/0: `dim_customer` has no field `nme`",
    ),
    (
        "/relationships/0/to",
        || json!("dim_costumer"),
        "/relationships/0/to: there is no dataset `dim_costumer`; did you mean `dim_customer`?",
    ),
    (
        "/relationships/0/from_columns",
        || json!(["customer"]),
        "/relationships/0/from_columns/0: `fact_sales` has no field `customer`",
    ),
    (
        "/relationships/0/to_columns",
        || json!(["region"]),
        "/relationships/0/to_columns: `region` is no key of `dim_customer`: name its primary key, or a unique one",
    ),
    (
        "/relationships/0/to_columns",
        || json!([]),
        "/relationships/0/to_columns: it names as many fields as `from_columns`",
    ),
    (
        "/relationships/0/from_columns",
        || json!(["order_date"]),
        "/relationships/0/from_columns: `order_date` has the type DATE, and `customer_id` that it refers to INTEGER",
    ),
    (
        "/relationships/-",
        || json!({ "name": "back", "from": "dim_customer", "from_columns": ["customer_id"], "to": "fact_sales", "to_columns": ["sale_id"] }),
        "`dim_customer` and `fact_sales` refer to each other, directly or through others: a circle has no first one to load",
    ),
    (
        "/datasets/3/time",
        || json!("order_day"),
        "/datasets/3/time: there is no relationship to a calendar `order_day`",
    ),
    (
        "/datasets/3/time",
        || json!("order_dat"),
        "did you mean `order_date`?",
    ),
    (
        "/datasets/0/weight",
        || json!("customer_id"),
        "/datasets/0/weight: only a bridge has a weight",
    ),
    (
        "/datasets/0/role",
        || json!("bridge"),
        "/datasets/0: a bridge has a relationship to each of its two sides",
    ),
    (
        "/datasets/0/role",
        || json!("view"),
        "/datasets/0/role: only a database that is opened has tables and views without a role",
    ),
    (
        "/datasets/0/schema",
        || json!("old"),
        "/datasets/0/schema: the tables of a built mart are in the schema `main`: leave it out",
    ),
    // Where values come from.
    (
        "/datasets/0/source",
        || json!("sale"),
        "/datasets/0/source: there is no source `sale`; did you mean `sales`?",
    ),
    (
        "/datasets/0/fields/1/from",
        || json!({ "column": "customer" }),
        "/datasets/0/fields/1/from: the source `sales` has no field `customer`",
    ),
    (
        "/datasets/0/fields/1/from",
        || Value::Null,
        "/datasets/0/fields/1: say in `from` where `customer_name` comes from",
    ),
    (
        "/datasets/0/fields/1/from",
        || json!({ "colum": "x" }),
        "unknown variant `colum`",
    ),
    (
        "/datasets/3/fields/1/from",
        || json!({ "lookup": "custommer" }),
        "there is no relationship of this dataset `custommer`; did you mean `customer`?",
    ),
    (
        "/datasets/3/fields/3/from",
        || json!({ "lookup": "order_date" }),
        "/datasets/3/fields/3/from: the dataset that it leads to has no key to look up: neither a surrogate key, nor one column of its source",
    ),
    (
        "/datasets/3/fields/4/from",
        || json!({ "surrogate_key": ["region"] }),
        "/datasets/3/fields/4/from: only the primary key of a dimension is a surrogate key",
    ),
    (
        "/datasets/3/fields/4/from",
        || json!({ "calendar": "year" }),
        "/datasets/3/fields/4/from: only a calendar has parts of a day",
    ),
    (
        "/datasets/2/source",
        || json!("sales"),
        "/datasets/2/fields/0/from: the calendar has a source: its fields are columns of it",
    ),
    (
        "/datasets/2/fields/1/type",
        || json!("VARCHAR"),
        "/datasets/2/fields/1/from: this part of a day is not of the type VARCHAR",
    ),
    (
        "/datasets/3/fields/4/from",
        || json!({ "expression": "quantity * " }),
        "/datasets/3/fields/4/from: it ends where a value is expected",
    ),
    (
        "/datasets/3/fields/4/from",
        || json!({ "expression": "region" }),
        "/datasets/3/fields/4/from: it does not give a value of the type INTEGER",
    ),
];

#[test]
fn every_mistake_is_reported_at_its_place() {
    assert_eq!(mistakes(&[]), []);
    for (pointer, value, expected) in TABLES.iter().chain(semantics::CASES) {
        let found = mistakes(&[(pointer, value())]);
        let texts: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert!(
            texts.iter().any(|text| text.contains(expected)),
            "{pointer}: {expected:?} is not among {texts:#?}"
        );
        for mistake in &found {
            assert!(mistake.to_string().len() < 1_000, "{mistake}");
        }
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let found = mistakes(&[
        ("/metrics/0/expression", json!("sum(quantty)")),
        ("/datasets/0/fields/1/from", json!({ "column": "nme" })),
        ("/relationships/1/to_columns", json!(["category"])),
        ("/questions/2/by/0", json!("customer")),
        ("/hierarchies/2/levels/0", json!("reegion")),
    ]);
    let mut pointers: Vec<_> = found
        .iter()
        .map(|mistake| mistake.pointer.as_str())
        .collect();
    // What depends on what is wrong is not reported again.
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/datasets/0/fields/1/from",
            "/hierarchies/2/levels/0",
            "/metrics/0/expression",
            "/questions/2/by/0",
            "/relationships/1/to_columns",
        ]
    );
}

#[test]
fn mistakes_in_datasets_do_not_hide_those_elsewhere() {
    let found = mistakes(&[
        ("/datasets/0/name", json!("order")),
        ("/datasets/1/fields/1/type", json!("TEXTT")),
        ("/sources/0/fields/0/type", json!("DAT")),
        ("/name", json!("")),
    ]);
    let pointers: Vec<_> = found
        .iter()
        .map(|mistake| mistake.pointer.as_str())
        .collect();
    for pointer in [
        "/datasets/0/name",
        "/datasets/1/fields/1/type",
        "/sources/0/fields/0/type",
        "/name",
    ] {
        assert!(pointers.contains(&pointer), "{pointer}: {pointers:?}");
    }
}

#[test]
fn rows_that_a_table_cannot_hold_are_refused_with_line_and_column() {
    let shipped = mart::shipped::built_in();
    for (path, right, wrong, expected) in [
        (
            "seed/dim_date.csv",
            "2025-10-02,",
            "2025-02-31,",
            "line 3, column date: `2025-02-31` is not a day as YYYY-MM-DD",
        ),
        (
            "seed/dim_customer.csv",
            "\n2,",
            "\n3000000000,",
            "line 3, column customer_id: 3000000000 does not fit into INTEGER",
        ),
        (
            "seed/dim_customer.csv",
            "\n2,",
            "\n,",
            "line 3, column customer_id: a primary key has a value in each row",
        ),
        (
            "seed/dim_customer.csv",
            "\n2,",
            "\n1,",
            "line 3: the primary key 1 is there already, in line 2",
        ),
    ] {
        let mut files = shipped.files().clone();
        let text = files[path].replacen(right, wrong, 1);
        files.insert(path.to_owned(), text);
        let mistakes = mart::Package::new(shipped.document().clone(), files).unwrap_err();
        let found: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("/datasets/"), "{found:?}");
        assert!(
            found[0].contains(&format!("{path}, {expected}")),
            "{found:?}"
        );
    }
}
