//! Understands a file from what it says of itself, and its first rows. It must not guess anything.

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::ArrowError;
use ingest::{
    Choices, ColumnPlan, Counts, Evidence, FilePlan, ReadError, Refusal, Topic, Understanding,
    distinct_names,
};

use crate::source::Source;
use crate::table::Open;
use crate::types::Known;

/// The first rows that are shown.
const SHOWN: usize = 20;
/// How moments are shown, as in SQL.
const SHOWING: FormatOptions<'_> = FormatOptions::new()
    .with_display_error(true)
    .with_null("NULL")
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
    .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f+00"));

/// Understands a file.
///
/// # Errors
/// [`Refusal`] if it is cut short, damaged, or has no column that `DuckDB` takes.
pub fn understand(
    name: &str,
    source: impl Source,
    choices: &Choices,
) -> Result<Understanding, Refusal> {
    let refused = |error: ReadError| Refusal::Damaged {
        file: name.to_owned(),
        reason: error.to_string(),
    };
    let open = Open::new(source).map_err(refused)?;
    let mut evidence = vec![Evidence {
        topic: Topic::Dialect,
        column: None,
        text: open.description.clone(),
        is_question: false,
    }];
    let mut columns = Vec::new();
    let fields = open.schema.fields();
    let found: Vec<_> = fields.iter().map(|field| field.name().clone()).collect();
    for (name, field) in distinct_names(&found).into_iter().zip(fields) {
        let about = |text| Evidence {
            topic: Topic::Type,
            column: Some(name.clone()),
            text,
            is_question: false,
        };
        let mut column = ColumnPlan::text(name.clone());
        if let Some(known) = Known::of(field.data_type()) {
            column.given = Some(known.sql);
        } else {
            column.ignored = true;
            evidence.push(about(format!(
                "left out: DuckDB has no type for {}",
                field.data_type()
            )));
        }
        if name != *field.name() {
            evidence.push(about(format!(
                "called {} in the file, as another column is",
                field.name()
            )));
        }
        let chosen = choices.columns.iter().find(|one| one.name == column.name);
        if let Some(chosen) = chosen.filter(|_| !column.ignored) {
            let as_text = chosen.given.as_deref() == Some("VARCHAR");
            column.ignored = chosen.ignored;
            if as_text {
                column.given = Some("VARCHAR".to_owned());
            }
        }
        columns.push(column);
    }
    let rows = open.rows;
    let plan = FilePlan::of_columns(columns, choices.most_set_aside);
    let first_rows = first_rows(open, &plan).map_err(refused)?;
    Ok(Understanding {
        part_name: None,
        plan,
        evidence,
        first_rows,
        counts: Counts {
            read: rows,
            loaded: rows,
            ..Counts::default()
        },
        rejects: Vec::new(),
    })
}

fn first_rows(open: Open, plan: &FilePlan) -> Result<Vec<Vec<Option<String>>>, ReadError> {
    let mut batches = open.batches(plan)?;
    let Some(batch) = batches.next()? else {
        return Ok(Vec::new());
    };
    let failed = |error: ArrowError| ReadError::Batch(error.to_string());
    let batch = batch.slice(0, batch.num_rows().min(SHOWN));
    let formatters = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &SHOWING))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let rows = 0..batch.num_rows();
    let row = |row: usize| {
        let cells = formatters.iter().zip(batch.columns());
        let cells = cells.map(|(shown, column)| {
            let is_there = column.is_valid(row);
            is_there.then(|| shown.value(row).to_string())
        });
        cells.collect()
    };
    Ok(rows.map(row).collect())
}
