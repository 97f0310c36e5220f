//! What each edit does to the document, and what the data says about it.

use mart::document::Origination;
use mart::{Additivity, Document, Model, NumberFormat, Role};
use native_duckdb::Native;
use propose::{Change, ChosenMetric, Edit, Found, Proposal};

use crate::support;

/// Customers, of which one is there twice, orders of some that are not there, and a flat file of visits.
const SHOP: &str = "
    CREATE TABLE customers AS SELECT i AS customer_id, 'c' || i AS name, 'r' || i % 3 AS region, i % 7 AS points FROM range(1, 60) t(i);
    CREATE TABLE buyers AS SELECT i AS buyer, 'b' || i AS title FROM range(1, 40) t(i) UNION ALL SELECT 7, 'again';
    CREATE TABLE orders AS SELECT i AS order_id, 1 + i % 59 AS customer_id, CASE WHEN i % 50 = 0 THEN 99 WHEN i % 70 <> 0 THEN 1 + i % 39 END AS payer, DATE '2026-01-01' + CAST(i % 90 AS INTEGER) AS day, 2.5 * i AS amount, CASE WHEN i % 100 = 0 THEN 'none' ELSE CAST(i % 4 AS VARCHAR) END AS pieces FROM range(1, 500) t(i);
    CREATE TABLE visits AS SELECT 'P' || i % 20 AS page_id, 'Page ' || i % 20 AS page_title, 'K' || i % 20 % 4 AS kind, 'U' || i % 11 AS device_id, 'D' || i % 11 AS device_name, i % 13 AS amount, DATE '2026-02-01' + CAST(i % 30 AS INTEGER) AS day FROM range(700) t(i)";

/// The tables, what is proposed for them, and the engine that has them.
pub fn shop() -> Option<(Model, Proposal, Native)> {
    let (model, mut engine) = support::staged(SHOP)?;
    let proposal = support::propose(&model, &mut engine);
    Some((model, proposal, engine))
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// An edit with what the data says about it.
fn verified(proposal: &Proposal, edit: Edit, engine: &mut Native) -> Change {
    let query = proposal.verification(&edit);
    let found = query.and_then(|query| {
        let rows = support::rows(engine, &query.sql).unwrap_or_else(|error| panic!("{error}"));
        proposal.found(&edit, &rows)
    });
    Change { edit, found }
}

/// The document of a proposal.
pub fn document(model: &Model, proposal: &Proposal) -> Document {
    proposal.document(model, "shop").unwrap().document
}

/// The fields of a table of the mart, as `name type`.
fn fields(document: &Document, dataset: &str) -> Vec<String> {
    let found = document.datasets.iter().find(|one| one.name == dataset);
    let found = found.unwrap_or_else(|| panic!("no {dataset}"));
    let fields = found.fields.iter();
    fields
        .map(|field| format!("{} {}", field.name, field.data_type))
        .collect()
}

fn names(document: &Document) -> Vec<&str> {
    let names = document.datasets.iter().map(|one| one.name.as_str());
    names.collect()
}

fn metrics(document: &Document) -> Vec<String> {
    let metrics = document.metrics.iter();
    metrics
        .map(|one| format!("{} {} {}", one.dataset, one.name, one.expression))
        .collect()
}

#[test]
fn names_of_the_mart_are_chosen() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let changed = proposal.with(&[
        Edit::RenameTable {
            table: text("customers"),
            name: text("dim_client"),
        }
        .into(),
        Edit::RenameColumn {
            table: text("customers"),
            column: text("region"),
            name: text("area"),
        }
        .into(),
        Edit::RenameColumn {
            table: text("orders"),
            column: text("amount"),
            name: text("total"),
        }
        .into(),
        Edit::Grain {
            table: text("orders"),
            grain: text("one row per order of a client"),
        }
        .into(),
    ]);
    let written = document(&model, &changed);
    assert!(
        names(&written).contains(&"dim_client"),
        "{:?}",
        names(&written)
    );
    assert!(fields(&written, "dim_client").contains(&text("area VARCHAR")));
    assert!(metrics(&written).contains(&text("fact_order total sum(\"total\")")));
    assert!(written.attributes.iter().any(|one| one.field == "area"));
    let orders = written.datasets.iter().find(|one| one.name == "fact_order");
    assert_eq!(
        orders.unwrap().grain.as_deref(),
        Some("one row per order of a client")
    );
    // Names that are taken, reserved or no names have no effect.
    for name in ["fact_order", "dim_calendar", "", "select", " "] {
        let edit = Edit::RenameTable {
            table: text("customers"),
            name: text(name),
        };
        assert_eq!(
            document(&model, &proposal.with(&[edit.into()])),
            document(&model, &proposal),
            "{name}"
        );
    }
    support::load(&model, &changed, &mut engine);
    assert_eq!(
        engine.number("SELECT count(DISTINCT area) FROM dim_client WHERE area <> 'Unknown'"),
        3
    );
}

