//! Expressions of metrics, checks and loaded fields: a small language that is a part of SQL, so that
//! what is accepted runs in every dialect. It must not know which columns exist.

mod parse;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use crate::{DataType, TypeKind};

pub(crate) use parse::parse;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A column, or a metric.
    Name(String),
    /// A number, as it is written.
    Number(String),
    /// A text literal.
    Text(String),
    /// `-x` or `NOT x`.
    Unary(Unary, Box<Expression>),
    /// `a + b`, `a < b`, `a AND b`.
    Binary(Box<Expression>, Binary, Box<Expression>),
    /// A function of each row.
    Call(Function, Vec<Expression>),
    /// `TRY_CAST(x AS DOUBLE)`: NULL where a value does not fit.
    TryCast(Box<Expression>, DataType),
    /// A function of many rows; `count(*)` has no argument.
    Aggregate(Aggregate, Option<Box<Expression>>),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    Minus,
    Not,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Binary {
    const fn sql(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly it binds.
    const fn power(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide => 6,
        }
    }

    /// Whether it compares two values.
    pub(crate) const fn is_comparison(self) -> bool {
        self.power() == 4
    }

    /// Whether it computes with numbers.
    pub(crate) const fn is_arithmetic(self) -> bool {
        self.power() >= 5
    }
}

/// A function of the values of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    Abs,
    Round,
    Coalesce,
    Nullif,
    Lower,
    Upper,
    Trim,
    /// The day of a point in time: `CAST(ordered_at AS DATE)`.
    Date,
}

impl Function {
    const ALL: [Self; 8] = [
        Self::Abs,
        Self::Round,
        Self::Coalesce,
        Self::Nullif,
        Self::Lower,
        Self::Upper,
        Self::Trim,
        Self::Date,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Abs => "abs",
            Self::Round => "round",
            Self::Coalesce => "coalesce",
            Self::Nullif => "nullif",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Trim => "trim",
            Self::Date => "cast",
        }
    }

    /// The fewest and the most arguments.
    const fn arguments(self) -> (usize, usize) {
        match self {
            Self::Abs | Self::Lower | Self::Upper | Self::Trim | Self::Date => (1, 1),
            Self::Round => (1, 2),
            Self::Coalesce => (1, 8),
            Self::Nullif => (2, 2),
        }
    }
}

/// A function of the values of many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Min,
    Max,
    Avg,
}

impl Aggregate {
    const NAMED: [Self; 5] = [Self::Count, Self::Sum, Self::Min, Self::Max, Self::Avg];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Count | Self::CountDistinct => "count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Avg => "avg",
        }
    }

    /// The SQL of this aggregate over an argument.
    pub(crate) fn over(self, argument: &str) -> String {
        match self {
            Self::CountDistinct => format!("count(DISTINCT {argument})"),
            other => format!("{}({argument})", other.name()),
        }
    }
}

/// How names become SQL.
pub(crate) trait Names {
    /// The SQL of a name.
    fn name(&self, name: &str) -> String;
    /// The SQL of an aggregate over an expression of the row.
    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String;
    /// The type of a column.
    fn data_type(&self, name: &str) -> Option<&DataType>;
    /// The digits after the point of sums of floating-point numbers, where they are made decimals.
    fn sum_scale(&self) -> Option<u32> {
        None
    }
}

impl Expression {
    /// The SQL of the expression.
    pub(crate) fn sql(&self, names: &impl Names) -> String {
        let mut sql = String::new();
        self.write(names, 0, &mut sql);
        sql
    }

