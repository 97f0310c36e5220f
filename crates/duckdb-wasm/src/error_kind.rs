//! DuckDB's classification of errors. It must not know how an error is received.

use std::fmt;

/// Declares the kinds, each with DuckDB's name for it, in one list.
macro_rules! error_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// The kind of an [`Error::Engine`](crate::Error::Engine). It is displayed by DuckDB's name
        /// for it and is made from that name.
        ///
        /// ```
        /// use duckdb_wasm::ErrorKind;
        ///
        /// assert_eq!(ErrorKind::from("Out of Memory"), ErrorKind::OutOfMemory);
        /// assert_eq!(ErrorKind::OutOfMemory.to_string(), "Out of Memory");
        /// assert_eq!(ErrorKind::from("Planner").to_string(), "Planner");
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
            /// Any other kind, by DuckDB's name; `Unknown` if the message has none.
            Other(String),
        }

        impl ErrorKind {
            /// DuckDB's name of the kind: `Parser`, `Out of Memory`.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$kind => $name,)*
                    Self::Other(name) => name,
                }
            }
        }

        impl From<&str> for ErrorKind {
            fn from(name: &str) -> Self {
                match name {
                    $($name => Self::$kind,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];
    };
}

error_kinds! {
    /// A name cannot be resolved to a column, or the types of an expression do not fit.
    Binder = "Binder",
    /// A table, function or other object does not exist, or exists already.
    Catalog = "Catalog",
    /// A database cannot be opened or closed.
    Connection = "Connection",
    /// A row violates a key, NOT NULL or CHECK.
    Constraint = "Constraint",
    /// A value cannot be cast to a type.
    Conversion = "Conversion",
    /// Another object depends on the one to be changed or dropped.
    Dependency = "Dependency",
    /// The database is invalidated: only a new instance helps.
    Fatal = "FATAL",
    /// A request over HTTP failed.
    Http = "HTTP",
    /// A defect of DuckDB.
    Internal = "INTERNAL",
    /// A setting has a value that is not allowed.
    InvalidConfiguration = "Invalid Configuration",
    /// An argument or value is not valid; also raised by the SQL function `error`.
    InvalidInput = "Invalid Input",
    /// A file cannot be read or written.
    Io = "IO",
    /// The statement needs an extension that is not loaded.
    MissingExtension = "Missing Extension",
    /// DuckDB does not support the operation.
    NotImplemented = "Not implemented",
    /// The memory limit is reached.
    OutOfMemory = "Out of Memory",
    /// A number exceeds the range of its type.
    OutOfRange = "Out of Range",
    /// The statement is not valid SQL.
    Parser = "Parser",
    /// The configuration forbids the operation.
    Permission = "Permission",
    /// A sequence has no next value.
    Sequence = "Sequence",
    /// Stored data cannot be read or written.
    Serialization = "Serialization",
    /// The transaction is aborted, conflicts with another one, or does not exist.
    Transaction = "TransactionContext",
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for name in NAMES {
            let kind = ErrorKind::from(*name);
            assert!(!matches!(kind, ErrorKind::Other(_)), "{name}");
            assert_eq!(kind.to_string(), *name);
        }
        assert_eq!(
            ErrorKind::from("parser"),
            ErrorKind::Other("parser".to_owned())
        );
    }
}
