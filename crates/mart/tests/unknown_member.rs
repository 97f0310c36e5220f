//! Keys that are looked up under other names, and facts whose key is missing or unknown.

#![expect(clippy::unwrap_used, reason = "a test fails so")]

use mart::{Document, Model, Plan};
use native_duckdb::Native;

const SHOP: &str = r#"{
    "version": 1, "name": "shop",
    "sources": [
        { "name": "regions", "fields": [{ "name": "code", "type": "VARCHAR" }, { "name": "title", "type": "VARCHAR" }] },
        { "name": "people", "fields": [
            { "name": "id", "type": "BIGINT" }, { "name": "name", "type": "VARCHAR" }, { "name": "region", "type": "VARCHAR" },
            { "name": "age", "type": "BIGINT" }] },
        { "name": "sales", "fields": [
            { "name": "order", "type": "BIGINT" }, { "name": "buyer", "type": "BIGINT" }, { "name": "sold_at", "type": "TIMESTAMP" }] }
    ],
    "datasets": [
        { "name": "dim_region", "role": "dimension", "source": "regions", "primary_key": ["region_key"], "unknown_member": true, "fields": [
            { "name": "region_key", "type": "INTEGER", "from": { "surrogate_key": ["code"] } },
            { "name": "code", "type": "VARCHAR", "from": { "column": "code" } },
            { "name": "title", "type": "VARCHAR", "from": { "column": "title" } }] },
        { "name": "dim_person", "role": "dimension", "source": "people", "primary_key": ["person_key"], "unknown_member": true, "fields": [
            { "name": "person_key", "type": "INTEGER", "from": { "surrogate_key": ["id"] } },
            { "name": "id", "type": "BIGINT", "from": { "column": "id" } },
            { "name": "name", "type": "VARCHAR", "from": { "column": "name" } },
            { "name": "age", "type": "BIGINT", "from": { "column": "age" } },
            { "name": "region_key", "type": "INTEGER", "from": { "lookup": "lives in" } }] },
        { "name": "fact_sale", "role": "fact", "source": "sales", "primary_key": ["order_"], "fields": [
            { "name": "order_", "type": "BIGINT", "from": { "column": "order" } },
            { "name": "buyer", "type": "BIGINT", "from": { "column": "buyer" } },
            { "name": "buyer_key", "type": "INTEGER", "from": { "lookup": "buyer" } },
            { "name": "day", "type": "DATE", "from": { "expression": "CAST(sold_at AS DATE)" } }] }
    ],
    "relationships": [
        { "name": "lives in", "from": "dim_person", "from_columns": ["region_key"], "to": "dim_region", "to_columns": ["region_key"], "source_columns": ["region"] },
        { "name": "buyer", "from": "fact_sale", "from_columns": ["buyer_key"], "to": "dim_person", "to_columns": ["person_key"], "source_columns": ["buyer"] }
    ],
    "checks": [
        { "dataset": "fact_sale", "test": { "relationships": "buyer" }, "severity": "warn" },
        { "dataset": "fact_sale", "test": { "not_null": "buyer" }, "severity": "warn" }
    ]
}"#;

