//! A database file in place of the mart: what its first bytes say, the statements that open it, and
//! why it could not be opened. It must not know who runs the statements, or what is in the file.

mod name;

use crate::message::number_after;
use crate::sql::{Identifier, text};

/// What every DuckDB file has after the checksum of its first header.
const MAGIC: &[u8] = b"DUCK";
const MAGIC_AT: usize = 8;

/// Three headers of 4 KB. DuckDB-Wasm waits for ever for those of a file that is shorter, and for
/// blocks that its headers tell of and that are not there.
const SHORTEST_BYTES: u64 = 3 * 4096;
/// Where the second and the third header stand: of the two, the one that was written last counts.
const HEADERS_AT: [usize; 2] = [4096, 8192];
/// The size of a block where a header does not tell it: before DuckDB 1.1 all were so large.
const BLOCK_BYTES: u64 = 262_144;
const LEAST_BLOCK_BYTES: u64 = 16_384;

/// A database file that is to be read, and never written.
///
/// ```
/// use mart::OpenedFile;
///
/// let mut head = vec![0; 12_288];
/// head[8..12].copy_from_slice(b"DUCK");
/// let file = OpenedFile::detect("shop.duckdb", &head, 12_288, 1)?;
/// assert_eq!(file.attach(), r#"ATTACH 'sources/1.duckdb' AS "shop" (READ_ONLY)"#);
/// assert_eq!(file.select(), r#"USE "shop".main"#);
///
/// let other = OpenedFile::detect("shop.duckdb", &head, 12_288, 2)?.beside([file.alias()]);
/// assert_eq!(other.alias().as_str(), "shop_2");
///
/// let error = OpenedFile::detect("sales.csv", b"a,b,c", 5, 2).unwrap_err();
/// assert!(error.to_string().starts_with("sales.csv is not a DuckDB database file"));
/// # Ok::<(), mart::OpenError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFile {
    file_name: String,
    path: String,
    alias: Identifier,
}

/// Why a database file could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Something else than a database.
    #[error(
        "{file} is not a DuckDB database file; choose one that DuckDB has written, with the ending .duckdb or .db"
    )]
    NotADatabase {
        /// The file's name.
        file: String,
    },
    /// Its end is missing.
    #[error("{file} is cut short: it has {size} bytes of {whole}; copy or download it again")]
    CutShort {
        /// The file's name.
        file: String,
        /// How many bytes it has.
        size: u64,
        /// How many it should have: what its headers tell, or what they take themselves.
        whole: u64,
    },
    /// Written by a DuckDB that is too new, or too old.
    #[error("{file} was written by {} DuckDB: {}", age(*version, *readable), other_version(*version, *readable))]
    OtherVersion {
        /// The file's name.
        file: String,
        /// The version of the file's format.
        version: u64,
        /// The first and the last version that the engine reads.
        readable: (u64, u64),
        /// What the engine said.
        detail: String,
    },
    /// It needs a key, and there is no place to type one.
    #[error(
        "{file} is encrypted, and this page opens no encrypted file; copy it without a key, and open the copy"
    )]
    Encrypted {
        /// The file's name.
        file: String,
        /// What the engine said.
        detail: String,
    },
    /// Its bytes are not what was written.
    #[error(
        "{file} is damaged{}: the bytes there are not those that DuckDB has written; copy or download it again, or take it from a backup",
        place(*at)
    )]
    Damaged {
        /// The file's name.
        file: String,
        /// The first byte of the block that is damaged.
        at: Option<u64>,
        /// What the engine said.
        detail: String,
    },
    /// Anything else.
    #[error("{file} could not be opened: DuckDB says: {}", detail.lines().next().unwrap_or_default())]
    Other {
        /// The file's name.
        file: String,
        /// What the engine said.
        detail: String,
    },
}

fn age(version: u64, readable: (u64, u64)) -> &'static str {
    if version > readable.1 {
        "a newer"
    } else {
        "an older"
    }
}

