//! The answers that native DuckDB gave for the seed, as they must stand on screen and in the files.

use serde_json::Value;
use std::sync::LazyLock;

/// One answer: its name on the page, and its columns and rows.
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
}

/// The tables of the star, with their rows in the seed.
pub(crate) const TABLES: [(&str, usize); 4] = [
    ("dim_customer", 10),
    ("dim_product", 12),
    ("dim_date", 92),
    ("fact_sales", 120),
];

const NAMES: [&str; 6] = [
    "Revenue by customer",
    "Revenue by category",
    "Revenue by customer and category",
    "Revenue by region",
    "Revenue by month",
    "Revenue by day of week",
];

/// All six answers from the seed.
pub(crate) static ANSWERS: LazyLock<Vec<Answer>> = LazyLock::new(|| {
    let all: Value =
        serde_json::from_str(include_str!("../../data/seed-answers.json")).expect("JSON");
    NAMES
        .into_iter()
        .map(|name| {
            let answer = &all[file_stem(name)];
            Answer {
                name,
                columns: serde_json::from_value(answer["columns"].clone()).expect("columns"),
                rows: serde_json::from_value(answer["rows"].clone()).expect("rows"),
            }
        })
        .collect()
});

/// What its files are called: `Revenue by month` is `revenue_by_month`.
pub(crate) fn file_stem(name: &str) -> String {
    name.to_lowercase().replace(' ', "_")
}

impl Answer {
    /// The rows as an American reader sees them.
    pub(crate) fn on_screen(&self) -> Vec<Vec<String>> {
        self.rows
            .iter()
            .map(|row| row.iter().map(on_screen).collect())
            .collect()
    }
}

fn on_screen(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => money(number.as_f64().expect("a float")),
        other => other.to_string(),
    }
}

/// `1234.5` is `1,234.50`.
pub(crate) fn money(amount: f64) -> String {
    let text = format!("{amount:.2}");
    let (whole, cents) = text.split_once('.').expect("two decimals");
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{cents}")
}

/// Waits until the page shows the seed's answers, all of them.
pub(crate) async fn seed_is_answered(page: &browser_tests::Page) -> browser_tests::Outcome {
    for answer in &*ANSWERS {
        page.table_rows(answer.name, answer.on_screen()).await?;
    }
    Ok(())
}