    fn write(&self, names: &impl Names, power: u8, sql: &mut String) {
        match self {
            Self::Name(name) => sql.push_str(&names.name(name)),
            Self::Number(number) => sql.push_str(number),
            Self::Text(value) => sql.push_str(&crate::sql::text(value)),
            Self::Unary(operator, operand) => {
                // As an operand it is in parentheses: `a - (-b)`, never `a --b`.
                let (open, close) = if power > 0 { ("(", ")") } else { ("", "") };
                let word = match operator {
                    Unary::Minus => "-",
                    Unary::Not => "NOT ",
                };
                sql.push_str(open);
                sql.push_str(word);
                operand.write(names, 7, sql);
                sql.push_str(close);
            }
            Self::Binary(left, operator, right) => {
                let own = operator.power();
                let is_inner = own < power;
                if is_inner {
                    sql.push('(');
                }
                write_operands(left, *operator, right, names, sql);
                if is_inner {
                    sql.push(')');
                }
            }
            Self::Call(function, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|one| one.sql(names)).collect();
                let arguments = arguments.join(", ");
                // A text takes whatever is written to it.
                let _ = match function {
                    Function::Date => write!(sql, "CAST({arguments} AS DATE)"),
                    _ => write!(sql, "{}({arguments})", function.name()),
                };
            }
            Self::TryCast(operand, data_type) => {
                let operand = operand.sql(names);
                let _ = write!(sql, "TRY_CAST({operand} AS {data_type})");
            }
            Self::Aggregate(aggregate, argument) => {
                sql.push_str(&names.aggregate(*aggregate, argument.as_deref()));
            }
        }
    }

    /// The aggregates in it, from left to right.
    pub(crate) fn aggregates(&self) -> Vec<(Aggregate, Option<&Self>)> {
        let mut found = Vec::new();
        self.visit(&mut |expression| {
            if let Self::Aggregate(aggregate, argument) = expression {
                found.push((*aggregate, argument.as_deref()));
            }
        });
        found
    }

    /// Every expression in it, itself first.
    pub(crate) fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match self {
            Self::Name(_) | Self::Number(_) | Self::Text(_) => {}
            Self::Unary(_, inner) | Self::TryCast(inner, _) => inner.visit(see),
            Self::Binary(left, _, right) => {
                left.visit(see);
                right.visit(see);
            }
            Self::Call(_, arguments) => {
                for argument in arguments {
                    argument.visit(see);
                }
            }
            Self::Aggregate(_, argument) => {
                if let Some(argument) = argument {
                    argument.visit(see);
                }
            }
        }
    }

    /// The same with each name replaced, where there is something to replace it by.
    pub(crate) fn replace_names(&self, by: &impl Fn(&str) -> Option<Self>) -> Self {
        let inner = |expression: &Self| Box::new(expression.replace_names(by));
        match self {
            Self::Name(name) => by(name).unwrap_or_else(|| self.clone()),
            Self::Number(_) | Self::Text(_) | Self::Aggregate(..) => self.clone(),
            Self::Unary(operator, operand) => Self::Unary(*operator, inner(operand)),
            Self::TryCast(operand, data_type) => Self::TryCast(inner(operand), data_type.clone()),
            Self::Binary(left, operator, right) => {
                Self::Binary(inner(left), *operator, inner(right))
            }
            Self::Call(function, arguments) => Self::Call(
                *function,
                arguments.iter().map(|one| one.replace_names(by)).collect(),
            ),
        }
    }
}

/// What is known of a number before it is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    /// A whole number of the bits that its column has.
    Narrow,
    /// A whole number of as many bits as there are.
    Wide,
    /// With this many digits after the point.
    Scale(u32),
    /// A floating-point number, or no number.
    Other,
}

/// The most digits after the point that DuckDB multiplies exactly.
const MOST_SCALE: u32 = 38;

impl Expression {
    /// Whether a number is computed with a floating point.
    pub(crate) fn is_floating(&self, names: &impl Names) -> bool {
        Digits::of(self, names) == Digits::Other
    }

    /// Whether DuckDB multiplies it with a decimal of this many digits after the point.
    pub(crate) fn can_multiply(&self, scale: u32, names: &impl Names) -> bool {
        !matches!(Digits::of(self, names), Digits::Scale(own) if own + scale > MOST_SCALE)
    }
}

impl Digits {
    fn of_type(data_type: &DataType) -> Self {
        match data_type.kind() {
            TypeKind::Whole | TypeKind::Big => Self::Narrow,
            TypeKind::Decimal => Self::Scale(data_type.scale()),
            _ => Self::Other,
        }
    }

