//! Questions to the star, and the same asked in the plainest SQL.

use mart::ask::{Attribute, Days, Filter, Measure, Question, attributes};
use mart::{Plan, mini_data_mart};
use serde_json::Value;

use crate::engine::Engine;

/// All sales with everything that their dimensions say of them.
const FLAT: &str = "CREATE VIEW flat AS
    SELECT *, order_date AS day, CAST(date_trunc('month', order_date) AS DATE) AS month_,
        CAST(date_trunc('quarter', order_date) AS DATE) AS quarter, CAST(date_trunc('year', order_date) AS DATE) AS year_
    FROM fact_sales
    JOIN dim_customer USING (customer_id)
    JOIN dim_product USING (product_id)
    JOIN dim_date ON date = order_date";

fn in_flat(attribute: &Attribute) -> String {
    match attribute.name.as_str() {
        name @ ("month" | "year") => format!("{name}_"),
        name => name.to_owned(),
    }
}

fn days(first: &str, last: &str) -> Days {
    Days {
        first: Some(first.to_owned()),
        last: Some(last.to_owned()),
    }
}

fn sorted(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut lines: Vec<_> = rows
        .drain(..)
        .map(|row| Value::from(row).to_string())
        .collect();
    lines.sort();
    lines
}

#[test]
fn every_question_has_the_answer_of_the_plain_one() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = mini_data_mart();
    engine.build(&Plan::seed(&mart)).unwrap();
    engine.query(FLAT).unwrap();
    let known = attributes(&mart);
    let region = known.iter().find(|a| a.name == "region").unwrap();
    let month = known.iter().find(|a| a.name == "month").unwrap();
    let limits = [
        (Filter::default(), "true"),
        (
            Filter {
                days: days("2025-10-15", "2025-12-01"),
                ..Filter::default()
            },
            "order_date BETWEEN '2025-10-15' AND '2025-12-01'",
        ),
        (
            Filter {
                only: vec![
                    (
                        region.clone(),
                        vec!["North".to_owned(), "it's not".to_owned()],
                    ),
                    (month.clone(), vec!["2025-11-01".to_owned()]),
                ],
                ..Filter::default()
            },
            "region = 'North' AND month_ = '2025-11-01'",
        ),
    ];
    let mut by: Vec<Vec<Attribute>> = vec![vec![]];
    for first in &known {
        by.push(vec![first.clone()]);
        let others = known.iter().filter(|other| *other != first);
        by.extend(others.map(|second| vec![first.clone(), second.clone()]));
    }
    for by in by {
        for (filter, condition) in &limits {
            let question = Question {
                measures: Measure::ALL.to_vec(),
                by: by.clone(),
                filter: filter.clone(),
                top: None,
            };
            let sql = question.sql(&mart).unwrap();
            let columns: Vec<_> = by.iter().map(in_flat).collect();
            let comma = if by.is_empty() { "" } else { "," };
            let group = if by.is_empty() { "" } else { "GROUP BY ALL" };
            let plain = format!(
                "SELECT {}{comma} round(sum(quantity * unit_price), 2), CAST(sum(quantity) AS BIGINT), count(*),
                    round(sum(quantity * unit_price) / sum(quantity), 2)
                 FROM flat WHERE {condition} {group}",
                columns.join(", ")
            );
            let found = engine
                .query(&sql)
                .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
            let names: Vec<_> = by.iter().map(|a| a.name.as_str()).collect();
            assert_eq!(found.columns[..by.len()], names);
            let expected = engine.query(&plain).unwrap();
            assert_eq!(sorted(found.rows), sorted(expected.rows), "{sql}");
        }
    }
}

