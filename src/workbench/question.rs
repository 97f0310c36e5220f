//! The user's question to the star: what it begins with, and its answer as a download. It must not know how
//! it is put together.

use ::export::file_stem;

use super::{Item, Workbench};

impl Workbench {
    /// The answer to the user's question, within the filter, under a name.
    pub fn exportable_question(self, name: &str) -> Item {
        let sql = self.question_sql().unwrap_or_default();
        Item::new(name, file_stem(name), &sql)
    }
}
