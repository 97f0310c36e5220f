//! The mart as a script of SQL. It must not know how the script is written.

use ::export::{Script, ScriptQuestion, ScriptTable};
use mart::{Filter, Model};

/// The mart as a script: its tables with all keys, and its questions.
pub(super) fn script_of(model: &Model) -> Script {
    let tables = model.tables().iter().zip(model.create_statements());
    let questions = model.questions().iter().filter_map(|question| {
        Some(ScriptQuestion {
            title: question.label().to_owned(),
            sql: question.query(&Filter::default()).sql(model)?,
        })
    });
    Script {
        heading: format!(
            "{}: tables, rows and questions. For an empty database of DuckDB.",
            model.name()
        ),
        tables: tables
            .map(|(table, (title, create))| ScriptTable {
                name: table.name.to_string(),
                columns: table
                    .columns
                    .iter()
                    .map(|column| column.name.to_string())
                    .collect(),
                title,
                create,
            })
            .collect(),
        questions: questions.collect(),
    }
}
