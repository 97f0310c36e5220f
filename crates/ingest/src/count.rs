//! The account of a file: rows read = loaded + set aside + skipped. It must not know why a row is set
//! aside.

use serde::{Deserialize, Serialize};

/// The rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records in the file, the header and empty lines included.
    pub read: u64,
    /// Rows of the table.
    pub loaded: u64,
    /// Those of them that the user has corrected.
    pub corrected: u64,
    /// Rows that are in the quarantine.
    pub set_aside: u64,
    /// Records that are no rows, by the rule that says so.
    pub skipped: Skipped,
}

/// Records that are no rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The names of the columns.
    pub header: Skip,
    /// Lines above the header.
    pub title: Skip,
    /// Records without any text.
    pub empty: Skip,
    /// Records that start with the comment character.
    pub comment: Skip,
    /// The header again, further down.
    pub repeated_header: Skip,
    /// Sums of the rows above.
    pub total: Skip,
    /// Lines of text below the last row.
    pub note: Skip,
}

/// Records that one rule skips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// How many.
    pub records: u64,
    /// The line of the first one.
    pub first_line: u64,
    /// The line of the last one.
    pub last_line: u64,
}

impl Skip {
    /// Where they stand: `line 3`, `lines 3 to 9`, or `between lines 3 and 9` if not all of those are skipped.
    #[must_use]
    pub fn lines(&self) -> String {
        let (first, last) = (self.first_line, self.last_line);
        match (self.records, last - first) {
            (_, 0) => format!("line {first}"),
            (records, more) if records == more + 1 => format!("lines {first} to {last}"),
            (2, _) => format!("lines {first} and {last}"),
            _ => format!("between lines {first} and {last}"),
        }
    }

    pub(crate) const fn add(&mut self, line: u64) {
        if self.records == 0 || line < self.first_line {
            self.first_line = line;
        }
        if line > self.last_line {
            self.last_line = line;
        }
        self.records += 1;
    }
}

impl Skipped {
    /// How many records are no rows.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.header.records
            + self.title.records
            + self.empty.records
            + self.comment.records
            + self.repeated_header.records
            + self.total.records
            + self.note.records
    }

    /// Each rule that skipped something, with its adjective or noun.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, Skip)> {
        [
            ("header", self.header),
            ("title", self.title),
            ("empty", self.empty),
            ("comment", self.comment),
            ("repeated header", self.repeated_header),
            ("total", self.total),
            ("note", self.note),
        ]
        .into_iter()
        .filter(|(_, skip)| skip.records > 0)
    }
}

impl Counts {
    /// Whether each record is accounted for.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.read == self.loaded + self.set_aside + self.skipped.all()
    }
}
