//! A model as documentation: Markdown with an ER diagram in Mermaid. It must not know SQL.

use std::fmt::Write as _;

use crate::document::{Additivity, Role};
use crate::model::{Column, Key, Model, Table};

impl Model {
    /// The documentation of the mart, in Markdown.
    ///
    /// ```
    /// let shipped = mart::shipped::built_in();
    /// let text = shipped.model().documentation();
    /// assert!(text.starts_with("# Mini data mart\n"));
    /// assert!(text.contains("    fact_sales }o--|| dim_customer : customer\n"));
    /// ```
    #[must_use]
    pub fn documentation(&self) -> String {
        let mut text = String::new();
        // A text takes whatever is written to it.
        let _ = self.write_documentation(&mut text);
        text
    }

    fn write_documentation(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# {}", plain(&self.label))?;
        if !self.description.is_empty() {
            writeln!(text, "\n{}", plain(&self.description))?;
        }
        writeln!(text, "\n```mermaid\nerDiagram")?;
        for relationship in &self.relationships {
            let ends = (
                self.tables.get(relationship.from),
                self.tables.get(relationship.to),
            );
            if let (Some(from), Some(to)) = ends {
                writeln!(
                    text,
                    "    {} }}o--|| {} : {}",
                    word(&from.title()),
                    word(&to.title()),
                    word(&relationship.name)
                )?;
            }
        }
        for table in &self.tables {
            writeln!(text, "    {} {{", word(&table.title()))?;
            for column in &table.columns {
                let key = match column.keys.iter().max() {
                    None => "",
                    Some(Key::Primary) => " PK",
                    Some(Key::Foreign { .. }) => " FK",
                };
                let data_type = word(column.data_type.name());
                writeln!(
                    text,
                    "        {data_type} {}{key}",
                    word(column.name.as_str())
                )?;
            }
            writeln!(text, "    }}")?;
        }
        writeln!(text, "```\n\n## Tables")?;
        for table in &self.tables {
            write_table(text, table)?;
        }
        self.write_semantics(text)
    }

    fn write_semantics(&self, text: &mut String) -> std::fmt::Result {
        if !self.metrics.is_empty() {
            writeln!(
                text,
                "\n## Metrics\n\n| metric | expression | adds up | what it is |"
            )?;
            writeln!(text, "| --- | --- | --- | --- |")?;
        }
        for metric in &self.metrics {
            let adds_up = match metric.additivity {
                Additivity::Additive => "yes",
                Additivity::SemiAdditive => "not over time",
                Additivity::NonAdditive => "no",
            };
            writeln!(
                text,
                "| {} | `{}` | {adds_up} | {} |",
                cell(&metric.label),
                cell(&metric.text),
                cell(&metric.description)
            )?;
        }
        if !self.questions.is_empty() {
            writeln!(text, "\n## Questions\n")?;
        }
        for question in &self.questions {
            writeln!(
                text,
                "- **{}**: {}",
                plain(&question.label),
                plain(&question.description)
            )?;
        }
        Ok(())
    }
}

fn write_table(text: &mut String, table: &Table) -> std::fmt::Result {
    let role = match table.role {
        Role::Table | Role::View => String::new(),
        role => format!(" ({role})"),
    };
    writeln!(text, "\n### {}{role}\n", plain(&table.title()))?;
    if !table.description.is_empty() {
        writeln!(text, "{}", plain(&table.description))?;
    }
    if !table.grain.is_empty() {
        writeln!(text, "Grain: {}.", plain(&table.grain))?;
    }
    writeln!(
        text,
        "\n| column | type | key | what it is |\n| --- | --- | --- | --- |"
    )?;
    for column in &table.columns {
        writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            cell(column.name.as_str()),
            cell(column.data_type.name()),
            keys(table, column),
            cell(&column.description)
        )?;
    }
    Ok(())
}

fn keys(table: &Table, column: &Column) -> String {
    let keys: Vec<_> = column
        .keys
        .iter()
        .map(|key| match key {
            Key::Primary => "primary".to_owned(),
            Key::Foreign { table: to, column } => {
                format!(
                    "to `{}.{}`",
                    cell(&table.title_beside(to)),
                    cell(column.as_str())
                )
            }
        })
        .collect();
    keys.join(", ")
}

/// A text on one line, which starts no markup.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => plain.push(' '),
            '<' => plain.push_str("&lt;"),
            '`' | '*' | '[' | ']' | '\\' => {
                plain.push('\\');
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('`', "'")
}

/// A word that Mermaid takes for a name.
fn word(text: &str) -> String {
    let word: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if word.is_empty() {
        "_".to_owned()
    } else {
        word
    }
}
