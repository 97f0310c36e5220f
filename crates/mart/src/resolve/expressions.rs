//! The types of expressions: which names they may use, and what comes of them. It must not know
//! where an expression stands in the document.

use super::{MOST_COMPARED, Resolver};
use crate::document::Additivity;
use crate::expression::{Aggregate, Binary, Expression, Function, Unary, parse};
use crate::mistake::quoted;
use crate::model::{Column, Source, Table};
use crate::{DataType, Mistake, TypeKind};

/// What is wrong with an expression, and the right names where a name is wrong.
pub(super) struct Problem {
    text: String,
    wrong: Option<(String, Vec<String>)>,
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Self { text, wrong: None }
    }
}

impl Problem {
    /// A name that a table or a source does not have.
    pub(super) fn no_field(owner: &str, name: &str, right: impl Iterator<Item = String>) -> Self {
        Self {
            text: format!("{} has no field {}", quoted(owner), quoted(name)),
            wrong: Some((name.to_owned(), right.take(MOST_COMPARED).collect())),
        }
    }
}

/// The columns that an expression of a row may use.
pub(super) trait Row {
    /// The type of a column, or that there is none.
    fn kind_of(&self, name: &str) -> Result<TypeKind, Problem>;
}

impl Row for Table {
    fn kind_of(&self, name: &str) -> Result<TypeKind, Problem> {
        column_of(self, name).map(|column| column.data_type.kind())
    }
}

impl Row for Source {
    fn kind_of(&self, name: &str) -> Result<TypeKind, Problem> {
        let field = self.field(name).ok_or_else(|| {
            let right = self.fields.iter().map(|field| field.name.clone());
            Problem::no_field(&self.name, name, right)
        })?;
        Ok(field.data_type.kind())
    }
}

fn column_of<'t>(table: &'t Table, name: &str) -> Result<&'t Column, Problem> {
    let column = table.column_at(name).and_then(|at| table.columns.get(at));
    column.ok_or_else(|| {
        let right = table.columns.iter().map(|column| column.name.to_string());
        Problem::no_field(&table.title(), name, right)
    })
}

/// The type of an expression over the columns of one row.
pub(super) fn row_kind(expression: &Expression, row: &impl Row) -> Result<TypeKind, Problem> {
    match expression {
        Expression::Name(name) => row.kind_of(name),
        Expression::Aggregate(aggregate, _) => Err(format!(
            "an aggregate, `{}`, cannot stand inside an expression of one row",
            aggregate.name()
        )
        .into()),
        other => kind(other, &|inner| row_kind(inner, row)),
    }
}

/// The type of an expression, given those of its parts.
pub(super) fn kind(
    expression: &Expression,
    part: &impl Fn(&Expression) -> Result<TypeKind, Problem>,
) -> Result<TypeKind, Problem> {
    match expression {
        Expression::Name(_) | Expression::Aggregate(..) => part(expression),
        Expression::Number(number) => Ok(if number.contains('.') {
            TypeKind::Decimal
        } else if number.parse::<i32>().is_ok() {
            TypeKind::Whole
        } else {
            TypeKind::Big
        }),
        Expression::Text(_) => Ok(TypeKind::Text),
        Expression::Unary(Unary::Minus, operand) => number(operand, part),
        Expression::Unary(Unary::Not, operand) => boolean(operand, part),
        Expression::Binary(left, operator, right) => binary(left, *operator, right, part),
        Expression::Call(function, arguments) => call(*function, arguments, part),
        Expression::TryCast(operand, data_type) => {
            let kinds = (part(operand)?, data_type.kind());
            if kinds.0 == TypeKind::Other || kinds.1 == TypeKind::Other {
                return Err(format!("no value is cast to {data_type} so").into());
            }
            Ok(kinds.1)
        }
    }
}

fn number(
    expression: &Expression,
    part: &impl Fn(&Expression) -> Result<TypeKind, Problem>,
) -> Result<TypeKind, Problem> {
    match part(expression)? {
        kind if kind.is_number() => Ok(kind),
        _ => Err("only numbers can be computed with".to_owned().into()),
    }
}

