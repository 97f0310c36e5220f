//! Rows of a source that were read from a file into a table, with types that the file shows: the SQL that
//! sets aside what does not fit the source, and stages the rest. It must not know how the file was read.

use super::row_number_column;
use crate::TypeKind;
use crate::model::{Source, SourceField};
use crate::sql::{Identifier, fill, quoted_if_needed, text};

/// Rows of a source in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRows<'s> {
    /// The source.
    pub source: &'s Source,
    /// The name of the file.
    pub file: &'s str,
    /// The table, which has a column for each field of the source that the file has.
    pub rows: Identifier,
    /// The column of the table that has the line of each row.
    pub line: Identifier,
    /// The table of the rows that are set aside.
    pub quarantine: Identifier,
    /// The fields that the file has, by their places in the source.
    pub fields: Vec<usize>,
}

/// Why a value does not fit.
struct Unfit {
    column: String,
    condition: String,
    rule: &'static str,
    message: String,
}

impl SourceRows<'_> {
    /// The statements that move rows which do not fit to the quarantine; none where all values do.
    #[must_use]
    pub fn set_aside(&self) -> Vec<String> {
        let unfit: Vec<_> = self.fields().flat_map(unfit).collect();
        if unfit.is_empty() {
            return Vec::new();
        }
        let cases = |value: &dyn Fn(&Unfit) -> String| {
            let cases: Vec<_> = unfit
                .iter()
                .map(|one| format!("WHEN {} THEN {}", one.condition, value(one)))
                .collect();
            cases.join(" ")
        };
        let texts: Vec<_> = self.fields().map(column).collect();
        let conditions: Vec<_> = unfit.iter().map(|one| one.condition.clone()).collect();
        let copies: Vec<_> = self
            .fields()
            .filter(|field| field.unique)
            .map(|field| self.copies(field))
            .collect();
        let values = [
            ("quarantine", self.quarantine.sql()),
            ("file", text(self.file)),
            ("line", self.line.sql()),
            ("rows", self.rows.sql()),
            ("names", cases(&|one| text(&one.column))),
            (
                "values",
                cases(&|one| format!("CAST({} AS VARCHAR)", quoted_if_needed(&one.column))),
            ),
            ("rules", cases(&|one| text(one.rule))),
            ("messages", cases(&|one| text(&one.message))),
            ("texts", texts.join(", ")),
            ("unfit", conditions.join("\n   OR ")),
            ("copies", copies.concat()),
        ];
        [
            include_str!("../../marts/any/source_file/set_aside.sql"),
            include_str!("../../marts/any/source_file/keep_fitting.sql"),
        ]
        .map(|sql| fill(sql.trim_end(), &values))
        .into()
    }

    /// A query for the unique field whose values have no room in its type, if the table has one that
    /// could: `wrong_rows` and the first `value`.
    #[must_use]
    pub fn too_large(&self) -> Vec<(String, String)> {
        let fields = self.fields().filter(|field| {
            field.unique && matches!(field.data_type.kind(), TypeKind::Whole | TypeKind::Big)
        });
        fields
            .map(|field| {
                let name = column(field);
                let sql = format!(
                    "SELECT count(*) AS wrong_rows, min(CAST({name} AS VARCHAR)) AS value\nFROM {}\nWHERE {name} IS NOT NULL AND TRY_CAST({name} AS {}) IS NULL",
                    self.rows.sql(),
                    field.data_type
                );
                (field.name.clone(), sql)
            })
            .collect()
    }

    /// The statement that stages the rows.
    #[must_use]
    pub fn stage(&self) -> String {
        let mut typed = vec![format!(
            "CAST(row_number() OVER (ORDER BY {}) AS INTEGER) AS {}",
            self.line.sql(),
            row_number_column(self.source)
        )];
        for (at, field) in self.source.fields.iter().enumerate() {
            typed.push(format!("{} AS {}", self.value(at, field), column(field)));
        }
        let values = [
            ("staged", self.source.staged().sql()),
            ("typed", typed.join(",\n    ")),
            ("rows", self.rows.sql()),
        ];
        fill(
            include_str!("../../marts/any/source_file/stage_rows.sql").trim_end(),
            &values,
        )
    }

    fn fields(&self) -> impl Iterator<Item = &SourceField> {
        self.fields
            .iter()
            .filter_map(|at| self.source.fields.get(*at))
    }

    fn value(&self, at: usize, field: &SourceField) -> String {
        let name = column(field);
        let is_there = self.fields.contains(&at);
        let default = field.default.as_ref().map(|default| text(default));
        match (is_there, field.data_type.kind(), default) {
            (true, TypeKind::Text, Some(default)) => {
                format!("CASE WHEN trim({name}) <> '' THEN {name} ELSE {default} END")
            }
            (true, TypeKind::Text, None) => format!("CASE WHEN trim({name}) <> '' THEN {name} END"),
            (true, ..) => format!("CAST({name} AS {})", field.data_type),
            (false, _, Some(default)) => format!("CAST({default} AS {})", field.data_type),
            (false, _, None) => format!("CAST(NULL AS {})", field.data_type),
        }
    }

    /// The column that counts how often a value was there before.
    fn copies(&self, field: &SourceField) -> String {
        format!(
            ",\n        row_number() OVER (PARTITION BY {} ORDER BY {}) AS {}",
            column(field),
            self.line.sql(),
            copy_column(field)
        )
    }
}

