//! The checks that a document declares, run by native DuckDB over rows that pass and rows that fail.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

use mart::{Check, CheckKind, CheckResult, Document, Model, Plan, check_report};
use native_duckdb::Native;
use rstest::rstest;
use serde_json::{Value, json};

const SHOP: &str = r#"{
    "version": 1, "name": "shop",
    "sources": [
        { "name": "branches", "fields": [
            { "name": "land", "type": "VARCHAR" }, { "name": "town", "type": "VARCHAR" }] },
        { "name": "sales", "fields": [
            { "name": "id", "type": "BIGINT" }, { "name": "land", "type": "VARCHAR" }, { "name": "town", "type": "VARCHAR" },
            { "name": "price", "type": "DECIMAL(9,2)" }, { "name": "day", "type": "DATE" }, { "name": "sold", "type": "TIMESTAMP" }] },
        { "name": "refunds", "fields": [
            { "name": "refund", "type": "BIGINT" }, { "name": "land", "type": "VARCHAR" }, { "name": "sale", "type": "BIGINT" }] }
    ],
    "datasets": [
        { "name": "dim_branch", "role": "dimension", "source": "branches", "primary_key": ["branch_key"], "unknown_member": true, "fields": [
            { "name": "branch_key", "type": "INTEGER", "from": { "surrogate_key": ["land", "town"] } },
            { "name": "land", "type": "VARCHAR", "from": { "column": "land" } },
            { "name": "town", "type": "VARCHAR", "from": { "column": "town" } }] },
        { "name": "fact_sale", "role": "fact", "source": "sales", "primary_key": ["id"], "unique_keys": [["land", "id"]], "fields": [
            { "name": "id", "type": "BIGINT", "from": { "column": "id" } },
            { "name": "land", "type": "VARCHAR", "from": { "column": "land" } },
            { "name": "town", "type": "VARCHAR", "from": { "column": "town" } },
            { "name": "branch_key", "type": "INTEGER", "from": { "lookup": "branch" } },
            { "name": "price", "type": "DECIMAL(9,2)", "from": { "column": "price" } },
            { "name": "day", "type": "DATE", "from": { "column": "day" } },
            { "name": "sold_at", "type": "TIMESTAMP", "from": { "column": "sold" } }] },
        { "name": "fact_refund", "role": "fact", "source": "refunds", "primary_key": ["refund"], "fields": [
            { "name": "refund", "type": "BIGINT", "from": { "column": "refund" } },
            { "name": "land", "type": "VARCHAR", "from": { "column": "land" } },
            { "name": "sale", "type": "BIGINT", "from": { "column": "sale" } }] }
    ],
    "relationships": [
        { "name": "branch", "from": "fact_sale", "from_columns": ["branch_key"], "to": "dim_branch", "to_columns": ["branch_key"] },
        { "name": "sale", "from": "fact_refund", "from_columns": ["land", "sale"], "to": "fact_sale", "to_columns": ["land", "id"], "optional": true }
    ]
}"#;

/// Three branches, of one of which the town is missing; five sales: of a branch, of the one without a town, of an
/// unknown town, of an unknown land without a town, of nothing; and four refunds, the third of which refers to no
/// sale, and the fourth to none by half its key. The keys are not enforced, so that they can fail.
fn engine() -> Option<Native> {
    let mut engine = Native::start()?;
    engine
        .run(
            "CREATE TABLE staged_branches AS FROM (VALUES ('DE', 'Bonn'), ('FR', NULL), ('DE', 'Köln')) AS t(land, town);
             CREATE TABLE staged_sales AS FROM (VALUES
                (1, 'DE', 'Bonn', 1.50, DATE '2026-01-01', TIMESTAMP '2026-01-01 10:00:00'),
                (2, 'FR', NULL, 2.00, DATE '2026-01-31', TIMESTAMP '2026-01-31 23:59:59'),
                (3, 'DE', 'Ulm', 9.99, DATE '2026-02-01', NULL),
                (4, 'IT', NULL, NULL, NULL, NULL),
                (5, NULL, NULL, 0.00, NULL, NULL)) AS t(id, land, town, price, day, sold);
             CREATE TABLE staged_refunds AS FROM (VALUES (1, 'DE', 1), (2, NULL, 1), (3, 'DE', 2), (4, 'XX', NULL)) AS t(refund, land, sale)",
        )
        .unwrap();
    let model = model(&[]);
    for step in Plan::load(&model, &[(0, 3), (1, 1_000_000), (2, 4)]).steps {
        if !step.effect.must_be_empty() {
            engine.query(&step.sql).unwrap();
        }
    }
    Some(engine)
}

