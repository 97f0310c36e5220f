//! The bytes of exported files, and that they read back to the same values.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test would"
)]

mod examples;
mod properties;

use arrow_array::RecordBatch;
use arrow_json::WriterBuilder;
use arrow_json::writer::JsonArray;
use export::{Encoder, Format, Options};

pub(crate) fn encode(format: Format, batches: &[RecordBatch]) -> String {
    encode_with(&Options::default(), format, batches)
}

pub(crate) fn encode_with(options: &Options, format: Format, batches: &[RecordBatch]) -> String {
    let mut encoder = Encoder::new(format, options, Vec::new(), &batches[0].schema()).unwrap();
    for batch in batches {
        encoder.write(batch).unwrap();
    }
    String::from_utf8(encoder.finish().unwrap()).unwrap()
}

/// The batch as `arrow-json` writes it.
pub(crate) fn encode_with_arrow(batch: &RecordBatch) -> String {
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, JsonArray>(Vec::new());
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    String::from_utf8(writer.into_inner()).unwrap()
}
