//! The loads of a mart that keeps them: the rows of each source with the number of the load that brought them, and
//! which of them count now. The star is filled from those, so it is a function of its loads: the same loads make the
//! same star, and without a load it is as if that had never been there. It must not know who runs a statement.

mod current;
mod waiting;

use super::fill::STAGED;
use super::plan::{Effect, Plan, Step};
use crate::document::{Duplicates, LoadMode};
use crate::model::{Model, Source};
use crate::resolve::batches::BATCHES;
use crate::source_file::{free_name, row_number_column};
use crate::sql::{Identifier, fill, quoted_if_needed, text};

pub(super) use current::Current;
use waiting::Waiting;
pub(super) use waiting::conditions as waiting_conditions;

/// A load that a mart keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number, from 1. A later load has a larger one.
    pub number: u32,
    /// The sources that it brought rows of, by their places in the model, and what these do to the rows before.
    pub modes: Vec<(usize, LoadMode)>,
}

/// A file of a load, as the table `load_batches` has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchFile {
    /// The place of its source.
    pub source: usize,
    /// Its name.
    pub file: String,
    /// What identifies its content; `None` where that cannot be computed.
    pub hash: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// What its rows do to those before.
    pub mode: LoadMode,
    /// The rows that were read.
    pub read: u64,
    /// Those that were skipped by a rule.
    pub skipped: u64,
}

impl LoadMode {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Append => "append",
            Self::Merge => "merge",
        }
    }
}

impl Source {
    /// The table that keeps its rows, load by load.
    #[must_use]
    pub fn kept(&self) -> Identifier {
        Identifier::prefixed("rows_of_", &self.name)
    }

    /// The column of [`kept`](Self::kept) with the number of the load; with a minus, where the row is set aside.
    #[must_use]
    pub fn batch_column(&self) -> String {
        free_name(self, "batch")
    }

    pub(super) fn key_columns(&self, alias: &str) -> Vec<String> {
        let key = self.key.iter();
        key.map(|name| {
            let field = self.field(name).map_or(name, |field| &field.name);
            super::column_of(alias, &quoted_if_needed(field))
        })
        .collect()
    }
}

/// The statements that drop what a mart keeps of its loads.
pub(super) fn drop_kept(model: &Model) -> Vec<Step> {
    if !model.keeps_batches {
        return Vec::new();
    }
    let kept = model.sources.iter().map(|source| source.kept().sql());
    let tables = kept.chain([BATCHES.to_owned()]);
    tables
        .map(|table| Step {
            title: format!("Drop {table}"),
            sql: format!("DROP TABLE IF EXISTS {table}"),
            effect: Effect::Drop,
        })
        .collect()
}

impl Plan {
    /// Creates the table of the loads, and an empty one for the rows of each source.
    #[must_use]
    pub fn create_batches(model: &Model) -> Self {
        let mut steps = vec![step(
            "Create the table of the loads".to_owned(),
            include_str!("../../marts/any/batches/create.sql")
                .trim_end()
                .to_owned(),
        )];
        steps.extend(model.sources.iter().map(|source| {
            let fields = source
                .fields
                .iter()
                .map(|field| format!("{} {}", quoted_if_needed(&field.name), field.data_type));
            let batch = format!("{} INTEGER", quoted_if_needed(&source.batch_column()));
            let columns: Vec<_> = fields.chain([batch]).collect();
            let kept = source.kept().sql();
            step(
                format!("Create {kept}"),
                super::listed(&format!("CREATE TABLE {kept} ("), &columns) + "\n)",
            )
        }));
        Self::of_steps(steps)
    }

    /// Takes a table of rows as those that a load brought for a source which has none yet.
    #[must_use]
    pub fn adopt(source: &Source, table: &Identifier, batch: u32) -> Self {
        let (kept, column) = (
            source.kept().sql(),
            quoted_if_needed(&source.batch_column()),
        );
        let title = format!("Keep {table} as the {} of load {batch}", source.row.many);
        Self::of_steps(
            [
                format!("DROP TABLE {kept}"),
                format!("ALTER TABLE {} RENAME TO {kept}", table.sql()),
                format!("ALTER TABLE {kept} ADD COLUMN {column} INTEGER DEFAULT {batch}"),
            ]
            .map(|sql| step(title.clone(), sql))
            .into(),
        )
    }