/// The mart, loaded from three sales: one of a known buyer, one of an unknown one, one of none.
fn loaded() -> Option<Native> {
    let mut engine = Native::start()?;
    let model = Model::resolve(&Document::read(SHOP).unwrap()).unwrap();
    engine
        .run(
            "CREATE TABLE staged_regions AS FROM (VALUES ('N', 'North'), ('S', 'South')) AS t(code, title);
             CREATE TABLE staged_people AS FROM (VALUES (10, 'Ann', 'S', 30), (11, 'Ben', 'X', 40), (12, 'Cid', NULL, NULL)) AS t(id, name, region, age);
             CREATE TABLE staged_sales AS FROM (VALUES (1, 10, TIMESTAMP '2026-01-01 10:00:00'), (2, 99, NULL), (3, NULL, NULL)) AS t(\"order\", buyer, sold_at)",
        )
        .unwrap();
    for step in Plan::load(&model, &[(0, 2), (1, 3), (2, 3)]).steps {
        engine.query(&step.sql).unwrap();
    }
    Some(engine)
}

#[test]
fn facts_without_a_match_refer_to_the_unknown_member() {
    let Some(mut engine) = loaded() else {
        return;
    };
    let mut text = |sql: &str| {
        let rows = engine.query(sql).unwrap().rows;
        serde_json::to_string(&rows).unwrap()
    };
    assert_eq!(
        text("SELECT code, title FROM dim_region ORDER BY region_key"),
        r#"[["Unknown","Unknown"],["N","North"],["S","South"]]"#
    );
    assert_eq!(
        text(
            "SELECT person_key, name, id, code FROM dim_person JOIN dim_region USING (region_key) ORDER BY person_key"
        ),
        r#"[[-1,"Unknown",null,"Unknown"],[1,"Ann","10","S"],[2,"Ben","11","Unknown"],[3,"Cid","12","Unknown"]]"#
    );
    assert_eq!(
        text("SELECT order_, buyer, buyer_key, CAST(day AS VARCHAR) FROM fact_sale ORDER BY 1"),
        r#"[["1","10",1,"2026-01-01"],["2","99",-1,null],["3",null,-1,null]]"#
    );
}

#[test]
fn orphans_and_missing_keys_are_different_failures() {
    let Some(mut engine) = loaded() else {
        return;
    };
    let model = Model::resolve(&Document::read(SHOP).unwrap()).unwrap();
    let checks = mart::checks(&model, &[]).into_iter();
    let declared = checks.filter(|check| matches!(check.kind, mart::CheckKind::Declared(_)));
    let failing: Vec<_> = declared
        .map(|check| (check.name.clone(), engine.number(&check.sql)))
        .collect();
    let expected = [
        ("Each fact_sale.buyer is known in dim_person".to_owned(), 1),
        ("fact_sale.buyer is not null".to_owned(), 1),
    ];
    assert_eq!(failing, expected);
}

#[test]
fn a_file_of_other_columns_is_none_of_a_source_that_requires_none() {
    let model = Model::resolve(&Document::read(SHOP).unwrap()).unwrap();
    let [regions, ..] = model.sources() else {
        panic!("no sources");
    };
    let detect =
        |head: &[u8]| mart::SourceFile::detect(regions, "file.csv", head, head.len() as u64, 1);
    assert!(detect(b"code,title\nN,North\n").is_ok());
    assert!(detect(b"TITLE,extra,Code\nNorth,1,N\n").is_ok());
    assert!(detect(b"code,name\nN,North\n").is_ok());
    let missing = detect(b"id,name\n1,North\n").unwrap_err();
    assert!(
        matches!(missing, mart::SourceError::MissingColumns { missing, .. } if missing == ["code", "title"])
    );
}

#[test]
fn wrong_lookups_are_mistakes() {
    let wrong = |from: &str, to: &str| {
        let text = SHOP.replace(from, to);
        assert_ne!(text, SHOP);
        let mistakes = Model::resolve(&Document::read(&text).unwrap()).unwrap_err();
        mistakes
            .into_iter()
            .map(|one| format!("{}: {}", one.pointer, one.problem))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        wrong(
            r#""source_columns": ["buyer"]"#,
            r#""source_columns": ["buyr"]"#
        ),
        ["/datasets/2/fields/2/from: the source `sales` has no field `buyr`"]
    );
    assert_eq!(
        wrong(
            r#""source_columns": ["buyer"]"#,
            r#""source_columns": ["buyer", "order"]"#
        ),
        [
            "/datasets/2/fields/2/from: the relationship `buyer` names as many `source_columns` as the key stands for: 1"
        ]
    );
    assert_eq!(
        wrong(
            r#""primary_key": ["order_"]"#,
            r#""primary_key": ["order_"], "unknown_member": true"#
        ),
        ["/datasets/2/unknown_member: only a dimension with a surrogate key has an unknown member"]
    );
    assert_eq!(
        wrong(
            r#"{ "relationships": "buyer" }"#,
            r#"{ "relationships": "lives in" }"#
        ),
        ["/checks/0/test/relationships: there is no relationship of this dataset `lives in`"]
    );
}
