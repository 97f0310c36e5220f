//! Messages through a browser's structured clone, as between the page and its worker.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test of wasm-bindgen is not marked with #[test]"
)]

use export::{CsvOptions, Format, Options, Script, ScriptTable};
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;
use worker::{Container, Content, Progress, Reply, Request};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = structuredClone)]
    fn structured_clone(value: &JsValue, options: &JsValue) -> JsValue;
}

/// The request that arrives after the message was sent.
fn arrived(request: &Request) -> Request {
    let (message, transfer) = request.to_message().unwrap();
    let options = Object::new();
    Reflect::set(&options, &"transfer".into(), &transfer).unwrap();
    Request::from_message(structured_clone(&message, &options)).unwrap()
}

fn arrived_reply(reply: &Reply) -> Reply {
    let message = reply.to_message().unwrap();
    Reply::from_message(structured_clone(&message, &JsValue::UNDEFINED)).unwrap()
}

#[wasm_bindgen_test]
fn requests_arrive_unchanged() {
    let options = Options {
        csv: CsvOptions {
            delimiter: "tab".parse().unwrap(),
            null: "\"NULL\u{0}".to_owned(),
            ..CsvOptions::default()
        },
        ..Options::default()
    };
    let script = Script {
        heading: "a".to_owned(),
        tables: vec![ScriptTable {
            name: "t".to_owned(),
            columns: vec!["c".to_owned()],
            ..ScriptTable::default()
        }],
        ..Script::default()
    };
    let requests = [
        Request::Open {
            container: Container::Zip,
            file: None,
        },
        Request::Begin {
            content: Content::Rows(Format::Csv, options),
            path: "data/ü.csv".to_owned(),
        },
        Request::Begin {
            content: Content::Script(script),
            path: String::new(),
        },
        Request::Table {
            name: "t".to_owned(),
        },
        Request::End,
        Request::Finish,
    ];
    for request in requests {
        assert_eq!(format!("{:?}", arrived(&request)), format!("{request:?}"));
    }
}

#[wasm_bindgen_test]
fn the_bytes_of_a_piece_are_moved() {
    let bytes = Uint8Array::from([1, 2, 3].as_slice());
    let Request::Piece(piece) = arrived(&Request::Piece(bytes.clone())) else {
        panic!("not a piece");
    };
    assert_eq!(piece.to_vec(), [1, 2, 3]);
    assert_eq!(bytes.length(), 0, "the bytes were copied");
}

#[wasm_bindgen_test]
fn replies_arrive_unchanged() {
    let parts = Array::of1(&JsString::from("abc"));
    let blob = Blob::new_with_str_sequence(&parts).unwrap();
    let replies = [
        Reply::Ready,
        Reply::Written(Progress {
            rows: u64::from(u32::MAX) * 1_000,
            bytes: 2,
            received: 3,
        }),
        Reply::Done { blob: None },
        Reply::Failed {
            reason: "no space".to_owned(),
        },
    ];
    for reply in replies {
        assert_eq!(format!("{:?}", arrived_reply(&reply)), format!("{reply:?}"));
    }
    let done = arrived_reply(&Reply::Done { blob: Some(blob) });
    assert!(matches!(done, Reply::Done { blob: Some(blob) } if blob.size().to_string() == "3"));
}

#[wasm_bindgen_test]
fn other_values_are_refused() {
    let wrong = |key: &str, value: &JsValue| {
        let message = Object::new();
        Reflect::set(&message, &key.into(), value).unwrap();
        Request::from_message(message.into())
            .unwrap_err()
            .to_string()
    };
    let open = Object::new();
    Reflect::set(&open, &"container".into(), &"file".into()).unwrap();
    Reflect::set(&open, &"file".into(), &Object::new()).unwrap();
    let table = [
        wrong("unknown", &JsValue::NULL),
        wrong("piece", &Object::new()),
        wrong("open", &open),
        Request::from_message(JsValue::from_f64(1.0))
            .unwrap_err()
            .to_string(),
    ];
    for message in table {
        assert!(message.starts_with("the message is invalid: "), "{message}");
    }
}