    /// Adds the rows that are staged for a source to those that are kept.
    #[must_use]
    pub fn keep(source: &Source, batch: u32) -> Self {
        let (kept, staged) = (source.kept().sql(), source.staged().sql());
        let names: Vec<_> = source
            .fields
            .iter()
            .map(|field| quoted_if_needed(&field.name))
            .collect();
        let names = names.join(", ");
        let column = quoted_if_needed(&source.batch_column());
        let title = format!("Keep the {} of load {batch}", source.row.many);
        Self::of_steps(
            [
                format!(
                    "INSERT INTO {kept} ({names}, {column})\nSELECT {names}, {batch}\nFROM {staged}\nORDER BY {}",
                    row_number_column(source)
                ),
                format!("DROP TABLE {staged}"),
            ]
            .map(|sql| step(title.clone(), sql))
            .into(),
        )
    }

    /// Sets the rows of a load aside whose key is missing, or is that of another row of the load. The quarantine
    /// names the file.
    #[must_use]
    pub fn set_aside_copies(source: &Source, batch: u32, file: &str) -> Self {
        if source.key.is_empty() {
            return Self::default();
        }
        let key = source.key_columns("");
        let is_missing: Vec<_> = key.iter().map(|one| format!("{one} IS NULL")).collect();
        let texts: Vec<_> = source
            .fields
            .iter()
            .map(|field| quoted_if_needed(&field.name))
            .collect();
        let values: Vec<_> = key
            .iter()
            .map(|one| format!("CAST({one} AS VARCHAR)"))
            .collect();
        let mut filled = vec![
            ("kept", source.kept().sql()),
            ("batch", quoted_if_needed(&source.batch_column())),
            ("number", batch.to_string()),
            ("file", text(file)),
            ("names", text(&source.key.join(", "))),
            ("values", format!("concat_ws(', ', {})", values.join(", "))),
            ("texts", texts.join(", ")),
            ("is_missing", format!("({})", is_missing.join(" AND "))),
            ("key", key.join(", ")),
            ("tuple", super::check::tuple(&key)),
            (
                "order",
                match source.duplicates {
                    Duplicates::KeepFirst => String::new(),
                    Duplicates::KeepLast => " DESC".to_owned(),
                },
            ),
        ];
        let losers = fill(
            include_str!("../../marts/any/batches/losers.sql").trim_end(),
            &filled,
        );
        // They stay where they are, under the number of the load with a minus: their amounts are accounted for.
        let column = quoted_if_needed(&source.batch_column());
        let mark = format!(
            "UPDATE {} SET {column} = -{batch}\nWHERE rowid IN (\n    {losers}\n)",
            source.kept().sql()
        );
        filled.push(("losers", losers));
        let insert = fill(
            include_str!("../../marts/any/batches/set_aside.sql").trim_end(),
            &filled,
        );
        let title = format!("Set aside {} without a key of their own", source.row.many);
        Self::of_steps(vec![step(title.clone(), insert), step(title, mark)])
    }

    /// Writes down which files a load brought. `loaded_at` is a point in time in UTC, as `2026-01-31 12:00:00`.
    #[must_use]
    pub fn record(model: &Model, batch: u32, files: &[BatchFile], loaded_at: &str) -> Self {
        let lines: Vec<_> = files
            .iter()
            .filter_map(|file| {
                let source = model.sources.get(file.source)?;
                let hash = file.hash.as_deref().map_or_else(|| "NULL".to_owned(), text);
                Some(format!(
                    "    ({batch}, {}, {}, {hash}, {}, {}, {}, {}, TIMESTAMP {})",
                    text(&source.name),
                    text(&file.file),
                    file.bytes,
                    text(file.mode.name()),
                    file.read,
                    file.skipped,
                    text(loaded_at)
                ))
            })
            .collect();
        if lines.is_empty() {
            return Self::default();
        }
        Self::of_steps(vec![step(
            format!("Write down load {batch}"),
            format!("INSERT INTO {BATCHES} VALUES\n{}", lines.join(",\n")),
        )])
    }

