//! The rules by which texts become values, each written once: how a text is read, what the values are
//! called, and the type that they have in SQL. It must not know where the texts come from.

mod boolean;
mod moment;
mod number;
mod sign;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use boolean::{are_one_pair, boolean};
pub use moment::DateOrder;
pub(crate) use moment::{Moment, date, instant, time};
pub use number::NumberStyle;
pub(crate) use number::{Number, currency, number, rescaled};
pub(crate) use sign::sign;

/// What the texts of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Any text, exactly as it stands.
    Text,
    /// A whole number of 64 bits.
    Whole(NumberStyle),
    /// A whole number of up to 38 digits.
    BigWhole(NumberStyle),
    /// A number with decimals, exact.
    Decimal {
        /// How it is written.
        style: NumberStyle,
        /// How many decimals are kept.
        scale: u8,
        /// Whether it has 38 digits in all, in place of 18.
        is_wide: bool,
    },
    /// A number with any number of decimals, or with an exponent, as a double.
    Float(NumberStyle),
    /// A day.
    Date(DateOrder),
    /// A day with a time, without a zone.
    Timestamp(DateOrder),
    /// An instant: a day with a time and a zone. It is kept in UTC.
    Instant(DateOrder),
    /// A time of day.
    Time,
    /// Yes or no.
    Boolean,
}

impl Rule {
    /// The type of the column in SQL.
    ///
    /// ```
    /// use ingest::{NumberStyle, Rule};
    ///
    /// let price = Rule::Decimal { style: NumberStyle::POINT, scale: 2, is_wide: false };
    /// assert_eq!(price.sql_type(), "DECIMAL(18,2)");
    /// ```
    #[must_use]
    pub fn sql_type(&self) -> String {
        match self {
            Self::Text => "VARCHAR".to_owned(),
            Self::Whole(_) => "BIGINT".to_owned(),
            Self::BigWhole(_) => "DECIMAL(38,0)".to_owned(),
            Self::Decimal { scale, .. } => format!("DECIMAL({},{scale})", self.precision()),
            Self::Float(_) => "DOUBLE".to_owned(),
            Self::Date(_) => "DATE".to_owned(),
            Self::Timestamp(_) | Self::Instant(_) => "TIMESTAMP".to_owned(),
            Self::Time => "TIME".to_owned(),
            Self::Boolean => "BOOLEAN".to_owned(),
        }
    }

    /// How many digits a decimal of this rule has.
    #[must_use]
    pub const fn precision(&self) -> u8 {
        match self {
            Self::Decimal { is_wide: false, .. } => 18,
            _ => 38,
        }
    }

    /// What a text that does not fit breaks, in a few words.
    #[must_use]
    pub const fn fault(&self) -> &'static str {
        match self {
            Self::Text => "not a text",
            Self::Whole(_) | Self::BigWhole(_) => "not a whole number",
            Self::Decimal { .. } | Self::Float(_) => "not a number",
            Self::Date(_) => "not a date",
            Self::Timestamp(_) => "not a date with a time",
            Self::Instant(_) => "not an instant",
            Self::Time => "not a time",
            Self::Boolean => "not a yes or no",
        }
    }

    /// What a value is, with an article, and how it is written.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Whole(style) | Self::BigWhole(style) => {
                format!("a whole number such as {}", style.example(0))
            }
            Self::Decimal { style, .. } | Self::Float(style) => {
                format!("a number such as {}", style.example(2))
            }
            Self::Date(order) => format!("a date, {order}"),
            Self::Timestamp(order) => format!("a date with a time, {order}"),
            Self::Instant(order) => format!("a date with a time and a zone, {order}"),
            Self::Time => "a time of day, hours:minutes or hours:minutes:seconds".to_owned(),
            Self::Boolean => "a yes or no, as true and false".to_owned(),
        }
    }

    /// How its numbers are written.
    #[must_use]
    pub const fn number_style(&self) -> Option<NumberStyle> {
        match self {
            Self::Whole(style)
            | Self::BigWhole(style)
            | Self::Float(style)
            | Self::Decimal { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// How its dates are written.
    #[must_use]
    pub const fn date_order(&self) -> Option<DateOrder> {
        match self {
            Self::Date(order) | Self::Timestamp(order) | Self::Instant(order) => Some(*order),
            _ => None,
        }
    }

    /// The value of a text as SQL shows it.
    pub(crate) fn shown(&self, text: &str) -> String {
        let shown = match self {
            Self::Text => None,
            Self::Whole(style)
            | Self::BigWhole(style)
            | Self::Float(style)
            | Self::Decimal { style, .. } => number(text, *style).map(|number| number.to_string()),
            Self::Date(order) => instant(text, *order).map(Moment::day),
            Self::Timestamp(order) | Self::Instant(order) => {
                instant(text, *order).map(|moment| moment.to_string())
            }
            Self::Time => Some(text.trim().to_owned()),
            Self::Boolean => boolean(text).map(|value| value.to_string()),
        };
        shown.unwrap_or_else(|| text.to_owned())
    }

    /// Whether its texts are kept as they are.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Whole(_) | Self::BigWhole(_) => "whole number",
            Self::Decimal { .. } => "decimal number",
            Self::Float(_) => "number",
            Self::Date(_) => "date",
            Self::Timestamp(_) => "date and time",
            Self::Instant(_) => "instant (UTC)",
            Self::Time => "time",
            Self::Boolean => "yes or no",
        })
    }
}
