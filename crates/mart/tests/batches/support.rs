//! Loads in native DuckDB, as the page makes them.

use mart::{Batch, BatchFile, Document, LoadMode, Model, Part, Plan};
use native_duckdb::Native;

/// Customers who buy: a dimension that keeps versions, one that keeps the last values, and a fact.
pub(crate) const SHOP: &str = r#"{
    "version": 1, "name": "shop", "load": { "batches": true },
    "sources": [
        { "name": "people", "key": ["id"], "fields": [
            { "name": "id", "type": "BIGINT" }, { "name": "name", "type": "VARCHAR" }, { "name": "city", "type": "VARCHAR" }] },
        { "name": "sales", "key": ["sale", "line"], "fields": [
            { "name": "sale", "type": "BIGINT" }, { "name": "line", "type": "BIGINT" }, { "name": "buyer", "type": "BIGINT" },
            { "name": "item", "type": "VARCHAR" }, { "name": "price", "type": "BIGINT" }] }
    ],
    "datasets": [
        { "name": "dim_person", "role": "dimension", "source": "people", "primary_key": ["person_key"], "unknown_member": true,
          "history": "versions", "fields": [
            { "name": "person_key", "type": "INTEGER", "from": { "surrogate_key": ["id"] } },
            { "name": "id", "type": "BIGINT", "from": { "column": "id" } },
            { "name": "name", "type": "VARCHAR", "from": { "column": "name" } },
            { "name": "city", "type": "VARCHAR", "from": { "column": "city" } },
            { "name": "from_batch", "type": "INTEGER", "from": { "version": "from_batch" } },
            { "name": "to_batch", "type": "INTEGER", "from": { "version": "to_batch" } },
            { "name": "valid_from", "type": "TIMESTAMP", "from": { "version": "from" } },
            { "name": "valid_to", "type": "TIMESTAMP", "from": { "version": "to" } },
            { "name": "is_current", "type": "BOOLEAN", "from": { "version": "current" } },
            { "name": "is_deleted", "type": "BOOLEAN", "from": { "version": "deleted" } }] },
        { "name": "dim_item", "role": "dimension", "source": "sales", "primary_key": ["item_key"], "history": "last", "fields": [
            { "name": "item_key", "type": "INTEGER", "from": { "surrogate_key": ["item"] } },
            { "name": "item", "type": "VARCHAR", "from": { "column": "item" } },
            { "name": "last_price", "type": "BIGINT", "from": { "column": "price" } }] },
        { "name": "fact_sale", "role": "fact", "source": "sales", "primary_key": ["sale", "line"], "fields": [
            { "name": "sale", "type": "BIGINT", "from": { "column": "sale" } },
            { "name": "line", "type": "BIGINT", "from": { "column": "line" } },
            { "name": "buyer", "type": "BIGINT", "from": { "column": "buyer" } },
            { "name": "price", "type": "BIGINT", "from": { "column": "price" } },
            { "name": "item_key", "type": "INTEGER", "from": { "lookup": "item" } },
            { "name": "buyer_key", "type": "INTEGER", "from": { "lookup": "buyer" } }] }
    ],
    "relationships": [
        { "name": "item", "from": "fact_sale", "from_columns": ["item_key"], "to": "dim_item", "to_columns": ["item_key"] },
        { "name": "buyer", "from": "fact_sale", "from_columns": ["buyer_key"], "to": "dim_person", "to_columns": ["person_key"], "source_columns": ["buyer"] }
    ],
    "metrics": [{ "name": "Sold", "dataset": "fact_sale", "expression": "sum(price)" }]
}"#;

/// A mart that keeps its loads.
pub(crate) struct Mart {
    pub(crate) engine: Native,
    pub(crate) model: Model,
    pub(crate) batches: Vec<Batch>,
}

/// A file of a load: the place of its source, what its rows do to those before, and its rows as SQL values.
pub(crate) type File<'f> = (usize, LoadMode, &'f str);

