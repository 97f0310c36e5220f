//! Stages the files of a folder in native DuckDB, and compares a proposal with what is known about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use mart::{Document, Model, Role, TextRows, catalog};
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

/// A table with columns.
type End = (String, Vec<String>);

/// What is known about a set.
pub struct Truth {
    keys: BTreeMap<String, Option<Vec<String>>>,
    roles: BTreeMap<String, String>,
    relationships: BTreeSet<(End, End)>,
}

/// How much of it is proposed.
#[derive(Debug, Default)]
pub struct Score {
    pub right: usize,
    pub proposed: usize,
    pub known: usize,
    pub keys: (usize, usize),
    pub roles: (usize, usize),
    pub notes: Vec<String>,
}

impl Truth {
    pub fn read(path: &Path) -> Self {
        let value: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let list = |name: &str| -> Vec<(End, End)> {
            serde_json::from_value(value[name].clone()).unwrap_or_default()
        };
        Self {
            keys: serde_json::from_value(value["primary_key"].clone()).unwrap(),
            roles: serde_json::from_value(value["role"].clone()).unwrap(),
            relationships: list("foreign_keys")
                .into_iter()
                .chain(list("composite_foreign_keys"))
                .collect(),
        }
    }

    pub fn score(&self, model: &Model, proposal: &Proposal) -> Score {
        let mut score = Score {
            known: self.relationships.len(),
            ..Score::default()
        };
        let end = |table: usize, columns: &[usize]| -> End {
            let table = &model.tables()[table];
            let names = columns
                .iter()
                .map(|place| table.columns[*place].name.as_str().to_owned());
            (table.title(), names.collect())
        };
        let mut found = BTreeSet::new();
        for one in proposal
            .relationships
            .iter()
            .filter(|one| one.is_proposed())
        {
            let pair = (
                end(one.from, &one.from_columns),
                end(one.to, &one.to_columns),
            );
            score.proposed += 1;
            if self.relationships.iter().any(|known| is_same(known, &pair)) {
                score.right += 1;
            } else {
                score.notes.push(format!(
                    "wrong: {pair:?} {:.2} {}",
                    one.confidence, one.evidence
                ));
            }
            found.insert(pair);
        }
        for known in &self.relationships {
            if !found.iter().any(|pair| is_same(known, pair)) {
                score.notes.push(format!("missed: {known:?}"));
            }
        }
        for table in &proposal.tables {
            if let Some(Some(known)) = self.keys.get(&table.name) {
                let place = proposal
                    .tables
                    .iter()
                    .position(|other| other.name == table.name)
                    .unwrap();
                let columns = table
                    .key
                    .as_ref()
                    .map_or(&[][..], |key| key.columns.as_slice());
                let (_, mut names) = end(place, columns);
                let mut known = known.clone();
                names.sort();
                known.sort();
                score.keys.1 += 1;
                if names == known {
                    score.keys.0 += 1;
                } else {
                    score
                        .notes
                        .push(format!("key of {}: {names:?}, not {known:?}", table.name));
                }
            }
            if let Some(known) = self.roles.get(&table.name) {
                score.roles.1 += 1;
                let role = match table.role {
                    Role::Fact => "fact",
                    Role::Bridge => "bridge",
                    _ => "dimension",
                };
                if role == known || known == "fact_or_header" && role == "fact" {
                    score.roles.0 += 1;
                } else {
                    score.notes.push(format!(
                        "role of {}: {role}, not {known}: {}",
                        table.name, table.evidence
                    ));
                }
            }
        }
        score
    }
}

/// Whether two relationships are the same, in any order of their columns.
fn is_same(one: &(End, End), other: &(End, End)) -> bool {
    let pairs = |((_, from), (_, to)): &(End, End)| {
        from.iter()
            .cloned()
            .zip(to.iter().cloned())
            .collect::<BTreeSet<_>>()
    };
    one.0.0 == other.0.0 && one.1.0 == other.1.0 && pairs(one) == pairs(other)
}

impl Score {
    pub fn f1(&self) -> f64 {
        if self.proposed + self.known == 0 {
            return 1.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = 2.0 * self.right as f64 / (self.proposed + self.known).max(1) as f64;
        share
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "F1 {:.3}, {} of {} proposed right, {} known; keys {} of {}, roles {} of {}",
            self.f1(),
            self.right,
            self.proposed,
            self.known,
            self.keys.0,
            self.keys.1,
            self.roles.0,
            self.roles.1
        )?;
        for note in &self.notes {
            write!(f, "\n    {note}")?;
        }
        Ok(())
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
    let mart = Model::resolve(&written.document).unwrap();
    let mut staged = Vec::new();
    for (place, table) in model.tables().iter().enumerate() {
        let rows = engine.number(&format!("SELECT count(*) FROM {}", table.sql()));
        staged.push((place, u64::try_from(rows).unwrap()));
        let to = mart::sql::quoted(&format!("staged_{}", table.title()));
        engine
            .run(&format!("ALTER TABLE {} RENAME TO {to}", table.sql()))
            .unwrap();
    }
    for step in mart::Plan::load(&mart, &staged).steps {
        let found = engine
            .query(&step.sql)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", step.title, step.sql));
        assert!(
            !step.effect.must_be_empty() || found.rows.is_empty(),
            "{}",
            step.title
        );
    }
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