fn model(checks: &[Value]) -> Model {
    let mut document: Value = serde_json::from_str(SHOP).unwrap();
    document["checks"] = checks.into();
    Model::resolve(&Document::read(&document.to_string()).unwrap()).unwrap()
}

fn check(dataset: &str, test: &Value) -> Check {
    let model = model(&[json!({ "dataset": dataset, "test": test })]);
    let checks = mart::checks(&model, &[]);
    let is_declared = |check: &&Check| check.kind == CheckKind::Declared(0);
    checks.iter().find(is_declared).unwrap().clone()
}

/// The test, its name, how many rows fail, and the first value of each failing row.
#[rstest]
#[case::range("fact_sale", json!({ "range": { "field": "price", "min": 0, "max": 9.99 } }), "fact_sale.price is from 0 to 9.99", 0, "")]
#[case::below("fact_sale", json!({ "range": { "field": "price", "min": "1.5" } }), "fact_sale.price is at least 1.5", 1, "5")]
#[case::above("fact_sale", json!({ "range": { "field": "price", "max": 1.5 } }), "fact_sale.price is at most 1.5", 2, "2 3")]
#[case::days("fact_sale", json!({ "range": { "field": "day", "min": "2026-01-01", "max": "2026-02-01" } }), "fact_sale.day is from 2026-01-01 to 2026-02-01", 0, "")]
#[case::later_days("fact_sale", json!({ "range": { "field": "day", "max": "2026-01-31" } }), "fact_sale.day is at most 2026-01-31", 1, "3")]
#[case::moments("fact_sale", json!({ "range": { "field": "sold_at", "max": "2026-01-31 23:59:58" } }), "fact_sale.sold_at is at most 2026-01-31 23:59:58", 1, "2")]
#[case::texts("fact_sale", json!({ "range": { "field": "town", "min": "B", "max": "Bz'" } }), "fact_sale.town is from B to Bz'", 1, "3")]
#[case::rows("fact_sale", json!({ "row_count": { "min": 5, "max": 5 } }), "The number of rows of fact_sale is from 5 to 5", 0, "")]
#[case::too_few("fact_sale", json!({ "row_count": { "min": 7 } }), "The number of rows of fact_sale is at least 7", 2, "fact_sale")]
#[case::too_many("fact_sale", json!({ "row_count": { "max": 1 } }), "The number of rows of fact_sale is at most 1", 4, "fact_sale")]
#[case::not_fresh("fact_sale", json!({ "freshness": { "field": "day", "days": 3 } }), "The latest fact_sale.day is at most 3 days ago", 1, "2026-02-01")]
#[case::moments_not_fresh("fact_sale", json!({ "freshness": { "field": "sold_at", "days": 1 } }), "The latest fact_sale.sold_at is at most 1 day ago", 1, "2026-01-31")]
#[case::fresh("fact_sale", json!({ "freshness": { "field": "day", "days": 36_500 } }), "The latest fact_sale.day is at most 36500 days ago", 0, "")]
#[case::sql("fact_sale", json!({ "sql": "SELECT id FROM fact_sale WHERE price < 2 ORDER BY id -- cheap" }), "fact_sale: no row of SELECT id FROM fact_sale WHERE price < 2 ORDER BY id", 2, "1 5")]
#[case::sql_passes("fact_sale", json!({ "sql": " WITH s AS (FROM fact_sale) FROM s WHERE price < 0;" }), "fact_sale: no row of WITH s AS (FROM fact_sale) FROM s WHERE price < 0", 0, "")]
// A part of the key is a key of its own, which the dimension may have.
#[case::looked_up("fact_sale", json!({ "relationships": "branch" }), "Each fact_sale.(land, town) is known in dim_branch", 2, "3 4")]
// Half a key refers to nothing.
#[case::referring("fact_refund", json!({ "relationships": "sale" }), "Each fact_refund.(land, sale) is known in fact_sale", 1, "3")]
#[case::unique("fact_sale", json!({ "unique": ["land", "town"] }), "fact_sale.(land, town) is unique", 0, "")]
#[case::not_unique("fact_sale", json!({ "unique": ["land"] }), "fact_sale.land is unique", 2, "1 3")]
#[case::not_null("fact_sale", json!({ "not_null": "price" }), "fact_sale.price is not null", 1, "4")]
#[case::accepted("fact_sale", json!({ "accepted_values": { "field": "land", "values": ["DE", "FR"] } }), "fact_sale.land is one of DE, FR", 1, "4")]
#[case::expression("fact_sale", json!({ "expression": "price > 1" }), "fact_sale: price > 1", 2, "4 5")]
fn a_check_counts_and_shows_what_fails(
    #[case] dataset: &str,
    #[case] test: Value,
    #[case] name: &str,
    #[case] failing: i64,
    #[case] shown: &str,
) {
    let check = check(dataset, &test);
    assert_eq!(check.name, name);
    let word = test.as_object().unwrap().keys().next().unwrap();
    assert_eq!(check.test.word(), word);
    let Some(mut engine) = engine() else { return };
    assert_eq!(engine.number(&check.sql), failing, "{}", check.sql);
    let rows = engine.query(&check.rows_sql).unwrap().rows;
    let first = rows.iter().map(|row| match &row[0] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    assert_eq!(
        first.collect::<Vec<_>>().join(" "),
        shown,
        "{}",
        check.rows_sql
    );
}

#[test]
fn an_empty_table_is_not_fresh_and_today_is() {
    let Some(mut engine) = engine() else { return };
    let check = check(
        "fact_sale",
        &json!({ "freshness": { "field": "day", "days": 0 } }),
    );
    engine
        .run("UPDATE fact_sale SET day = CAST(CAST(now() AS TIMESTAMP) AS DATE) WHERE id = 1")
        .unwrap();
    assert_eq!(engine.number(&check.sql), 0);
    engine.run("UPDATE fact_sale SET day = day - 2").unwrap();
    assert_eq!(engine.number(&check.sql), 1);
    engine.run("DELETE FROM fact_sale").unwrap();
    assert_eq!(engine.number(&check.sql), 1);
}

#[test]
fn a_broken_query_leaves_the_report_of_the_others() {
    let model = model(&[
        json!({ "dataset": "fact_sale", "test": { "sql": "SELECT * FROM nowhere" } }),
        json!({ "dataset": "fact_sale", "test": { "not_null": "price" }, "severity": "warn" }),
        json!({ "dataset": "fact_sale", "test": { "not_null": "price" }, "description": "it's paid" }),
    ]);
    let Some(mut engine) = engine() else { return };
    let checks = mart::checks(&model, &[("fact_sale".to_owned(), 5)]);
    let results: Vec<_> = checks
        .iter()
        .map(|check| {
            let result = match engine.query(&check.sql) {
                Ok(_) => CheckResult::Counted(engine.number(&check.sql).unsigned_abs()),
                Err(message) => CheckResult::NotRun(message),
            };
            (check, result)
        })
        .collect();
    let report = engine.query(&check_report(results)).unwrap();
    assert_eq!(
        report.columns.join(","),
        "check,description,dataset,kind,severity,result,failing_rows,message,sql"
    );
    let line = |name: &str| {
        let row = report.rows.iter().find(|row| row[0] == name).unwrap();
        row[1..7].to_vec()
    };
    let broken = "fact_sale: no row of SELECT * FROM nowhere";
    assert_eq!(
        line(broken),
        json!(["", "fact_sale", "sql", "error", "error", null])
            .as_array()
            .unwrap()[..]
    );
    let message = report.rows.iter().find(|row| row[0] == broken).unwrap()[7].as_str();
    assert!(
        message.unwrap().contains("nowhere does not exist"),
        "{message:?}"
    );
    assert_eq!(
        line("fact_sale.price is not null"),
        json!(["", "fact_sale", "not_null", "warn", "warn", "1"])
            .as_array()
            .unwrap()[..]
    );
    // Two of the same name are told apart.
    assert_eq!(
        line("fact_sale.price is not null (2)"),
        json!(["it's paid", "fact_sale", "not_null", "error", "fail", "1"])
            .as_array()
            .unwrap()[..]
    );
    let counted = line("Staged rows = fact_sale rows");
    assert_eq!(
        counted[2..5],
        [json!("row_count"), json!("error"), json!("pass")]
    );
    let of_load = mart::load_checks(&model, &[("fact_sale".to_owned(), 5)]);
    let names: Vec<_> = of_load.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(
        names,
        [
            broken,
            "fact_sale.price is not null (2)",
            "Staged rows = fact_sale rows"
        ]
    );
    assert_eq!(engine.query(&check_report([])).unwrap().rows.len(), 0);
}
