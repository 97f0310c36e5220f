//! Starting an instance, and its end.

use std::cell::RefCell;
use std::rc::Rc;

use duckdb_wasm::{Bundle, Bundles, Database, Error};
use futures_util::future::join;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{one_integer, open, open_with};

fn is_lost<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Lost { .. }))
}

#[wasm_bindgen_test]
async fn starts_with_progress_and_names_its_version() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    let database = Database::start(&Bundles::under("engine"), move |progress| {
        sink.borrow_mut().push(progress);
    })
    .await
    .unwrap();
    assert_eq!(database.version().await.unwrap(), "v1.4.3");
    let seen = seen.borrow();
    assert!(seen.len() > 1, "{seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0].loaded <= pair[1].loaded));
    assert_eq!(seen.last().unwrap().fraction(), Some(1.0));
}

#[wasm_bindgen_test]
async fn the_fallback_build_runs_too() {
    let bundles = Bundles {
        eh: None,
        ..Bundles::under("engine")
    };
    let (_database, connection) = open_with(&bundles).await.unwrap();
    assert_eq!(one_integer(&connection, "SELECT 42::BIGINT").await, 42);
}

#[wasm_bindgen_test]
async fn a_file_that_cannot_be_loaded_is_unavailable() {
    let good = Bundles::under("engine");
    let eh = good.eh.clone().unwrap();
    let with_eh = |bundle: Bundle| Bundles {
        eh: Some(bundle),
        ..good.clone()
    };
    for (what, bundles) in [
        (
            "script",
            Bundles {
                script: "engine/gone.js".into(),
                ..good.clone()
            },
        ),
        (
            "module",
            with_eh(Bundle {
                module: "engine/gone.wasm".into(),
                ..eh.clone()
            }),
        ),
        (
            "worker",
            with_eh(Bundle {
                worker: "engine/gone.worker.js".into(),
                ..eh.clone()
            }),
        ),
        // The worker's script, whose MIME type is JavaScript, in place of the module.
        (
            "type",
            with_eh(Bundle {
                module: eh.worker.clone(),
                ..eh.clone()
            }),
        ),
        (
            "worker that is no script",
            with_eh(Bundle {
                worker: eh.module.clone(),
                ..eh.clone()
            }),
        ),
    ] {
        let cause = Database::start(&bundles, |_| ()).await.err().unwrap();
        assert!(
            matches!(cause, Error::Unavailable { .. }),
            "{what}: {cause:?}"
        );
        assert!(cause.to_string().len() > 40, "{what}: {cause}");
    }
}

#[wasm_bindgen_test]
async fn a_call_in_flight_ends_when_the_instance_is_terminated() {
    let (database, connection) = open().await;
    let endless = connection.query("SELECT count(*) FROM range(100000000000) t(i) WHERE i % 3 = 1");
    let terminating = async {
        TimeoutFuture::new(50).await;
        database.terminate();
    };
    let (answer, ()) = join(endless, terminating).await;
    assert!(is_lost(&answer), "{answer:?}");
    assert!(is_lost(&connection.query("SELECT 1").await));
    assert!(is_lost(&database.connect().await.map(|_| ())));
    assert!(matches!(database.lost().await, Error::Lost { .. }));
}