#[test]
fn a_type_is_chosen_and_what_does_not_fit_is_counted() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let edit = Edit::Retype {
        table: text("orders"),
        column: text("pieces"),
        data_type: text("INTEGER"),
    };
    let change = verified(&proposal, edit, &mut engine);
    assert_eq!(
        change.to_string(),
        "orders.pieces is INTEGER: 4 of 499 values do not fit and are left empty (none)"
    );
    let changed = proposal.with(&[
        change,
        Edit::Additivity {
            table: text("orders"),
            column: text("pieces"),
            additivity: Additivity::Additive,
        }
        .into(),
    ]);
    let written = document(&model, &changed);
    let orders = written.datasets.iter().find(|one| one.name == "fact_order");
    let pieces = orders
        .unwrap()
        .fields
        .iter()
        .find(|one| one.name == "pieces");
    let from = pieces.unwrap().from.clone();
    assert_eq!(
        from,
        Some(Origination::Expression(text(
            "TRY_CAST(\"pieces\" AS INTEGER)"
        )))
    );
    assert!(metrics(&written).contains(&text("fact_order pieces sum(\"pieces\")")));
    // What other tables look for stays as it is.
    let of_key = Edit::Retype {
        table: text("customers"),
        column: text("customer_id"),
        data_type: text("VARCHAR"),
    };
    assert_eq!(
        document(&model, &proposal.with(&[of_key.into()])),
        document(&model, &proposal)
    );
    let amounts = Edit::Retype {
        table: text("orders"),
        column: text("amount"),
        data_type: text("INTEGER"),
    };
    let change = verified(&proposal, amounts, &mut engine);
    assert!(
        change
            .to_string()
            .ends_with("all 499 values fit, 250 are rounded"),
        "{change}"
    );
    support::load(&model, &changed, &mut engine);
    let sum = "SELECT CAST(sum(pieces) AS BIGINT) FROM fact_order";
    assert_eq!(engine.number(sum), 750);
}

