//! A sales file in the plain format: what its header says, the SQL that stages it, and, when a
//! build from it has failed, what is wrong with it and where. It must not know how a file comes
//! to the engine, nor read more of one than its first bytes.
//!
//! Text is kept exactly as the file has it, spaces included; a text of nothing but spaces is
//! missing. Dates and numbers may have spaces around them.

mod detect;
mod explain;
mod problem;

use crate::Error;
use crate::sql::{Statement, fill, statements, text};

pub use problem::{Fault, Problem, SourceError, WrongRows};

/// At most so many problems are listed; the number of wrong rows is always the whole one.
pub const LISTED_PROBLEMS: u32 = 100;

/// How many bytes of a file's start [`SalesFile::detect`] wants to see, or all of a shorter file.
pub const HEAD_BYTES: usize = 64 * 1024;

/// A small file in the plain sales format, to start from.
pub const TEMPLATE: &str = include_str!("../marts/mini_data_mart/sales_file/template.csv");

/// A column of the plain sales format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SalesColumn {
    /// `order_date`, a day as YYYY-MM-DD.
    OrderDate,
    /// `customer_name`, a text.
    CustomerName,
    /// `region`, a text; `Unknown` where there is none.
    Region,
    /// `product_name`, a text.
    ProductName,
    /// `category`, a text; `Unknown` where there is none.
    Category,
    /// `quantity`, an integer.
    Quantity,
    /// `unit_price`, a number.
    UnitPrice,
    /// `sale_id`, an integer; the place in the file where there is none.
    SaleId,
}

impl SalesColumn {
    /// All of them, in the order of the template.
    pub const ALL: [Self; 8] = [
        Self::OrderDate,
        Self::CustomerName,
        Self::Region,
        Self::ProductName,
        Self::Category,
        Self::Quantity,
        Self::UnitPrice,
        Self::SaleId,
    ];

    /// Its name in a header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderDate => "order_date",
            Self::CustomerName => "customer_name",
            Self::Region => "region",
            Self::ProductName => "product_name",
            Self::Category => "category",
            Self::Quantity => "quantity",
            Self::UnitPrice => "unit_price",
            Self::SaleId => "sale_id",
        }
    }

    /// Whether a file may do without it.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Region | Self::Category | Self::SaleId)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|column| column.name().eq_ignore_ascii_case(name))
    }
}

/// How the lines of a file end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// `\r`, as old Macs wrote it.
    Cr,
}

impl LineEnd {
    /// What `read_csv` calls it. It wants the letters of the escape, not the character.
    const fn option(self) -> &'static str {
        match self {
            Self::Lf => r"'\n'",
            Self::CrLf => r"'\r\n'",
            Self::Cr => r"'\r'",
        }
    }
}

/// A sales file, as its header describes it.
///
/// ```
/// use mart::SalesFile;
///
/// let head = b"\xef\xbb\xbfOrder_Date;Customer_Name;\"Product_Name\";QUANTITY;unit_price;note\r\n...";
/// let file = SalesFile::detect("sales.csv", head, 9_000_000)?;
/// assert_eq!(file.delimiter(), ';');
/// assert_eq!(file.ignored().collect::<Vec<_>>(), ["note"]);
///
/// let error = SalesFile::detect("sales.csv", b"order_date,quantity\n", 20).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "sales.csv, line 1: the columns customer_name, product_name and unit_price are missing; \
///      the header has order_date and quantity"
/// );
/// # Ok::<(), mart::SourceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesFile {
    file_name: String,
    path: String,
    size: u64,
    delimiter: char,
    line_end: LineEnd,
    columns: Vec<HeaderColumn>,
}

/// A column of the file's header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct HeaderColumn {
    name: String,
    meaning: Option<SalesColumn>,
}

impl SalesFile {
    /// The name a person knows the file by.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The name under which the file must be registered with the engine before the plan runs.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same file, registered under another name.
    ///
    /// # Errors
    /// [`Error::Path`] if the engine would not take the name for exactly one local file: letters,
    /// digits, `.`, `-`, `_` and `/` are safe.
    pub fn with_path(mut self, path: impl Into<String>) -> Result<Self, Error> {
        let path = path.into();
        let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
        if path.is_empty() || !path.chars().all(is_safe) {
            return Err(Error::Path {
                path,
                reason: "only letters, digits, `.`, `-`, `_` and `/` are safe",
            });
        }
        self.path = path;
        Ok(self)
    }

