//! Joins from a fact to an attribute, and conditions on a fact by the values of one. It must not
//! know metrics.

use std::fmt::Write as _;

use crate::TypeKind;
use crate::document::{CalendarPart, DateGrain};
use crate::model::{Attribute, Hop, Model, Relationship, Table};
use crate::sql::Identifier;

use super::column_of;

/// A step to the next table: the columns of the table before, and those of the next one.
pub(crate) struct Step<'m> {
    /// The table that the step leads to.
    pub(crate) table: &'m Table,
    pub(crate) before: Vec<Identifier>,
    pub(crate) after: Vec<Identifier>,
}

impl Model {
    /// The attribute that is a day, which date filters are about.
    #[must_use]
    pub fn day(&self) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.grain == Some(DateGrain::Day))
    }

    pub(crate) fn step(&self, hop: Hop) -> Option<Step<'_>> {
        let relationship = self.relationships.get(hop.relationship)?;
        let [from, to] = self.ends(relationship)?;
        Some(if hop.is_reverse {
            Step {
                table: self.tables.get(relationship.from)?,
                before: to,
                after: from,
            }
        } else {
            Step {
                table: self.tables.get(relationship.to)?,
                before: from,
                after: to,
            }
        })
    }

    /// The columns at both ends of a relationship.
    pub(crate) fn ends(&self, relationship: &Relationship) -> Option<[Vec<Identifier>; 2]> {
        let names = |table: usize, columns: &[usize]| -> Option<Vec<Identifier>> {
            let table = self.tables.get(table)?;
            let names = columns
                .iter()
                .map(|at| Some(table.columns.get(*at)?.name.clone()));
            names.collect()
        };
        Some([
            names(relationship.from, &relationship.from_columns)?,
            names(relationship.to, &relationship.to_columns)?,
        ])
    }
}

impl Attribute {
    /// The SQL of its value, of the row of its table that goes by an alias.
    pub(crate) fn value(&self, model: &Model, alias: &str) -> Option<String> {
        let column = model.tables.get(self.table)?.columns.get(self.column)?;
        let value = column_of(alias, &column.name.sql());
        Some(self.rounded(&value, column.data_type.kind()))
    }

    fn rounded(&self, value: &str, kind: TypeKind) -> String {
        let grain = match self.grain {
            None => return value.to_owned(),
            Some(DateGrain::Day) if kind == TypeKind::Date => return value.to_owned(),
            Some(DateGrain::Day) => return format!("CAST({value} AS DATE)"),
            Some(DateGrain::Week) => "week",
            Some(DateGrain::Month) => "month",
            Some(DateGrain::Quarter) => "quarter",
            Some(DateGrain::Year) => "year",
        };
        format!("CAST(date_trunc('{grain}', {value}) AS DATE)")
    }

    /// What its values are sorted by, where not by themselves.
    pub(crate) fn sort_key(&self, model: &Model, alias: &str) -> Option<String> {
        let order = self.order?;
        let day = model.tables.get(self.table)?.columns.get(order.day)?;
        Some(part_of_day(
            order.part,
            &format!("{alias}.{}", day.name.sql()),
        ))
    }

    /// Whether it is what a column of a table says: the column itself, or the part of the day that
    /// its periods are named by.
    #[must_use]
    pub fn is_of(&self, model: &Model, table: &Table, column: usize) -> bool {
        use crate::model::ColumnOrigin;
        if model.tables.get(self.table) != Some(table) {
            return false;
        }
        let part = match self.grain {
            None | Some(DateGrain::Day) => return self.column == column,
            Some(DateGrain::Week) => CalendarPart::Week,
            Some(DateGrain::Month) => CalendarPart::Month,
            Some(DateGrain::Quarter) => CalendarPart::Quarter,
            Some(DateGrain::Year) => CalendarPart::Year,
        };
        let from = table
            .columns
            .get(column)
            .and_then(|column| column.from.as_ref());
        from == Some(&ColumnOrigin::Calendar(part))
    }
}

