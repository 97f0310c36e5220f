//! Whatever is changed about a proposal, undoing restores the document byte for byte.

use std::sync::OnceLock;

use mart::{Additivity, Model, NumberFormat, Role};
use propose::{Change, ChosenMetric, Edit, Proposal};
use proptest::prelude::*;

use crate::edits::{document, shop};

fn text(text: &str) -> String {
    text.to_owned()
}

/// The tables and columns that edits are about, some of which are not there.
const COLUMNS: [(&str, &str); 10] = [
    ("customers", "customer_id"),
    ("customers", "region"),
    ("orders", "customer_id"),
    ("orders", "amount"),
    ("orders", "pieces"),
    ("orders", "day"),
    ("visits", "page_id"),
    ("visits", "kind"),
    ("visits", "amount"),
    ("nothing", "nowhere"),
];

fn column() -> impl Strategy<Value = (String, String)> {
    let columns = prop::sample::select(COLUMNS.to_vec());
    columns.prop_map(|(table, column)| (text(table), text(column)))
}

fn table() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["customers", "buyers", "orders", "visits", "nothing"]).prop_map(text)
}

fn word() -> impl Strategy<Value = String> {
    let words = vec![
        "dim_a",
        "b",
        "amount",
        "page",
        "fact_order",
        "select",
        "",
        "a b",
    ];
    prop::sample::select(words).prop_map(text)
}

fn split() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["page", "device", "b", "nothing"]).prop_map(text)
}

fn edit_of_table() -> impl Strategy<Value = Edit> {
    let roles = vec![Role::Fact, Role::Dimension, Role::Bridge];
    let expressions = vec!["sum(amount)", "count(*)", "sum(", "max(day)"];
    prop_oneof![
        (column(), table(), any::<bool>()).prop_map(|((from, column), to, is_used)| {
            Edit::Relationship {
                from,
                columns: vec![column],
                to,
                is_used,
            }
        }),
        (table(), prop::sample::select(roles)).prop_map(|(table, role)| Edit::Role { table, role }),
        (column(), any::<bool>()).prop_map(|((table, column), is_some)| Edit::Key {
            table,
            columns: is_some.then_some(column).into_iter().collect(),
        }),
        (table(), word()).prop_map(|(table, grain)| Edit::Grain { table, grain }),
        (table(), word()).prop_map(|(table, name)| Edit::RenameTable { table, name }),
        (table(), any::<bool>())
            .prop_map(|(table, is_ignored)| Edit::IgnoreTable { table, is_ignored }),
        (table(), word(), prop::sample::select(expressions)).prop_map(
            |(table, name, expression)| {
                let (label, expression) = (name.clone(), text(expression));
                let format = NumberFormat::Number;
                Edit::Metric {
                    table,
                    metric: ChosenMetric {
                        name,
                        label,
                        expression,
                        format,
                    },
                }
            }
        ),
        word().prop_map(|name| Edit::DropMetric { name }),
    ]
}

fn edit_of_column() -> impl Strategy<Value = Edit> {
    let sums = vec![
        Additivity::Additive,
        Additivity::SemiAdditive,
        Additivity::NonAdditive,
    ];
    let types = propose::TYPES.to_vec();
    prop_oneof![
        (column(), word()).prop_map(|((table, column), name)| Edit::RenameColumn {
            table,
            column,
            name
        }),
        (column(), prop::sample::select(types)).prop_map(|((table, column), data_type)| {
            Edit::Retype {
                table,
                column,
                data_type: text(data_type),
            }
        }),
        (column(), any::<bool>()).prop_map(|((table, column), is_ignored)| {
            Edit::IgnoreColumn {
                table,
                column,
                is_ignored,
            }
        }),
        (column(), prop::sample::select(sums)).prop_map(|((table, column), additivity)| {
            Edit::Additivity {
                table,
                column,
                additivity,
            }
        }),
        (table(), split(), any::<bool>()).prop_map(|(table, name, is_used)| Edit::Split {
            table,
            name,
            is_used
        }),
        (column(), word(), column()).prop_map(|((table, key), name, (_, other))| {
            Edit::NewSplit {
                table,
                name,
                key,
                columns: vec![other],
            }
        }),
        (split(), word()).prop_map(|(split, name)| Edit::RenameSplit {
            table: text("visits"),
            split,
            name
        }),
        (split(), split()).prop_map(|(name, into)| Edit::Merge {
            table: text("visits"),
            name,
            into
        }),
        (column(), prop::option::of(split())).prop_map(|((table, column), to)| Edit::Move {
            table,
            column,
            to
        }),
    ]
}

fn any_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![edit_of_table(), edit_of_column()]
}

/// The proposal for the shop, found once; `None` without native DuckDB.
fn once() -> Option<&'static (Model, Proposal)> {
    static SHOP: OnceLock<Option<(Model, Proposal)>> = OnceLock::new();
    let found = SHOP.get_or_init(|| shop().map(|(model, proposal, _)| (model, proposal)));
    found.as_ref()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was changed, each state has a document or a reason, is kept as text, and is the same again after an
    /// undo and a redo.
    #[test]
    fn undo_restores_the_document_byte_for_byte(edits in prop::collection::vec(any_edit(), 0..8)) {
        let Some((model, proposal)) = once() else { return Ok(()); };
        let changes: Vec<Change> = edits.into_iter().map(Change::from).collect();
        let state = |count: usize| match proposal.with(&changes[..count]).document(model, "shop") {
            Ok(written) => written.document.write(),
            Err(mistakes) => panic!("{mistakes:?} after {:?}", &changes[..count]),
        };
        let forth: Vec<_> = (0..=changes.len()).map(state).collect();
        let back: Vec<_> = (0..=changes.len()).rev().map(state).collect();
        prop_assert_eq!(&forth[0], &document(model, proposal).write());
        prop_assert!(forth.iter().eq(back.iter().rev()));
        let edits: Vec<_> = changes.iter().map(|change| &change.edit).collect();
        let kept: Vec<Edit> = serde_json::from_str(&serde_json::to_string(&edits).unwrap()).unwrap();
        let again: Vec<_> = kept.into_iter().map(Change::from).collect();
        prop_assert_eq!(proposal.with(&again).document(model, "shop").unwrap().document.write(), forth[changes.len()].clone());
    }
}
