//! Which names are allowed, and that none stands twice. It must not know what they name.

use std::collections::HashMap;

use super::Resolver;
use crate::document::Origin;
use crate::mistake::{is_invisible, quoted};
use crate::sql::{Identifier, is_reserved};

/// The most bytes of a name.
const MOST_BYTES: usize = 255;

/// The identifier of a name of SQL, or what is wrong with it. What exists in a database is taken as it
/// is.
pub(super) fn check(name: &str, origin: Origin) -> Result<Identifier, String> {
    let identifier = check_word(name, origin)?;
    if origin == Origin::Built && is_reserved(name) {
        return Err(format!(
            "{} is a reserved word of SQL; choose another name",
            quoted(name)
        ));
    }
    Ok(identifier)
}

/// The same for a name that is no name of SQL.
pub(super) fn check_word(name: &str, origin: Origin) -> Result<Identifier, String> {
    let identifier = Identifier::new(name).map_err(|cause| cause.to_string())?;
    if origin == Origin::Database {
        return Ok(identifier);
    }
    if name.trim().is_empty() {
        return Err("the name is blank".to_owned());
    }
    // The names in the header of a file are read without the blanks around them.
    if name.trim() != name {
        return Err(format!(
            "the name {} starts or ends with a blank",
            quoted(name)
        ));
    }
    if name.len() > MOST_BYTES {
        return Err(format!(
            "the name {} has {} bytes, and may have {MOST_BYTES}",
            quoted(name),
            name.len()
        ));
    }
    if name.chars().any(is_invisible) {
        return Err(format!(
            "the name {} has characters that cannot be seen",
            quoted(name)
        ));
    }
    Ok(identifier)
}

impl Resolver<'_> {
    /// Reports each name that stands twice, in any case, at its second place.
    pub(super) fn unique<'n>(
        &mut self,
        kind: &str,
        names: impl IntoIterator<Item = (String, &'n str)>,
    ) {
        let mut seen = HashMap::<String, String>::new();
        for (pointer, name) in names {
            let folded = name.to_lowercase();
            if let Some(first) = seen.get(&folded) {
                let problem = format!(
                    "the {kind} {} is there twice, first at {first}",
                    quoted(name)
                );
                self.mistake(pointer, problem);
            } else {
                seen.insert(folded, pointer);
            }
        }
    }
}
