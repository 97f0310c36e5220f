//! Questions to the star, and the same asked in the plainest SQL.

use mart::{Attribute, Days, Filter, Model, Plan, Query};
use serde_json::Value;

use crate::engine::{Engine, built_in};

/// All sales with everything that their dimensions say of them.
const FLAT: &str = "CREATE VIEW flat AS
    SELECT *, order_date AS day, CAST(date_trunc('month', order_date) AS DATE) AS month_,
        CAST(date_trunc('quarter', order_date) AS DATE) AS quarter, CAST(date_trunc('year', order_date) AS DATE) AS year_
    FROM fact_sales
    JOIN dim_customer USING (customer_id)
    JOIN dim_product USING (product_id)
    JOIN dim_date ON date = order_date";

fn in_flat(attribute: &Attribute) -> String {
    match attribute.name() {
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

fn chosen(selections: &[(&Attribute, &[&str], bool)]) -> Filter {
    let mut filter = Filter::default();
    for (attribute, values, is_excluded) in selections {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        filter.choose(attribute, &values, *is_excluded);
    }
    filter
}

fn sorted(mut rows: Vec<Vec<Value>>) -> Vec<String> {
    let mut lines: Vec<_> = rows
        .drain(..)
        .map(|row| Value::from(row).to_string())
        .collect();
    lines.sort();
    lines
}

const METRICS: [&str; 4] = ["revenue", "units", "sales", "average_price"];

/// The SQL for metrics of these names.
pub(crate) fn query(model: &Model, metrics: &[&str], by: &[Attribute], filter: &Filter) -> String {
    let mut query = Query::default();
    query.metrics = metrics
        .iter()
        .map(|name| {
            let mut known = model.metrics().iter();
            known.find(|metric| metric.name() == *name).unwrap().clone()
        })
        .collect();
    query.by = by.to_vec();
    query.filter = filter.clone();
    query.sql(model).unwrap()
}

/// The attribute of this name.
pub(crate) fn attribute<'m>(model: &'m Model, name: &str) -> &'m Attribute {
    let mut attributes = model.attributes().iter();
    attributes
        .find(|attribute| attribute.name() == name)
        .unwrap()
}

#[test]
fn every_question_has_the_answer_of_the_plain_one() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    engine.query(FLAT).unwrap();
    let known = mart.attributes();
    let region = known.iter().find(|a| a.name() == "region").unwrap();
    let month = known.iter().find(|a| a.name() == "month").unwrap();
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
            chosen(&[
                (region, &["North", "it's not"], false),
                (month, &["2025-11-01"], false),
            ]),
            "region = 'North' AND month_ = '2025-11-01'",
        ),
        (
            chosen(&[
                (region, &["North", "South"], true),
                (month, &["2025-11-01"], true),
            ]),
            "region NOT IN ('North', 'South') AND month_ <> '2025-11-01'",
        ),
    ];
    let mut by: Vec<Vec<Attribute>> = vec![vec![]];
    for first in known {
        by.push(vec![first.clone()]);
        let others = known.iter().filter(|other| *other != first);
        by.extend(others.map(|second| vec![first.clone(), second.clone()]));
    }
    for by in by {
        for (filter, condition) in &limits {
            let sql = query(mart, &METRICS, &by, filter);
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
            let names: Vec<_> = by.iter().map(Attribute::name).collect();
            assert_eq!(found.columns[..by.len()], names);
            let expected = engine.query(&plain).unwrap();
            assert_same(&found.rows, &expected.rows, &sql);
        }
    }
}