    fn of(expression: &Expression, names: &impl Names) -> Self {
        match expression {
            Expression::Name(name) => {
                let data_type = names.data_type(name);
                data_type.map_or(Self::Other, Self::of_type)
            }
            Expression::TryCast(_, data_type) => Self::of_type(data_type),
            Expression::Number(number) => match number.split_once('.') {
                None => Self::Narrow,
                Some((_, fraction)) => {
                    Self::Scale(u32::try_from(fraction.len()).unwrap_or(MOST_SCALE))
                }
            },
            Expression::Text(_) => Self::Other,
            Expression::Unary(_, operand) => Self::of(operand, names),
            Expression::Binary(left, operator, right) => {
                let (left, right) = (Self::of(left, names), Self::of(right, names));
                match operator {
                    Binary::Multiply => left.with(right, |one, other| one + other),
                    Binary::Add | Binary::Subtract => left.with(right, u32::max),
                    _ => Self::Other,
                }
            }
            Expression::Call(_, arguments) => {
                let digits = arguments.iter().map(|one| Self::of(one, names));
                digits
                    .reduce(|one, other| one.with(other, u32::max))
                    .unwrap_or(Self::Other)
            }
            Expression::Aggregate(aggregate, argument) => match (aggregate, argument) {
                (Aggregate::Sum | Aggregate::Min | Aggregate::Max, Some(argument)) => {
                    match (Self::of(argument, names), names.sum_scale()) {
                        (Self::Narrow, _) => Self::Wide,
                        (Self::Other, Some(scale)) if *aggregate == Aggregate::Sum => {
                            Self::Scale(scale)
                        }
                        (other, _) => other,
                    }
                }
                (Aggregate::Avg, _) => Self::Other,
                _ => Self::Wide,
            },
        }
    }

    /// The digits of two numbers that are computed with, given the scale that two scales make.
    fn with(self, other: Self, scale: impl Fn(u32, u32) -> u32) -> Self {
        match (self, other) {
            (Self::Other, _) | (_, Self::Other) => Self::Other,
            (Self::Scale(one), Self::Scale(other)) if scale(one, other) > MOST_SCALE => Self::Other,
            (Self::Scale(one), Self::Scale(other)) => Self::Scale(scale(one, other)),
            (Self::Scale(scale), _) | (_, Self::Scale(scale)) => Self::Scale(scale),
            _ => Self::Wide,
        }
    }
}

/// The type that the left operand is cast to, so that the result fits: two whole numbers can make one
/// of more bits, and decimals a fraction of more digits than DuckDB has.
fn cast(
    left: &Expression,
    operator: Binary,
    right: &Expression,
    names: &impl Names,
) -> Option<&'static str> {
    match (operator, Digits::of(left, names), Digits::of(right, names)) {
        (Binary::Add | Binary::Subtract | Binary::Multiply, Digits::Narrow, Digits::Narrow) => {
            Some("HUGEINT")
        }
        (Binary::Multiply, Digits::Scale(one), Digits::Scale(other))
            if one + other > MOST_SCALE =>
        {
            Some("DOUBLE")
        }
        _ => None,
    }
}

/// A divisor of 0 gives NULL.
fn write_operands(
    left: &Expression,
    operator: Binary,
    right: &Expression,
    names: &impl Names,
    sql: &mut String,
) {
    let own = operator.power();
    if let Some(data_type) = cast(left, operator, right, names) {
        let _ = write!(sql, "CAST({} AS {data_type})", left.sql(names));
    } else {
        // A comparison is not an operand of another one.
        left.write(
            names,
            if operator.is_comparison() {
                own + 1
            } else {
                own
            },
            sql,
        );
    }
    let _ = write!(sql, " {} ", operator.sql());
    if operator == Binary::Divide && !matches!(right, Expression::Number(_)) {
        let _ = write!(sql, "nullif({}, 0)", right.sql(names));
    } else {
        right.write(names, own + 1, sql);
    }
}
