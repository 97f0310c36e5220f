//! Rows that are set aside, as rows of the quarantine. It must not know why they are.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use ingest::Reject;

/// The rows of the quarantine for a file.
pub(crate) fn rows(file: &str, rejects: &[Reject]) -> Result<RecordBatch, ArrowError> {
    let mut line = Int64Builder::new();
    let mut texts: [StringBuilder; 7] = std::array::from_fn(|_| StringBuilder::new());
    for reject in rejects {
        line.append_value(i64::try_from(reject.line).unwrap_or(i64::MAX));
        let [names, columns, values, raws, rules, messages, corrections] = &mut texts;
        names.append_value(file);
        columns.append_option(reject.column.as_deref());
        values.append_option(reject.value.as_deref());
        raws.append_value(&reject.raw);
        rules.append_value(reject.fault.rule());
        messages.append_value(reject.fault.message());
        corrections.append_option(reject.correction.as_deref());
    }
    let [names, columns, values, raws, rules, messages, corrections] =
        texts.map(|mut texts| Arc::new(texts.finish()) as ArrayRef);
    RecordBatch::try_from_iter([
        ("file", names),
        ("line", Arc::new(line.finish()) as ArrayRef),
        ("column_name", columns),
        ("value", values),
        ("row_text", raws),
        ("rule", rules),
        ("message", messages),
        ("corrected_to", corrections),
    ])
}