/// Why values of a field may not fit.
fn unfit(field: &SourceField) -> Vec<Unfit> {
    let name = column(field);
    let data_type = &field.data_type;
    let cast = format!("TRY_CAST({name} AS {data_type})");
    let reason = |condition, rule, message: String| Unfit {
        column: field.name.clone(),
        condition,
        rule,
        message,
    };
    let too_large = || {
        reason(
            format!("{name} IS NOT NULL AND {cast} IS NULL"),
            "out of range",
            format!("the value has no room in the column, which is {data_type}"),
        )
    };
    let mut all = match data_type.kind() {
        TypeKind::Text => Vec::new(),
        TypeKind::Whole | TypeKind::Big => vec![
            reason(
                format!("{name} <> trunc({name})"),
                "not a whole number",
                "the value is not a whole number".to_owned(),
            ),
            too_large(),
        ],
        TypeKind::Date => vec![reason(
            format!("CAST({name} AS TIMESTAMP) <> CAST(CAST({name} AS DATE) AS TIMESTAMP)"),
            "not a date",
            "the value is a date with a time, and the column is a date".to_owned(),
        )],
        _ => vec![too_large()],
    };
    if field.required {
        all.push(reason(
            format!("{name} IS NULL"),
            "missing value",
            "the value is missing".to_owned(),
        ));
    }
    if field.unique {
        all.push(reason(
            format!("{} > 1", copy_column(field)),
            "duplicate",
            "the value is on an earlier line already".to_owned(),
        ));
    }
    all
}

fn column(field: &SourceField) -> String {
    quoted_if_needed(&field.name)
}

fn copy_column(field: &SourceField) -> String {
    Identifier::prefixed("copy of ", &field.name).sql()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_read_become_rows_of_the_source() {
        let shipped = crate::shipped::built_in();
        let source = shipped.model().sources().first().expect("a source");
        let place = |name: &str| source.fields.iter().position(|field| field.name == name);
        let rows = SourceRows {
            source,
            file: "it's.csv",
            rows: Identifier::prefixed("read_", "rows"),
            line: Identifier::prefixed("file_", "line"),
            quarantine: Identifier::prefixed("quarantine", ""),
            fields: ["order_date", "quantity", "region", "sale_id"]
                .iter()
                .filter_map(|name| place(name))
                .collect(),
        };
        let statements = [rows.set_aside(), vec![rows.stage()]].concat();
        insta::assert_snapshot!(statements.join(";\n\n"));
    }
}
