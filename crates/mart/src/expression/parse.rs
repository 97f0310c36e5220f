//! Text to [`Expression`]: tokens, then precedence climbing. It must not know which names exist.

use super::{Aggregate, Binary, Expression, Function, Unary};
use crate::DataType;
use crate::mistake::quoted;

/// The most bytes of an expression.
const MOST_BYTES: usize = 10_000;
/// The most parentheses inside parentheses.
const MOST_DEPTH: usize = 50;
/// The cast that gives NULL where a value does not fit.
const TRY_CAST: &str = "try_cast";

/// Reads an expression.
///
/// # Errors
/// Says what is wrong, and at which character.
pub(crate) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > MOST_BYTES {
        return Err(format!(
            "the expression has {} bytes, and may have {MOST_BYTES}",
            text.len()
        ));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let expression = parser.expression(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(format!("{} is not expected there", token.shown())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A name without quotes: a keyword, a function or a column.
    Word(String),
    /// A name in quotes.
    Quoted(String),
    Number(String),
    Text(String),
    Symbol(&'static str),
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Word(text) | Self::Quoted(text) | Self::Number(text) | Self::Text(text) => {
                quoted(text)
            }
            Self::Symbol(text) => quoted(text),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text.eq_ignore_ascii_case(word))
    }
}

/// Longer symbols first.
const SYMBOLS: [&str; 14] = [
    "<>", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", ",",
];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '"' || first == '\'' {
            let (value, length) = in_quotes(rest, first)?;
            let token = if first == '"' {
                Token::Quoted(value)
            } else {
                Token::Text(value)
            };
            (token, length)
        } else if first.is_ascii_digit() {
            let length = number_length(rest);
            let (number, after) = rest.split_at(length);
            if after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') {
                return Err(format!("{} is not a number", quoted(rest)));
            }
            (Token::Number(number.to_owned()), length)
        } else if first.is_alphabetic() || first == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or_default();
            (Token::Word(word.to_owned()), length)
        } else if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            // Two of them would start a comment in SQL.
            (Token::Symbol(symbol), symbol.len())
        } else {
            return Err(format!(
                "{} is not expected there",
                quoted(&first.to_string())
            ));
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

/// What is in quotes, with the doubled ones undone, and how long it is with them.
fn in_quotes(text: &str, quote: char) -> Result<(String, usize), String> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != quote {
            value.push(c);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            value.push(quote);
        } else {
            return Ok((value, at + quote.len_utf8()));
        }
    }
    Err(format!("a quote ({quote}) is never closed"))
}

