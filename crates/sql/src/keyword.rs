//! The keywords of DuckDB 1.4.3, as its function `duckdb_keywords()` lists them. A test compares
//! both. It must not know the syntax of statements.

/// Whether a word cannot be the name of a table or a column without quotes, in any case: the
/// keywords that DuckDB calls `reserved` or `type_function`. It accepts a few of the latter all
/// the same, such as `map`.
///
/// ```
/// assert!(sql::is_reserved("Order") && sql::is_reserved("left"));
/// assert!(!sql::is_reserved("year") && !sql::is_reserved("orders"));
/// ```
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    is_one_of(word, &[&RESERVED, &TYPE_FUNCTION])
}

/// Whether a word may need quotes where it is the name of a column, in any case: a keyword that is
/// not `unreserved`.
pub(crate) fn needs_quotes(word: &str) -> bool {
    is_one_of(word, &[&RESERVED, &TYPE_FUNCTION, &COLUMN_NAME])
}

fn is_one_of(word: &str, sorted_lists: &[&[&str]]) -> bool {
    let word = word.to_ascii_lowercase();
    let is_in = |list: &&[&str]| list.binary_search(&word.as_str()).is_ok();
    sorted_lists.iter().any(is_in)
}

/// Cannot be a name without quotes.
#[rustfmt::skip]
const RESERVED: [&str; 75] = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both",
    "case", "cast", "check", "collate", "column", "constraint", "create", "default",
    "deferrable", "desc", "describe", "distinct", "do", "else", "end", "except", "false",
    "fetch", "for", "foreign", "from", "group", "having", "in", "initially", "intersect",
    "into", "lambda", "lateral", "leading", "limit", "not", "null", "offset", "on", "only",
    "or", "order", "pivot", "pivot_longer", "pivot_wider", "placing", "primary", "qualify",
    "references", "returning", "select", "show", "some", "summarize", "symmetric", "table",
    "then", "to", "trailing", "true", "union", "unique", "unpivot", "using", "variadic", "when",
    "where", "window", "with",
];

/// Can be the name of a type or a function without quotes, and of nothing else.
#[rustfmt::skip]
const TYPE_FUNCTION: [&str; 35] = [
    "anti", "asof", "at", "authorization", "binary", "by", "collation", "columns",
    "concurrently", "cross", "freeze", "full", "generated", "glob", "ilike", "inner", "is",
    "isnull", "join", "left", "like", "map", "natural", "notnull", "outer", "overlaps",
    "positional", "right", "semi", "similar", "struct", "tablesample", "try_cast", "unpack",
    "verbose",
];