    /// Removes the rows that a load brought, and what it set aside.
    #[must_use]
    pub fn take_back(model: &Model, batch: u32) -> Self {
        let title = format!("Take load {batch} back");
        let mut sql = vec![format!(
            "DELETE FROM quarantine\nWHERE file IN (SELECT file FROM {BATCHES} WHERE batch = {batch})"
        )];
        sql.extend(model.sources.iter().map(|source| {
            format!(
                "DELETE FROM {}\nWHERE abs({}) = {batch}",
                source.kept().sql(),
                quoted_if_needed(&source.batch_column())
            )
        }));
        sql.push(format!("DELETE FROM {BATCHES}\nWHERE batch = {batch}"));
        let steps = sql.into_iter().map(|sql| step(title.clone(), sql));
        Self::of_steps(steps.collect())
    }

    /// Finds the rows that count now: each source gets a view of them, by the name of the table that its rows are
    /// staged in. Rows that are added though an earlier load has their key are set aside, and rows whose key is
    /// nowhere, where the relationship says so.
    #[must_use]
    pub fn current(model: &Model, batches: &[Batch]) -> Self {
        let mut steps = vec![step(
            "Look again for keys".to_owned(),
            "DELETE FROM quarantine\nWHERE rule IN ('known key', 'unknown key')".to_owned(),
        )];
        // A source before those whose rows look for keys in it.
        for (place, source) in in_order(model) {
            let rows = Current::of(source, place, batches);
            let view = |rows: &str| {
                format!(
                    "CREATE OR REPLACE TEMP VIEW {} AS\n{rows}",
                    source.staged().sql()
                )
            };
            let title = format!("Find the {} that count", source.row.many);
            let staged = |at: usize| Some(model.sources.get(at)?.staged().sql());
            let mut waiting = waiting::of(model, place, &staged);
            let counting = rows.sql();
            let none: Vec<_> = waiting.iter().map(Waiting::none).collect();
            let rest = if none.is_empty() {
                counting.clone()
            } else {
                format!(
                    "SELECT {STAGED}.*\nFROM (\n{counting}\n) AS {STAGED}\nWHERE {}",
                    none.join("\n  AND ")
                )
            };
            for one in &mut waiting {
                one.rows = format!("(\n{counting}\n)");
            }
            waiting.extend(Waiting::copies(source, &rows));
            steps.extend(waiting.iter().map(|one| {
                step(
                    format!("Set aside {} with {}", source.row.many, one.what),
                    one.set_aside(source),
                )
            }));
            steps.push(step(title, view(&rest)));
        }
        Self::of_steps(steps)
    }

    fn of_steps(steps: Vec<Step>) -> Self {
        Self {
            steps,
            ..Self::default()
        }
    }
}

fn step(title: String, sql: String) -> Step {
    Step {
        title,
        sql,
        effect: Effect::Keep,
    }
}

/// The sources, those of dimensions before those of the facts that refer to them.
fn in_order(model: &Model) -> Vec<(usize, &Source)> {
    let mut places = Vec::new();
    for source in model.tables.iter().filter_map(|table| table.source) {
        if !places.contains(&source) {
            places.push(source);
        }
    }
    for place in 0..model.sources.len() {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let sources = places.into_iter();
    sources
        .filter_map(|place| Some((place, model.sources.get(place)?)))
        .collect()
}

/// The loads that brought rows of a source, with what these did to the rows before.
pub(super) fn loads_of(
    source: usize,
    batches: &[Batch],
) -> impl Iterator<Item = (u32, LoadMode)> + Clone {
    batches.iter().filter_map(move |batch| {
        let mode = batch.modes.iter().find(|(place, _)| *place == source)?;
        Some((batch.number, mode.1))
    })
}
