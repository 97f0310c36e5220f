//! How a file is read: all that was understood or chosen. It must not know why.

use serde::{Deserialize, Serialize};

use crate::json::JsonPart;
use crate::value::Rule;
use crate::{Compression, Counts, Dialect, Encoding};

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilePlan {
    /// How it is compressed.
    pub compression: Compression,
    /// Whether the rows are loaded that stand before the place where compressed data is missing or wrong.
    pub accepts_cut: bool,
    /// Which part of it the table is.
    pub part: Part,
    /// How its bytes become text.
    pub encoding: Encoding,
    /// How its text becomes fields.
    pub dialect: Dialect,
    /// Where its rows are.
    pub layout: Layout,
    /// What its fields become.
    pub table: TablePlan,
    /// What the user has written in place of rows that were set aside.
    pub corrections: Vec<Correction>,
    /// The most rows that may be set aside, in per cent of all; above that the file is refused.
    pub most_set_aside: Option<u8>,
}

impl FilePlan {
    /// A plan for a file whose columns have types.
    #[must_use]
    pub fn of_columns(columns: Vec<ColumnPlan>, most_set_aside: Option<u8>) -> Self {
        Self {
            compression: Compression::None,
            accepts_cut: false,
            part: Part::Columns,
            encoding: Encoding::utf_8(),
            dialect: Dialect::CSV,
            layout: Layout::default(),
            table: TablePlan {
                columns,
                ..TablePlan::default()
            },
            corrections: Vec::new(),
            most_set_aside,
        }
    }

    /// Whether more rows are set aside than may be.
    ///
    /// ```
    /// # use ingest::{Choices, Counts, Sample, understand};
    /// let choices = Choices { most_set_aside: Some(10), ..Choices::default() };
    /// let plan = understand("a.csv", &Sample::whole(b"a,b\n1,2\n"), &choices)?.remove(0).plan;
    /// assert!(plan.refuses(&Counts { loaded: 80, set_aside: 20, ..Counts::default() }));
    /// assert!(!plan.refuses(&Counts { loaded: 90, set_aside: 10, ..Counts::default() }));
    /// # Ok::<(), ingest::Refusal>(())
    /// ```
    #[must_use]
    pub fn refuses(&self, counts: &Counts) -> bool {
        let rows = counts.loaded + counts.set_aside;
        self.most_set_aside
            .is_some_and(|most| counts.set_aside * 100 > rows * u64::from(most))
    }
}

/// A row that the user has written in place of one that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The line on which the row starts.
    pub line: u64,
    /// Its text, divided as the file is; that of a sheet has tabs between its fields.
    pub text: String,
}

/// Which part of a file a table is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of a text with records.
    #[default]
    Records,
    /// Objects of JSON.
    Json(JsonPart),
    /// A sheet of a workbook.
    Sheet(String),
    /// The columns of a file whose values have types: Parquet and Arrow. The crate `columnar` reads them.
    Columns,
    /// A table or a view of a database, which the engine reads.
    Table {
        /// The schema that it is in.
        schema: String,
        /// What it is called there.
        name: String,
    },
}

impl Part {
    /// Whether the values have types in the file, which need not be found.
    #[must_use]
    pub const fn has_types(&self) -> bool {
        matches!(self, Self::Columns | Self::Table { .. })
    }
}

/// Where the rows of a file are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Records above the header that are titles, empty records included.
    pub titles: u64,
    /// Records that are the header: 0 for a file without one.
    pub header: u64,
    /// The fields of the last header record, as they stand there.
    pub names: Vec<String>,
}

/// What the fields of a file become.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TablePlan {
    /// Its columns, in the order of the file.
    pub columns: Vec<ColumnPlan>,
    /// Whether missing fields at the end of a row are NULL. Otherwise the row is set aside.
    pub short_rows_are_null: bool,
    /// The name of a further column, the last one, that has the line of each row.
    pub line_column: Option<String>,
}

/// What a field becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// The name of the column, different from all others.
    pub name: String,
    /// How its texts are read.
    pub rule: Rule,
    /// The type in SQL of values that are no texts in the file, and are kept as they are. Then it has no rule.
    pub given: Option<String>,
    /// The texts that are NULL, beside no text at all.
    pub nulls: Vec<String>,
    /// The signs around numbers that were met, none among them: currencies, `%`, `-` for a dash. A row with
    /// another one is set aside. `None` if any may come: nobody has looked, or the type was chosen.
    #[serde(default)]
    pub signs: Option<Vec<String>>,
    /// Whether a row without a value is set aside.
    pub required: bool,
    /// Whether it is left out of the table.
    pub ignored: bool,
}

impl ColumnPlan {
    /// A column of texts.
    #[must_use]
    pub const fn text(name: String) -> Self {
        Self {
            name,
            rule: Rule::Text,
            given: None,
            nulls: Vec::new(),
            signs: None,
            required: false,
            ignored: false,
        }
    }

    /// The choice for a column of a text, where it was made for one of another file; `None` if it is a type
    /// that only values with types have.
    pub(crate) fn of_texts(&self) -> Option<Self> {
        let is_one = match self.given.as_deref() {
            None | Some("VARCHAR") => true,
            Some(_) => self.ignored,
        };
        is_one.then(|| Self {
            given: None,
            ..self.clone()
        })
    }

    /// The type of the column in SQL.
    ///
    /// ```
    /// use ingest::ColumnPlan;
    ///
    /// let text = ColumnPlan::text("price".to_owned());
    /// assert_eq!(text.sql_type(), "VARCHAR");
    /// let given = ColumnPlan { given: Some("DECIMAL(9,2)".to_owned()), ..text };
    /// assert_eq!(given.sql_type(), "DECIMAL(9,2)");
    /// ```
    #[must_use]
    pub fn sql_type(&self) -> String {
        self.given.clone().unwrap_or_else(|| self.rule.sql_type())
    }
}
