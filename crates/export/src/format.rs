//! The formats that rows can be exported in, and the names of their files. It must not know how a
//! format is written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A format for rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 4180: a header, CRLF, quotes where they are needed.
    Csv,
    /// Objects, in one array or one a line.
    Json,
    /// Columns in row groups, for another engine.
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Parquet];

    /// The extension of its files, unless [`Options`](crate::Options) say another.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type, unless [`Options`](crate::Options) say another.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The name of a file in this format.
    ///
    /// ```
    /// use export::Format;
    /// assert_eq!(Format::Csv.file_name("dim_customer"), "dim_customer.csv");
    /// assert_eq!(Format::Csv.path_in_zip("dim_customer"), "data/CSV-export/dim_customer.csv");
    /// ```
    #[must_use]
    pub fn file_name(self, name: &str) -> String {
        format!("{name}.{}", self.extension())
    }

    /// The path of that file in a zip.
    #[must_use]
    pub fn path_in_zip(self, name: &str) -> String {
        format!("data/{self}-export/{}", self.file_name(name))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
        })
    }
}
