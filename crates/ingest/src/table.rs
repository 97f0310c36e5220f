//! Fields become typed rows, and each record is accounted for: loaded, set aside, or skipped by a rule.
//! It must not know where the records come from.

mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field as ArrowField, Schema, SchemaRef};

use crate::column::{Column, Misfit, data_type};
use crate::count::Counts;
use crate::dialect::Dialect;
use crate::header::is_repeated;
use crate::json::Cell;
use crate::plan::{FilePlan, Layout, Part, TablePlan};
use crate::record::{Field, Record};
use crate::reject::{Fault, Reject, shortened};
use crate::sniff;
use crate::total::{Total, total};
use crate::types::wider;
use value::{Wrong, is_null, push};

/// Rows of a batch: a multiple of DuckDB's vectors and row groups.
const BATCH_ROWS: usize = 122_880;
/// Bytes of texts after which a batch is full before it has all rows.
const BATCH_BYTES: usize = 32 << 20;
/// The most records that may be notes or sums at the end of the file.
const MOST_PENDING: usize = 100;
/// The first byte of the replacement character.
const REPLACEMENT_START: u8 = 0xef;

/// Rows that come in records.
pub(crate) struct Table {
    layout: Layout,
    plan: TablePlan,
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    counts: Counts,
    rejects: Vec<Reject>,
    /// Records that are notes or sums if no row follows.
    pending: Vec<Pending>,
    /// How many header records were seen.
    headers: u64,
    /// What is loaded in place of rows that are set aside, by their lines.
    corrections: BTreeMap<u64, String>,
    /// What divides corrections.
    dialect: Dialect,
    /// The line of each row, if the table has a column for it.
    lines: Vec<i64>,
    /// The plan with the types that a value needed.
    wider: Option<TablePlan>,
    /// How many of the first rows are kept as texts.
    preview: usize,
    previewed: Vec<Vec<Option<String>>>,
}

/// A record that is kept until it is known what it is.
struct Pending {
    line: u64,
    raw: String,
    fields: Vec<(String, bool)>,
    is_total: bool,
}

impl Pending {
    fn new(record: &Record<'_>, is_total: bool) -> Self {
        let fields = record.fields.iter();
        Self {
            line: record.line,
            raw: record.raw.to_owned(),
            fields: fields
                .map(|field| (field.text.to_owned(), field.is_quoted))
                .collect(),
            is_total,
        }
    }
}

impl Table {
    pub(crate) fn new(file: &FilePlan) -> Self {
        let (layout, plan) = (file.layout.clone(), file.table.clone());
        let loaded = || plan.columns.iter().filter(|column| !column.ignored);
        let mut fields: Vec<_> = loaded()
            .map(|column| ArrowField::new(&column.name, data_type(column.rule), true))
            .collect();
        if let Some(name) = &plan.line_column {
            fields.push(ArrowField::new(name, DataType::Int64, false));
        }
        let corrections = file.corrections.iter();
        let corrections = corrections.map(|one| (one.line, one.text.clone()));
        Self {
            corrections: corrections.collect(),
            dialect: match file.part {
                Part::Sheet(_) => file.dialect.with_delimiter(Some('\t')),
                _ => file.dialect,
            },
            lines: Vec::new(),
            schema: Arc::new(Schema::new(fields)),
            columns: loaded().map(|column| Column::new(column.rule)).collect(),
            layout,
            plan,
            rows: 0,
            counts: Counts::default(),
            rejects: Vec::new(),
            pending: Vec::new(),
            headers: 0,
            wider: None,
            preview: 0,
            previewed: Vec::new(),
        }
    }

    /// Keeps the texts of the first rows that are loaded.
    pub(crate) fn with_preview(mut self, rows: usize) -> Self {
        self.preview = rows;
        self
    }

    pub(crate) fn previewed(&self) -> &[Vec<Option<String>>] {
        &self.previewed
    }

    pub(crate) const fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The plan with wider types, if a number had no room in the type of its column.
    pub(crate) const fn wider(&self) -> Option<&TablePlan> {
        self.wider.as_ref()
    }

    pub(crate) fn take_rejects(&mut self) -> Vec<Reject> {
        std::mem::take(&mut self.rejects)
    }

    /// Whether there are enough rows for a batch.
    pub(crate) fn is_full(&self) -> bool {
        let bytes = || self.columns.iter().map(Column::text_bytes).max();
        self.rows >= BATCH_ROWS || bytes().is_some_and(|bytes| bytes >= BATCH_BYTES)
    }