/// Asserts that two results have the same rows in any order. Sums of floating-point numbers depend on
/// the order of the rows, so that a rounded mean may differ in its last digit.
pub(crate) fn assert_same(found: &[Vec<Value>], expected: &[Vec<Value>], sql: &str) {
    let key = |row: &Vec<Value>| {
        let exact = row
            .iter()
            .filter(|value| !value.is_f64() && !value.is_i64());
        exact.map(ToString::to_string).collect::<Vec<_>>()
    };
    let [mut found, mut expected] = [found.to_vec(), expected.to_vec()];
    found.sort_by_key(key);
    expected.sort_by_key(key);
    assert_eq!(found.len(), expected.len(), "{sql}");
    for (row, right) in found.iter().zip(&expected) {
        for (value, right) in row.iter().zip(right) {
            let is_same = match (value.as_f64(), right.as_f64()) {
                (Some(value), Some(right)) => (value - right).abs() <= 0.0101,
                _ => value == right,
            };
            assert!(is_same, "{row:?} {right:?}: {sql}");
        }
    }
}

#[test]
fn every_answer_is_of_the_sales_that_count() {
    let (Some(mut engine), Some(mut cut)) = (Engine::start(), Engine::start()) else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    let region = attribute(mart, "region").clone();
    let mut filter = Filter {
        days: days("2025-10-20", "2025-11-05"),
        ..Filter::default()
    };
    filter.pick(&[(region, "North".to_owned())]);
    engine.build(&Plan::shipped(&package)).unwrap();
    cut.build(&Plan::shipped(&package)).unwrap();
    cut.query("DELETE FROM fact_sales WHERE order_date NOT BETWEEN '2025-10-20' AND '2025-11-05'")
        .unwrap();
    // What an answer is by is cut last, and asked again after that.
    for is_by_region in [true, false] {
        if !is_by_region {
            cut.query("DELETE FROM fact_sales WHERE customer_id IN (SELECT customer_id FROM dim_customer WHERE region <> 'North')")
                .unwrap();
        }
        for question in mart.questions() {
            if question.by().iter().any(|by| by.name() == "region") != is_by_region {
                continue;
            }
            let within = question.query(&filter).sql(mart).unwrap();
            let whole = question.query(&Filter::default()).sql(mart).unwrap();
            let (found, expected) = (engine.query(&within).unwrap(), cut.query(&whole).unwrap());
            assert_eq!(found.rows, expected.rows, "{within}");
            assert!(!found.rows.is_empty());
            let by: Vec<_> = question.by().iter().map(Attribute::name).collect();
            assert_eq!(found.columns[..by.len()], by);
        }
    }
}

#[test]
fn nothing_can_be_chosen_by_the_name_it_is_shown_by() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let without = "UPDATE dim_product SET category = NULL WHERE category = 'Furniture'";
    engine.query(without).unwrap();
    let of = |name: &str| attribute(mart, name);
    let values = engine
        .query(&of("category").values(mart, 100).unwrap())
        .unwrap()
        .rows;
    assert!(values.contains(&vec!["NULL".into()]), "{values:?}");

    let mut filter = Filter::default();
    filter.pick(&[(of("category").clone(), "NULL".to_owned())]);
    let mut questions = mart.questions().iter();
    let by_region = questions
        .find(|one| one.name() == "revenue_by_region")
        .unwrap();
    let regions = engine
        .query(&by_region.query(&filter).sql(mart).unwrap())
        .unwrap();
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
    let days = engine
        .query(&of("day").values(mart, 1_000).unwrap())
        .unwrap()
        .rows;
    assert!(
        days.len() > 50 && !days.contains(&vec!["NULL".into()]),
        "{days:?}"
    );
}

#[test]
fn a_value_is_chosen_and_no_longer() {
    let package = built_in();
    let of = |name: &str, value: &str| (attribute(package.model(), name).clone(), value.to_owned());
    let mut filter = Filter::default();
    filter.pick(&[of("region", "North")]);
    // One of the two is there: both are, then.
    filter.pick(&[of("region", "North"), of("category", "Toys")]);
    assert!(filter.has(&of("region", "North").0, "North"));
    assert!(filter.has(&of("category", "Toys").0, "Toys"));
    filter.pick(&[of("region", "South")]);
    assert_eq!(filter.selections.len(), 2);
    filter.pick(&[of("region", "North"), of("category", "Toys")]);
    filter.pick(&[of("region", "South")]);
    assert_eq!(filter, Filter::default());
}

