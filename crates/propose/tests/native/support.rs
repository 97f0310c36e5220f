//! Stages the files of a folder in native DuckDB, and compares a proposal with what is known about them.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use mart::{Batch, Document, LoadMode, Model, TextRows, catalog};
use native_duckdb::Native;
use propose::{Proposal, Query};
use serde_json::Value;

/// The folders that have a `truth.json`, by name.
pub fn sets(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut sets: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("truth.json").is_file())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    sets.sort();
    sets
}

/// Each CSV file of a folder as a table.
pub fn stage(folder: &Path) -> Option<(Model, Native)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let tables = files.iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        let table = name
            .strip_suffix(".csv")
            .or_else(|| name.strip_suffix(".csv.gz"))?;
        Some(format!(
            "CREATE TABLE {} AS FROM read_csv({}, sample_size = -1)",
            mart::sql::quoted(table),
            mart::sql::text(&path.to_string_lossy())
        ))
    });
    let tables: Vec<_> = tables.collect();
    staged(&tables.join(";\n"))
}

/// The tables that a script makes.
pub fn staged(script: &str) -> Option<(Model, Native)> {
    let mut engine = Native::start()?;
    engine.run(script).unwrap();
    let columns = texts(&mut engine, &catalog::columns(&[])).unwrap();
    let document = Document::of_catalog("staged", &[], &columns, &TextRows::new());
    Some((Model::resolve(&document).unwrap(), engine))
}

/// The rows of a query as texts.
pub fn rows(engine: &mut Native, sql: &str) -> Result<TextRows, String> {
    texts(engine, sql)
}

fn texts(engine: &mut Native, sql: &str) -> Result<TextRows, String> {
    let rows = engine.query(sql)?.rows;
    let text = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    Ok(rows
        .into_iter()
        .map(|row| row.into_iter().map(text).collect())
        .collect())
}

/// What is proposed for tables.
pub fn propose(model: &Model, engine: &mut Native) -> Proposal {
    let ask = async |query: Query| {
        texts(engine, &query.sql)
            .map_err(|error| format!("{}: {error}\n{}", query.title, query.sql))
    };
    propose::propose(model, ask)
        .now_or_never()
        .unwrap()
        .unwrap()
}

/// The table of the rows that are set aside.
const QUARANTINE: &str =
    "CREATE TABLE quarantine (file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR,
    row_text VARCHAR, rule VARCHAR, message VARCHAR, corrected_to VARCHAR)";

fn run(engine: &mut Native, plan: mart::Plan) {
    for step in plan.steps {
        let found = engine
            .query(&step.sql)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", step.title, step.sql));
        assert!(
            !step.effect.must_be_empty() || found.rows.is_empty(),
            "{}",
            step.title
        );
    }
}

/// Loads the mart that is proposed from the staged tables.
pub fn load(model: &Model, proposal: &Proposal, engine: &mut Native) -> Model {
    let written = proposal
        .document(model, "star")
        .unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    for note in &written.notes {
        println!("    note: {note}");
    }
    // As the page loads it: the tables are the rows of the first load.
    let mut document = written.document;
    document.load.batches = true;
    let mart = Model::resolve(&document).unwrap();
    engine.run(QUARANTINE).unwrap();
    run(engine, mart::Plan::create_batches(&mart));
    let mut batch = Batch {
        number: 1,
        modes: Vec::new(),
    };
    for (place, source) in mart.sources().iter().enumerate() {
        let mut tables = model.tables().iter();
        let table = tables.find(|table| table.name.as_str() == source.name);
        run(engine, mart::Plan::adopt(source, &table.unwrap().name, 1));
        run(
            engine,
            mart::Plan::set_aside_copies(source, 1, &source.name),
        );
        batch.modes.push((place, LoadMode::Replace));
    }
    let batches = [batch];
    run(engine, mart::Plan::current(&mart, &batches));
    let sources = mart.sources().iter().enumerate();
    let rows = sources.map(|(place, source)| {
        let count = format!("SELECT count(*) FROM {}", source.staged().sql());
        (place, u64::try_from(engine.number(&count)).unwrap())
    });
    let rows: Vec<_> = rows.collect();
    run(engine, mart::Plan::load_batches(&mart, &batches, &rows));
    for question in mart.questions() {
        let sql = question.query(&mart::Filter::default()).sql(&mart).unwrap();
        let rows = engine
            .query(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
            .rows;
        println!(
            "    {}: {} rows, first {:?}",
            question.label(),
            rows.len(),
            rows.first()
        );
    }
    for table in mart.tables() {
        println!(
            "    {} {}",
            table.title(),
            engine.number(&format!("SELECT count(*) FROM {}", table.sql()))
        );
    }
    mart
}
