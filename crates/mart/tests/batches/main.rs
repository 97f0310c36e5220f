//! Loads that a mart keeps: each history of files gives the table that is written beside it, in native DuckDB, with
//! the statements that the page runs.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails so"
)]

mod mistakes;
mod properties;
mod support;

use mart::LoadMode::{Append, Merge, Replace};
use support::{Mart, SHOP};

const PEOPLE: usize = 0;
const SALES: usize = 1;
const VERSIONS: &str = "SELECT id, name, city, from_batch, to_batch, is_current, is_deleted FROM dim_person WHERE person_key > 0 ORDER BY person_key";
const SOLD: &str = "SELECT f.sale, f.price, f.buyer, coalesce(p.name, '?') AS name, p.city FROM fact_sale AS f LEFT JOIN dim_person AS p ON p.person_key = f.buyer_key ORDER BY f.sale, f.line";
const ANN_AND_BEN: &str = "(1, 'Ann', 'Bonn'), (2, 'Ben', 'Kiel')";

#[test]
fn a_file_again_changes_nothing() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Replace, ANN_AND_BEN),
        (SALES, Replace, "(1, 1, 1, 'cup', 5)"),
    ]);
    let before = mart.everything();
    mart.load(&[(PEOPLE, Replace, ANN_AND_BEN)]);
    assert_eq!(mart.everything(), before);
    mart.load(&[
        (PEOPLE, Merge, ANN_AND_BEN),
        (SALES, Merge, "(1, 1, 1, 'cup', 5)"),
    ]);
    // The fact was loaded again, and is of the same version.
    assert_eq!(mart.everything(), before);
    assert_eq!(
        mart.rows(VERSIONS),
        ["1 Ann Bonn 0 - true false", "2 Ben Kiel 0 - true false"]
    );
}

#[test]
fn a_change_is_a_version_and_later_facts_refer_to_it() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Replace, ANN_AND_BEN),
        (SALES, Append, "(1, 1, 1, 'cup', 5)"),
    ]);
    mart.load(&[
        (PEOPLE, Merge, "(1, 'Ann', 'Ulm')"),
        (SALES, Append, "(2, 1, 1, 'cup', 6)"),
    ]);
    assert_eq!(
        mart.rows(VERSIONS),
        [
            "1 Ann Bonn 0 2 false false",
            "2 Ben Kiel 0 - true false",
            "1 Ann Ulm 2 - true false"
        ]
    );
    assert_eq!(mart.rows(SOLD), ["1 5 1 Ann Bonn", "2 6 1 Ann Ulm"]);
    assert_eq!(
        mart.rows("SELECT valid_from, valid_to FROM dim_person WHERE id = 1 ORDER BY person_key"),
        [
            "2026-01-01 00:00:00 2026-01-02 00:00:00",
            "2026-01-02 00:00:00 -"
        ]
    );
    // The dimension inside the sales keeps the last price.
    assert_eq!(
        mart.rows("SELECT item, last_price FROM dim_item"),
        ["cup 6"]
    );
}

#[test]
fn a_row_that_a_whole_file_lacks_is_deleted_once_and_can_come_back() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[(PEOPLE, Replace, ANN_AND_BEN)]);
    mart.load(&[(PEOPLE, Replace, "(1, 'Ann', 'Bonn')")]);
    let deleted = [
        "1 Ann Bonn 0 - true false",
        "2 Ben Kiel 0 2 false false",
        "2 Ben Kiel 2 - true true",
    ];
    assert_eq!(mart.rows(VERSIONS), deleted);
    mart.load(&[(PEOPLE, Replace, "(1, 'Ann', 'Bonn')")]);
    assert_eq!(mart.rows(VERSIONS), deleted, "deleted again");
    mart.load(&[(PEOPLE, Replace, ANN_AND_BEN)]);
    assert_eq!(
        mart.rows(VERSIONS),
        [
            "1 Ann Bonn 0 - true false",
            "2 Ben Kiel 0 2 false false",
            "2 Ben Kiel 2 4 false true",
            "2 Ben Kiel 4 - true false",
        ]
    );
}

