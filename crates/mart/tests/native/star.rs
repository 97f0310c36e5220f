//! A star with all that a star can have, against plain SQL: two roles of one calendar, optional
//! relationships, orphans, bridges with and without shares, two facts of which one refers to the
//! other, and attributes two tables away.

use mart::{Attribute, Days, Document, Filter, Model, NULL, Query};

use crate::ask::{assert_same, attribute, query};
use crate::engine::Engine;

/// Without keys, so that orders can have an unknown customer.
const TABLES: &str = "
    CREATE TABLE dim_day AS SELECT CAST(d AS DATE) AS date, dayname(d) AS day_name
        FROM generate_series(DATE '2025-01-01', DATE '2025-04-30', INTERVAL 1 DAY) AS t (d);
    CREATE TABLE dim_region AS FROM (VALUES (1, 'North'), (2, 'South')) AS t (region_id, name);
    CREATE TABLE dim_customer AS FROM (VALUES (1, 'Ann', 1), (2, 'Bob', 2), (3, 'Cat', NULL), (4, 'Ann', 2)) AS t (customer_id, name, region_id);
    CREATE TABLE dim_product AS FROM (VALUES ('A', 1, 'Toys'), ('A', 2, 'Food'), ('B', 1, 'Toys'), ('B', 2, NULL)) AS t (maker, product_no, category);
    CREATE TABLE dim_reason AS FROM (VALUES (1, 'price'), (2, 'service'), (3, 'near')) AS t (reason_id, reason);
    CREATE TABLE dim_tag AS FROM (VALUES ('gift'), ('late'), ('big')) AS t (tag);
    CREATE TABLE fact_order AS FROM (VALUES
        (1, 1, DATE '2025-01-05', DATE '2025-01-07', 'web', 4.0, 100.0, 1),
        (2, 1, DATE '2025-01-20', DATE '2025-02-02', 'web', 6.5, 50.0, 2),
        (3, 2, DATE '2025-02-10', NULL, 'shop', 0.0, 25.0, 1),
        (4, 3, DATE '2025-02-11', DATE '2025-03-01', NULL, 8.0, 10.0, 3),
        (5, 4, DATE '2025-03-03', NULL, 'shop', 2.25, 5.0, 1),
        (6, 99, DATE '2025-03-04', DATE '2025-03-04', 'web', 1.75, 1.0, 1)
    ) AS t (order_id, customer_id, ordered, shipped, channel, freight, open_amount, parcels);
    CREATE TABLE fact_line AS FROM (VALUES
        (1, 1, 'A', 1, 2, 10.0), (1, 2, 'A', 2, 1, 5.0), (1, 3, 'B', 1, 4, 2.5),
        (2, 1, 'B', 2, 1, 99.0), (3, 1, 'A', 1, 1, 11.0), (3, 2, 'B', 1, 7, 3.0),
        (4, 1, 'A', 2, 3, 4.0), (6, 1, 'A', 1, 1, 12.0), (6, 2, 'X', 9, 1, 1.0)
    ) AS t (order_id, line_no, maker, product_no, quantity, price);
    CREATE TABLE bridge_reason AS FROM (VALUES
        (1, 1, 0.5), (1, 2, 0.5), (2, 1, 1.0), (3, 2, 0.25), (3, 3, 0.75), (4, 3, 1.0)
    ) AS t (order_id, reason_id, share);
    CREATE TABLE bridge_tag AS FROM (VALUES (1, 'gift'), (1, 'big'), (3, 'late'), (5, 'gift')) AS t (order_id, tag);
";

/// Orders with everything that they lead to, once each.
const ORDERS: &str = "fact_order AS o
    LEFT JOIN dim_customer AS c USING (customer_id)
    LEFT JOIN dim_region AS r USING (region_id)
    LEFT JOIN dim_day AS d ON d.date = o.ordered
    LEFT JOIN dim_day AS s ON s.date = o.shipped";

/// Lines with everything that they lead to, once each.
const LINES: &str = "fact_line AS l
    LEFT JOIN dim_product AS p ON p.maker = l.maker AND p.product_no = l.product_no
    LEFT JOIN fact_order AS o USING (order_id)
    LEFT JOIN dim_customer AS c USING (customer_id)
    LEFT JOIN dim_region AS r USING (region_id)
    LEFT JOIN dim_day AS d ON d.date = o.ordered
    LEFT JOIN dim_day AS s ON s.date = o.shipped";

