//! Generated sales: a mart of a chosen size, made by integer arithmetic alone, so that the same
//! size gives the same mart in every engine. It must not know how its plan is run.

use std::fmt;

use crate::sql::{Statement, fill, statements};

/// How many sales to generate.
///
/// ```
/// use mart::GeneratedSales;
///
/// let sales = GeneratedSales::Million;
/// assert_eq!(sales.to_string(), "1 million");
/// assert_eq!(sales.count(), 1_000_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GeneratedSales {
    /// 10,000
    TenThousand,
    /// 100,000
    HundredThousand,
    /// 1,000,000
    Million,
    /// 10,000,000
    TenMillion,
}

impl GeneratedSales {
    /// All of them, the fewest first.
    pub const ALL: [Self; 4] = [
        Self::TenThousand,
        Self::HundredThousand,
        Self::Million,
        Self::TenMillion,
    ];

    /// The number of facts.
    #[must_use]
    pub const fn count(self) -> u64 {
        match self {
            Self::TenThousand => 10_000,
            Self::HundredThousand => 100_000,
            Self::Million => 1_000_000,
            Self::TenMillion => 10_000_000,
        }
    }

    /// How many customers buy them. The names last for 41,600, their regions for any number.
    const fn customers(self) -> u64 {
        match self {
            Self::TenThousand => 500,
            Self::HundredThousand => 1_500,
            Self::Million => 4_000,
            Self::TenMillion => 10_000,
        }
    }

    /// How many products they are of. The names last for 960.
    const fn products(self) -> u64 {
        match self {
            Self::TenThousand => 120,
            Self::HundredThousand => 240,
            Self::Million => 480,
            Self::TenMillion => 960,
        }
    }

    /// The first of the years, of which 2025 is the last.
    const fn first_year(self) -> u64 {
        match self {
            Self::TenThousand => 2024,
            Self::HundredThousand => 2023,
            Self::Million => 2021,
            Self::TenMillion => 2016,
        }
    }

    /// The statements that fill the empty tables, dimensions first.
    pub(crate) fn fill(self) -> impl Iterator<Item = Statement> {
        // What the wheel of days turns from one sale to the next, in slots times 2^32.
        let turn = (1_u64 << 48) / self.count();
        let values = [
            ("sales", self.count().to_string()),
            ("customers", self.customers().to_string()),
            ("products", self.products().to_string()),
            ("first_day", format!("{}-01-01", self.first_year())),
            ("last_day", "2025-12-31".to_owned()),
            ("turn", turn.to_string()),
        ];
        [
            include_str!("../marts/mini_data_mart/generate/dimensions.sql"),
            include_str!("../marts/mini_data_mart/generate/sales.sql"),
        ]
        .into_iter()
        .flat_map(statements)
        .map(move |statement| Statement {
            title: fill(&statement.title, &values),
            sql: fill(&statement.sql, &values),
        })
    }
}

impl fmt::Display for GeneratedSales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TenThousand => "10 thousand",
            Self::HundredThousand => "100 thousand",
            Self::Million => "1 million",
            Self::TenMillion => "10 million",
        })
    }
}
