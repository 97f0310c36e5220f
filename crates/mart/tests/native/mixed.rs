//! Marts of other shapes, loaded from files: a dimension that comes with the mart, and optional columns
//! of every type.

use std::collections::BTreeMap;

use mart::source_file::Fault;
use mart::{Document, Model, Package, Plan, SourceFile};
use serde_json::{Value, json};

use crate::engine::{Engine, OnDisk, staged_from};

fn package() -> Package {
    let document = json!({
        "version": 1,
        "name": "mixed",
        "sources": [{ "name": "visits", "fields": [{ "name": "country", "type": "VARCHAR" }, { "name": "n", "type": "INTEGER" }] }],
        "datasets": [
            {
                "name": "dim_country", "role": "dimension", "rows": "countries.csv", "primary_key": ["code"],
                "fields": [{ "name": "code", "type": "VARCHAR" }, { "name": "label", "type": "VARCHAR" }]
            },
            {
                "name": "fact_visit", "role": "fact", "source": "visits", "primary_key": ["id"],
                "fields": [
                    { "name": "id", "type": "INTEGER", "from": "row_number" },
                    { "name": "country", "type": "VARCHAR", "from": { "column": "country" } },
                    { "name": "n", "type": "INTEGER", "from": { "column": "n" } }
                ]
            }
        ],
        "relationships": [
            { "name": "country", "from": "fact_visit", "from_columns": ["country"], "to": "dim_country", "to_columns": ["code"] }
        ]
    });
    let document = Document::read(&document.to_string()).unwrap();
    let rows = "code,label\nDE,Germany\nFR,France\n".to_owned();
    Package::new(
        document,
        BTreeMap::from([("countries.csv".to_owned(), rows)]),
    )
    .unwrap()
}

#[test]
fn tables_without_a_source_keep_their_rows_when_a_file_is_loaded() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = package();
    let model = package.model();
    let content = b"country,n\nFR,3\nDE,4\nFR,5\n";
    let file = SourceFile::detect(&model.sources()[0], "visits.csv", content, 30, 1).unwrap();
    let path = OnDisk::new(content);
    for _ in 0..2 {
        engine
            .build(&staged_from(model, &[&file], &[(&file, &path.0)]))
            .unwrap();
        assert_eq!(
            engine.build(&Plan::load_with_rows(&package, &[(0, 3)])),
            Ok(3)
        );
        let sql = "SELECT label, sum(n)::INTEGER FROM fact_visit JOIN dim_country ON code = country GROUP BY 1 ORDER BY 1";
        assert_eq!(
            Value::from(engine.query(sql).unwrap().rows.concat()),
            json!(["France", 8, "Germany", 4])
        );
    }
}

/// One fact with a column of each type that a file can hold, none of them required.
fn every_type() -> Model {
    let types = [
        ("d", "DATE"),
        ("t", "TIMESTAMP"),
        ("b", "BOOLEAN"),
        ("p", "DECIMAL(6,2)"),
        ("n", "BIGINT"),
        ("f", "FLOAT"),
        ("x", "VARCHAR"),
    ];
    let source = types.map(|(name, data_type)| json!({ "name": name, "type": data_type }));
    let mut fields = vec![json!({ "name": "id", "type": "INTEGER", "from": "row_number" })];
    fields.extend(types.map(
        |(name, data_type)| json!({ "name": name, "type": data_type, "from": { "column": name } }),
    ));
    let document = json!({
        "version": 1,
        "name": "types",
        "sources": [{ "name": "rows", "fields": source }],
        "datasets": [{ "name": "fact", "role": "fact", "source": "rows", "primary_key": ["id"], "fields": fields }],
        "load": { "null_texts": ["n/a", "-"] }
    });
    Model::resolve(&Document::read(&document.to_string()).unwrap()).unwrap()
}

#[test]
fn optional_values_are_read_or_refused_but_never_lost() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let model = every_type();
    let right = "d,t,b,p,n,f,x\n2025-01-31, 2025-01-31 10:00:00 ,true,12.50,9000000000,0.5,text\nn/a,-,,n/a,-,n/a, - \n";
    assert_eq!(
        engine.load_into(&model, "rows.csv", right.as_bytes()),
        Ok(2)
    );
    let found = engine
        .query("SELECT d, t, b, p, n, f, x FROM fact ORDER BY id")
        .unwrap()
        .rows;
    assert_eq!(
        json!(found),
        json!([
            [
                "2025-01-31",
                "2025-01-31 10:00:00",
                true,
                "12.50",
                "9000000000",
                0.5,
                "text"
            ],
            [null, null, null, null, null, null, null]
        ])
    );
    let wrong = "d,t,b,p,n,f,x\n31.1.2025,noon,perhaps,12345.67,1.5,1_0,text\n";
    let error = engine
        .load_into(&model, "rows.csv", wrong.as_bytes())
        .unwrap_err();
    let problems = error.problems().iter();
    let problems: Vec<_> = problems
        .map(|one| (one.column.as_deref().unwrap(), one.fault))
        .collect();
    assert_eq!(
        problems,
        [
            ("d", Fault::NotADate),
            ("t", Fault::NotATimestamp),
            ("b", Fault::NotABoolean),
            ("p", Fault::OutOfRange),
            ("n", Fault::NotAnInteger),
            ("f", Fault::NotANumber),
        ]
    );
    assert_eq!(
        engine.number("SELECT count(*) FROM fact"),
        2,
        "the rows that were there"
    );
    // A file without some of the columns.
    assert_eq!(engine.load_into(&model, "rows.csv", b"x,n\na,1\n"), Ok(1));
    assert_eq!(
        engine.number("SELECT n FROM fact WHERE d IS NULL AND x = 'a'"),
        1
    );
}
