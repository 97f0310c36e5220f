//! What the SQL editor completes: DuckDB's words, and the tables and columns that are there. It must not
//! know how an editor uses them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mart::catalog;

use crate::rows::Rows;
use crate::workbench::Workbench;
use crate::workbench::error::Error;

/// Words that can be completed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Keywords of the language, with spaces between them.
    pub keywords: String,
    /// Names of functions, with spaces between them.
    pub functions: String,
    /// Names of types, with spaces between them.
    pub types: String,
    /// Names of tables, each with those of its columns.
    pub tables: Vec<(String, Vec<String>)>,
}

impl Workbench {
    pub(in crate::workbench) fn fetch_completions(self) {
        spawn_local(async move {
            self.prepare_sql().await;
            // Without completions, the editor still works.
            if let Ok(completions) = self.query_completions().await {
                self.sql.completions.set(completions);
            }
        });
    }

    async fn query_completions(self) -> Result<Completions, Error> {
        let connection = self.connect().await?;
        let known = Rows::from(connection.query(catalog::words()).await?);
        let databases = self.databases();
        let catalog = Rows::from(connection.query(&catalog::columns(&databases)).await?);
        let mut completions = Completions::default();
        for row in 0..known.len() {
            let text = known.cell(row, 1).to_string();
            match known.cell(row, 0).to_string().as_str() {
                "keyword" => completions.keywords = text,
                "function" => completions.functions = text,
                _ => completions.types = text,
            }
        }
        for row in 0..catalog.len() {
            let [schema, table, column, database] =
                [0, 1, 3, 5].map(|at| catalog.cell(row, at).to_string());
            let title = catalog::listed_title(&databases, [&database, &schema, &table]);
            match completions.tables.last_mut() {
                Some((last, columns)) if *last == title => columns.push(column),
                _ => completions.tables.push((title, vec![column])),
            }
        }
        Ok(completions)
    }
}