#[test]
fn a_relationship_is_added_with_its_orphans_counted() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let key = Edit::Key {
        table: text("buyers"),
        columns: texts(&["buyer"]),
    };
    let key = verified(&proposal, key, &mut engine);
    assert_eq!(
        key.to_string(),
        "the key of buyers is buyer: 1 row has the key of another (7)"
    );
    let with_key = proposal.with(std::slice::from_ref(&key));
    let edit = Edit::Relationship {
        from: text("orders"),
        columns: texts(&["payer"]),
        to: text("buyers"),
        is_used: true,
    };
    let change = verified(&with_key, edit.clone(), &mut engine);
    assert_eq!(
        change.to_string(),
        "orders.payer refers to buyers: 39 of 40 values, 9 rows are unknown (99), 6 rows have none; the key of 1 row is there before"
    );
    let Some(Found::Matches { duplicates, .. }) = change.found else {
        panic!("{change:?}");
    };
    assert_eq!(duplicates, 1);
    let role = Edit::Role {
        table: text("buyers"),
        role: Role::Dimension,
    };
    let changed = proposal.with(&[key.clone(), change, role.into()]);
    support::load(&model, &changed, &mut engine);
    let unknown = "SELECT count(*) FROM fact_order WHERE payer_key = -1";
    assert_eq!(engine.number(unknown), 15);
    assert_eq!(engine.number("SELECT count(*) FROM dim_buyer"), 40);
    // Not of values that cannot be compared, nor to what has no key.
    for (column, to) in [
        ("day", "customers"),
        ("pieces", "customers"),
        ("payer", "visits"),
        ("nothing", "customers"),
    ] {
        let edit = Edit::Relationship {
            from: text("orders"),
            columns: texts(&[column]),
            to: text(to),
            is_used: true,
        };
        assert_eq!(proposal.verification(&edit), None, "{edit}");
        assert_eq!(proposal.with(&[edit.into()]), proposal.with(&[]));
    }
    // Taken back by the same edit.
    let unused = Edit::Relationship {
        from: text("orders"),
        columns: texts(&["payer"]),
        to: text("buyers"),
        is_used: false,
    };
    let none = proposal.with(&[key.clone(), edit.into(), unused.into()]);
    assert_eq!(
        document(&model, &none).relationships,
        document(&model, &proposal.with(&[key])).relationships
    );
}

#[test]
fn columns_and_tables_are_left_out() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let changed = proposal.with(&[
        Edit::IgnoreColumn {
            table: text("orders"),
            column: text("amount"),
            is_ignored: true,
        }
        .into(),
        Edit::IgnoreColumn {
            table: text("customers"),
            column: text("customer_id"),
            is_ignored: true,
        }
        .into(),
        Edit::IgnoreTable {
            table: text("buyers"),
            is_ignored: true,
        }
        .into(),
    ]);
    let written = document(&model, &changed);
    assert!(
        !fields(&written, "fact_order")
            .iter()
            .any(|field| field.starts_with("amount"))
    );
    assert!(
        !metrics(&written)
            .iter()
            .any(|metric| metric.starts_with("fact_order amount"))
    );
    assert!(fields(&written, "dim_customer").contains(&text("customer_id BIGINT")));
    assert!(!names(&written).iter().any(|name| name.contains("buyer")));
    support::load(&model, &changed, &mut engine);
}

#[test]
fn dimensions_inside_rows_are_made_merged_and_changed() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let splits: Vec<_> = proposal
        .splits
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(splits, ["page", "device"]);
    let out = |column: &str, to: Option<&str>| Edit::Move {
        table: text("visits"),
        column: text(column),
        to: to.map(text),
    };
    let back = proposal.with(&[out("kind", None).into()]);
    let written = document(&model, &back);
    assert!(fields(&written, "fact_visit").contains(&text("kind VARCHAR")));
    assert_eq!(
        verified(&proposal, out("kind", Some("device")), &mut engine).to_string(),
        "visits.kind goes to device: 11 of 11 values carry several (U0, U1, U10), of which one is kept"
    );
    let new = Edit::NewSplit {
        table: text("visits"),
        name: text("sort"),
        key: text("kind"),
        columns: Vec::new(),
    };
    let made = proposal.with(&[out("kind", None).into(), new.into()]);
    assert_eq!(
        fields(&document(&model, &made), "dim_sort"),
        ["sort_key INTEGER", "kind VARCHAR"]
    );
    let merge = Edit::Merge {
        table: text("visits"),
        name: text("device"),
        into: text("page"),
    };
    let merged = proposal.with(&[merge.into()]);
    let merged = document(&model, &merged);
    assert!(!names(&merged).contains(&"dim_device"));
    assert!(fields(&merged, "dim_page").contains(&text("device_name VARCHAR")));
    let rename = Edit::RenameSplit {
        table: text("visits"),
        split: text("page"),
        name: text("site"),
    };
    let renamed = proposal.with(&[rename.into()]);
    assert!(names(&document(&model, &renamed)).contains(&"dim_site"));
    support::load(&model, &made, &mut engine);
    assert_eq!(engine.number("SELECT count(*) FROM dim_sort"), 4);
}

