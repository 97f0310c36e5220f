//! A copy of the mart as a database file: the statements that write one with DuckDB's own means,
//! keys and all. It must not know how they are run, or how the file is taken out of the engine.

use std::collections::BTreeMap;

use crate::model::Model;
use crate::sql::{Identifier, text};

/// The definitions of the tables ([`catalog::definitions`](crate::catalog::definitions)), and where the copy goes.
///
/// ```
/// use std::collections::BTreeMap;
/// use mart::database_file::DatabaseFile;
/// use mart::Identifier;
///
/// let file = DatabaseFile {
///     path: "copy.duckdb".to_owned(),
///     copied: Identifier::new("memory")?,
///     definitions: BTreeMap::from([("dim_date".to_owned(), "CREATE TABLE dim_date(date DATE);".to_owned())]),
/// };
/// let shipped = mart::shipped::built_in();
/// assert_eq!(file.missing(shipped.model()), ["dim_customer", "dim_product", "fact_sales"]);
/// let steps = file.write(shipped.model());
/// assert_eq!(steps[0], "ATTACH 'copy.duckdb' AS \"copy of the mart\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFile {
    /// The path of the new file. Use each once.
    pub path: String,
    /// The database that is copied.
    pub copied: Identifier,
    /// The `CREATE TABLE` of each table, by its name.
    pub definitions: BTreeMap<String, String>,
}

impl DatabaseFile {
    /// The tables of the mart that are not there: without them there is no copy.
    #[must_use]
    pub fn missing(&self, model: &Model) -> Vec<String> {
        let names = model.tables().iter().map(|table| table.name.as_str());
        names
            .filter(|name| !self.definitions.contains_key(*name))
            .map(str::to_owned)
            .collect()
    }

    /// The statements, in order; dimensions come before the facts that refer to them. They end
    /// with the copy in use as a database: run [`close`](Self::close) after them, also when one
    /// has failed.
    #[must_use]
    pub fn write(&self, model: &Model) -> Vec<String> {
        let copy = alias();
        let mut steps = vec![
            format!("ATTACH {} AS {copy}", text(&self.path)),
            format!("USE {copy}"),
        ];
        for table in model.tables() {
            let Some(definition) = self.definitions.get(table.name.as_str()) else {
                continue;
            };
            let name = table.name.quoted();
            steps.push(definition.trim_end_matches(';').to_owned());
            steps.push(format!(
                "INSERT INTO {copy}.main.{name} FROM {}.main.{name}",
                self.copied.quoted()
            ));
        }
        steps.push(format!("CHECKPOINT {copy}"));
        steps
    }

    /// The statements that let go of the file.
    #[must_use]
    pub fn close(&self) -> [String; 2] {
        [
            format!("USE {}", self.copied.quoted()),
            format!("DETACH DATABASE IF EXISTS {}", alias()),
        ]
    }
}

/// What the copy is called while it is written; a name that hides no table or schema.
fn alias() -> String {
    Identifier::known("copy of the mart").quoted()
}
