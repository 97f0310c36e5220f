//! Objects of the browser in serde messages. It must not know the messages.

/// An object that may be missing: `null` in the message.
pub(crate) mod optional {
    use serde::de::Error as _;
    use serde::{Deserializer, Serializer};
    use serde_wasm_bindgen::preserve;
    use wasm_bindgen::{JsCast, JsValue};

    #[expect(clippy::ref_option, reason = "serde calls it with this type")]
    pub(crate) fn serialize<T: JsCast, S: Serializer>(
        object: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match object {
            Some(object) => preserve::serialize(object, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: JsCast, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let value: JsValue = preserve::deserialize(deserializer)?;
        if value.is_null() || value.is_undefined() {
            return Ok(None);
        }
        let object = value.dyn_into();
        object
            .map(Some)
            .map_err(|_| D::Error::custom("an object has another class"))
    }
}