/// Can be the name of a table or a column without quotes, but not of a function.
#[rustfmt::skip]
const COLUMN_NAME: [&str; 49] = [
    "between", "bigint", "bit", "boolean", "char", "character", "coalesce", "dec", "decimal",
    "exists", "extract", "float", "grouping", "grouping_id", "inout", "int", "integer",
    "interval", "national", "nchar", "none", "nullif", "numeric", "out", "overlay", "position",
    "precision", "real", "row", "setof", "smallint", "substring", "time", "timestamp", "treat",
    "trim", "values", "varchar", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists",
    "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

/// Can be any name without quotes; here to be compared with DuckDB.
#[cfg(test)]
#[rustfmt::skip]
const UNRESERVED: [&str; 330] = [
    "abort", "absolute", "access", "action", "add", "admin", "after", "aggregate", "also",
    "alter", "always", "assertion", "assignment", "attach", "attribute", "backward", "before",
    "begin", "cache", "call", "called", "cascade", "cascaded", "catalog", "centuries",
    "century", "chain", "characteristics", "checkpoint", "class", "close", "cluster", "comment",
    "comments", "commit", "committed", "compression", "configuration", "conflict", "connection",
    "constraints", "content", "continue", "conversion", "copy", "cost", "csv", "cube",
    "current", "cursor", "cycle", "data", "database", "day", "days", "deallocate", "decade",
    "decades", "declare", "defaults", "deferred", "definer", "delete", "delimiter",
    "delimiters", "depends", "detach", "dictionary", "disable", "discard", "document", "domain",
    "double", "drop", "each", "enable", "encoding", "encrypted", "enum", "error", "escape",
    "event", "exclude", "excluding", "exclusive", "execute", "explain", "export",
    "export_state", "extension", "extensions", "external", "family", "filter", "first",
    "following", "force", "forward", "function", "functions", "global", "grant", "granted",
    "groups", "handler", "header", "hold", "hour", "hours", "identity", "if", "ignore",
    "immediate", "immutable", "implicit", "import", "include", "including", "increment",
    "index", "indexes", "inherit", "inherits", "inline", "input", "insensitive", "insert",
    "install", "instead", "invoker", "isolation", "json", "key", "label", "language", "large",
    "last", "leakproof", "level", "listen", "load", "local", "location", "lock", "locked",
    "logged", "macro", "mapping", "match", "matched", "materialized", "maxvalue", "merge",
    "method", "microsecond", "microseconds", "millennia", "millennium", "millisecond",
    "milliseconds", "minute", "minutes", "minvalue", "mode", "month", "months", "move", "name",
    "names", "new", "next", "no", "nothing", "notify", "nowait", "nulls", "object", "of", "off",
    "oids", "old", "operator", "option", "options", "ordinality", "others", "over",
    "overriding", "owned", "owner", "parallel", "parser", "partial", "partition", "partitioned",
    "passing", "password", "percent", "persistent", "plans", "policy", "pragma", "preceding",
    "prepare", "prepared", "preserve", "prior", "privileges", "procedural", "procedure",
    "program", "publication", "quarter", "quarters", "quote", "range", "read", "reassign",
    "recheck", "recursive", "ref", "referencing", "refresh", "reindex", "relative", "release",
    "rename", "repeatable", "replace", "replica", "reset", "respect", "restart", "restrict",
    "returns", "revoke", "role", "rollback", "rollup", "rows", "rule", "sample", "savepoint",
    "schema", "schemas", "scope", "scroll", "search", "second", "seconds", "secret", "security",
    "sequence", "sequences", "serializable", "server", "session", "set", "sets", "share",
    "simple", "skip", "snapshot", "sorted", "source", "sql", "stable", "standalone", "start",
    "statement", "statistics", "stdin", "stdout", "storage", "stored", "strict", "strip",
    "subscription", "sysid", "system", "tables", "tablespace", "target", "temp", "template",
    "temporary", "text", "ties", "transaction", "transform", "trigger", "truncate", "trusted",
    "type", "types", "unbounded", "uncommitted", "unencrypted", "unknown", "unlisten",
    "unlogged", "until", "update", "use", "user", "vacuum", "valid", "validate", "validator",
    "value", "variable", "varying", "version", "view", "views", "virtual", "volatile", "week",
    "weeks", "whitespace", "within", "without", "work", "wrapper", "write", "xml", "year",
    "years", "yes", "zone",
];

#[cfg(test)]
mod tests {
    use native_duckdb::Native;

    use super::*;

    const CATEGORIES: [(&str, &[&str]); 4] = [
        ("column_name", &COLUMN_NAME),
        ("reserved", &RESERVED),
        ("type_function", &TYPE_FUNCTION),
        ("unreserved", &UNRESERVED),
    ];

    #[test]
    fn the_lists_are_sorted() {
        for (category, words) in CATEGORIES {
            assert!(words.is_sorted(), "{category}");
        }
    }

    /// Names stand in all these places in compiled SQL.
    #[test]
    fn any_keyword_is_a_name_as_it_is_written() {
        let Some(mut duckdb) = Native::start() else {
            return;
        };
        for word in CATEGORIES.iter().flat_map(|(_, words)| *words) {
            let name = crate::quoted_if_needed(word);
            for sql in [
                format!("CREATE OR REPLACE TABLE {name} ({name} INTEGER PRIMARY KEY, n INTEGER)"),
                format!("INSERT INTO {name} ({name}, n) VALUES (1, 2)"),
                format!(
                    "SELECT a.{name}, sum(n) AS n FROM {name} AS a GROUP BY a.{name} ORDER BY n, a.{name}"
                ),
                format!(
                    "SELECT {name}, n AS {name} FROM (SELECT n, max({name} * 2) AS {name} FROM {name} GROUP BY n)"
                ),
                format!(
                    "SELECT count(*) FROM {name} WHERE {name} IN (SELECT {name} FROM {name}) AND {name} IS NOT NULL"
                ),
                format!("DROP TABLE {name}"),
            ] {
                assert!(duckdb.query(&sql).is_ok(), "{sql}");
            }
        }
    }

    #[test]
    fn the_lists_are_those_of_duckdb() {
        let Some(mut duckdb) = Native::start() else {
            return;
        };
        for (category, words) in CATEGORIES {
            let sql = format!(
                "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = '{category}' ORDER BY ALL"
            );
            let found: Vec<_> = duckdb
                .query(&sql)
                .unwrap()
                .rows
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(found, words, "{category}");
        }
    }

    #[test]
    fn duckdb_accepts_what_is_not_reserved() {
        let Some(mut duckdb) = Native::start() else {
            return;
        };
        let mut accepted = Vec::new();
        for word in CATEGORIES.iter().flat_map(|(_, words)| *words) {
            let create = format!("CREATE OR REPLACE TEMP TABLE {word} ({word} INTEGER)");
            if duckdb.query(&create).is_ok() {
                accepted.push(*word);
            }
            assert_eq!(
                is_reserved(word),
                !accepted.contains(word) || is_exception(word),
                "{word}"
            );
        }
        assert!(accepted.len() > 300, "{accepted:?}");
    }

    /// `type_function` by DuckDB's list, and accepted as names all the same.
    fn is_exception(word: &str) -> bool {
        ["columns", "generated", "map", "struct", "try_cast"].contains(&word)
    }
}
