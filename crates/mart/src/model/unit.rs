//! What the values of a metric are counted in, and the column that it sums. It must not know how a
//! number is written.

use super::{Metric, Model};
use crate::document::NumberFormat;
use crate::expression::{Aggregate, Expression};

/// What the values of a metric are counted in.
///
/// ```
/// use mart::Unit;
///
/// assert_eq!(Unit::of("€"), Unit::Currency("EUR"));
/// assert_eq!(Unit::of("CHF"), Unit::Currency("CHF"));
/// assert_eq!(Unit::of("h"), Unit::Other("h"));
/// assert_eq!(Unit::of(""), Unit::None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit<'m> {
    /// Nothing is known.
    None,
    /// A currency, by its code of ISO 4217.
    Currency(&'m str),
    /// Anything else, as the document has it: `h`, `pieces`.
    Other(&'m str),
}

/// Signs of currencies that stand for one alone.
const SIGNS: [(&str, &str); 4] = [("€", "EUR"), ("$", "USD"), ("£", "GBP"), ("¥", "JPY")];

/// Codes of ISO 4217. Another word of three capitals, `PCS`, is a unit like any other.
const CODES: [&str; 40] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN",
    "MYR", "NGN", "NOK", "NZD", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "USD",
    "ZAR",
];

impl<'m> Unit<'m> {
    /// The unit that a text names.
    #[must_use]
    pub fn of(text: &'m str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::None;
        }
        if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == text) {
            return Self::Currency(code);
        }
        if CODES.contains(&text) {
            Self::Currency(text)
        } else {
            Self::Other(text)
        }
    }
}

impl Metric {
    /// What it is counted in.
    #[must_use]
    pub fn unit_kind(&self) -> Unit<'_> {
        match Unit::of(&self.unit) {
            // A share of 1 is shown with the sign of percent.
            Unit::Other(_) if self.format == NumberFormat::Percent => Unit::None,
            unit => unit,
        }
    }

    /// The column of its fact that it is the sum of, if it is the sum of one.
    #[must_use]
    pub fn summed_column<'m>(&self, model: &'m Model) -> Option<&'m str> {
        let Expression::Aggregate(Aggregate::Sum, Some(argument)) = &self.expression else {
            return None;
        };
        let Expression::Name(name) = argument.as_ref() else {
            return None;
        };
        let table = model.tables.get(self.fact)?;
        let column = table.columns.get(table.column_at(name)?)?;
        Some(column.name.as_str())
    }
}
