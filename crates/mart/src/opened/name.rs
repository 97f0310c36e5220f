//! The name that a database file is attached under: the one that DuckDB gives it, so that views that
//! name their database find it; another one where that is taken. It must not know who attaches it.

use crate::model::same_name;
use crate::sql::Identifier;

/// Names that DuckDB keeps for itself; it puts `_db` after them.
const RESERVED: [&str; 3] = ["main", "system", "temp"];
/// What no file may hide: the mart that is built, and the schemas of every database.
const HIDDEN: [&str; 3] = ["memory", "information_schema", "pg_catalog"];

/// The name that DuckDB gives a database file: what stands before the first dot.
pub(super) fn own(file_name: &str) -> String {
    let mut parts = file_name.split('.').filter(|part| !part.is_empty());
    let name = parts.next().unwrap_or_default().replace('\0', "");
    match name.as_str() {
        "" => "opened".to_owned(),
        reserved if is_in(reserved, RESERVED) => format!("{reserved}_db"),
        _ => name,
    }
}

/// The name beside others: its own, or one with an ending that is free.
pub(super) fn free<'n>(own: &str, taken: impl Iterator<Item = &'n str> + Clone) -> Identifier {
    let is_free = |name: &str| {
        !is_in(name, RESERVED)
            && !is_in(name, HIDDEN)
            && !taken.clone().any(|taken| same_name(taken, name))
    };
    let name = if is_in(own, HIDDEN) {
        format!("{own}_db")
    } else {
        own.to_owned()
    };
    let mut numbered = (2..).map(|number: u32| format!("{name}_{number}"));
    let name = if is_free(&name) {
        Some(name)
    } else {
        numbered.find(|name| is_free(name))
    };
    let name = Identifier::new(name.unwrap_or_default());
    // It has a character, and no NUL.
    name.unwrap_or_else(|_| Identifier::known("opened"))
}

fn is_in(name: &str, names: [&str; 3]) -> bool {
    names.iter().any(|one| same_name(one, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_name_that_duckdb_gives_it() {
        let table: [(&str, &[&str], &str); 13] = [
            ("dev.duckdb", &[], "dev"),
            ("dev.duckdb", &["Dev"], "dev_2"),
            ("dev.duckdb", &["dev", "dev_2"], "dev_3"),
            ("my.shop.duckdb", &[], "my"),
            ("main.duckdb", &[], "main_db"),
            ("System.db", &[], "System_db"),
            ("temp.duckdb", &["temp_db"], "temp_db_2"),
            ("memory.duckdb", &[], "memory_db"),
            ("pg_catalog.duckdb", &[], "pg_catalog_db"),
            (".duckdb", &[], "duckdb"),
            ("...", &[], "opened"),
            ("Größe \"2\".duckdb", &[], "Größe \"2\""),
            ("shop", &[], "shop"),
        ];
        for (file, taken, expected) in table {
            let found = free(&own(file), taken.iter().copied());
            assert_eq!(found.as_str(), expected, "{file} beside {taken:?}");
        }
        let long = "a".repeat(200);
        assert_eq!(
            free(&own(&format!("{long}.duckdb")), std::iter::empty()).as_str(),
            long
        );
    }
}