fn other_version(version: u64, (first, last): (u64, u64)) -> String {
    let remedy = if version > last {
        "there, copy it with ATTACH 'copy.duckdb' (STORAGE_VERSION 'v1.4.0') and COPY FROM DATABASE, and open the copy"
    } else {
        "there, save it with EXPORT DATABASE, import that into a DuckDB of today, and open the result"
    };
    format!("its format has version {version}, and this page reads {first} to {last}; {remedy}")
}

fn place(at: Option<u64>) -> String {
    at.map(|at| format!(" at byte {at}")).unwrap_or_default()
}

impl OpenError {
    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        match self {
            Self::NotADatabase { file }
            | Self::CutShort { file, .. }
            | Self::OtherVersion { file, .. }
            | Self::Encrypted { file, .. }
            | Self::Damaged { file, .. }
            | Self::Other { file, .. } => file,
        }
    }

    /// The engine's own words, where it was asked.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::NotADatabase { .. } | Self::CutShort { .. } => None,
            Self::OtherVersion { detail, .. }
            | Self::Encrypted { detail, .. }
            | Self::Damaged { detail, .. }
            | Self::Other { detail, .. } => Some(detail),
        }
    }
}

/// How many bytes a whole file has, by its headers; `None` where they tell nothing that can be, as those
/// of an encrypted file.
fn told_size(head: &[u8]) -> Option<u64> {
    let header = |at: usize| {
        // Behind a checksum: how often it was written, two places, the number of blocks and their size.
        let words = head.get(at..at + 48)?.as_chunks::<8>().0;
        let word = |number: usize| words.get(number).map(|word| u64::from_le_bytes(*word));
        Some((word(1)?, word(4)?, word(5)?))
    };
    let [second, third] = HEADERS_AT.map(header);
    let (_, blocks, block) = second?.max(third?);
    let block = if block == 0 { BLOCK_BYTES } else { block };
    let can_be = block.is_power_of_two() && (LEAST_BLOCK_BYTES..=BLOCK_BYTES).contains(&block);
    let blocks = blocks.checked_mul(block).filter(|_| can_be)?;
    blocks.checked_add(SHORTEST_BYTES)
}

impl OpenedFile {
    /// Whether a file that starts so is meant to be a database, whole or not.
    #[must_use]
    pub fn is_database(head: &[u8]) -> bool {
        head.get(MAGIC_AT..)
            .is_some_and(|rest| rest.starts_with(MAGIC))
    }

    /// Looks at the first bytes of a file of this size. The number is one that no other file in
    /// the engine has had.
    ///
    /// # Errors
    /// [`OpenError::NotADatabase`] and [`OpenError::CutShort`]; the rest is for DuckDB to find.
    pub fn detect(file_name: &str, head: &[u8], size: u64, number: u32) -> Result<Self, OpenError> {
        let file = file_name.to_owned();
        if !Self::is_database(head) {
            return Err(OpenError::NotADatabase { file });
        }
        let whole = told_size(head).unwrap_or(SHORTEST_BYTES);
        if size < whole {
            return Err(OpenError::CutShort { file, size, whole });
        }
        Ok(Self {
            path: format!("sources/{number}.duckdb"),
            alias: name::free(&name::own(&file), std::iter::empty()),
            file_name: file,
        })
    }

