//! The names of a file's columns. It must not know how they are written.

use std::collections::HashSet;

use arrow_schema::Schema;

use crate::Error;
use crate::error::FileKind;

/// Refuses two columns of one name.
pub(crate) fn check_names(schema: &Schema, kind: FileKind) -> Result<(), Error> {
    let mut names = HashSet::new();
    for field in schema.fields() {
        if !names.insert(field.name()) {
            return Err(Error::DuplicateColumn {
                name: field.name().clone(),
                kind,
            });
        }
    }
    Ok(())
}
