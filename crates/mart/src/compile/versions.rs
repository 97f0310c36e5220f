//! The statement that fills a dimension with the versions of its rows: a row for each change of its attributes, for
//! a row that a whole file came without, and for one that came back. It must not know facts.

use super::batches::{Batch, loads_of};
use super::fill::{STAGED, StagedColumns, insert, lookup, unknown_row, value};
use crate::document::{LoadMode, VersionPart};
use crate::expression::Names as _;
use crate::model::{ColumnOrigin, Model, Source, Table};
use crate::sql::{fill, quoted_if_needed};

/// What a version goes by.
const VERSION: &str = "r";

pub(super) fn versions(
    model: &Model,
    table: &Table,
    source: &Source,
    key: &[String],
    batches: &[Batch],
) -> Option<String> {
    let staged = StagedColumns(source);
    let names: Vec<_> = (0..key.len()).map(|at| format!("key_{at}")).collect();
    let keys: Vec<_> = key
        .iter()
        .zip(&names)
        .map(|(key, name)| format!("{} AS {name}", staged.name(key)))
        .collect();
    let mut held = Vec::new();
    let mut columns = Vec::new();
    let mut joins = String::new();
    let mut aliases = vec![STAGED.to_owned()];
    for (at, column) in table.columns.iter().enumerate() {
        let value = match column.from.as_ref()? {
            ColumnOrigin::SurrogateKey(_) => {
                columns.push(format!(
                    "row_number() OVER (ORDER BY {VERSION}.batch, {})",
                    names.join(", ")
                ));
                continue;
            }
            ColumnOrigin::Version(part) => {
                columns.push(version_part(*part).to_owned());
                continue;
            }
            ColumnOrigin::Lookup(relationship) => {
                let found = lookup(model, *relationship, &staged, &aliases)?;
                joins.push_str(&found.join);
                let value = found.value(&found.key);
                aliases.push(found.alias);
                value
            }
            other => value(other, &staged, source)?,
        };
        held.push(format!("column_{at} := {value}"));
        columns.push(format!("{VERSION}.held.column_{at}"));
    }
    let is_same: Vec<_> = names
        .iter()
        .map(|name| format!("other.{name} IS NOT DISTINCT FROM known.{name}"))
        .collect();
    let known: Vec<_> = names.iter().map(|name| format!("known.{name}")).collect();
    let place = table.source?;
    let whole: Vec<_> = loads_of(place, batches)
        .filter(|(_, mode)| *mode == LoadMode::Replace)
        .map(|(number, _)| number.to_string())
        .collect();
    let values = [
        ("keys", keys.join(", ")),
        ("names", names.join(", ")),
        ("known_names", known.join(", ")),
        ("batch", quoted_if_needed(&source.batch_column())),
        ("struct", format!("struct_pack({})", held.join(", "))),
        ("kept", source.kept().sql()),
        ("joins", joins),
        ("whole", whole.join(", ")),
        ("is_same", is_same.join(" AND ")),
        ("columns", columns.join(", ")),
    ];
    let sql = fill(
        include_str!("../../marts/any/batches/versions.sql").trim_end(),
        &values,
    );
    let unknown = unknown_row(table)?;
    Some(format!("{}\n{sql}{unknown}", insert(table)))
}

const fn version_part(part: VersionPart) -> &'static str {
    match part {
        VersionPart::FromBatch => "CASE WHEN r.is_first THEN 0 ELSE r.batch END",
        VersionPart::ToBatch => "r.next_batch",
        VersionPart::From => "began.loaded_at",
        VersionPart::To => "ended.loaded_at",
        VersionPart::Current => "r.next_batch IS NULL",
        VersionPart::Deleted => "r.is_deleted",
    }
}
