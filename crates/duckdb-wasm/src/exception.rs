//! Turns what JavaScript throws into an [`Error`]. DuckDB writes some exceptions as plain text and
//! some as JSON; both forms are read here. It must not know which call has thrown.

use js_sys::JSON;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::Error;
use crate::ffi::ExceptionJson;

/// The error of a call to DuckDB that has thrown `thrown`.
pub(crate) fn error_of(thrown: &JsValue) -> Error {
    let text = raw_text_of(thrown);
    match plain_form(&text) {
        Some((plain, position)) => Error::from_exception(&plain).with_position(position),
        None => Error::from_exception(&text),
    }
}

/// The failure of a start that has thrown `thrown`.
pub(crate) fn unavailable(thrown: &JsValue) -> Error {
    let text = raw_text_of(thrown);
    Error::unavailable(plain_form(&text).map_or(text, |(plain, _)| plain))
}

fn raw_text_of(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) if error.name() == "Error" => String::from(error.message()),
        Some(error) => format!("{}: {}", error.name(), error.message()),
        None => thrown
            .as_string()
            .unwrap_or_else(|| String::from(js_sys::JsString::from(thrown.clone()))),
    }
}

/// The plain text and the position of an exception in JSON, whose message may be such JSON again.
fn plain_form(text: &str) -> Option<(String, Option<usize>)> {
    let json = &text[text.find('{')?..];
    let exception: ExceptionJson = JSON::parse(json).ok()?.unchecked_into();
    let position = exception
        .position()
        .and_then(|position| position.parse().ok());
    let message = exception.exception_message()?;
    if let Some((plain, inner)) = plain_form(&message) {
        return Some((plain, inner.or(position)));
    }
    let kind = exception.exception_type()?;
    Some((format!("{kind} Error: {message}"), position))
}