fn model() -> Model {
    let document = Document::read(include_str!("star.json")).unwrap();
    Model::resolve(&document).unwrap()
}

fn started() -> Option<(Engine, Model)> {
    let mut engine = Engine::start()?;
    engine.run(TABLES).unwrap();
    Some((engine, model()))
}

/// Metrics, what they are by, and the plain SQL.
const QUESTIONS: [(&[&str], &[&str], &str); 24] = [
    (
        &["freight", "orders"],
        &[],
        "SELECT sum(freight), count(*) FROM fact_order",
    ),
    (
        &["freight", "orders", "customers"],
        &["customer"],
        "SELECT c.name, sum(freight), count(*), count(DISTINCT customer_id) FROM {o} GROUP BY 1",
    ),
    (
        &["freight", "mean_freight"],
        &["region"],
        "SELECT r.name, sum(freight), avg(freight) FROM {o} GROUP BY 1",
    ),
    (
        &["freight"],
        &["customer", "region"],
        "SELECT c.name, r.name, sum(freight) FROM {o} GROUP BY 1, 2",
    ),
    (
        &["freight"],
        &["region", "month"],
        "SELECT r.name, date_trunc('month', d.date)::DATE, sum(freight) FROM {o} GROUP BY 1, 2",
    ),
    (
        &["freight", "orders"],
        &["ship_month"],
        "SELECT date_trunc('month', s.date)::DATE, sum(freight), count(*) FROM {o} GROUP BY 1",
    ),
    (
        &["orders"],
        &["month", "ship_month"],
        "SELECT date_trunc('month', d.date)::DATE, date_trunc('month', s.date)::DATE, count(*) FROM {o} GROUP BY 1, 2",
    ),
    (
        &["orders", "first_order"],
        &["channel"],
        "SELECT channel, count(*), min(ordered) FROM {o} GROUP BY 1",
    ),
    (
        &["freight"],
        &["channel", "customer"],
        "SELECT channel, c.name, sum(freight) FROM {o} GROUP BY 1, 2",
    ),
    (
        &["open_amount"],
        &["customer"],
        "SELECT c.name, sum(open_amount) FROM {o} GROUP BY 1",
    ),
    // A header amount is never multiplied by lines.
    (
        &["turnover", "pieces", "mean_price"],
        &["category"],
        "SELECT p.category, sum(quantity * price), sum(quantity)::BIGINT, sum(quantity * price) / sum(quantity) FROM {l} GROUP BY 1",
    ),
    (
        &["turnover"],
        &["customer"],
        "SELECT c.name, sum(quantity * price) FROM {l} GROUP BY 1",
    ),
    (
        &["turnover", "highest_price"],
        &["region", "category"],
        "SELECT r.name, p.category, sum(quantity * price), max(price) FROM {l} GROUP BY 1, 2",
    ),
    (
        &["turnover"],
        &["ship_month", "maker"],
        "SELECT date_trunc('month', s.date)::DATE, p.maker, sum(quantity * price) FROM {l} GROUP BY 1, 2",
    ),
    (
        &["pieces"],
        &["channel"],
        "SELECT channel, sum(quantity)::BIGINT FROM {l} GROUP BY 1",
    ),
    // Two facts side by side.
    (
        &["freight", "turnover"],
        &[],
        "SELECT (SELECT sum(freight) FROM fact_order), (SELECT sum(quantity * price) FROM fact_line)",
    ),
    (
        &["freight", "turnover", "orders"],
        &["customer"],
        "SELECT name, a, b, c FROM (SELECT c.name, sum(freight) AS a, count(*) AS c FROM {o} GROUP BY 1) AS x FULL JOIN (SELECT c.name AS n, sum(quantity * price) AS b FROM {l} GROUP BY 1) AS y ON name IS NOT DISTINCT FROM n",
    ),
    (
        &["turnover", "orders"],
        &["month"],
        "SELECT coalesce(m, n), b, c FROM (SELECT date_trunc('month', d.date)::DATE AS m, count(*) AS c FROM {o} GROUP BY 1) AS x FULL JOIN (SELECT date_trunc('month', d.date)::DATE AS n, sum(quantity * price) AS b FROM {l} GROUP BY 1) AS y ON m IS NOT DISTINCT FROM n",
    ),
    // Bridges: with shares, an order counts once in all; without, once under each value.
    (
        &["freight", "orders"],
        &["reason"],
        "SELECT reason, sum(freight * coalesce(share, 1)), sum(coalesce(share, 1)) FROM fact_order LEFT JOIN bridge_reason USING (order_id) LEFT JOIN dim_reason USING (reason_id) GROUP BY 1",
    ),
    (
        &["shipped_orders", "mean_freight"],
        &["reason"],
        "SELECT reason, sum(coalesce(share, 1)) FILTER (WHERE shipped IS NOT NULL), sum(freight * coalesce(share, 1)) / sum(coalesce(share, 1)) FROM fact_order LEFT JOIN bridge_reason USING (order_id) LEFT JOIN dim_reason USING (reason_id) GROUP BY 1",
    ),
    (
        &["freight"],
        &["reason", "region"],
        "SELECT reason, r.name, sum(freight * coalesce(share, 1)) FROM {o} LEFT JOIN bridge_reason AS b ON b.order_id = o.order_id LEFT JOIN dim_reason USING (reason_id) GROUP BY 1, 2",
    ),
    (
        &["freight", "orders"],
        &["tag"],
        "SELECT tag, sum(freight), count(*) FROM fact_order LEFT JOIN bridge_tag USING (order_id) GROUP BY 1",
    ),
    (
        &["turnover"],
        &["reason"],
        "SELECT reason, sum(quantity * price * coalesce(share, 1)) FROM {l} LEFT JOIN bridge_reason AS b ON b.order_id = o.order_id LEFT JOIN dim_reason USING (reason_id) GROUP BY 1",
    ),
    (
        &["turnover"],
        &["tag", "category"],
        "SELECT tag, p.category, sum(quantity * price) FROM {l} LEFT JOIN bridge_tag AS b ON b.order_id = o.order_id GROUP BY 1, 2",
    ),
];