#[test]
fn every_answer_is_of_the_sales_that_count() {
    let (Some(mut engine), Some(mut cut)) = (Engine::start(), Engine::start()) else {
        return;
    };
    let mart = mini_data_mart();
    let known = attributes(&mart);
    let region = known.into_iter().find(|a| a.name == "region").unwrap();
    let mut filter = Filter {
        days: days("2025-10-20", "2025-11-05"),
        ..Filter::default()
    };
    filter.toggle(&[(region, "North".to_owned())]);
    engine.build(&Plan::seed(&mart)).unwrap();
    cut.build(&Plan::seed(&mart)).unwrap();
    cut.query("DELETE FROM fact_sales WHERE order_date NOT BETWEEN '2025-10-20' AND '2025-11-05'")
        .unwrap();
    // What an answer is by is cut last, and asked again after that.
    for is_by_region in [true, false] {
        if !is_by_region {
            cut.query("DELETE FROM fact_sales WHERE customer_id IN (SELECT customer_id FROM dim_customer WHERE region <> 'North')")
                .unwrap();
        }
        for answer in &mart.answers {
            if answer.by.contains(&"region") != is_by_region {
                continue;
            }
            let within = filter.within(answer);
            let (found, expected) = (
                engine.query(&within).unwrap(),
                cut.query(answer.sql).unwrap(),
            );
            assert_eq!(found.rows, expected.rows, "{within}");
            assert!(!found.rows.is_empty());
            let names = found.columns.iter().map(String::as_str);
            let by: Vec<_> = names
                .filter(|name| !matches!(*name, "year" | "month" | "revenue"))
                .collect();
            assert_eq!(by, answer.by);
        }
    }
}

#[test]
fn nothing_can_be_chosen_by_the_name_it_is_shown_by() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = mini_data_mart();
    engine.build(&Plan::seed(&mart)).unwrap();
    let without = "UPDATE dim_product SET category = NULL WHERE category = 'Furniture'";
    engine.query(without).unwrap();
    let known = attributes(&mart);
    let of = |name: &str| known.iter().find(|a| a.name == name).unwrap();
    let values = engine.query(&of("category").values(100)).unwrap().rows;
    assert!(values.contains(&vec!["NULL".into()]), "{values:?}");

    let mut filter = Filter::default();
    filter.toggle(&[(of("category").clone(), "NULL".to_owned())]);
    let mut answers = mart.answers.iter();
    let by_region = answers.find(|a| a.slug == "revenue_by_region").unwrap();
    let regions = engine.query(&filter.within(by_region)).unwrap();
    let plain = "SELECT region, round(sum(quantity * unit_price), 2)
        FROM fact_sales JOIN dim_customer USING (customer_id) JOIN dim_product USING (product_id)
        WHERE category IS NULL GROUP BY ALL";
    let plain = engine.query(plain).unwrap();
    assert!(!plain.rows.is_empty());
    assert_eq!(sorted(regions.rows), sorted(plain.rows));

    // But no day is no day: a range would end with it.
    let without = "DROP TABLE fact_sales;
        CREATE TABLE days AS FROM dim_date UNION ALL SELECT NULL, NULL, NULL, NULL;
        DROP TABLE dim_date;
        ALTER TABLE days RENAME TO dim_date;";
    engine.run(without).unwrap();
    let days = engine.query(&of("day").values(1_000)).unwrap().rows;
    assert!(
        days.len() > 50 && !days.contains(&vec!["NULL".into()]),
        "{days:?}"
    );
}

#[test]
fn a_value_is_chosen_and_no_longer() {
    let known = attributes(&mini_data_mart());
    let of = |name: &str, value: &str| {
        let attribute = known.iter().find(|a| a.name == name).unwrap();
        (attribute.clone(), value.to_owned())
    };
    let mut filter = Filter::default();
    filter.toggle(&[of("region", "North")]);
    // One of the two is there: both are, then.
    filter.toggle(&[of("region", "North"), of("category", "Toys")]);
    assert!(filter.has(&of("region", "North").0, "North"));
    assert!(filter.has(&of("category", "Toys").0, "Toys"));
    filter.toggle(&[of("region", "South")]);
    assert_eq!(filter.only.len(), 2);
    filter.toggle(&[of("region", "North"), of("category", "Toys")]);
    filter.toggle(&[of("region", "South")]);
    assert_eq!(filter, Filter::default());
}

#[test]
fn the_most_come_first_and_time_goes_on() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = mini_data_mart();
    engine.build(&Plan::seed(&mart)).unwrap();
    let by = |name: &str| {
        let known = attributes(&mart);
        known.into_iter().filter(|a| a.name == name).collect()
    };
    let mut ask = |name: &str, top| {
        let question = Question {
            measures: vec![Measure::Revenue],
            by: by(name),
            top,
            ..Question::default()
        };
        engine.query(&question.sql(&mart).unwrap()).unwrap().rows
    };
    let regions = ask("region", None);
    assert_eq!(regions[0][0], "North");
    assert_eq!(ask("region", Some(2)), regions[..2]);
    let months = ask("month", None);
    let days: Vec<_> = months.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(days, ["2025-10-01", "2025-11-01", "2025-12-01"]);
    assert_eq!(Question::default().sql(&mart), None);
}
