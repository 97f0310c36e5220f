//! The SQL that stages a file as typed rows and checks every one of them, and the queries that find
//! out what is wrong. How the text of each type is read is written once, in [`Rule`]. It must not
//! know what the rows are loaded into.

use super::{LISTED_PROBLEMS, LineEnd, SourceFile};
use crate::TypeKind;
use crate::model::{Source, SourceField};
use crate::sql::{fill, text};

/// How the texts of a field are read.
struct Rule<'f> {
    field: &'f SourceField,
    null_texts: &'f [String],
    /// Whether the file has the column.
    is_there: bool,
}

impl Rule<'_> {
    /// The text without the blanks around it, but for a text, which is kept as it is.
    fn trimmed(&self, raw: &str) -> String {
        if self.field.data_type.kind() == TypeKind::Text {
            raw.to_owned()
        } else {
            format!("trim({raw})")
        }
    }

    /// Whether a text stands for no value.
    fn is_blank(&self, value: &str) -> String {
        let bare = match self.field.data_type.kind() {
            TypeKind::Text => format!("trim({value})"),
            _ => value.to_owned(),
        };
        if self.null_texts.is_empty() {
            return format!("{bare} = ''");
        }
        let blank: Vec<_> = std::iter::once("")
            .chain(self.null_texts.iter().map(String::as_str))
            .map(text)
            .collect();
        format!("{bare} IN ({})", blank.join(", "))
    }

    /// The value of a text; NULL for one that cannot be read, or stands for none.
    fn value(&self, trimmed: &str) -> String {
        let data_type = &self.field.data_type;
        let cast = format!("TRY_CAST({trimmed} AS {data_type})");
        let is_right = match data_type.kind() {
            TypeKind::Text => {
                let is_text = format!("NOT ({})", self.is_blank(trimmed));
                // NULL is a field that the file does not have.
                return match &self.field.default {
                    Some(default) => {
                        let is_given = [format!("{trimmed} IS NOT NULL"), is_text];
                        case_when(&is_given, trimmed, Some(&text(default)))
                    }
                    None => case_when(&[is_text], trimmed, None),
                };
            }
            TypeKind::Whole | TypeKind::Big => {
                vec![format!("regexp_full_match({trimmed}, '[+-]?[0-9]+')")]
            }
            TypeKind::Date => vec![
                format!("length({trimmed}) = 10"),
                format!("CAST(TRY_CAST({trimmed} AS DATE) AS VARCHAR) = {trimmed}"),
            ],
            TypeKind::Float | TypeKind::Decimal => vec![
                format!("isfinite(TRY_CAST({trimmed} AS DOUBLE))"),
                format!("NOT contains({trimmed}, '_')"),
            ],
            _ => return cast,
        };
        case_when(&is_right, &cast, None)
    }

    /// Whether each row must have a value.
    const fn is_needed(&self) -> bool {
        self.field.required || (self.field.unique && self.is_there)
    }

    /// Whether a text may be wrong without a value being needed.
    fn may_be_wrong(&self) -> bool {
        self.is_there && !self.is_needed() && self.field.data_type.kind() != TypeKind::Text
    }

    /// The name of the fault of a text, or NULL where there is none.
    fn fault(&self, trimmed: &str, line: &str) -> String {
        let is_blank = self.is_blank(trimmed);
        let mut cases = Vec::new();
        if self.is_needed() {
            cases.push((is_blank, "missing"));
        } else {
            cases.push((format!("{trimmed} IS NULL OR {is_blank}"), ""));
        }
        let data_type = &self.field.data_type;
        let is_unreadable = format!("TRY_CAST({trimmed} AS {data_type}) IS NULL");
        match data_type.kind() {
            TypeKind::Whole | TypeKind::Big => {
                cases.push((
                    format!("NOT regexp_full_match({trimmed}, '[+-]?[0-9]+')"),
                    "not_an_integer",
                ));
                cases.push((is_unreadable, "out_of_range"));
            }
            TypeKind::Date => cases.push((
                format!(
                    "length({trimmed}) <> 10 OR CAST(TRY_CAST({trimmed} AS DATE) AS VARCHAR) IS DISTINCT FROM {trimmed}"
                ),
                "not_a_date",
            )),
            TypeKind::Float | TypeKind::Decimal => {
                cases.push((
                    format!(
                        "NOT coalesce(isfinite(TRY_CAST({trimmed} AS DOUBLE)), false) OR contains({trimmed}, '_')"
                    ),
                    "not_a_number",
                ));
                cases.push((is_unreadable, "out_of_range"));
            }
            TypeKind::Timestamp => cases.push((is_unreadable, "not_a_timestamp")),
            TypeKind::Boolean => cases.push((is_unreadable, "not_a_boolean")),
            _ => {}
        }
        if self.field.unique && self.is_there {
            cases.push((
                format!(
                    "row_number() OVER (PARTITION BY TRY_CAST({trimmed} AS {data_type}) ORDER BY {line}) > 1"
                ),
                "duplicate",
            ));
        }
        let cases: Vec<_> = cases
            .iter()
            .map(|(condition, fault)| match *fault {
                "" => format!("WHEN {condition} THEN NULL"),
                fault => format!("WHEN {condition} THEN '{fault}'"),
            })
            .collect();
        format!("CASE {} END", cases.join(" "))
    }
}

