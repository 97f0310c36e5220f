//! The checks of the keys: unique, complete, and without orphans. It must not know what a document declares.

use super::{Check, CheckKind, TestKind, in_order, names, shown, tuple};
use crate::document::Severity;
use crate::model::{Column, Model, Relationship, Table, same_name};
use crate::sql::Identifier;

/// The checks of the keys alone.
pub(crate) fn keys(model: &Model) -> Vec<Check> {
    let mut all = Vec::new();
    for table in &model.tables {
        let primary: Vec<_> = table.primary_key().collect();
        if !primary.is_empty() {
            all.push(unique(table, &primary, true));
        }
        for key in &table.unique_keys {
            let key: Vec<_> = key.iter().filter_map(|at| table.columns.get(*at)).collect();
            all.push(unique(table, &key, false));
        }
    }
    all.extend(
        model
            .relationships
            .iter()
            .filter_map(|one| no_orphans(model, one)),
    );
    all
}

pub(super) fn unique(table: &Table, key: &[&Column], is_primary: bool) -> Check {
    let (title, name) = (table.title(), table.sql());
    let columns = names(key).join(", ");
    let is_null: Vec<_> = names(key)
        .iter()
        .map(|column| format!("{column} IS NULL"))
        .collect();
    let is_null = is_null.join(" OR ");
    let wrong = format!("GROUP BY {columns}\n    HAVING count(*) > 1 OR {is_null}");
    // A group for each of ten million keys takes ten times as long as one for 64 of them.
    let suspects = match key {
        [only] if only.data_type.name() == "INTEGER" => format!(
            "    -- A key can only be there twice where 64 neighbouring keys set fewer bits than they have rows.
    WHERE {columns} IS NULL
       OR {columns} >> 6 IN (
            SELECT {columns} >> 6
            FROM {name}
            GROUP BY {columns} >> 6
            HAVING bit_count(bit_or(CAST(1 AS UBIGINT) << CAST({columns} & 63 AS UBIGINT))) < count({columns})
       )\n"
        ),
        _ => String::new(),
    };
    let among = format!(
        "{is_null} OR {} IN (\n    SELECT {}\n    FROM {name}\n    {wrong}\n)",
        tuple(&names(key)),
        columns
    );
    let what = if is_primary { "primary key" } else { "key" };
    Check {
        name: format!("{} is unique and not null", shown(table, key)),
        description: format!(
            "The {what} identifies the rows of {title}: no value twice, none missing."
        ),
        kind: CheckKind::Key,
        test: TestKind::Unique,
        severity: Severity::Error,
        tables: vec![title],
        sql: format!(
            "SELECT CAST(coalesce(sum(row_count), 0) AS BIGINT) AS failing\nFROM (\n    SELECT count(*) AS row_count\n    FROM {name}\n{suspects}    {wrong}\n)"
        ),
        rows_sql: format!("SELECT *\nFROM {name}\nWHERE {among}\nORDER BY {columns}"),
    }
}

fn no_orphans(model: &Model, relationship: &Relationship) -> Option<Check> {
    let referred_title = model.tables.get(relationship.to)?.title();
    let check = orphans(model, relationship, relationship.is_optional)?;
    let title = check.tables.first()?;
    Some(Check {
        description: format!(
            "No orphans: each row of {title} finds its row in {referred_title}, so no sum over {referred_title} misses it."
        ),
        ..check
    })
}

/// The check that each row finds the one that it refers to. A row without a part of its key refers to none: it fails
/// unless that is allowed.
pub(super) fn orphans(
    model: &Model,
    relationship: &Relationship,
    may_be_missing: bool,
) -> Option<Check> {
    let table = model.tables.get(relationship.from)?;
    let referred = model.tables.get(relationship.to)?;
    let columns = relationship
        .from_columns
        .iter()
        .map(|at| table.columns.get(*at));
    let columns: Vec<_> = columns.collect::<Option<_>>()?;
    let [from, to] = model.ends(relationship)?;
    let name = table.sql();
    let (title, referred_title) = (table.title(), referred.title());
    let pairs: Vec<_> = from
        .iter()
        .zip(&to)
        .map(|(from, to)| format!("d.{} = f.{}", to.sql(), from.sql()))
        .collect();
    let is_given = if may_be_missing {
        let given = from
            .iter()
            .map(|column| format!("f.{} IS NOT NULL AND ", column.sql()));
        given.collect::<Vec<_>>().concat()
    } else {
        String::new()
    };
    let is_orphan = format!(
        "{is_given}NOT EXISTS (SELECT 1 FROM {} AS d WHERE {})",
        referred.sql(),
        pairs.join(" AND ")
    );
    let order = in_order(table, "f");
    let mut count = "row_count".to_owned();
    while from.iter().any(|column| same_name(column.as_str(), &count)) {
        count.push('_');
    }
    let keys = from
        .iter()
        .map(Identifier::sql)
        .collect::<Vec<_>>()
        .join(", ");
    Some(Check {
        name: format!("Every {} is in {referred_title}", shown(table, &columns)),
        description: String::new(),
        kind: CheckKind::Relationship,
        test: TestKind::Relationships,
        severity: Severity::Error,
        tables: vec![title, referred_title],
        // Each key is looked up once, however many rows have it.
        sql: format!(
            "SELECT CAST(coalesce(sum(f.{count}), 0) AS BIGINT) AS failing\nFROM (\n    SELECT {keys}, count(*) AS {count}\n    FROM {name}\n    GROUP BY {keys}\n) AS f\nWHERE {is_orphan}"
        ),
        rows_sql: format!("SELECT f.*\nFROM {name} AS f\nWHERE {is_orphan}{order}"),
    })
}