    /// The rows since the last batch; `None` if there are none.
    pub(crate) fn take_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        if self.rows == 0 {
            return Ok(None);
        }
        self.rows = 0;
        let loaded = self.plan.columns.iter().filter(|column| !column.ignored);
        let mut arrays = self
            .columns
            .iter_mut()
            .zip(loaded)
            .map(|(column, plan)| column.take(plan.rule))
            .collect::<Result<Vec<_>, _>>()?;
        if self.plan.line_column.is_some() {
            arrays.push(Arc::new(Int64Array::from(std::mem::take(&mut self.lines))));
        }
        if arrays.is_empty() {
            return Ok(None);
        }
        RecordBatch::try_new(Arc::clone(&self.schema), arrays).map(Some)
    }

    /// Accounts for a record.
    pub(crate) fn add(&mut self, record: &Record<'_>, comment: Option<char>) {
        self.counts.read += 1;
        if comment.is_some_and(|comment| record.raw.starts_with(comment)) {
            self.counts.skipped.comment.add(record.line);
            return;
        }
        let before = self.counts.read - 1;
        if before < self.layout.titles {
            if is_empty(record) {
                self.counts.skipped.empty.add(record.line);
            } else {
                self.counts.skipped.title.add(record.line);
            }
            return;
        }
        if self.headers < self.layout.header {
            self.headers += 1;
            self.counts.skipped.header.add(record.line);
            return;
        }
        if let Some(text) = self.take_correction(record.line) {
            return self.load_correction(record.line, record.raw, text);
        }
        if is_empty(record) {
            self.counts.skipped.empty.add(record.line);
            return;
        }
        if let Some(fault) = &record.fault {
            return self.reject(record.line, record.raw, None, None, fault.clone());
        }
        if self.is_repeated_header(record) {
            self.counts.skipped.repeated_header.add(record.line);
            return;
        }
        let width = self.plan.columns.len();
        let sum = total(record.fields.iter().map(|field| field.text), width);
        if width > 1 && sum == Some(Total::Sum) {
            self.counts.skipped.total.add(record.line);
            return;
        }
        let mut fields = record.fields.iter();
        let first_alone = width > 2
            && fields
                .next()
                .is_some_and(|field| !field.text.trim().is_empty())
            && fields.all(|field| field.text.trim().is_empty())
            && !self.starts_with_value(record);
        if first_alone || width > 1 && sum.is_some() {
            self.pending.push(Pending::new(record, sum.is_some()));
            // Many of them are rows of a sparse file.
            if self.pending.len() > MOST_PENDING {
                self.release_pending();
            }
            return;
        }
        self.release_pending();
        self.load(record);
    }

    /// Accounts for a row of values, of which none is a title, a total or a note.
    pub(crate) fn add_row(&mut self, line: u64, raw: &str, cells: &[Cell<'_>]) {
        self.counts.read += 1;
        self.load_row(line, raw, cells.len(), |at| {
            let cell = cells.get(at)?.as_ref();
            Some(cell.map_or(Field::EMPTY, |(text, is_quoted)| Field {
                text,
                is_quoted: *is_quoted,
            }))
        });
    }

    /// Accounts for a row that cannot be read.
    pub(crate) fn add_damaged(&mut self, line: u64, raw: &str, fault: Fault) {
        self.counts.read += 1;
        self.reject(line, raw, None, None, fault);
    }

    /// What is below the last row are notes and sums.
    pub(crate) fn finish(&mut self) {
        for pending in self.pending.drain(..) {
            let rule = if pending.is_total {
                &mut self.counts.skipped.total
            } else {
                &mut self.counts.skipped.note
            };
            rule.add(pending.line);
        }
    }

    /// The records that were kept are rows: others follow.
    fn release_pending(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let fields = pending.fields.iter().map(|(text, is_quoted)| Field {
                text,
                is_quoted: *is_quoted,
            });
            let fields: Vec<_> = fields.collect();
            self.load_row(pending.line, &pending.raw, fields.len(), |at| {
                fields.get(at).copied()
            });
        }
    }

    fn load(&mut self, record: &Record<'_>) {
        let fields = record.fields;
        self.load_row(record.line, record.raw, fields.len(), |at| fields.get(at));
    }

    /// Loads a row if it has as many fields as there are columns.
    fn load_row<'a>(
        &mut self,
        line: u64,
        raw: &str,
        found: usize,
        field: impl Fn(usize) -> Option<Field<'a>>,
    ) {
        let expected = self.plan.columns.len();
        // Delimiters behind the last field are no fields with something in them.
        let is_filled = |at| field(at).is_some_and(|field| !field.text.trim().is_empty());
        let fault = if found < expected && !self.plan.short_rows_are_null {
            Fault::TooFewFields { found, expected }
        } else if (expected..found).any(is_filled) {
            Fault::TooManyFields { found, expected }
        } else {
            return self.load_fields(line, raw, |at| field(at).unwrap_or(Field::EMPTY));
        };
        self.reject(line, raw, None, None, fault);
    }

    fn load_fields<'a>(&mut self, line: u64, raw: &str, field: impl Fn(usize) -> Field<'a>) {
        // Most rows have neither of these: one look at the row spares one at each field.
        let is_clean = memchr::memchr2(0, REPLACEMENT_START, raw.as_bytes()).is_none();
        let mut columns = self.columns.iter_mut();
        let mut wrong = None;
        for (at, plan) in self.plan.columns.iter().enumerate() {
            if plan.ignored {
                continue;
            }
            let Some(column) = columns.next() else { break };
            let field = field(at);
            match push(column, plan, field, is_clean) {
                Ok(()) => {}
                Err(Wrong::TooNarrow) => {
                    let wide = self.wider.get_or_insert_with(|| self.plan.clone());
                    if let Some(column) = wide.columns.get_mut(at) {
                        // Another value of this reading may have made room for it.
                        let room = Column::new(column.rule).push(field.text, column.rule);
                        if matches!(room, Err(Misfit::TooNarrow)) {
                            column.rule = wider(column.rule, field.text);
                        }
                    }
                    // The table is read again with the wider type.
                    column.push_null();
                }
                Err(Wrong::Fault(fault)) => {
                    wrong = Some((plan.name.clone(), field.text.to_owned(), fault));
                    break;
                }
            }
        }
        if let Some((name, value, fault)) = wrong {
            for column in &mut self.columns {
                column.truncate(self.rows);
            }
            return self.reject(line, raw, Some(name), Some(value), fault);
        }
        if self.previewed.len() < self.preview {
            let texts = self
                .plan
                .columns
                .iter()
                .enumerate()
                .filter(|(_, plan)| !plan.ignored);
            let texts = texts.map(|(at, plan)| {
                let field = field(at);
                (!is_null(plan, field)).then(|| plan.rule.shown(field.text))
            });
            self.previewed.push(texts.collect());
        }
        if self.plan.line_column.is_some() {
            self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
        }
        self.rows += 1;
        self.counts.loaded += 1;
    }

    fn reject(
        &mut self,
        line: u64,
        raw: &str,
        column: Option<String>,
        value: Option<String>,
        fault: Fault,
    ) {
        self.counts.set_aside += 1;
        self.rejects.push(Reject {
            line,
            column,
            value: value.map(|value| shortened(&value)),
            raw: shortened(raw),
            fault,
            correction: None,
        });
    }

    /// What the user has written in place of the row on this line.
    pub(crate) fn take_correction(&mut self, line: u64) -> Option<String> {
        self.corrections.remove(&line)
    }

    /// Notes that a row is loaded as the user has corrected it. If that is wrong, too, the row keeps its own text beside
    /// it.
    pub(crate) fn note_correction(&mut self, line: u64, raw: &str, text: String, loaded: u64) {
        if self.counts.loaded == loaded {
            let rejects = self.rejects.iter_mut().rev();
            for reject in rejects.take_while(|reject| reject.line == line) {
                reject.raw = shortened(raw);
                reject.correction = Some(text.clone());
            }
            return;
        }
        self.counts.corrected += 1;
        self.rejects.push(Reject {
            line,
            column: None,
            value: None,
            raw: shortened(raw),
            fault: Fault::Corrected,
            correction: Some(text),
        });
    }

    fn load_correction(&mut self, line: u64, raw: &str, text: String) {
        let loaded = self.counts.loaded;
        for record in sniff::records(&text, self.dialect, true)
            .into_iter()
            .take(1)
        {
            let fields = record.fields.iter().map(|field| Field {
                text: &field.text,
                is_quoted: field.is_quoted,
            });
            let fields: Vec<_> = fields.collect();
            self.load_row(line, &text, fields.len(), |at| fields.get(at).copied());
        }
        self.note_correction(line, raw, text, loaded);
    }

    fn is_repeated_header(&self, record: &Record<'_>) -> bool {
        let texts = record.fields.iter().map(|field| field.text);
        is_repeated(texts, &self.layout.names)
    }

    /// Whether the first field alone is a value of the first column: then the record is no note.
    fn starts_with_value(&self, record: &Record<'_>) -> bool {
        let field = record.fields.iter().next();
        let text = field.map_or("", |field| field.text);
        self.plan.columns.first().is_some_and(|column| {
            let rule = column.rule;
            !rule.is_text() && Column::new(rule).push(text, rule).is_ok()
        })
    }
}

fn is_empty(record: &Record<'_>) -> bool {
    record.fault.is_none()
        && record
            .fields
            .iter()
            // The mark that ends files of DOS.
            .all(|field| {
                field
                    .text
                    .trim_matches([' ', '\t', '\u{1a}', '\u{feff}', '\u{a0}'])
                    .is_empty()
                    && !field.is_quoted
            })
}