#[test]
fn every_question_has_the_answer_of_the_plain_one() {
    let Some((mut engine, model)) = started() else {
        return;
    };
    for (metrics, by, plain) in QUESTIONS {
        let by: Vec<_> = by
            .iter()
            .map(|name| attribute(&model, name).clone())
            .collect();
        let sql = query(&model, metrics, &by, &Filter::default());
        let found = engine
            .query(&sql)
            .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
        let plain = plain.replace("{o}", ORDERS).replace("{l}", LINES);
        let expected = engine
            .query(&plain)
            .unwrap_or_else(|cause| panic!("{cause}: {plain}"));
        assert_same(&found.rows, &expected.rows, &sql);
    }
}

#[test]
fn shares_add_up_to_the_total() {
    let Some((mut engine, model)) = started() else {
        return;
    };
    let metrics = ["freight", "orders", "parcels", "open_amount"];
    let total = engine
        .query(&query(&model, &metrics, &[], &Filter::default()))
        .unwrap();
    for others in [vec![], vec!["region"], vec!["month", "channel"]] {
        let by: Vec<_> = others
            .iter()
            .chain(&["reason"])
            .map(|name| attribute(&model, name).clone())
            .collect();
        let by_reason = query(&model, &metrics, &by, &Filter::default());
        let sums = "sum(freight), sum(orders), sum(parcels), sum(open_amount)";
        let summed = engine
            .query(&format!("SELECT {sums} FROM ({by_reason})"))
            .unwrap();
        for (sum, whole) in summed.rows[0].iter().zip(&total.rows[0]) {
            let number = |value: &serde_json::Value| match value {
                serde_json::Value::String(text) => text.parse::<f64>().unwrap(),
                other => other.as_f64().unwrap(),
            };
            assert!(
                (number(sum) - number(whole)).abs() < 1e-9,
                "{summed:?} {total:?}"
            );
        }
    }
}

/// A value of an attribute, and the orders and lines that it leaves, in plain SQL.
const FILTERS: [(&str, &str, &str); 9] = [
    ("customer", "Ann", "c.name = 'Ann'"),
    ("customer", NULL, "c.name IS NULL"),
    ("region", "North", "r.name = 'North'"),
    ("region", NULL, "r.name IS NULL"),
    ("channel", NULL, "o.channel IS NULL"),
    (
        "month",
        "2025-02-01",
        "date_trunc('month', d.date) = '2025-02-01'",
    ),
    ("ship_month", NULL, "o.shipped IS NULL"),
    (
        "reason",
        "service",
        "o.order_id IN (SELECT order_id FROM bridge_reason WHERE reason_id = 2)",
    ),
    (
        "tag",
        NULL,
        "o.order_id NOT IN (SELECT order_id FROM bridge_tag)",
    ),
];

