//! The JSON Schema of a document, for editors. It must not know where it is published.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{Document, VERSION};

impl Document {
    /// The text of the JSON Schema: what an editor completes and checks. Its descriptions are the
    /// comments of the types.
    ///
    /// ```
    /// assert!(mart::Document::json_schema().contains("mart.schema.json"));
    /// ```
    #[must_use]
    pub fn json_schema() -> String {
        let generator = SchemaSettings::draft2020_12().into_generator();
        let mut schema = generator.into_root_schema_for::<Self>();
        // A relative address: the schema is published beside the page, wherever that is.
        schema.insert("$id".to_owned(), json!("mart.schema.json"));
        schema.insert("title".to_owned(), json!("A data mart"));
        let description =
            "Sources, datasets, relationships, metrics, questions and checks of a data mart.";
        schema.insert("description".to_owned(), json!(description));
        if let Some(version) = schema.pointer_mut("/properties/version") {
            *version = json!({
                "description": "The version of this format.",
                "const": VERSION
            });
        }
        // Maps have text keys and numbers are finite: nothing here can fail.
        let mut text = serde_json::to_string_pretty(&Value::from(schema)).unwrap_or_default();
        text.push('\n');
        text
    }
}