#[test]
fn metrics_are_added_previewed_and_left_out() {
    let Some((model, proposal, mut engine)) = shop() else {
        return;
    };
    let metric =
        ChosenMetric::of_label("Mean amount", "sum(amount) / count(*)", NumberFormat::Money);
    let edit = Edit::Metric {
        table: text("orders"),
        metric: metric.clone(),
    };
    let changed = proposal.with(&[
        edit.into(),
        Edit::DropMetric {
            name: text("order_count"),
        }
        .into(),
    ]);
    let written = metrics(&document(&model, &changed));
    assert!(
        written.contains(&text("fact_order mean_amount sum(amount) / count(*)")),
        "{written:?}"
    );
    assert!(!written.iter().any(|one| one.contains("order_count")));
    let before = proposal.document(&model, "shop").unwrap();
    let preview = proposal.preview(&before, "orders", &metric).unwrap();
    assert_eq!(engine.number(&preview.sql), 625);
    let wrong = |expression: &str| {
        let metric = ChosenMetric::of_label("X", expression, NumberFormat::Number);
        proposal.preview(&before, "orders", &metric).unwrap_err()
    };
    assert_eq!(
        wrong("sum(amont)"),
        "`fact_order` has no field `amont`; did you mean `amount`?"
    );
    assert_eq!(wrong("sum(amount"), "`)` is missing at the end");
    assert_eq!(
        wrong("order_id"),
        "the field `order_id` stands outside of an aggregate such as `sum`"
    );
    assert!(proposal.preview(&before, "nothing", &metric).is_err());
    // A field that is made when the star is loaded has no value before.
    let later = ChosenMetric::of_label("K", "count(DISTINCT customer_key)", NumberFormat::Whole);
    let later = proposal.preview(&before, "orders", &later).unwrap();
    assert!(support::rows(&mut engine, &later.sql).is_err());
    support::load(&model, &changed, &mut engine);
}

#[test]
fn what_an_edit_changes_is_said() {
    let Some((model, proposal, _)) = shop() else {
        return;
    };
    let edit = Edit::Role {
        table: text("customers"),
        role: Role::Fact,
    };
    let before = document(&model, &proposal);
    let after = document(&model, &proposal.with(&[edit.into()]));
    let difference = propose::difference(&before, &after);
    assert_eq!(
        difference[..2],
        ["new table: fact_customer", "no more table: dim_customer"]
    );
    assert_eq!(propose::difference(&before, &before), [""; 0]);
}

#[test]
fn a_field_is_dragged_onto_a_table() {
    let Some((model, proposal, _)) = shop() else {
        return;
    };
    let written = proposal.document(&model, "shop").unwrap();
    let dragged = |from: (&str, &str), to: &str| {
        let edit = proposal.dragged(&written, from, to);
        edit.map(|edit| edit.to_string())
    };
    let table = [
        (
            ("fact_order", "payer"),
            "dim_customer",
            Some("orders.payer refers to customers"),
        ),
        (("fact_order", "customer_key"), "dim_customer", None),
        (("fact_order", "payer"), "fact_order", None),
        (
            ("dim_page", "kind"),
            "fact_visit",
            Some("visits.kind stays in the rows"),
        ),
        (
            ("fact_visit", "amount"),
            "dim_page",
            Some("visits.amount goes to page"),
        ),
        (("fact_order", "payer"), "dim_page", None),
        (("fact_order", "payer"), "dim_calendar", None),
    ];
    for (from, to, expected) in table {
        assert_eq!(dragged(from, to).as_deref(), expected, "{from:?} {to}");
    }
}
