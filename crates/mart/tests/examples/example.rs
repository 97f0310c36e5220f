//! An example of `static/marts`, loaded into native DuckDB as the page loads it: from its document
//! and its files. It must not know what the example is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mart::source_file::HEAD_BYTES;
use mart::{Document, Effect, Filter, Model, Package, Plan, Query, SourceFile};
use native_duckdb::Native;

/// The folder with a folder for each example.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/marts")
}

/// The text of a file of an example.
fn read(name: &str, path: &str) -> String {
    let path = folder().join(name).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The document of an example with the files that it names.
pub(crate) fn package(name: &str) -> Package {
    let text = read(name, &format!("{name}.mart.json"));
    let package = Document::read(&text).and_then(|document| {
        let paths = document.paths().into_iter();
        let files: BTreeMap<_, _> = paths
            .map(|path| (path.to_owned(), read(name, path)))
            .collect();
        Package::new(document, files)
    });
    package.unwrap_or_else(|mistakes| {
        let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{name}:\n{}", mistakes.join("\n"))
    })
}

/// An example in an engine.
pub(crate) struct Example {
    name: String,
    package: Package,
    pub(crate) engine: Native,
    /// How many rows of its source each fact was loaded from.
    pub(crate) loaded: Vec<(String, u64)>,
}

impl Example {
    /// Loads an example from its files; `None` where DuckDB is not installed.
    pub(crate) fn load(name: &str) -> Option<Self> {
        let engine = Native::start()?;
        let mut example = Self {
            name: name.to_owned(),
            package: package(name),
            engine,
            loaded: Vec::new(),
        };
        let package = example.package.clone();
        let model = package.model();
        let files: Vec<_> = (1..)
            .zip(model.sources())
            .map(|(number, source)| {
                let path = source.path.as_ref().unwrap();
                let content = package.file(path).unwrap().as_bytes();
                let head = &content[..content.len().min(HEAD_BYTES)];
                SourceFile::detect(source, path, head, content.len() as u64, number).unwrap()
            })
            .collect();
        let stage = Plan::stage(model, &files.iter().collect::<Vec<_>>());
        example.engine.run("BEGIN TRANSACTION").unwrap();
        let staged = example.run(&stage, &files);
        let load = Plan::load(model, &staged);
        example.run(&load, &files);
        // The page verifies the keys of large marts alone; here they are verified in any case.
        example.run(&Plan::verify(model), &files);
        example.engine.run("COMMIT").unwrap();
        example.loaded = load.loaded;
        Some(example)
    }

    pub(crate) fn model(&self) -> &Model {
        self.package.model()
    }

    /// A file of the example, as a table of texts for `FROM`.
    pub(crate) fn csv(&self, file: &str) -> String {
        let path = folder().join(&self.name).join(file);
        format!(
            "read_csv({}, header = true, all_varchar = true, delim = ',', quote = '\"')",
            mart::sql::text(path.to_str().unwrap())
        )
    }

    /// Runs the steps of a plan; the number of staged rows by source.
    fn run(&mut self, plan: &Plan, files: &[SourceFile]) -> Vec<(usize, u64)> {
        let mut staged = Vec::new();
        for step in &plan.steps {
            let mut sql = step.sql.clone();
            for file in files {
                // The page registers the file under this path.
                let path = folder().join(&self.name).join(file.file_name());
                let path = mart::sql::text(path.to_str().unwrap());
                sql = sql.replace(&mart::sql::text(file.path()), &path);
            }
            let rows = self.engine.query(&sql);
            let rows = rows.unwrap_or_else(|error| panic!("{}: {error}\n{sql}", step.title));
            if step.effect.must_be_empty() {
                assert!(rows.rows.is_empty(), "{}: {rows:?}", step.title);
            }
            if let Effect::Stage { source } = step.effect {
                let count = rows.rows[0][0].as_str().unwrap();
                staged.push((source, count.parse().unwrap()));
            }
        }
        staged
    }

    /// A query of metrics by attributes, all by name.
    pub(crate) fn ask(&self, metrics: &[&str], by: &[&str], filter: &Filter) -> String {
        let model = self.model();
        let mut query = Query::default();
        query.metrics = metrics
            .iter()
            .map(|name| {
                model
                    .metrics()
                    .iter()
                    .find(|metric| metric.name() == *name)
                    .unwrap()
                    .clone()
            })
            .collect();
        query.by = by
            .iter()
            .map(|name| {
                model
                    .attributes()
                    .iter()
                    .find(|one| one.name() == *name)
                    .unwrap()
                    .clone()
            })
            .collect();
        query.filter = filter.clone();
        query.sql(model).unwrap()
    }

    /// The SQL of a question of the dashboard.
    pub(crate) fn question(&self, name: &str) -> String {
        let model = self.model();
        let question = model
            .questions()
            .iter()
            .find(|question| question.name() == name);
        question
            .unwrap()
            .query(&Filter::default())
            .sql(model)
            .unwrap()
    }

    /// The sums of metrics over the rows of their answer by some attributes, with four decimals.
    pub(crate) fn sums(&mut self, metrics: &[&str], by: &[&str]) -> Vec<String> {
        let answer = self.ask(metrics, by, &Filter::default());
        let sums = metrics
            .iter()
            .map(|name| format!("CAST(CAST(sum({name}) AS DECIMAL(18,4)) AS VARCHAR)"));
        let sums: Vec<_> = sums.collect();
        let sql = format!("SELECT {} FROM (\n{answer}\n)", sums.join(", "));
        let rows = self.engine.query(&sql);
        let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}")).rows;
        rows[0]
            .iter()
            .map(|sum| sum.as_str().unwrap_or("NULL").to_owned())
            .collect()
    }

    /// The only value of a query, as text.
    pub(crate) fn text(&mut self, sql: &str) -> String {
        let rows = self
            .engine
            .query(&format!("SELECT CAST(columns(*) AS VARCHAR) FROM ({sql})"));
        let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}"));
        assert_eq!(rows.columns.len(), 1, "{sql}");
        assert_eq!(rows.rows.len(), 1, "{sql}");
        rows.rows[0][0].as_str().unwrap_or("NULL").to_owned()
    }

    /// Fails unless two queries have the same rows, whatever their order.
    pub(crate) fn assert_same(&mut self, ours: &str, theirs: &str) {
        for (one, other) in [(ours, theirs), (theirs, ours)] {
            let sql = format!("(\n{one}\n) EXCEPT ALL (\n{other}\n)");
            let rows = self.engine.query(&sql);
            let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}"));
            assert!(
                rows.rows.is_empty(),
                "{:?}\n{one}\nbut not\n{other}",
                rows.rows
            );
        }
    }
}