/// `CASE WHEN … THEN … END`, on several lines where it is long.
fn case_when(conditions: &[String], value: &str, otherwise: Option<&str>) -> String {
    let part = |before: &str| {
        otherwise
            .map(|value| format!("{before}ELSE {value}"))
            .unwrap_or_default()
    };
    let line = format!(
        "CASE WHEN {} THEN {value}{} END",
        conditions.join(" AND "),
        part(" ")
    );
    if line.len() <= 80 {
        return line;
    }
    format!(
        "CASE\n        WHEN {}\n        THEN {value}{}\n    END",
        conditions.join("\n         AND "),
        part("\n        ")
    )
}

/// The column of the staged table with the number of the row in the file.
pub(crate) fn row_number_column(source: &Source) -> String {
    free_name(source, "file_row")
}

/// A name that no field of the source has.
pub(crate) fn free_name(source: &Source, name: &str) -> String {
    let mut name = name.to_owned();
    while source.field(&name).is_some() {
        name.push('_');
    }
    name
}

/// The SQL of a field's name.
fn column(field: &SourceField) -> String {
    crate::sql::quoted_if_needed(&field.name)
}

impl SourceFile {
    fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        let fields = self.source.fields.iter().enumerate();
        fields.map(|(at, field)| Rule {
            field,
            null_texts: &self.source.null_texts,
            is_there: self.place(at).is_some(),
        })
    }

    /// The statement that reads the file into the source's staging table. The order of the file is
    /// kept.
    ///
    /// The buffer of `read_csv` would be sixteen lines of the greatest size, and takes longer to
    /// allocate than most files to read. `strict_mode` is left at its default, true: DuckDB 1.4.3 reads
    /// no row at all, and says nothing, when it is given both `strict_mode = true` and
    /// `new_line = '\r\n'`.
    pub(crate) fn stage(&self) -> String {
        let mut typed = vec![format!(
            "CAST(row_number() OVER () AS INTEGER) AS {}",
            row_number_column(&self.source)
        )];
        let mut raw = Vec::new();
        for rule in self.rules() {
            let name = column(rule.field);
            let value = if rule.is_there {
                rule.trimmed(&name)
            } else {
                "CAST(NULL AS VARCHAR)".to_owned()
            };
            raw.push(if value == name {
                name.clone()
            } else {
                format!("{value} AS {name}")
            });
            typed.push(format!("{} AS {name}", rule.value(&name)));
            if rule.may_be_wrong() {
                let wrong = format!(
                    "NOT ({}) AND {} IS NULL AS {}",
                    rule.is_blank(&name),
                    rule.value(&name),
                    self.wrong_column(rule.field)
                );
                typed.push(wrong);
            }
        }
        let columns = (1..).zip(&self.columns).map(|(place, header)| {
            let field = header.field.and_then(|at| self.source.fields.get(at));
            let name = field.map_or_else(|| format!("#{place}"), |field| field.name.clone());
            format!("{}: 'VARCHAR'", text(&name))
        });
        let values = [
            ("staged", self.source.staged().sql()),
            ("typed", typed.join(",\n    ")),
            ("raw", raw.join(",\n        ")),
            ("path", text(&self.path)),
            ("delimiter", text(&self.delimiter.to_string())),
            ("line_end", self.line_end.option().to_owned()),
            (
                "columns",
                format!(
                    "{{\n            {}\n        }}",
                    columns.collect::<Vec<_>>().join(",\n            ")
                ),
            ),
        ];
        fill(
            statement(include_str!("../../marts/any/source_file/stage.sql")),
            &values,
        )
    }

    /// The column that says whether an optional field could not be read.
    fn wrong_column(&self, field: &SourceField) -> String {
        let name = free_name(&self.source, &format!("{}_is_wrong", field.name));
        crate::sql::quoted_if_needed(&name)
    }

    /// The queries that must return no row, each with what it verifies.
    pub(crate) fn verifications(&self) -> Vec<(String, String)> {
        let staged = self.source.staged().sql();
        let row = &self.source.row;
        let mut all = vec![(
            format!("there are {}", row.many),
            format!("SELECT 'no rows' AS problem\nWHERE NOT EXISTS (SELECT 1 FROM {staged})"),
        )];
        let wrong: Vec<_> = self
            .rules()
            .filter_map(|rule| {
                if rule.is_needed() {
                    Some(format!("{} IS NULL", column(rule.field)))
                } else {
                    rule.may_be_wrong().then(|| self.wrong_column(rule.field))
                }
            })
            .collect();
        if !wrong.is_empty() {
            all.push((
                format!("every {} can be read", row.one),
                format!(
                    "SELECT count(*) AS wrong_rows\nFROM {staged}\nWHERE {}\nHAVING count(*) > 0",
                    wrong.join("\n   OR ")
                ),
            ));
        }
        for rule in self
            .rules()
            .filter(|rule| rule.field.unique && rule.is_there)
        {
            let name = column(rule.field);
            all.push((
                format!("every {} has its own {}", row.one, rule.field.name),
                format!(
                    "SELECT {name}, count(*) AS row_count\nFROM {staged}\nGROUP BY {name}\nHAVING count(*) > 1\nLIMIT 1"
                ),
            ));
        }
        all
    }

    /// The two queries that find out why a build from this file failed, to be run in order after
    /// the rollback, the file still registered. Their results, or errors, go to
    /// [`verdict`](Self::verdict).
    #[must_use]
    pub fn diagnoses(&self) -> [String; 2] {
        let (mut texts, mut judged, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (at, rule) in self.rules().enumerate() {
            // By number, so that no name of a field is one of the query's own.
            let (value, fault) = (format!("value_{at}"), format!("fault_{at}"));
            let raw = self.place(at).map_or_else(
                || "CAST(NULL AS VARCHAR)".to_owned(),
                |place| rule.trimmed(&format!("fields[{place}]")),
            );
            texts.push(format!("{raw} AS {value}"));
            judged.push(format!("{} AS {fault}", rule.fault(&value, "line")));
            faults.push(format!(
                "    UNION ALL\n    SELECT line, {}, {}, {fault}, {value}\n    FROM judged WHERE {fault} IS NOT NULL",
                at + 1,
                text(&rule.field.name)
            ));
        }
        let d = self.delimiter;
        // A field that starts with a quote, what may follow the closing one, and a field that
        // does not. Only the first can hold delimiters and line breaks.
        let quoted = format!(r#" *"(?:[^"]|"")*"(?:[^"{d}][^{d}]*)?"#);
        let bare = format!(r#" *(?:[^" {d}][^{d}]*)?"#);
        let (line_break, stray_break) = match self.line_end {
            LineEnd::Lf | LineEnd::CrLf => (r"e'\n'", r"e'\r'"),
            LineEnd::Cr => (r"e'\r'", r"e'\n'"),
        };
        let values = [
            ("path", text(&self.path)),
            ("delimiter", text(&self.delimiter.to_string())),
            (
                "leaves_open",
                text(&format!(r#"(?:(?:{quoted}|{bare})[{d}])* *"(?:[^"]|"")*"#)),
            ),
            (
                "field",
                text(&format!(r#"( *"(?:[^"]|"")*" *|[^{d}]*)[{d}]"#)),
            ),
            ("line_break", line_break.to_owned()),
            ("stray_break", stray_break.to_owned()),
            (
                "carriage_return",
                (self.line_end == LineEnd::CrLf).to_string(),
            ),
            ("width", self.columns.len().to_string()),
            ("limit", LISTED_PROBLEMS.to_string()),
            ("texts", texts.join(",\n        ")),
            ("judged", judged.join(",\n        ")),
            ("faults", faults.join("\n")),
            ("last", (self.source.fields.len() + 1).to_string()),
        ];
        [
            fill(
                include_str!("../../marts/any/source_file/diagnose.sql"),
                &values,
            ),
            fill(
                include_str!("../../marts/any/source_file/measure_lines.sql"),
                &values,
            ),
        ]
    }
}

/// The statement of a file that holds one, without the semicolon.
fn statement(file: &str) -> &str {
    file.trim_end().trim_end_matches(';')
}
