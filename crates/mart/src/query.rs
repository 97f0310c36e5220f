//! The questions a mart answers. It must not know how an answer is run, drawn or written.

/// A question the mart answers, and its SQL.
///
/// ```
/// let mart = mart::mini_data_mart();
/// let answer = &mart.answers[0];
/// assert_eq!(answer.name, "Revenue by customer");
/// assert_eq!(answer.slug, "revenue_by_customer");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The name on the page.
    pub name: &'static str,
    /// The name of its files, without an ending.
    pub slug: &'static str,
    /// The attributes that it tells apart, but for stretches of time: the columns before the last.
    pub by: &'static [&'static str],
    /// One query; its order is part of the answer.
    pub sql: &'static str,
}

/// The answers of the built-in mart, in the order of the page.
pub(crate) fn mini_data_mart() -> Vec<Answer> {
    vec![
        Answer {
            name: "Revenue by customer",
            slug: "revenue_by_customer",
            by: &["customer_name"],
            sql: include_str!("../marts/mini_data_mart/queries/revenue_by_customer.sql"),
        },
        Answer {
            name: "Revenue by category",
            slug: "revenue_by_category",
            by: &["category"],
            sql: include_str!("../marts/mini_data_mart/queries/revenue_by_category.sql"),
        },
        Answer {
            name: "Revenue by customer and category",
            slug: "revenue_by_customer_and_category",
            by: &["customer_name", "category"],
            sql: include_str!(
                "../marts/mini_data_mart/queries/revenue_by_customer_and_category.sql"
            ),
        },
        Answer {
            name: "Revenue by region",
            slug: "revenue_by_region",
            by: &["region"],
            sql: include_str!("../marts/mini_data_mart/queries/revenue_by_region.sql"),
        },
        Answer {
            name: "Revenue by month",
            slug: "revenue_by_month",
            by: &[],
            sql: include_str!("../marts/mini_data_mart/queries/revenue_by_month.sql"),
        },
        Answer {
            name: "Revenue by day of week",
            slug: "revenue_by_day_of_week",
            by: &["day_of_week"],
            sql: include_str!("../marts/mini_data_mart/queries/revenue_by_day_of_week.sql"),
        },
    ]
}