#[test]
fn the_most_come_first_and_time_goes_on() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let mut ask = |name: &str, limit| {
        let mut query = Query::default();
        query.metrics = mart.metrics()[..1].to_vec();
        query.by = vec![attribute(mart, name).clone()];
        query.limit = limit;
        engine.query(&query.sql(mart).unwrap()).unwrap().rows
    };
    let regions = ask("region", None);
    assert_eq!(regions[0][0], "North");
    assert_eq!(ask("region", Some(2)), regions[..2]);
    let months = ask("month", None);
    let days: Vec<_> = months.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(days, ["2025-10-01", "2025-11-01", "2025-12-01"]);
    assert_eq!(Query::default().sql(mart), None);
}

/// A question by month and by category and the like, to the first metrics.
fn over_time(model: &Model, by: &[&str], metrics: usize, limit: Option<u32>) -> Query {
    let mut query = Query::default();
    query.metrics = model.metrics()[..metrics].to_vec();
    query.by = by
        .iter()
        .map(|name| attribute(model, name).clone())
        .collect();
    query.limit = limit;
    query
}

#[test]
fn a_limit_over_time_is_one_on_values() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let mut rows = |query: &Query| engine.query(&query.sql(mart).unwrap()).unwrap().rows;
    let table: [(&[&str], usize, &str); 5] = [
        (&["month", "category"], 1, "category"),
        (&["category", "month"], 1, "category"),
        (&["quarter", "customer_name"], 2, "customer_name"),
        // The first of two attributes is limited.
        (&["month", "region", "category"], 1, "region"),
        (&["day", "product_name"], 4, "product_name"),
    ];
    for (by, metrics, limited) in table {
        let query = over_time(mart, by, metrics, Some(2));
        assert_eq!(query.limited().map(Attribute::name), Some(limited));
        let largest: Vec<_> = rows(&over_time(mart, &[limited], 1, Some(2)))
            .iter()
            .map(|row| row[0].clone())
            .collect();
        let at = by.iter().position(|name| *name == limited).unwrap();
        let mut expected = rows(&over_time(mart, by, metrics, None));
        expected.retain(|row| largest.contains(&row[at]));
        assert!(expected.len() >= 2, "{by:?}");
        assert_eq!(rows(&query), expected, "{by:?}");
    }
    // Without time, or with time alone, rows are limited.
    for by in [&["region", "category"][..], &["month"]] {
        let query = over_time(mart, by, 1, Some(2));
        assert_eq!(query.limited(), None);
        assert_eq!(rows(&query).len(), 2, "{by:?}");
    }
}

#[test]
fn the_largest_value_over_time_may_be_null() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let mart = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let without_customers = "CREATE TABLE sold AS FROM fact_sales;
        DROP TABLE fact_sales;
        CREATE TABLE fact_sales AS
            SELECT * REPLACE (CASE WHEN customer_id > 6 THEN customer_id END AS customer_id) FROM sold;";
    engine.run(without_customers).unwrap();
    let mut query = over_time(mart, &["month", "region"], 1, Some(1));
    query.filter.days = Days {
        first: Some("2025-11-01".to_owned()),
        last: Some("2025-11-30".to_owned()),
    };
    let mut largest = over_time(mart, &["region"], 1, Some(1));
    largest.filter = query.filter.clone();
    let mut rows = |query: &Query| engine.query(&query.sql(mart).unwrap()).unwrap().rows;
    let (rows, largest) = (rows(&query), rows(&largest));
    assert_eq!(largest[0][0], Value::Null);
    assert_eq!(rows.len(), 1, "one month of one region: {rows:?}");
    assert_eq!(rows[0][1..], largest[0], "the total of the only month");
}
