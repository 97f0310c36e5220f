//! How record batches lie in the bytes that DuckDB answers with: whole messages of an Arrow IPC
//! stream, each a mark, the length of its head, the head, and the body that the head describes.
//!
//! `arrow_ipc::reader::StreamDecoder` reads them too, and for dictionaries that grow on the way
//! it brings 120 KB (gzip) of array concatenation. DuckDB-Wasm sends no dictionaries at all.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::read_record_batch;
use arrow_ipc::root_as_message;
use arrow_schema::{DataType, Schema, SchemaRef};

use crate::Error;

/// What stands before the length of a message.
const MARK: [u8; 4] = [0xff; 4];

/// Takes the next record batch off the front of `bytes`; `None` when there are no more.
pub(crate) fn next_batch(
    bytes: &mut Buffer,
    schema: &SchemaRef,
) -> Result<Option<RecordBatch>, Error> {
    while !bytes.is_empty() {
        let length = take(bytes, 8)?;
        let (mark, length) = length.split_at(4);
        if mark != MARK {
            return Err(Error::decode("a message does not start with its mark"));
        }
        let length = length
            .iter()
            .rev()
            .fold(0, |n, byte| n << 8 | usize::from(*byte));
        if length == 0 {
            *bytes = Buffer::default();
            return Ok(None);
        }
        let head = take(bytes, length)?;
        let message = root_as_message(&head).map_err(|cause| Error::decode(cause.to_string()))?;
        let body = take(
            bytes,
            usize::try_from(message.bodyLength()).unwrap_or(usize::MAX),
        )?;
        let Some(batch) = message.header_as_record_batch() else {
            continue;
        };
        let schema = SchemaRef::clone(schema);
        let version = message.version();
        return Ok(Some(read_record_batch(
            &body,
            batch,
            schema,
            &HashMap::new(),
            None,
            &version,
        )?));
    }
    Ok(None)
}

/// Refuses a result whose values would come without the words that they stand for.
pub(crate) fn check(schema: &Schema) -> Result<(), Error> {
    let is_enum = |data_type: &DataType| matches!(data_type, DataType::Dictionary(..));
    let fields = schema.flattened_fields();
    match fields.iter().find(|field| is_enum(field.data_type())) {
        Some(field) => Err(Error::decode(format!(
            "column \"{}\" is an ENUM, of which DuckDB-Wasm sends the numbers and not the words: \
             cast it to VARCHAR",
            field.name()
        ))),
        None => Ok(()),
    }
}

fn take(bytes: &mut Buffer, length: usize) -> Result<Buffer, Error> {
    if bytes.len() < length {
        return Err(Error::decode(format!(
            "a message ends {} bytes too early",
            length - bytes.len()
        )));
    }
    let front = bytes.slice_with_length(0, length);
    bytes.advance(length);
    Ok(front)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int32Array, StringArray};
    use arrow_ipc::writer::StreamWriter;
    use arrow_schema::Field;

    use super::*;

    fn people(names: &[&str]) -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("id", DataType::Int32, false),
            Field::new("name", DataType::Utf8, true),
        ]);
        let ids = (0..).take(names.len());
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(Int32Array::from_iter_values(ids)),
                Arc::new(StringArray::from(names.to_vec())),
            ],
        )
        .unwrap()
    }

    fn written(batches: &[RecordBatch]) -> Vec<u8> {
        let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
        for batch in batches {
            writer.write(batch).unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn every_message_of_a_piece_is_read() {
        let batches = [people(&["a", "李"]), people(&[]), people(&["c"])];
        let schema = batches[0].schema();
        let mut bytes = Buffer::from_vec(written(&batches));
        for batch in &batches {
            assert_eq!(
                next_batch(&mut bytes, &schema).unwrap().as_ref(),
                Some(batch)
            );
        }
        assert_eq!(next_batch(&mut bytes, &schema).unwrap(), None);
        assert!(bytes.is_empty());
    }

    #[test]
    fn bytes_cut_anywhere_are_an_error_or_fewer_batches_never_a_panic() {
        let batches = [people(&["a", "b"])];
        let schema = batches[0].schema();
        let whole = written(&batches);
        for length in 0..whole.len() {
            let mut bytes = Buffer::from_vec(whole[..length].to_vec());
            match next_batch(&mut bytes, &schema) {
                Ok(Some(batch)) => assert_eq!(batch, batches[0]),
                Ok(None) | Err(Error::Decode { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
        let mut noise = Buffer::from_vec(b"<!doctype html>".to_vec());
        assert!(matches!(
            next_batch(&mut noise, &schema),
            Err(Error::Decode { .. })
        ));
    }
}