fn boolean(
    expression: &Expression,
    part: &impl Fn(&Expression) -> Result<TypeKind, Problem>,
) -> Result<TypeKind, Problem> {
    match part(expression)? {
        TypeKind::Boolean => Ok(TypeKind::Boolean),
        _ => Err("`AND`, `OR` and `NOT` take conditions".to_owned().into()),
    }
}

fn binary(
    left: &Expression,
    operator: Binary,
    right: &Expression,
    part: &impl Fn(&Expression) -> Result<TypeKind, Problem>,
) -> Result<TypeKind, Problem> {
    if operator.is_arithmetic() {
        let (left, right) = (number(left, part)?, number(right, part)?);
        return Ok(if operator == Binary::Divide {
            TypeKind::Float
        } else {
            wider(left, right)
        });
    }
    if operator.is_comparison() {
        let (left_kind, right_kind) = (part(left)?, part(right)?);
        let is_day = |kind: TypeKind, other: &Expression| {
            matches!(kind, TypeKind::Date | TypeKind::Timestamp)
                && matches!(other, Expression::Text(text) if is_iso_day(text))
        };
        let fits = left_kind == right_kind && left_kind != TypeKind::Other
            || (left_kind.is_number() && right_kind.is_number())
            || is_day(left_kind, right)
            || is_day(right_kind, left);
        if !fits {
            return Err(
                format!("`{}` compares values of two types", operator_name(operator)).into(),
            );
        }
        return Ok(TypeKind::Boolean);
    }
    boolean(left, part)?;
    boolean(right, part)
}

fn operator_name(operator: Binary) -> &'static str {
    match operator {
        Binary::Equal => "=",
        Binary::NotEqual => "<>",
        Binary::Less => "<",
        Binary::LessOrEqual => "<=",
        Binary::Greater => ">",
        _ => ">=",
    }
}

/// A day of the years 1 to 9999, as `YYYY-MM-DD`.
fn is_iso_day(text: &str) -> bool {
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u8>().ok());
    let has_shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    has_shape
        && !text.starts_with("0000")
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        // A day that every month has: which have more is the calendar's knowledge.
        && number(8..10).is_some_and(|day| (1..=28).contains(&day))
}

fn wider(one: TypeKind, other: TypeKind) -> TypeKind {
    let rank = |kind| match kind {
        TypeKind::Whole => 0,
        TypeKind::Big => 1,
        TypeKind::Decimal => 2,
        _ => 3,
    };
    // The product of two whole numbers is computed with all bits that it needs.
    match (rank(one) >= rank(other), one, other) {
        (_, TypeKind::Whole, TypeKind::Whole) => TypeKind::Big,
        (true, ..) => one,
        (false, ..) => other,
    }
}

fn call(
    function: Function,
    arguments: &[Expression],
    part: &impl Fn(&Expression) -> Result<TypeKind, Problem>,
) -> Result<TypeKind, Problem> {
    let kinds: Result<Vec<_>, _> = arguments.iter().map(part).collect();
    let kinds = kinds?;
    let first = kinds.first().copied().unwrap_or(TypeKind::Other);
    let all = |is: &dyn Fn(TypeKind) -> bool| kinds.iter().all(|kind| is(*kind));
    let fits = match function {
        Function::Abs => first.is_number(),
        Function::Round => {
            let is_digits = |argument: &Expression| matches!(argument, Expression::Number(digits) if digits.parse::<u8>().is_ok_and(|digits| digits <= 18));
            first.is_number() && arguments.get(1).is_none_or(is_digits)
        }
        Function::Lower | Function::Upper | Function::Trim => first == TypeKind::Text,
        Function::Date => matches!(first, TypeKind::Date | TypeKind::Timestamp),
        Function::Coalesce | Function::Nullif => {
            first != TypeKind::Other && (all(&|kind| kind == first) || all(&TypeKind::is_number))
        }
    };
    if !fits {
        return Err(format!(
            "`{}` does not take arguments of these types",
            function.name()
        )
        .into());
    }
    Ok(match function {
        Function::Coalesce | Function::Nullif if first.is_number() => {
            kinds.iter().fold(first, |kind, other| wider(kind, *other))
        }
        Function::Date => TypeKind::Date,
        _ => first,
    })
}

