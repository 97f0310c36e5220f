//! Understands the tables of a JSON file. It must not know how elements are found.

use super::{Choices, Evidence, FoundPlan, Topic, evidence};
use crate::header::distinct_names;
use crate::json::{JsonPart, is_cut, name_of, understand};
use crate::plan::{ColumnPlan, FilePlan, Part};
use crate::types::{self, Found, Hints, Value};
use crate::value::{NumberStyle, Rule};

/// A value of a column, with its line.
type Cell = (u64, crate::json::Cell<'static>);

/// The plans of the tables of a file; none if it is not JSON.
pub(super) fn plans(
    text: &str,
    is_whole: bool,
    base: &FilePlan,
    choices: &Choices,
    reasons: &[Evidence],
) -> Vec<FoundPlan> {
    let tables = understand(text, is_whole);
    let is_only = tables.len() == 1;
    let is_cut = is_whole && is_cut(text);
    let tables = tables.into_iter().map(|table| {
        let mut reasons = reasons.to_vec();
        reasons.push(Evidence {
            topic: Topic::Dialect,
            column: None,
            text: of_part(&table.part),
            is_question: false,
        });
        if is_cut {
            reasons.push(Evidence {
                topic: Topic::Dialect,
                column: None,
                text: "the file is cut short: its last array or object has no end".to_owned(),
                is_question: true,
            });
        }
        if !table.ignored.is_empty() {
            reasons.push(Evidence {
                topic: Topic::Dialect,
                column: None,
                text: format!(
                    "what stands beside the rows is not loaded: {}",
                    table.ignored.join(", ")
                ),
                is_question: false,
            });
        }
        let paths = table.part.columns.iter();
        let names = distinct_names(&paths.map(|path| name_of(path)).collect::<Vec<_>>());
        let columns = names.iter().zip(&table.values).map(|(name, values)| {
            let chosen = choices.columns.iter().find(|column| column.name == *name);
            if let Some(chosen) = chosen.and_then(ColumnPlan::of_texts) {
                return chosen;
            }
            let found = find(name, values, choices);
            reasons.extend(evidence::of_column(name, &found));
            ColumnPlan {
                rule: found.rule,
                signs: found.signs,
                ..ColumnPlan::text(name.clone())
            }
        });
        let columns = columns.collect();
        let mut plan = base.clone();
        plan.part = Part::Json(table.part);
        plan.table.columns = columns;
        FoundPlan {
            part_name: table.name.filter(|_| !is_only),
            plan,
            evidence: reasons,
        }
    });
    tables.collect()
}

/// What the rows of a table are.
fn of_part(part: &JsonPart) -> String {
    let elements = match &part.container {
        None => "JSON: each value is a row".to_owned(),
        Some(key) => format!("JSON: each item of “{key}” is a row"),
    };
    match part.path.as_slice() {
        [] => elements,
        path => format!(
            "JSON: each item of “{}” is a row, with the {} around it",
            path.join("."),
            if part.around.is_empty() {
                "key of the object"
            } else {
                "keys of the objects"
            }
        ),
    }
}

/// The rule of a column. A text in quotes is no number, but it may be a date.
fn find(name: &str, cells: &[Cell], choices: &Choices) -> Found {
    let hints = Hints {
        number_style: Some(NumberStyle::POINT),
        date_order: choices.date_order,
        is_order_chosen: choices.date_order.is_some(),
    };
    let values: Vec<_> = cells
        .iter()
        .filter_map(|(line, cell)| {
            let (text, is_quoted) = cell.as_ref()?;
            Some(Value {
                text,
                line: *line,
                is_quoted: *is_quoted,
            })
        })
        .collect();
    let quoted = values.iter().filter(|value| value.is_quoted).count();
    let text = Found::text;
    if quoted == values.len() {
        let found = types::find(name, &values, hints);
        let is_moment = found.rule.date_order().is_some() || found.rule == Rule::Time;
        return if is_moment {
            found
        } else {
            text(found.question.filter(|_| found.rule.is_text()))
        };
    }
    if quoted > 0 {
        return text(None);
    }
    let found = types::find(name, &values, hints);
    // Digits with an E are a number here.
    let are_numbers = values.iter().all(|value| types::is_number(value.text));
    if found.rule.is_text() && are_numbers {
        return Found {
            rule: Rule::Float(NumberStyle::POINT),
            ..text(None)
        };
    }
    Found {
        nulls: Vec::new(),
        ..found
    }
}
