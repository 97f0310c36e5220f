//! The statements that create the tables. It must not know where rows come from.

use crate::model::{Column, Key, Keys, Model, Table};
use crate::sql::Identifier;

/// A foreign key that the engine enforces: its columns, the table it refers to and the columns there.
struct ForeignKey {
    from: Vec<String>,
    table: String,
    to: Vec<String>,
}

/// The `CREATE TABLE` of a table, its names and types aligned. Enforced keys are declared.
///
/// A table that refers to itself declares no key for that: rows of one statement would have to come
/// in the right order.
pub(crate) fn create(model: &Model, table: &Table, keys: Keys) -> String {
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.sql())
        .collect();
    let widest = names.iter().map(|name| name.chars().count()).max();
    let foreign = match keys {
        Keys::Enforced => foreign_keys(model, table),
        Keys::Verified => Vec::new(),
    };
    let primary: Vec<_> = match keys {
        Keys::Enforced => table
            .primary_key()
            .map(|column| column.name.sql())
            .collect(),
        Keys::Verified => Vec::new(),
    };
    let keys_of: Vec<_> = table
        .columns
        .iter()
        .zip(&names)
        .map(|(column, name)| own_keys(column, name, &primary, &foreign))
        .collect();
    let with_keys = table
        .columns
        .iter()
        .zip(&keys_of)
        .filter(|(_, keys)| !keys.is_empty());
    let widest_type = with_keys
        .map(|(column, _)| column.data_type.name().len())
        .max();
    let mut lines: Vec<_> = table
        .columns
        .iter()
        .zip(&names)
        .zip(&keys_of)
        .map(|((column, name), keys)| {
            let blanks = widest.unwrap_or(0).saturating_sub(name.chars().count());
            let name = format!("{name}{}", " ".repeat(blanks));
            let data_type = column.data_type.name();
            if keys.is_empty() {
                return format!("    {name} {data_type}");
            }
            format!(
                "    {name} {data_type:width$}{keys}",
                width = widest_type.unwrap_or(0)
            )
        })
        .collect();
    if primary.len() > 1 {
        lines.push(format!("    PRIMARY KEY ({})", primary.join(", ")));
    }
    if keys == Keys::Enforced {
        lines.extend(table.unique_keys.iter().map(|key| {
            let key: Vec<_> = key
                .iter()
                .filter_map(|at| names.get(*at).cloned())
                .collect();
            format!("    UNIQUE ({})", key.join(", "))
        }));
    }
    lines.extend(foreign.iter().filter(|key| key.from.len() > 1).map(|key| {
        format!(
            "    FOREIGN KEY ({}) REFERENCES {} ({})",
            key.from.join(", "),
            key.table,
            key.to.join(", ")
        )
    }));
    format!("CREATE TABLE {} (\n{}\n)", table.sql(), lines.join(",\n"))
}

/// The keys of one column, which it declares itself.
fn own_keys(column: &Column, name: &str, primary: &[String], foreign: &[ForeignKey]) -> String {
    let mut keys = String::new();
    if primary.len() == 1 && column.keys.contains(&Key::Primary) {
        keys.push_str(" PRIMARY KEY");
    }
    for key in foreign {
        if let ([from], [to]) = (key.from.as_slice(), key.to.as_slice())
            && from == name
        {
            keys.push_str(" REFERENCES ");
            keys.push_str(&key.table);
            keys.push_str(" (");
            keys.push_str(to);
            keys.push(')');
        }
    }
    keys
}

fn foreign_keys(model: &Model, table: &Table) -> Vec<ForeignKey> {
    let Some(place) = model.place_of(table) else {
        return Vec::new();
    };
    model
        .relationships_of(place)
        .filter(|relationship| relationship.to != place)
        .filter_map(|relationship| {
            let [from, to] = model.ends(relationship)?;
            Some(ForeignKey {
                from: from.iter().map(Identifier::sql).collect(),
                table: model.tables.get(relationship.to)?.sql(),
                to: to.iter().map(Identifier::sql).collect(),
            })
        })
        .collect()
}
