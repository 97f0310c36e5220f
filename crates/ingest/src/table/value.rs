//! The value of a field: read by the rule of its column, NULL, or set aside. It must not know the row.

use crate::column::{Column, Misfit};
use crate::plan::ColumnPlan;
use crate::record::Field;
use crate::reject::Fault;
use crate::types::has_leading_zero;
use crate::value::{Rule, sign};

/// Why a field is no value.
pub(super) enum Wrong {
    TooNarrow,
    Fault(Fault),
}

/// Adds the value of a field to a column.
pub(super) fn push(
    column: &mut Column,
    plan: &ColumnPlan,
    field: Field<'_>,
    is_clean: bool,
) -> Result<(), Wrong> {
    if is_null(plan, field) {
        if plan.required {
            return Err(Wrong::Fault(Fault::Missing));
        }
        column.push_null();
        return Ok(());
    }
    if plan.rule.is_text() && !is_clean {
        if field.text.contains('\u{fffd}') {
            return Err(Wrong::Fault(Fault::NotText));
        }
        if memchr::memchr(0, field.text.as_bytes()).is_some() {
            return Err(Wrong::Fault(Fault::Nul));
        }
    }
    if let Some(signs) = &plan.signs {
        check_sign(signs, plan.rule, field.text).map_err(Wrong::Fault)?;
    }
    column
        .push(field.text, plan.rule)
        .map_err(|misfit| match misfit {
            Misfit::TooNarrow => Wrong::TooNarrow,
            Misfit::NotA => Wrong::Fault(Fault::NotA(plan.rule)),
        })
}

/// Whether a field has no value. Nothing in quotes is an empty text.
pub(super) fn is_null(plan: &ColumnPlan, field: Field<'_>) -> bool {
    let text = field.text;
    if text.is_empty() {
        return !(field.is_quoted && plan.rule.is_text() && !plan.required);
    }
    // Most texts start with something else than a blank.
    let may_be_blank = text.starts_with(|c: char| c.is_whitespace());
    if may_be_blank && text.trim().is_empty() {
        return !plan.rule.is_text() || plan.required;
    }
    // A text in quotes is one that was meant.
    if plan.nulls.is_empty() || field.is_quoted && plan.rule.is_text() {
        return false;
    }
    let text = text.trim();
    plan.nulls.iter().any(|null| null == text)
}

/// Sets numbers aside that have a sign which none of the sample has, or a zero as codes have.
fn check_sign(signs: &[String], rule: Rule, text: &str) -> Result<(), Fault> {
    // Most numbers are digits from their start to their end, and start with another one than 0.
    if let [b'1'..=b'9', .., b'0'..=b'9'] | [b'0'..=b'9'] = text.as_bytes() {
        return Ok(());
    }
    let sign = sign(text);
    if !sign.is_empty() && !signs.iter().any(|known| known == sign) {
        return Err(Fault::OtherSign(sign.to_owned()));
    }
    let is_whole = matches!(rule, Rule::Whole(_) | Rule::BigWhole(_));
    if is_whole && has_leading_zero(text) {
        return Err(Fault::LeadingZero);
    }
    Ok(())
}