fn number_length(text: &str) -> usize {
    let digits = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let whole = digits(text);
    match text.get(whole..).and_then(|rest| rest.strip_prefix('.')) {
        Some(fraction) if digits(fraction) > 0 => whole + 1 + digits(fraction),
        _ => whole,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, symbol: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol);
        if is_it {
            self.at += 1;
        }
        is_it
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(token) => format!(
                "{} stands where {} is expected",
                token.shown(),
                quoted(symbol)
            ),
            None => format!("{} is missing at the end", quoted(symbol)),
        })
    }

    fn expression(&mut self, power: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(format!("it is nested more than {MOST_DEPTH} deep"));
        }
        let mut left = self.operand()?;
        while let Some(operator) = self.peek().and_then(binary) {
            if operator.power() < power {
                break;
            }
            self.at += 1;
            let right = self.expression(operator.power() + 1)?;
            left = Expression::Binary(Box::new(left), operator, Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, String> {
        let Some(token) = self.next() else {
            return Err("it ends where a value is expected".to_owned());
        };
        match token {
            Token::Number(number) => Ok(Expression::Number(number)),
            Token::Text(text) => Ok(Expression::Text(text)),
            Token::Quoted(name) => Ok(Expression::Name(name)),
            Token::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("-") => {
                let operand = self.expression(7)?;
                Ok(Expression::Unary(Unary::Minus, Box::new(operand)))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                let operand = self.expression(3)?;
                Ok(Expression::Unary(Unary::Not, Box::new(operand)))
            }
            Token::Word(word) => {
                if self.take("(") {
                    self.call(&word)
                } else {
                    Ok(Expression::Name(word))
                }
            }
            token @ Token::Symbol(_) => Err(format!("{} is not expected there", token.shown())),
        }
    }

    /// The arguments of a function, whose parenthesis is open.
    fn call(&mut self, name: &str) -> Result<Expression, String> {
        let is_named = |other: &str| name.eq_ignore_ascii_case(other);
        let aggregate = Aggregate::NAMED
            .into_iter()
            .find(|one| is_named(one.name()));
        if let Some(aggregate) = aggregate {
            return self.aggregate(aggregate);
        }
        if is_named(TRY_CAST) {
            return self.try_cast();
        }
        let Some(function) = Function::ALL.into_iter().find(|one| is_named(one.name())) else {
            let known: Vec<_> = Aggregate::NAMED
                .iter()
                .map(|one| one.name())
                .chain(Function::ALL.iter().map(|one| one.name()))
                .chain([TRY_CAST])
                .collect();
            return Err(format!(
                "there is no function {}; there are {}",
                quoted(name),
                known.join(", ")
            ));
        };
        let mut arguments = vec![self.expression(0)?];
        if function == Function::Date {
            return self.cast(arguments);
        }
        while self.take(",") {
            arguments.push(self.expression(0)?);
        }
        self.expect(")")?;
        let (fewest, most) = function.arguments();
        if arguments.len() < fewest || arguments.len() > most {
            return Err(format!(
                "`{}` takes {fewest} to {most} arguments, not {}",
                function.name(),
                arguments.len()
            ));
        }
        Ok(Expression::Call(function, arguments))
    }

    /// What follows a value in `CAST(value AS DATE)`, the one type that a value is cast to.
    fn cast(&mut self, arguments: Vec<Expression>) -> Result<Expression, String> {
        for word in ["as", "date"] {
            if !self.peek().is_some_and(|token| token.is_word(word)) {
                return Err("a value is cast as in `CAST(ordered_at AS DATE)`".to_owned());
            }
            self.at += 1;
        }
        self.expect(")")?;
        Ok(Expression::Call(Function::Date, arguments))
    }

    /// What follows the parenthesis of `TRY_CAST(value AS DECIMAL(18,2))`.
    fn try_cast(&mut self) -> Result<Expression, String> {
        let operand = self.expression(0)?;
        if !self.peek().is_some_and(|token| token.is_word("as")) {
            return Err("a value is cast as in `TRY_CAST(price AS DOUBLE)`".to_owned());
        }
        self.at += 1;
        let mut name = String::new();
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Symbol(")") if depth == 0 => break,
                Token::Symbol("(") => depth += 1,
                Token::Symbol(")") => depth -= 1,
                _ => {}
            }
            match token {
                Token::Word(text) | Token::Number(text) => name.push_str(text),
                Token::Symbol(text) => name.push_str(text),
                other => return Err(format!("{} is not a type", other.shown())),
            }
            self.at += 1;
        }
        self.expect(")")?;
        let data_type = DataType::parse(&name)?;
        Ok(Expression::TryCast(Box::new(operand), data_type))
    }

    fn aggregate(&mut self, aggregate: Aggregate) -> Result<Expression, String> {
        if aggregate == Aggregate::Count && self.take("*") {
            self.expect(")")?;
            return Ok(Expression::Aggregate(aggregate, None));
        }
        let is_distinct = self.peek().is_some_and(|token| token.is_word("distinct"));
        if is_distinct {
            self.at += 1;
        }
        let aggregate = match (aggregate, is_distinct) {
            (Aggregate::Count, true) => Aggregate::CountDistinct,
            (other, false) => other,
            (other, true) => {
                return Err(format!(
                    "`DISTINCT` goes with `count` alone, not with `{}`",
                    other.name()
                ));
            }
        };
        let argument = self.expression(0)?;
        self.expect(")")?;
        Ok(Expression::Aggregate(aggregate, Some(Box::new(argument))))
    }
}

