//! The sizes and formats that are measured, in the page's words. It must not know how they are measured.

use std::fmt;

/// A number of generated sales that the page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    TenThousand,
    HundredThousand,
    Million,
    TenMillion,
}

impl Size {
    pub(crate) const ALL: [Self; 4] = [
        Self::TenThousand,
        Self::HundredThousand,
        Self::Million,
        Self::TenMillion,
    ];
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TenThousand => "10 thousand",
            Self::HundredThousand => "100 thousand",
            Self::Million => "1 million",
            Self::TenMillion => "10 million",
        })
    }
}

/// A format that tables are exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Json,
    Parquet,
}

impl Format {
    pub(crate) const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Parquet];

    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
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
