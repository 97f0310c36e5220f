//! Real files, where the folder of shared data is there.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test fails so")]

#[path = "corpus/report.rs"]
#[expect(dead_code, reason = "the corpus uses all of it")]
mod report;

use std::fs;
use std::path::Path;

use report::{Read, read_all, rows};

/// The first table of a file; `None` without the folder.
fn read(path: &str) -> Option<Read> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(bytes) = fs::read(folder.join(path)) else {
        println!("skipped: ../shared/data/{path} is not there");
        return None;
    };
    Some(
        read_all(path, &bytes, 1 << 20)
            .unwrap()
            .remove(0)
            .1
            .unwrap(),
    )
}

/// Rows loaded, rows set aside, and the sum of the last column.
fn summary(path: &str) -> Option<(u64, u64, f64)> {
    let read = read(path)?;
    let counts = &read.rows.counts;
    assert!(counts.is_balanced(), "{path}: {counts:?}");
    let last = |row: Vec<String>| row.last()?.parse::<f64>().ok();
    let sum = rows(&read.batches).into_iter().filter_map(last).sum();
    Some((counts.loaded, counts.set_aside, sum))
}

#[test]
fn cases_from_the_field() {
    let table = [
        ("field/F07-shop-order-ids.csv", (3, 0, 42.0)),
        ("field/F08-two-boms.csv", (2, 0, 21.75)),
        ("field/F09-ctrl-z.csv", (2, 0, 21.75)),
        ("field/F10-empty-rows.csv", (2, 0, 21.75)),
        ("field/F11-year-9999.csv", (2, 0, 40.0)),
        ("field/F16-german.csv", (3, 0, 1393.49)),
        ("field/F19-unicode-text.txt", (2, 0, 153.35)),
        ("field/F21-day-first.csv", (4, 1, 100.0)),
        ("field/F21-undecidable.csv", (2, 0, 30.0)),
        ("field/F28-sales.csv", (3, 0, 60.0)),
    ];
    for (path, (loaded, set_aside, sum)) in table {
        let Some(found) = summary(path) else { return };
        assert_eq!((found.0, found.1), (loaded, set_aside), "{path}");
        assert!((found.2 - sum).abs() < 1e-6, "{path}: {}", found.2);
    }
}

#[test]
fn real_files_with_damage() {
    let table = [
        ("superstore/superstore.csv", 9994, 806),
        ("northwind/orders.csv", 654, 176),
        ("northwind/customers.csv", 67, 24),
        ("northwind/suppliers.csv", 20, 9),
        ("northwind/order-details.csv", 2155, 0),
        ("northwind/products.csv", 77, 0),
    ];
    for (path, loaded, set_aside) in table {
        let Some(found) = summary(path) else { return };
        assert_eq!((found.0, found.1), (loaded, set_aside), "{path}");
    }
}

#[test]
fn flights_of_a_year() {
    let Some(found) = summary("stars/nycflights13/flights.csv.gz") else {
        return;
    };
    assert_eq!((found.0, found.1), (336_776, 0));
}
