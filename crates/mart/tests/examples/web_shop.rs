//! Two facts of different grain that share customers and days.

use mart::{Days, Filter};

use crate::example::Example;
use crate::totals_are_those_of_the_files;

const NAME: &str = "web_shop";
const AMOUNT: &str = "CAST(amount AS DECIMAL(12,2))";
const FREIGHT: &str = "CAST(freight AS DECIMAL(12,2))";

#[test]
fn totals_by_every_attribute_are_those_of_the_files() {
    let Some(mut shop) = Example::load(NAME) else {
        return;
    };
    let (orders, lines) = (shop.csv("orders.csv"), shop.csv("order_lines.csv"));
    let list_amount = "CAST(quantity AS INTEGER) * CAST(unit_price AS DECIMAL(12,2))";
    let expected = [
        ("revenue", format!("SELECT sum({AMOUNT}) FROM {lines}")),
        ("orders", format!("SELECT count(*) FROM {orders}")),
        ("freight", format!("SELECT sum({FREIGHT}) FROM {orders}")),
        (
            "units",
            format!("SELECT sum(CAST(quantity AS INTEGER)) FROM {lines}"),
        ),
        ("order_lines", format!("SELECT count(*) FROM {lines}")),
        (
            "list_value",
            format!("SELECT sum({list_amount}) FROM {lines}"),
        ),
        (
            "returned_units",
            format!("SELECT sum(CAST(returned_quantity AS INTEGER)) FROM {lines}"),
        ),
        (
            "discount_given",
            format!("SELECT sum({list_amount} - {AMOUNT}) FROM {lines}"),
        ),
        (
            "freight_per_order",
            format!("SELECT round(sum({FREIGHT}) / count(*), 2) FROM {orders}"),
        ),
        (
            "average_order_value",
            format!(
                "SELECT round((SELECT sum({AMOUNT}) FROM {lines}) / (SELECT count(*) FROM {orders}), 2)"
            ),
        ),
        (
            "discount_rate",
            format!("SELECT round(1 - sum({AMOUNT}) / sum({list_amount}), 4) FROM {lines}"),
        ),
        (
            "average_discount",
            format!("SELECT round(avg(CAST(discount AS DOUBLE)), 4) FROM {lines}"),
        ),
        (
            "buyers",
            format!("SELECT count(DISTINCT (customer_name, city, country)) FROM {orders}"),
        ),
    ];
    totals_are_those_of_the_files(&mut shop, &expected);
}

#[test]
fn facts_stand_side_by_side_without_multiplying_each_other() {
    let Some(mut shop) = Example::load(NAME) else {
        return;
    };
    let (orders, lines) = (shop.csv("orders.csv"), shop.csv("order_lines.csv"));
    for (question, attribute, key) in [
        (
            "revenue_and_freight_by_month",
            "month",
            "CAST(ordered_on[:7] || '-01' AS DATE)",
        ),
        ("revenue_and_freight_by_country", "country", "country"),
    ] {
        let ours = shop.question(question);
        let theirs = format!(
            "SELECT {attribute}, revenue, freight, orders
FROM (SELECT {key} AS {attribute}, sum({FREIGHT}) AS freight, count(*) AS orders FROM {orders} GROUP BY ALL)
JOIN (SELECT {key} AS {attribute}, sum({AMOUNT}) AS revenue FROM {lines} JOIN {orders} USING (order_number) GROUP BY ALL)
USING ({attribute})"
        );
        shop.assert_same(&ours, &theirs);
    }
}

#[test]
fn a_filter_limits_both_facts() {
    let Some(mut shop) = Example::load(NAME) else {
        return;
    };
    let (orders, lines) = (shop.csv("orders.csv"), shop.csv("order_lines.csv"));
    let country = shop
        .model()
        .attributes()
        .iter()
        .find(|one| one.name() == "country")
        .unwrap();
    let mut november_in_germany = Filter {
        days: Days::of("2025-11").unwrap(),
        ..Filter::default()
    };
    november_in_germany.choose(country, &["Germany".to_owned()], false);
    let ours = shop.ask(&["revenue", "freight"], &[], &november_in_germany);
    let chosen = "WHERE ordered_on LIKE '2025-11-%' AND country = 'Germany'";
    let theirs = format!(
        "SELECT (SELECT sum({AMOUNT}) FROM {lines} JOIN {orders} USING (order_number) {chosen}) AS revenue,
    (SELECT sum({FREIGHT}) FROM {orders} {chosen}) AS freight"
    );
    shop.assert_same(&ours, &theirs);
}

#[test]
fn customers_of_one_name_in_two_cities_are_two() {
    let Some(mut shop) = Example::load(NAME) else {
        return;
    };
    let sql = "SELECT count(*) FROM dim_customer WHERE customer_name = 'Anna Schäfer'";
    assert_eq!(shop.text(sql), "2");
}

#[test]
fn the_question_about_two_facts_is_readable() {
    let Some(shop) = Example::load(NAME) else {
        return;
    };
    insta::assert_snapshot!(shop.question("revenue_and_freight_by_month"));
}
