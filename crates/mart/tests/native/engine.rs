//! Runs load plans in native DuckDB, in the order and the transactions of the page. It must not know
//! what is tested.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use mart::{Effect, Model, Package, Plan, SourceError, SourceFile, TextRows};
use native_duckdb::{Native, Rows};
use serde_json::Value;

/// The built-in mart.
pub(crate) fn built_in() -> Package {
    mart::shipped::built_in()
}

/// Native DuckDB with an empty database in memory.
pub(crate) struct Engine(Native);

impl std::ops::Deref for Engine {
    type Target = Native;

    fn deref(&self) -> &Native {
        &self.0
    }
}

impl std::ops::DerefMut for Engine {
    fn deref_mut(&mut self) -> &mut Native {
        &mut self.0
    }
}

impl Engine {
    /// `None` where Node or DuckDB's package is not installed.
    pub(crate) fn start() -> Option<Self> {
        Native::start().map(Self)
    }

    /// Runs a plan in one transaction: the rows of the facts that it must have loaded, or the message
    /// or the title of the step that failed.
    pub(crate) fn build(&mut self, plan: &Plan) -> Result<u64, String> {
        self.transact(|engine| {
            engine.run_plan(plan)?;
            Ok(plan.loaded.iter().map(|(_, rows)| rows).sum())
        })
    }

    /// Runs the two plans of some files in one transaction: how many rows were staged.
    pub(crate) fn build_from(
        &mut self,
        model: &Model,
        files: &[(&SourceFile, &str)],
    ) -> Result<u64, String> {
        self.transact(|engine| {
            let sources: Vec<_> = files.iter().map(|(file, _)| *file).collect();
            let staged = engine.run_plan(&staged_from(model, &sources, files))?;
            engine.run_plan(&Plan::load(model, &staged))?;
            Ok(staged.iter().map(|(_, rows)| rows).sum())
        })
    }

    fn transact(
        &mut self,
        build: impl FnOnce(&mut Self) -> Result<u64, String>,
    ) -> Result<u64, String> {
        self.query("BEGIN TRANSACTION").unwrap();
        let outcome = build(self);
        let end = if outcome.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        self.query(end).unwrap();
        outcome
    }

    /// Runs the steps, and returns how many rows of each source were staged.
    pub(crate) fn run_plan(&mut self, plan: &Plan) -> Result<Vec<(usize, u64)>, String> {
        let mut staged = Vec::new();
        for step in &plan.steps {
            let rows = self.query(&step.sql)?;
            if step.effect.must_be_empty() && !rows.rows.is_empty() {
                return Err(step.title.clone());
            }
            if let Effect::Stage { source } = step.effect {
                staged.push((source, rows.rows[0][0].as_str().unwrap().parse().unwrap()));
            }
        }
        Ok(staged)
    }

    /// Builds the built-in mart from a file's bytes, and finds out what is wrong if that fails.
    pub(crate) fn load(&mut self, name: &str, content: &[u8]) -> Result<u64, SourceError> {
        self.load_into(built_in().model(), name, content)
    }

    /// Builds a mart from a file of its first source.
    pub(crate) fn load_into(
        &mut self,
        model: &Model,
        name: &str,
        content: &[u8],
    ) -> Result<u64, SourceError> {
        let head = &content[..content.len().min(mart::source_file::HEAD_BYTES)];
        let size = content.len() as u64;
        let file = SourceFile::detect(&model.sources()[0], name, head, size, 1)?;
        let path = OnDisk::new(content);
        self.build_from(model, &[(&file, &path.0)])
            .map_err(|message| {
                let findings = file.diagnoses().map(|sql| {
                    let found = self.query(&at(&sql, &file, &path.0));
                    found.map(|rows| texts(&rows))
                });
                file.verdict(&message, &findings)
            })
    }
}

/// The plan that stages files from where they are on the disk.
pub(crate) fn staged_from(
    model: &Model,
    sources: &[&SourceFile],
    files: &[(&SourceFile, &str)],
) -> Plan {
    let mut plan = Plan::stage(model, sources);
    for step in &mut plan.steps {
        for (file, path) in files {
            step.sql = at(&step.sql, file, path);
        }
    }
    plan
}

/// The page registers a file under its path; native DuckDB reads it from the disk.
fn at(sql: &str, file: &SourceFile, path: &str) -> String {
    sql.replace(&format!("'{}'", file.path()), &format!("'{path}'"))
}

/// A file that is deleted when this is dropped.
pub(crate) struct OnDisk(pub(crate) String);

impl OnDisk {
    pub(crate) fn new(content: &[u8]) -> Self {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let name = format!("source-{}-{number}.csv", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, content).unwrap();
        Self(path.to_str().unwrap().to_owned())
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// The rows of a result as texts, as the page reads them.
pub(crate) fn texts(rows: &Rows) -> TextRows {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    rows.rows
        .iter()
        .map(|row| row.iter().map(text).collect())
        .collect()
}
