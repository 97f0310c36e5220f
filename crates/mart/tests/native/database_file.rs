//! The mart as a database file, opened again by native DuckDB.

use std::collections::BTreeMap;

use mart::database_file::DatabaseFile;
use mart::{Identifier, Plan, catalog};

use crate::build::assert_seed;
use crate::engine::{Engine, built_in};

#[test]
fn the_file_holds_the_mart_with_its_keys() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let found = engine.query(catalog::definitions()).unwrap().rows;
    let text = |row: &Vec<serde_json::Value>, at: usize| row[at].as_str().unwrap().to_owned();
    let path = std::env::temp_dir().join(format!("mart-{}.duckdb", std::process::id()));
    let file = DatabaseFile {
        path: path.display().to_string(),
        copied: Identifier::new(text(&found[0], 2)).unwrap(),
        definitions: found
            .iter()
            .map(|row| (text(row, 0), text(row, 1)))
            .collect::<BTreeMap<_, _>>(),
    };
    assert_eq!(file.missing(mart), Vec::<String>::new());
    for statement in file.write(mart).iter().chain(&file.close()) {
        engine.query(statement).unwrap();
    }

    let mut other = Engine::start().unwrap();
    other
        .query(&format!("ATTACH '{}' AS opened", file.path))
        .unwrap();
    other.query("USE opened").unwrap();
    assert_seed(&mut other);
    let twice = other.query("INSERT INTO dim_date FROM dim_date LIMIT 1");
    assert!(twice.unwrap_err().contains("Duplicate key"));
    let orphan = other.query("INSERT INTO fact_sales VALUES (121, 99, 10, '2025-10-01', 1, 1)");
    assert!(orphan.unwrap_err().contains("foreign key"));
    drop(other);
    std::fs::remove_file(path).unwrap();
}
