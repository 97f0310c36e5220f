//! Rows of a source that are set aside for as long as the loads are these: their key is in no row of another source,
//! or in one of an earlier load. It must not know how a row is loaded.

use super::{Batch, Current};
use crate::compile::fill::{STAGED, StagedColumns};
use crate::expression::Names as _;
use crate::model::{ColumnOrigin, Model, Relationship, Source};
use crate::sql::{fill, quoted_if_needed, text};

/// Rows that are set aside for one reason.
pub(super) struct Waiting {
    /// What they have, as the end of a sentence.
    pub(super) what: &'static str,
    /// Whether a row, which goes by [`STAGED`], is one.
    condition: String,
    /// The rows among which they are.
    pub(super) rows: String,
    /// The columns of the key, and their SQL.
    names: Vec<String>,
    values: Vec<String>,
    rule: &'static str,
    message: String,
}

/// The SQL of the rows of a source that count, by its place.
type RowsOf<'r> = &'r dyn Fn(usize) -> Option<String>;

/// Whether a row of a source, which goes by [`STAGED`], has a key that is nowhere: a condition for each relationship
/// that sets it aside.
pub(in crate::compile) fn conditions(
    model: &Model,
    place: usize,
    batches: &[Batch],
) -> Vec<String> {
    let rows = |target: usize| {
        let source = model.sources.get(target)?;
        Some(format!(
            "(\n{}\n)",
            Current::of(source, target, batches).sql()
        ))
    };
    let waiting = of(model, place, &rows).into_iter();
    waiting.map(|one| one.condition).collect()
}

pub(super) fn of(model: &Model, place: usize, rows: RowsOf<'_>) -> Vec<Waiting> {
    let is_of_source = |one: &&Relationship| {
        let table = model.tables.get(one.from);
        one.sets_orphans_aside && table.and_then(|table| table.source) == Some(place)
    };
    let found = model.relationships.iter().filter(is_of_source);
    found
        .filter_map(|one| orphans(model, model.sources.get(place)?, one, rows))
        .collect()
}

fn orphans(
    model: &Model,
    source: &Source,
    one: &Relationship,
    rows: RowsOf<'_>,
) -> Option<Waiting> {
    let from = model.tables.get(one.from)?;
    let looks_up = from.columns.iter().any(|column| {
        matches!(&column.from, Some(ColumnOrigin::Lookup(at)) if model.relationships.get(*at) == Some(one))
    });
    let dimension = model.tables.get(one.to).filter(|_| looks_up)?;
    let (_, names) = dimension.looked_up()?;
    let target = model.sources.get(dimension.source?)?;
    let own = if one.source_columns.is_empty() {
        names.clone()
    } else {
        one.source_columns.clone()
    };
    let staged = StagedColumns(source);
    let values: Vec<_> = own.iter().map(|name| staged.name(name)).collect();
    let pairs: Vec<_> = names
        .iter()
        .zip(&values)
        .map(|(name, own)| {
            let field = target.field(name).map_or(name, |field| &field.name);
            format!("known.{} = {own}", quoted_if_needed(field))
        })
        .collect();
    let given: Vec<_> = values
        .iter()
        .map(|own| format!("{own} IS NOT NULL"))
        .collect();
    Some(Waiting {
        what: "an unknown key",
        condition: format!(
            "{} AND NOT EXISTS (SELECT 1 FROM {} AS known WHERE {})",
            given.join(" AND "),
            rows(dimension.source?)?,
            pairs.join(" AND ")
        ),
        rows: String::new(),
        names: own,
        values,
        rule: "unknown key",
        message: format!("the key is in no row of {}", target.label),
    })
}

impl Waiting {
    /// Rows that were added though an earlier load has their key.
    pub(super) fn copies(source: &Source, rows: &Current) -> Option<Self> {
        Some(Self {
            what: "a key of an earlier load",
            condition: "true".to_owned(),
            rows: format!("(\n{}\n)", rows.copies()?),
            names: source.key.clone(),
            values: source.key_columns(STAGED),
            rule: "known key",
            message: "a row of an earlier load has the key".to_owned(),
        })
    }

    /// The condition that a row is not one.
    pub(super) fn none(&self) -> String {
        format!("NOT ({})", self.condition)
    }

    /// The statement that writes them into the quarantine.
    pub(super) fn set_aside(&self, source: &Source) -> String {
        let texts: Vec<_> = source
            .fields
            .iter()
            .map(|field| format!("{STAGED}.{}", quoted_if_needed(&field.name)))
            .collect();
        let values: Vec<_> = self
            .values
            .iter()
            .map(|own| format!("CAST({own} AS VARCHAR)"))
            .collect();
        let filled = [
            ("batch", quoted_if_needed(&source.batch_column())),
            ("source", text(&source.name)),
            ("names", text(&self.names.join(", "))),
            ("values", format!("concat_ws(', ', {})", values.join(", "))),
            ("texts", texts.join(", ")),
            ("rule", text(self.rule)),
            ("message", text(&self.message)),
            ("rows", self.rows.clone()),
            ("condition", self.condition.clone()),
        ];
        let sql = include_str!("../../../marts/any/batches/waiting.sql");
        fill(sql.trim_end(), &filled)
    }
}
