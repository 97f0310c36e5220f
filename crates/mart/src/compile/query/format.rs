//! How the values of metrics are rounded and cast. It must not know what they are grouped by.

use crate::TypeKind;
use crate::document::NumberFormat;
use crate::expression::{Aggregate, Expression};
use crate::model::Metric;

/// A metric's value, as it is shown.
pub(super) fn rounded(metric: &Metric, value: &str, is_summed: bool) -> String {
    match metric.format {
        NumberFormat::Money => format!("round({value}, 2)"),
        NumberFormat::Percent => format!("round({value}, 4)"),
        NumberFormat::Whole if metric.kind != TypeKind::Whole => format!("round({value})"),
        // DuckDB adds whole numbers up in 128 bits; sums of 32 bits fit into 64.
        _ if metric.kind == TypeKind::Whole && (is_summed || has_sum(&metric.expression)) => {
            format!("CAST({value} AS BIGINT)")
        }
        _ => value.to_owned(),
    }
}

/// A metric's value where facts count with their shares: not rounded to whole numbers, so that the
/// shares add up.
pub(super) fn shared(metric: &Metric, value: String) -> String {
    match metric.format {
        NumberFormat::Money => format!("round({value}, 2)"),
        NumberFormat::Percent => format!("round({value}, 4)"),
        NumberFormat::Whole | NumberFormat::Number => value,
    }
}

fn has_sum(expression: &Expression) -> bool {
    let aggregates = expression.aggregates();
    aggregates
        .iter()
        .any(|(aggregate, _)| *aggregate == Aggregate::Sum)
}
