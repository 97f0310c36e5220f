//! A CSV file for one of a mart's sources: what its header says, the SQL that stages it, and, when a
//! build from it has failed, what is wrong with it and where. It must not know how a file comes to
//! the engine, nor read more of one than its first bytes.
//!
//! Text is kept exactly as the file has it, blanks included; a text of nothing but blanks is
//! missing. Dates and numbers may have blanks around them.

mod detect;
mod explain;
mod problem;
mod rows;
mod stage;

use crate::model::{Source, SourceField};

pub(crate) use stage::{free_name, row_number_column};

pub use problem::{Fault, Problem, SourceError, WrongRows};
pub use rows::SourceRows;

/// The most problems that are listed; the number of wrong rows is always the whole one.
pub const LISTED_PROBLEMS: u32 = 100;

/// How many bytes of a file's start [`SourceFile::detect`] wants to see, or all of a shorter file.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Rows of texts, as a query returns them; `None` for NULL.
pub type TextRows = Vec<Vec<Option<String>>>;

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

/// A file of a source, as its header describes it.
///
/// ```
/// use mart::SourceFile;
///
/// let shipped = mart::shipped::built_in();
/// let source = &shipped.model().sources()[0];
/// let head = b"\xef\xbb\xbfOrder_Date;Customer_Name;\"Product_Name\";QUANTITY;unit_price;note\r\n...";
/// let file = SourceFile::detect(source, "sales.csv", head, 9_000_000, 1)?;
/// assert_eq!(file.delimiter(), ';');
/// assert_eq!(file.ignored().collect::<Vec<_>>(), ["note"]);
///
/// let error = SourceFile::detect(source, "sales.csv", b"order_date,quantity\n", 20, 2).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "sales.csv, line 1: the columns customer_name, product_name and unit_price are missing; \
///      the header has order_date and quantity"
/// );
/// # Ok::<(), mart::SourceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    source: Source,
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
    /// The place of the field that it is, in the source; `None` for one that is not loaded.
    field: Option<usize>,
}

impl SourceFile {
    /// The source that the file is for.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The name that the user knows the file by.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The name under which the file must be registered with the engine before the plan runs.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many bytes the file has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What separates its fields.
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
    pub fn loaded(&self) -> impl Iterator<Item = &SourceField> {
        let fields = self.columns.iter().filter_map(|column| column.field);
        fields.filter_map(|at| self.source.fields.get(at))
    }

    /// The names of the columns that will not be loaded, since the source does not have them.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        self.columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| column.name.as_str())
    }

    /// The place of a field in the header, from 1; `None` where the file does not have it.
    fn place(&self, field: usize) -> Option<usize> {
        (1..)
            .zip(&self.columns)
            .find_map(|(place, header)| (header.field == Some(field)).then_some(place))
    }
}