    /// The same file under a name that none of these databases has.
    #[must_use]
    pub fn beside<'n>(
        self,
        others: impl IntoIterator<Item = &'n Identifier, IntoIter: Clone>,
    ) -> Self {
        let taken = others.into_iter().map(Identifier::as_str);
        Self {
            alias: name::free(&name::own(&self.file_name), taken),
            ..self
        }
    }

    /// What it is called in SQL: as DuckDB calls such a file, unless that name is taken.
    #[must_use]
    pub const fn alias(&self) -> &Identifier {
        &self.alias
    }

    /// The file's own name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The path to register it under.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The statement that opens it, beside what is there.
    #[must_use]
    pub fn attach(&self) -> String {
        let alias = self.alias.quoted();
        format!("ATTACH {} AS {alias} (READ_ONLY)", text(&self.path))
    }

    /// The statement after which the names that a connection uses are those of this file.
    #[must_use]
    pub fn select(&self) -> String {
        // A schema may have the name of its database.
        format!("USE {}.main", self.alias.quoted())
    }

    /// The statement that closes it, for a connection that does not use it.
    #[must_use]
    pub fn detach(&self) -> String {
        format!("DETACH DATABASE IF EXISTS {}", self.alias.quoted())
    }

    /// Makes of DuckDB's error text an error that says what to do.
    #[must_use]
    pub fn verdict(&self, engine_message: &str) -> OpenError {
        let file = self.file_name.clone();
        let detail = engine_message.to_owned();
        let says = |words| engine_message.contains(words);
        let version = number_after(engine_message, "version number ");
        let first = number_after(engine_message, "versions between ");
        if let (Some(version), Some(first)) = (version, first) {
            let rest = engine_message.split("versions between ").nth(1);
            let last = rest.and_then(|rest| number_after(rest, " and "));
            return OpenError::OtherVersion {
                file,
                version,
                readable: (first, last.unwrap_or(first)),
                detail,
            };
        }
        if says("encrypt") {
            OpenError::Encrypted { file, detail }
        } else if says("Corrupt") || says("not a valid DuckDB") || says("checksum") {
            OpenError::Damaged {
                file,
                at: number_after(engine_message, "block at location "),
                detail,
            }
        } else {
            OpenError::Other { file, detail }
        }
    }

    /// The name of the mart that it becomes: that of the file without its ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let stem = self.file_name.rsplit_once('.').map(|(stem, _)| stem);
        stem.filter(|stem| !stem.is_empty())
            .unwrap_or(&self.file_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> OpenedFile {
        let mut head = vec![0; 20];
        head[8..12].copy_from_slice(MAGIC);
        OpenedFile::detect("shop.duckdb", &head, SHORTEST_BYTES, 1).unwrap()
    }

    #[test]
    fn bytes_that_are_no_database() {
        let table: [(&[u8], u64, &str); 4] = [
            (b"", 0, "is not a DuckDB database file"),
            (b"SQLite format 3\0", 9_000, "is not a DuckDB database file"),
            (b"12345678DUC", 11, "is not a DuckDB database file"),
            (b"12345678DUCK", 12_287, "is cut short: it has 12287 bytes"),
        ];
        for (head, size, words) in table {
            let error = OpenedFile::detect("x", head, size, 1).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!((error.file(), error.detail()), ("x", None));
        }
    }

    /// The texts are DuckDB 1.4.3's own.
    #[test]
    fn what_duckdb_says_is_explained() {
        let newer = "IO Error: Trying to read a database file with version number 68, but we can only read versions between 64 and 67.\nThe database file was created with an newer version of DuckDB.";
        let older = "IO Error: Trying to read a database file with version number 39, but we can only read versions between 64 and 67.";
        let table = [
            (
                newer,
                "by a newer DuckDB: its format has version 68, and this page reads 64 to 67; there, copy it",
            ),
            (older, "by an older DuckDB: its format has version 39"),
            (
                "IO Error: Corrupt database file: computed checksum 7140 does not match stored checksum 10083 in block at location 4096",
                "shop.duckdb is damaged at byte 4096",
            ),
            (
                "IO Error: The file \"sources/1.duckdb\" exists, but it is not a valid DuckDB database file!",
                "shop.duckdb is damaged: ",
            ),
            (
                "Catalog Error: Cannot open encrypted database \"sources/1.duckdb\" without a key",
                "shop.duckdb is encrypted",
            ),
            (
                "IO Error: the disk is on fire\nLINE 1",
                "DuckDB says: IO Error: the disk is on fire",
            ),
        ];
        for (message, words) in table {
            let error = opened().verdict(message);
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(error.detail(), Some(message));
        }
    }
}