/// Whether sums of an expression mean something, by those of the columns in it: an amount times a
/// price is an amount, a price plus a price is none.
pub(super) fn additivity(expression: &Expression, table: &Table) -> Additivity {
    match expression {
        Expression::Name(name) => {
            let column = table.column_at(name).and_then(|at| table.columns.get(at));
            column.map_or(Additivity::Additive, |column| column.additivity)
        }
        Expression::Binary(left, Binary::Multiply, right) => {
            better(additivity(left, table), additivity(right, table))
        }
        Expression::Binary(left, Binary::Divide, _) => additivity(left, table),
        Expression::Binary(left, _, right) => {
            worse(additivity(left, table), additivity(right, table))
        }
        Expression::Unary(_, operand) | Expression::TryCast(operand, _) => {
            additivity(operand, table)
        }
        Expression::Call(_, arguments) => arguments
            .first()
            .map_or(Additivity::Additive, |first| additivity(first, table)),
        Expression::Number(_) | Expression::Text(_) | Expression::Aggregate(..) => {
            Additivity::Additive
        }
    }
}

const fn rank(additivity: Additivity) -> u8 {
    match additivity {
        Additivity::Additive => 0,
        Additivity::SemiAdditive => 1,
        Additivity::NonAdditive => 2,
    }
}

const fn better(one: Additivity, other: Additivity) -> Additivity {
    if rank(one) <= rank(other) { one } else { other }
}

const fn worse(one: Additivity, other: Additivity) -> Additivity {
    if rank(one) <= rank(other) { other } else { one }
}

/// The type of an aggregate over the rows of a table.
pub(super) fn aggregate_kind(
    aggregate: Aggregate,
    argument: Option<&Expression>,
    table: &Table,
) -> Result<TypeKind, Problem> {
    let Some(argument) = argument else {
        return Ok(TypeKind::Whole);
    };
    let kind = row_kind(argument, table)?;
    match aggregate {
        Aggregate::Count | Aggregate::CountDistinct => Ok(TypeKind::Whole),
        Aggregate::Min | Aggregate::Max if kind != TypeKind::Other && kind != TypeKind::Boolean => Ok(kind),
        Aggregate::Sum | Aggregate::Avg if kind.is_number() => match additivity(argument, table) {
            Additivity::NonAdditive if aggregate == Aggregate::Sum => Err(
                "sums of this mean nothing: it is not additive; multiply it by a count, or use `avg`, `min` or `max`"
                    .to_owned()
                    .into(),
            ),
            _ if aggregate == Aggregate::Avg => Ok(TypeKind::Float),
            _ => Ok(kind),
        },
        other => Err(format!("`{}` does not take values of this type", other.name()).into()),
    }
}

impl Resolver<'_> {
    /// Reports what is wrong with an expression.
    pub(super) fn problem(&mut self, pointer: &str, problem: Problem) {
        let mistake = Mistake::new(pointer, problem.text);
        match &problem.wrong {
            Some((wrong, right)) => self.suggest(mistake, wrong, right.iter().map(String::as_str)),
            None => self.mistakes.push(mistake),
        }
    }

    /// An expression over the columns of a source, of the type of the field that it fills.
    pub(super) fn row_expression(
        &mut self,
        pointer: &str,
        text: &str,
        source: &Source,
        data_type: &DataType,
    ) -> Option<Expression> {
        let checked = parse(text).map_err(Problem::from).and_then(|expression| {
            let kind = row_kind(&expression, source)?;
            let fits =
                kind == data_type.kind() || (kind.is_number() && data_type.kind().is_number());
            if fits {
                Ok(expression)
            } else {
                Err(format!("it does not give a value of the type {data_type}").into())
            }
        });
        match checked {
            Ok(expression) => Some(expression),
            Err(problem) => {
                self.problem(pointer, problem);
                None
            }
        }
    }
}