/// The SQL of a part of a day.
pub(crate) fn part_of_day(part: CalendarPart, day: &str) -> String {
    let function = match part {
        CalendarPart::Date => return day.to_owned(),
        CalendarPart::Year => "year",
        CalendarPart::Quarter => "quarter",
        CalendarPart::Month => "month",
        CalendarPart::MonthName => "monthname",
        CalendarPart::Day => "day",
        CalendarPart::DayName => "dayname",
        CalendarPart::DayNumber => "isodow",
        CalendarPart::Week => "week",
    };
    format!("{function}({day})")
}

/// The join of a step: `LEFT JOIN dim_customer AS c ON c.customer_id = f.customer_id`. Facts without
/// a row there are kept, under NULL.
pub(crate) fn join(step: &Step<'_>, alias: &str, before: &str) -> String {
    let pairs: Vec<_> = step
        .after
        .iter()
        .zip(&step.before)
        .map(|(after, column)| format!("{alias}.{} = {before}.{}", after.sql(), column.sql()))
        .collect();
    format!(
        "LEFT JOIN {} AS {alias} ON {}",
        step.table.sql(),
        pairs.join(" AND ")
    )
}

/// The condition on a fact, which goes by an alias, that its value of an attribute passes a test.
/// `None` where the fact does not lead to the attribute.
pub(crate) fn condition(
    model: &Model,
    attribute: &Attribute,
    fact: usize,
    alias: &str,
    test: &dyn Fn(&str) -> String,
    with_null: bool,
) -> Option<String> {
    let route = attribute.route(fact)?;
    let steps: Option<Vec<_>> = route.hops.iter().map(|hop| model.step(*hop)).collect();
    let mut steps = steps?;
    let column = model
        .tables
        .get(attribute.table)?
        .columns
        .get(attribute.column)?;
    let kind = column.data_type.kind();
    let mut name = column.name.clone();
    // A column that is the key itself is at the table before, too.
    let is_forward = route.hops.last().is_some_and(|hop| !hop.is_reverse);
    if !with_null
        && is_forward
        && let Some(last) = steps.last()
        && last.after.as_slice() == std::slice::from_ref(&name)
        && let [before] = last.before.as_slice()
    {
        name.clone_from(before);
        steps.pop();
    }
    let value = |alias: &str| attribute.rounded(&format!("{alias}.{}", name.sql()), kind);
    let Some((first, rest)) = steps.split_first() else {
        return Some(test(&value(alias)));
    };
    let inner = |number: usize| format!("d{number}");
    let keys = |alias: &str, columns: &[Identifier]| -> String {
        let columns = columns
            .iter()
            .map(|column| format!("{alias}.{}", column.sql()));
        let columns: Vec<_> = columns.collect();
        columns.join(", ")
    };
    let mut joins = String::new();
    for (number, step) in rest.iter().enumerate() {
        // A text takes whatever is written to it.
        let _ = write!(
            joins,
            " {}",
            join(step, &inner(number + 2), &inner(number + 1))
        );
    }
    let of_fact = keys(alias, &first.before);
    let of_fact = if first.before.len() > 1 {
        format!("({of_fact})")
    } else {
        of_fact
    };
    let among = format!(
        "{of_fact} IN (SELECT {} FROM {} AS d1{joins} WHERE {})",
        keys("d1", &first.after),
        first.table.sql(),
        test(&value(&inner(steps.len())))
    );
    if !with_null {
        return Some(among);
    }
    let pairs: Vec<_> = first
        .after
        .iter()
        .zip(&first.before)
        .map(|(after, before)| format!("d1.{} = {alias}.{}", after.sql(), before.sql()))
        .collect();
    Some(format!(
        "({among} OR NOT EXISTS (SELECT 1 FROM {} AS d1 WHERE {}))",
        first.table.sql(),
        pairs.join(" AND ")
    ))
}