    /// How many bytes the file has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What stands between its fields.
    #[must_use]
    pub const fn delimiter(&self) -> char {
        self.delimiter
    }

    /// How its lines end.
    #[must_use]
    pub const fn line_end(&self) -> LineEnd {
        self.line_end
    }

    /// The columns that will be loaded, in the order of the file.
    pub fn loaded(&self) -> impl Iterator<Item = SalesColumn> {
        self.columns.iter().filter_map(|column| column.meaning)
    }

    /// The names of the columns that will not be loaded, since the format does not know them.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.columns
            .iter()
            .filter(|column| column.meaning.is_none())
            .map(|column| column.name.as_str())
    }

    /// The statements that stage the file and look at every row, in order.
    pub(crate) fn stage(&self) -> impl Iterator<Item = Statement> {
        let columns: Vec<_> = (1..)
            .zip(&self.columns)
            .map(|(place, column)| match column.meaning {
                Some(known) => format!("'{}': 'VARCHAR'", known.name()),
                None => format!("'ignored_{place}': 'VARCHAR'"),
            })
            .collect();
        let mut values = self.values(|column, _| column.name().to_owned());
        values.push(("columns", format!("{{{}}}", columns.join(", "))));
        let sale_id = self
            .place(SalesColumn::SaleId)
            .map(|_| include_str!("../marts/mini_data_mart/sales_file/sale_id.sql"))
            .unwrap_or_default();
        statements(include_str!("../marts/mini_data_mart/sales_file/stage.sql"))
            .chain(statements(sale_id))
            .map(move |statement| Statement {
                title: fill(&statement.title, &[("file", self.file_name.clone())]),
                sql: fill(&statement.sql, &values),
            })
    }

    /// The two queries that find out why a build from this file failed, to be run in order after
    /// the rollback, the file still registered. What came of them, result or error, goes to
    /// [`verdict`](Self::verdict).
    #[must_use]
    pub fn diagnoses(&self) -> [String; 2] {
        let width = self.columns.len();
        let mut values = self.values(|_, place| format!("fields[{place}]"));
        let d = self.delimiter;
        // A field that starts with a quote, what may follow the closing one, and a field that
        // does not. Only the first can hold delimiters and line breaks.
        let quoted = format!(r#" *"(?:[^"]|"")*"(?:[^"{d}][^{d}]*)?"#);
        let bare = format!(r#" *(?:[^" {d}][^{d}]*)?"#);
        let (line_break, stray_break) = match self.line_end {
            LineEnd::Lf | LineEnd::CrLf => (r"e'\n'", r"e'\r'"),
            LineEnd::Cr => (r"e'\r'", r"e'\n'"),
        };
        values.extend([
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
            ("width", width.to_string()),
            ("limit", LISTED_PROBLEMS.to_string()),
        ]);
        [
            fill(
                include_str!("../marts/mini_data_mart/sales_file/diagnose.sql"),
                &values,
            ),
            fill(
                include_str!("../marts/mini_data_mart/sales_file/measure_lines.sql"),
                &values,
            ),
        ]
    }

    /// What both templates need: where the file is, how it is written, and the SQL for each
    /// column at its place in the header, from 1.
    fn values(&self, sql: impl Fn(SalesColumn, usize) -> String) -> Vec<(&'static str, String)> {
        let mut values = vec![
            ("path", text(&self.path)),
            ("delimiter", text(&self.delimiter.to_string())),
            ("line_end", self.line_end.option().to_owned()),
        ];
        values.extend(SalesColumn::ALL.map(|column| {
            let sql = self.place(column).map_or_else(
                || "CAST(NULL AS VARCHAR)".to_owned(),
                |place| sql(column, place),
            );
            (column.name(), sql)
        }));
        values
    }

    fn place(&self, column: SalesColumn) -> Option<usize> {
        (1..)
            .zip(&self.columns)
            .find_map(|(place, header)| (header.meaning == Some(column)).then_some(place))
    }
}
