//! What is written is read again with the same meaning, whatever the expression.

#![expect(
    clippy::float_cmp,
    reason = "the same operations give exactly the same numbers"
)]

use proptest::prelude::*;

use super::{Aggregate, Binary, Expression, Function, Names, Unary, parse};
use crate::DataType;

/// Names in quotes, so that any name can be read again.
struct Quoted;

impl Names for Quoted {
    fn name(&self, name: &str) -> String {
        crate::sql::quoted(name)
    }

    fn data_type(&self, _name: &str) -> Option<&DataType> {
        None
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
        aggregate.over(&argument.map_or_else(|| "*".to_owned(), |argument| argument.sql(self)))
    }
}

/// The value of an expression; `None` for NULL. Conditions are 1 and 0, and a text is its length.
fn value(expression: &Expression, row: &[f64; 3]) -> Option<f64> {
    let of = |inner: &Expression| value(inner, row);
    let truth = |is: bool| Some(f64::from(u8::from(is)));
    match expression {
        Expression::Name(name) => match name.as_str() {
            "a" => Some(row[0]),
            "b \" c" => Some(row[1]),
            _ => Some(row[2]),
        },
        Expression::Number(number) => number.parse().ok(),
        Expression::Text(text) => text.len().to_string().parse().ok(),
        Expression::Unary(Unary::Minus, inner) => of(inner).map(|value| -value),
        Expression::Unary(Unary::Not, inner) => of(inner).and_then(|value| truth(value == 0.0)),
        Expression::Binary(left, operator, right) => {
            let (left, right) = (of(left)?, of(right)?);
            match operator {
                Binary::Or => truth(left != 0.0 || right != 0.0),
                Binary::And => truth(left != 0.0 && right != 0.0),
                Binary::Equal => truth(left == right),
                Binary::NotEqual => truth(left != right),
                Binary::Less => truth(left < right),
                Binary::LessOrEqual => truth(left <= right),
                Binary::Greater => truth(left > right),
                Binary::GreaterOrEqual => truth(left >= right),
                Binary::Add => Some(left + right),
                Binary::Subtract => Some(left - right),
                Binary::Multiply => Some(left * right),
                Binary::Divide if right == 0.0 => None,
                Binary::Divide => Some(left / right),
            }
        }
        Expression::Call(function, arguments) => {
            let mut values = arguments.iter().map(of);
            let first = values.next().flatten();
            match function {
                Function::Abs => first.map(f64::abs),
                Function::Coalesce => first.or_else(|| values.flatten().next()),
                Function::Nullif => first.filter(|first| values.next().flatten() != Some(*first)),
                Function::Round => first.map(f64::round),
                Function::Lower | Function::Upper | Function::Trim | Function::Date => first,
            }
        }
        Expression::TryCast(inner, _) => of(inner),
        Expression::Aggregate(aggregate, inner) => {
            let inner = inner.as_deref().map_or(Some(1.0), of);
            inner.map(|value| value * f64::from(*aggregate as u8 + 2))
        }
    }
}

fn any_expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["a", "b \" c", "not"])
            .prop_map(|name| Expression::Name(name.to_owned())),
        prop::sample::select(vec!["0.0", "1.0", "2.50", "100.00"])
            .prop_map(|number| Expression::Number(number.to_owned())),
        prop::sample::select(vec!["", "it's", "--"])
            .prop_map(|text| Expression::Text(text.to_owned())),
        Just(Expression::Aggregate(Aggregate::Count, None)),
    ];
    leaf.prop_recursive(6, 40, 3, |inner| {
        let one = inner.clone().prop_map(Box::new);
        let operators = vec![
            Binary::Or,
            Binary::And,
            Binary::Equal,
            Binary::NotEqual,
            Binary::Less,
            Binary::LessOrEqual,
            Binary::Greater,
            Binary::GreaterOrEqual,
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
        ];
        let aggregates = vec![
            Aggregate::CountDistinct,
            Aggregate::Sum,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Avg,
        ];
        prop_oneof![
            4 => (one.clone(), prop::sample::select(operators), one.clone())
                .prop_map(|(left, operator, right)| Expression::Binary(left, operator, right)),
            1 => (prop::sample::select(vec![Unary::Minus, Unary::Not]), one.clone())
                .prop_map(|(operator, operand)| Expression::Unary(operator, operand)),
            1 => (prop::sample::select(Function::ALL.to_vec()), inner.clone(), inner).prop_map(
                |(function, first, second)| {
                    let (fewest, _) = function.arguments();
                    let arguments = [first, second].into_iter().take(fewest.max(1)).collect();
                    Expression::Call(function, arguments)
                }
            ),
            1 => (prop::sample::select(aggregates), one)
                .prop_map(|(aggregate, argument)| Expression::Aggregate(aggregate, Some(argument))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_with_the_same_meaning(expression in any_expression(), row in prop::array::uniform3(-3_i8..4)) {
        let row = row.map(f64::from);
        let written = expression.sql(&Quoted);
        let read = parse(&written).map_err(|cause| TestCaseError::fail(format!("{cause}: {written}")))?;
        prop_assert_eq!(value(&read, &row).map(f64::to_bits), value(&expression, &row).map(f64::to_bits), "{}", written);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[-+*/()<>=,.'\"a-c0-9 ;]{0,60}") {
        // Whole numbers are written with casts, which are no part of the language.
        let text = text.replace(char::is_numeric, "x");
        if let Ok(expression) = parse(&text) {
            prop_assert!(parse(&expression.sql(&Quoted)).is_ok(), "{}", text);
        }
    }
}
