//! Expressions of any shape over some columns, well typed. It must not know what they are for.

use mart::document::Field;
use mart::{Additivity, DataType, TypeKind};

use crate::arbitrary::Choices;

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn columns_of(columns: &[(String, String)], is_it: impl Fn(TypeKind) -> bool) -> Vec<String> {
    let of_kind = columns
        .iter()
        .filter(|(_, data_type)| is_it(DataType::existing(data_type).kind()));
    of_kind.map(|(name, _)| quoted(name)).collect()
}

/// An expression that is a number.
pub(crate) fn number(
    choices: &mut Choices<'_>,
    columns: &[(String, String)],
    depth: usize,
) -> String {
    let names = columns_of(columns, TypeKind::is_number);
    let literals = ["1", "0.5", "12", "2147483648", "100.00", "0"].map(str::to_owned);
    let leaf = |choices: &mut Choices<'_>| {
        if names.is_empty() || choices.below(4) == 3 {
            choices.one(&literals)
        } else {
            choices.one(&names)
        }
    };
    if depth == 0 {
        return leaf(choices);
    }
    let inner = |choices: &mut Choices<'_>| number(choices, columns, depth - 1);
    match choices.below(10) {
        0 | 1 => leaf(choices),
        2 => format!("{} + {}", inner(choices), inner(choices)),
        3 => format!("({}) - ({})", inner(choices), inner(choices)),
        4 => format!("({}) * ({})", inner(choices), inner(choices)),
        5 => format!("({}) / ({})", inner(choices), inner(choices)),
        6 => format!("-({})", inner(choices)),
        7 => format!("abs({})", inner(choices)),
        8 => format!("round({}, 2)", inner(choices)),
        _ => {
            let function = choices.one(&["coalesce", "nullif"]);
            format!("{function}({}, {})", inner(choices), inner(choices))
        }
    }
}

/// An expression that is a text.
fn text(choices: &mut Choices<'_>, columns: &[(String, String)]) -> String {
    let names = columns_of(columns, |kind| kind == TypeKind::Text);
    let leaf = if names.is_empty() || choices.coin() {
        "'it''s'".to_owned()
    } else {
        choices.one(&names)
    };
    match choices.below(5) {
        0 => leaf,
        1 => format!("lower({leaf})"),
        2 => format!("upper({leaf})"),
        3 => format!("trim({leaf})"),
        _ => format!("coalesce({leaf}, 'x')"),
    }
}

/// A condition.
pub(crate) fn condition(
    choices: &mut Choices<'_>,
    columns: &[(String, String)],
    depth: usize,
) -> String {
    let compares = choices.one(&["=", "<>", "<", "<=", ">", ">=", "!="]);
    if depth > 0 {
        let inner = |choices: &mut Choices<'_>| condition(choices, columns, depth - 1);
        match choices.below(6) {
            0 => return format!("({}) AND ({})", inner(choices), inner(choices)),
            1 => return format!("({}) or ({})", inner(choices), inner(choices)),
            2 => return format!("NOT ({})", inner(choices)),
            _ => {}
        }
    }
    let days = columns_of(columns, |kind| {
        matches!(kind, TypeKind::Date | TypeKind::Timestamp)
    });
    if !days.is_empty() && choices.below(3) == 2 {
        return format!("{} {compares} '2025-01-31'", choices.one(&days));
    }
    let booleans = columns_of(columns, |kind| kind == TypeKind::Boolean);
    if !booleans.is_empty() && choices.coin() {
        return choices.one(&booleans);
    }
    if choices.coin() {
        return format!(
            "{} {compares} {}",
            text(choices, columns),
            text(choices, columns)
        );
    }
    format!(
        "({}) {compares} ({})",
        number(choices, columns, 1),
        number(choices, columns, 1)
    )
}

/// The expression of a metric over the fields of a fact.
pub(crate) fn metric(choices: &mut Choices<'_>, fields: &[Field]) -> String {
    let columns: Vec<_> = fields
        .iter()
        .map(|field| (field.name.clone(), field.data_type.clone()))
        .collect();
    let additive: Vec<_> = fields
        .iter()
        .filter(|field| field.additivity != Additivity::NonAdditive)
        .map(|field| (field.name.clone(), field.data_type.clone()))
        .collect();
    let aggregate = |choices: &mut Choices<'_>| match choices.below(7) {
        0 => "count(*)".to_owned(),
        1 => format!("sum({})", number(choices, &additive, 2)),
        2 => format!("avg({})", number(choices, &columns, 1)),
        3 => format!("min({})", number(choices, &columns, 1)),
        4 => format!("max({})", number(choices, &columns, 1)),
        5 => format!("count(distinct {})", number(choices, &columns, 1)),
        _ => format!(
            "count({})",
            choices.one(
                &columns
                    .iter()
                    .map(|(name, _)| quoted(name))
                    .collect::<Vec<_>>()
            )
        ),
    };
    match choices.below(5) {
        0..3 => aggregate(choices),
        3 => format!("{} / {}", aggregate(choices), aggregate(choices)),
        _ => format!(
            "round(coalesce({}, 0) * 100 - {}, 1)",
            aggregate(choices),
            aggregate(choices)
        ),
    }
}