impl Mart {
    /// An empty one of a document.
    pub(crate) fn of(document: &str) -> Option<Self> {
        let mut mart = Self {
            engine: Native::start()?,
            model: Model::resolve(&Document::read(document).unwrap()).unwrap(),
            batches: Vec::new(),
        };
        let quarantine = "CREATE TABLE quarantine (file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR,
            row_text VARCHAR, rule VARCHAR, message VARCHAR, corrected_to VARCHAR)";
        mart.engine.query(quarantine).unwrap();
        mart.run(&Plan::create_batches(&mart.model.clone()));
        Some(mart)
    }

    fn run(&mut self, plan: &Plan) {
        for step in &plan.steps {
            let found = self.engine.query(&step.sql);
            let found = found.unwrap_or_else(|error| panic!("{error}\n{}", step.sql));
            assert!(
                !step.effect.must_be_empty() || found.rows.is_empty(),
                "{}",
                step.title
            );
        }
    }

    /// Loads files as one load, with the next number.
    pub(crate) fn load(&mut self, files: &[File<'_>]) -> u32 {
        let number = self
            .batches
            .iter()
            .map(|batch| batch.number)
            .max()
            .unwrap_or(0)
            + 1;
        let model = self.model.clone();
        let mut brought = Vec::new();
        for (place, mode, rows) in files {
            let source = &model.sources()[*place];
            let names: Vec<_> = source
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            let none: Vec<_> = source
                .fields
                .iter()
                .map(|field| format!("CAST(NULL AS {})", field.data_type))
                .collect();
            let rows = if rows.is_empty() {
                format!("(SELECT {} WHERE false)", none.join(", "))
            } else {
                format!("(VALUES {rows})")
            };
            let staged = format!(
                "CREATE OR REPLACE TABLE {} AS SELECT *, row_number() OVER () AS file_row FROM {rows} AS t({})",
                source.staged().sql(),
                names.join(", ")
            );
            let read = self.engine.query(&staged).unwrap().rows[0][0].clone();
            let file = format!("{} {number}.csv", source.name);
            self.run(&Plan::keep(source, number));
            self.run(&Plan::set_aside_copies(source, number, &file));
            brought.push(BatchFile {
                source: *place,
                file,
                mode: *mode,
                read: read.to_string().trim_matches('"').parse().unwrap(),
                ..BatchFile::default()
            });
        }
        let time = format!("2026-01-{number:02} 00:00:00");
        self.run(&Plan::record(&model, number, &brought, &time));
        self.batches.push(Batch {
            number,
            modes: files
                .iter()
                .map(|(place, mode, _)| (*place, *mode))
                .collect(),
        });
        self.fill();
        number
    }

    /// Takes a load back.
    pub(crate) fn take_back(&mut self, number: u32) {
        let model = self.model.clone();
        self.run(&Plan::take_back(&model, number));
        self.batches.retain(|batch| batch.number != number);
        self.fill();
    }

    /// Fills the star from what is kept.
    pub(crate) fn fill(&mut self) {
        let (model, batches) = (self.model.clone(), self.batches.clone());
        self.run(&Plan::current(&model, &batches));
        let mut rows = Vec::new();
        for (place, source) in model.sources().iter().enumerate() {
            let count = format!("SELECT count(*) FROM {}", source.staged().sql());
            rows.push((place, u64::try_from(self.engine.number(&count)).unwrap()));
        }
        self.run(&Plan::load_batches(&model, &batches, &rows));
    }

    /// The numbers of the account of a measure.
    pub(crate) fn account(&mut self, measure: &str) -> [i64; 4] {
        let accounts = self.model.measure_accounts();
        let account = accounts.iter().find(|one| one.measure == measure).unwrap();
        let queries = Part::ALL.map(|part| account.number(&self.model, &self.batches, part));
        queries.map(|sql| {
            let number = self.engine.query(&sql);
            let number = number.unwrap_or_else(|error| panic!("{error}\n{sql}"));
            let value = number.rows[0][0].to_string();
            value.trim_matches('"').parse().unwrap()
        })
    }

    /// The rows of a query, each with its values between spaces.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<String> {
        let found = self
            .engine
            .query(sql)
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        let rows = found.rows.iter();
        rows.map(|row| row.iter().map(text).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// All rows of all tables that a load changes, but for the times of loads.
    pub(crate) fn everything(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        let tables: Vec<_> = self.model.tables().iter().map(mart::Table::sql).collect();
        for table in tables {
            let rows = self.rows(&format!("FROM {table} ORDER BY ALL"));
            all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        let rows = self.rows("SELECT file, value, rule FROM quarantine ORDER BY ALL");
        all.extend(rows.into_iter().map(|row| format!("quarantine: {row}")));
        all
    }
}