#[test]
fn filters_limit_both_facts() {
    let Some((mut engine, model)) = started() else {
        return;
    };
    for (name, value, condition) in FILTERS {
        for is_excluded in [false, true] {
            let mut filter = Filter::default();
            filter.choose(attribute(&model, name), &[value.to_owned()], is_excluded);
            let sql = query(&model, &["freight", "turnover"], &[], &filter);
            let found = engine
                .query(&sql)
                .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
            let condition = if is_excluded {
                format!("NOT coalesce({condition}, FALSE)")
            } else {
                (*condition).to_owned()
            };
            let plain = format!(
                "SELECT (SELECT sum(freight) FROM {ORDERS} WHERE {condition}), (SELECT sum(quantity * price) FROM {LINES} WHERE {condition})"
            );
            let expected = engine
                .query(&plain)
                .unwrap_or_else(|cause| panic!("{cause}: {plain}"));
            assert_same(&found.rows, &expected.rows, &sql);
        }
    }
    // Days are those of the role that is the fact's time.
    let filter = Filter {
        days: Days::of("2025-02").unwrap(),
        ..Filter::default()
    };
    let found = engine
        .query(&query(&model, &["orders"], &[], &filter))
        .unwrap();
    assert_eq!(found.rows[0][0], "2");
}

#[test]
fn a_filter_that_a_fact_does_not_lead_to_does_not_limit_it() {
    let Some((mut engine, model)) = started() else {
        return;
    };
    let mut filter = Filter::default();
    filter.choose(attribute(&model, "category"), &["Toys".to_owned()], false);
    let place = |name: &str| {
        model
            .tables()
            .iter()
            .position(|table| table.title() == name)
            .unwrap()
    };
    assert_eq!(filter.ignored(&model, place("fact_order")), ["Category"]);
    assert!(filter.ignored(&model, place("fact_line")).is_empty());
    let found = engine
        .query(&query(&model, &["freight", "turnover"], &[], &filter))
        .unwrap();
    let plain = format!(
        "SELECT (SELECT sum(freight) FROM fact_order), (SELECT sum(quantity * price) FROM {LINES} WHERE p.category = 'Toys')"
    );
    assert_same(&found.rows, &engine.query(&plain).unwrap().rows, "category");
}

#[test]
fn what_can_group_several_metrics_is_common_to_their_facts() {
    let model = model();
    let names = |metrics: &[&str]| -> Vec<String> {
        let mut query = Query::default();
        let metric = |name: &&str| {
            model
                .metrics()
                .iter()
                .find(|one| one.name() == *name)
                .unwrap()
        };
        query.metrics = metrics.iter().map(|name| metric(name).clone()).collect();
        query
            .common_attributes(&model)
            .into_iter()
            .map(|one| one.name().to_owned())
            .collect()
    };
    let of_orders = [
        "customer",
        "region",
        "day",
        "month",
        "ship_month",
        "day_name",
        "channel",
        "reason",
        "tag",
    ];
    assert_eq!(names(&["freight"]), of_orders);
    assert_eq!(names(&["freight", "turnover"]), of_orders);
    assert_eq!(names(&["turnover"]).len(), model.attributes().len());
    let mut query = Query::default();
    query.metrics = vec![model.metrics()[0].clone()];
    query.by = vec![attribute(&model, "category").clone()];
    assert_eq!(query.sql(&model), None, "orders do not lead to a category");
    let titles = |by: &Attribute| by.label().to_owned();
    assert_eq!(titles(attribute(&model, "ship_month")), "Ship month");
}

#[test]
fn days_of_several_facts_are_in_the_order_of_the_week() {
    let Some((mut engine, model)) = started() else {
        return;
    };
    let sql = model.questions()[0]
        .query(&Filter::default())
        .sql(&model)
        .unwrap();
    let found = engine
        .query(&sql)
        .unwrap_or_else(|cause| panic!("{cause}: {sql}"));
    let days: Vec<_> = found
        .rows
        .iter()
        .map(|row| row[0].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(days, ["Monday", "Tuesday", "Sunday"], "{sql}");
    assert_eq!(found.columns, ["day_name", "orders", "turnover"]);
}