fn binary(token: &Token) -> Option<Binary> {
    Some(match token {
        Token::Symbol("=") => Binary::Equal,
        Token::Symbol("<>" | "!=") => Binary::NotEqual,
        Token::Symbol("<") => Binary::Less,
        Token::Symbol("<=") => Binary::LessOrEqual,
        Token::Symbol(">") => Binary::Greater,
        Token::Symbol(">=") => Binary::GreaterOrEqual,
        Token::Symbol("+") => Binary::Add,
        Token::Symbol("-") => Binary::Subtract,
        Token::Symbol("*") => Binary::Multiply,
        Token::Symbol("/") => Binary::Divide,
        word if word.is_word("and") => Binary::And,
        word if word.is_word("or") => Binary::Or,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Names;
    use super::*;
    use crate::DataType;

    /// Names as they are; aggregates over them.
    struct Plain;

    impl Names for Plain {
        fn name(&self, name: &str) -> String {
            name.to_owned()
        }

        fn data_type(&self, _name: &str) -> Option<&DataType> {
            None
        }

        fn aggregate(&self, aggregate: Aggregate, argument: Option<&Expression>) -> String {
            match argument {
                None => "count(*)".to_owned(),
                Some(argument) => aggregate.over(&argument.sql(self)),
            }
        }
    }

    #[test]
    fn what_is_read_is_written_with_the_same_meaning() {
        let table = [
            ("sum(quantity*unit_price)", "sum(quantity * unit_price)"),
            ("revenue / units", "revenue / nullif(units, 0)"),
            ("a - (b - c)", "a - (b - c)"),
            ("a - b - c", "a - b - c"),
            ("(a + b) * c", "(a + b) * c"),
            ("a + b * c", "a + b * c"),
            ("-a - -b", "(-a) - (-b)"),
            ("a / 100", "a / 100"),
            ("COUNT(*)", "count(*)"),
            ("count(DISTINCT a)", "count(DISTINCT a)"),
            ("round(a, 2)", "round(a, 2)"),
            (
                "not a = 1 or b <> 'it''s' and c != 2",
                "(NOT (a = 1)) OR b <> 'it''s' AND c <> 2",
            ),
            ("(a or b) and c", "(a OR b) AND c"),
            ("\"odd \"\"name\" > 1.5", "odd \"name > 1.5"),
            (
                "try_cast(a as decimal(18, 2)) + 1",
                "TRY_CAST(a AS DECIMAL(18,2)) + 1",
            ),
            (
                "cast(try_cast(a AS timestamp) AS date)",
                "CAST(TRY_CAST(a AS TIMESTAMP) AS DATE)",
            ),
        ];
        for (text, sql) in table {
            let expression = parse(text).unwrap_or_else(|cause| panic!("{text}: {cause}"));
            assert_eq!(expression.sql(&Plain), sql, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let deep = "(".repeat(100);
        let minus = "-".repeat(100);
        let table = [
            ("", "ends where a value is expected"),
            ("sum(", "ends where a value is expected"),
            ("sum(a", "`)` is missing"),
            ("a b", "`b` is not expected"),
            ("a; drop table x", "`;` is not expected"),
            ("a -- b", "ends"),
            ("median(a)", "no function `median`"),
            ("sum(distinct a)", "`DISTINCT` goes with `count`"),
            ("round(a, 1, 2)", "takes 1 to 2 arguments"),
            ("'never closed", "never closed"),
            ("try_cast(a, double)", "is cast as in"),
            ("try_cast(a AS double", "`)` is missing"),
            ("try_cast(a AS nothing)", "not a type"),
            ("try_cast(a AS 'x')", "not a type"),
            ("1.2.3", "not a number"),
            ("1e5", "not a number"),
            (&deep, "nested more than"),
            (&minus, "nested more than"),
        ];
        for (text, words) in table {
            match parse(text) {
                Err(cause) => assert!(cause.contains(words), "{text}: {cause}"),
                // Two minus signs are two operators, never a comment.
                Ok(found) => assert_eq!(text, "a -- b", "{found:?}"),
            }
        }
        assert!(parse(&"a+".repeat(10_000)).is_err());
    }
}