#[test]
fn a_second_row_with_the_key_is_set_aside() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[
        (
            PEOPLE,
            Replace,
            "(1, 'Ann', 'Bonn'), (1, 'Eve', 'Ulm'), (2, 'Ben', 'Kiel'), (NULL, 'Nobody', NULL)",
        ),
        (
            SALES,
            Append,
            "(1, 1, 1, 'cup', 5), (1, 2, 1, 'cup', 5), (1, 1, 2, 'jar', 9)",
        ),
    ]);
    assert_eq!(
        mart.rows(VERSIONS),
        ["1 Ann Bonn 0 - true false", "2 Ben Kiel 0 - true false"]
    );
    assert_eq!(
        mart.rows("SELECT file, rule, value, row_text FROM quarantine ORDER BY ALL"),
        [
            "people 1.csv duplicate key 1 1, Eve, Ulm",
            "people 1.csv missing key  Nobody",
            "sales 1.csv duplicate key 1, 1 1, 1, 2, jar, 9",
        ]
    );
    assert_eq!(mart.rows("SELECT sum(price) FROM fact_sale"), ["10"]);
    // The last one, where that is chosen.
    let last = SHOP.replace(
        r#""key": ["id"],"#,
        r#""key": ["id"], "duplicates": "keep_last","#,
    );
    let mut mart = Mart::of(&last).unwrap();
    mart.load(&[(PEOPLE, Replace, "(1, 'Ann', 'Bonn'), (1, 'Eve', 'Ulm')")]);
    assert_eq!(mart.rows(VERSIONS), ["1 Eve Ulm 0 - true false"]);
}

#[test]
fn a_late_row_is_found_by_the_facts_before_it() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Merge, ANN_AND_BEN),
        (SALES, Append, "(1, 1, 3, 'cup', 5), (2, 1, NULL, 'cup', 7)"),
    ]);
    assert_eq!(
        mart.rows(SOLD),
        ["1 5 3 Unknown Unknown", "2 7 - Unknown Unknown"]
    );
    mart.load(&[(PEOPLE, Merge, "(3, 'Cid', 'Ulm')")]);
    assert_eq!(mart.rows(SOLD), ["1 5 3 Cid Ulm", "2 7 - Unknown Unknown"]);
}

#[test]
fn rows_are_replaced_added_and_merged() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[(SALES, Append, "(1, 1, 1, 'cup', 5), (2, 1, 1, 'jar', 6)")]);
    mart.load(&[(SALES, Merge, "(2, 1, 1, 'jar', 60), (3, 1, 1, 'bag', 7)")]);
    let prices = "SELECT sale, price FROM fact_sale ORDER BY sale";
    assert_eq!(mart.rows(prices), ["1 5", "2 60", "3 7"]);
    let items = "SELECT item_key, item FROM dim_item ORDER BY item_key";
    // A later item has a later number.
    assert_eq!(mart.rows(items), ["1 cup", "2 jar", "3 bag"]);
    mart.load(&[(SALES, Replace, "(9, 1, 1, 'bag', 1)")]);
    assert_eq!(mart.rows(prices), ["9 1"]);
    assert_eq!(mart.rows(items), ["3 bag"], "the number of an item stays");
}

#[test]
fn a_row_that_is_added_again_is_set_aside() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[(SALES, Append, "(1, 1, 1, 'cup', 5), (2, 1, 1, 'jar', 6)")]);
    mart.load(&[(SALES, Append, "(2, 1, 1, 'jar', 60), (3, 1, 1, 'bag', 7)")]);
    assert_eq!(
        mart.rows("SELECT sale, price FROM fact_sale ORDER BY sale"),
        ["1 5", "2 6", "3 7"]
    );
    let set_aside = "SELECT file, rule, value FROM quarantine";
    assert_eq!(mart.rows(set_aside), ["sales 2.csv known key 2, 1"]);
    assert_eq!(mart.account("price"), [78, 18, 60, 0]);
    // Without the load before, it counts.
    mart.take_back(1);
    assert_eq!(
        mart.rows("SELECT sale, price FROM fact_sale ORDER BY sale"),
        ["2 60", "3 7"]
    );
    assert_eq!(mart.rows(set_aside), Vec::<String>::new());
}

#[test]
fn a_load_is_taken_back() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Replace, ANN_AND_BEN),
        (SALES, Append, "(1, 1, 1, 'cup', 5)"),
    ]);
    let first = mart.everything();
    let second = mart.load(&[
        (PEOPLE, Replace, "(1, 'Ann', 'Ulm'), (1, 'Eve', 'Ulm')"),
        (SALES, Merge, "(1, 1, 1, 'jar', 50), (2, 1, 2, 'jar', 6)"),
    ]);
    let both = mart.everything();
    assert_ne!(both, first);
    let third = mart.load(&[(SALES, Append, "(3, 1, 2, 'bag', 1)")]);
    mart.take_back(third);
    assert_eq!(mart.everything(), both);
    mart.take_back(second);
    assert_eq!(mart.everything(), first);
}

#[test]
fn a_row_with_an_unknown_key_waits_in_the_quarantine() {
    let waits = SHOP.replace(
        r#""source_columns": ["buyer"] }"#,
        r#""source_columns": ["buyer"], "orphans": "quarantine" }"#,
    );
    let Some(mut mart) = Mart::of(&waits) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Merge, ANN_AND_BEN),
        (
            SALES,
            Append,
            "(1, 1, 3, 'cup', 5), (2, 1, NULL, 'cup', 7), (3, 1, 1, 'cup', 1)",
        ),
    ]);
    assert_eq!(
        mart.rows("SELECT sale FROM fact_sale ORDER BY sale"),
        ["2", "3"]
    );
    assert_eq!(
        mart.rows("SELECT file, column_name, value, rule, message FROM quarantine"),
        ["sales 1.csv buyer 3 unknown key the key is in no row of People"]
    );
    mart.load(&[(PEOPLE, Merge, "(3, 'Cid', 'Ulm')")]);
    assert_eq!(
        mart.rows("SELECT sale FROM fact_sale ORDER BY sale"),
        ["1", "2", "3"]
    );
    assert_eq!(mart.rows("SELECT count(*) FROM quarantine"), ["0"]);
}

#[test]
fn each_amount_is_in_the_mart_or_accounted_for_elsewhere() {
    let waits = SHOP.replace(
        r#""source_columns": ["buyer"] }"#,
        r#""source_columns": ["buyer"], "orphans": "quarantine" }"#,
    );
    let Some(mut mart) = Mart::of(&waits) else {
        return;
    };
    mart.load(&[
        (PEOPLE, Merge, ANN_AND_BEN),
        (SALES, Append, "(1, 1, 1, 'cup', 1), (1, 1, 1, 'cup', 10), (2, 1, 9, 'cup', 100), (3, 1, NULL, 'jar', 1000)"),
    ]);
    mart.load(&[(SALES, Merge, "(3, 1, 2, 'jar', 2000)")]);
    // In the sources, in the mart, set aside, replaced.
    assert_eq!(mart.account("rows"), [5, 2, 2, 1]);
    assert_eq!(mart.account("price"), [3111, 2001, 110, 1000]);
    let accounts = mart.model.relationship_accounts();
    let buyer = accounts.iter().find(|one| one.to == "dim_person").unwrap();
    let counts = [&buyer.found, &buyer.unknown, &buyer.none, &buyer.set_aside].map(|rows| {
        mart.engine
            .number(&format!("SELECT count(*) FROM ({rows})"))
    });
    assert_eq!(counts, [2, 0, 0, 1]);
    let totals = mart::measure_totals(&mart.model, &mart.batches, &mart.model.measure_accounts());
    assert_eq!(
        mart.rows(&totals.unwrap()),
        ["5 2 2 1 true", "3111 2001 110 1000 true"]
    );
    let counts = mart::relationship_counts(&accounts);
    assert_eq!(mart.rows(&counts.unwrap()), ["2 0 0 0", "2 0 0 1"]);
    // A whole file replaces what was there before.
    mart.load(&[(SALES, Replace, "(9, 1, NULL, 'bag', 7)")]);
    assert_eq!(mart.account("price"), [3118, 7, 10, 3101]);
    let accounts = mart.model.relationship_accounts();
    let buyer = accounts.iter().find(|one| one.to == "dim_person").unwrap();
    assert_eq!(mart.rows(&buyer.none).len(), 1);
}

#[test]
fn columns_that_a_later_file_lacks_are_null() {
    let Some(mut mart) = Mart::of(SHOP) else {
        return;
    };
    mart.load(&[(PEOPLE, Merge, ANN_AND_BEN)]);
    mart.load(&[(PEOPLE, Merge, "(2, 'Ben', NULL)")]);
    assert_eq!(
        mart.rows(VERSIONS),
        [
            "1 Ann Bonn 0 - true false",
            "2 Ben Kiel 0 2 false false",
            "2 Ben - 2 - true false"
        ]
    );
}
