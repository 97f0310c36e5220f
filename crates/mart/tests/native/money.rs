//! Money is added up and rounded as it is written, whatever type the prices have.

use std::fmt::Write as _;

use mart::{Document, Filter, Model};
use rstest::rstest;
use serde_json::{Value, json};

use crate::ask::{attribute, query};
use crate::engine::Engine;

const MART: &str = include_str!("../../marts/mini_data_mart/mini_data_mart.mart.json");

/// The built-in mart, with prices of another type.
fn model(price: &str) -> Model {
    let mut document: Value = serde_json::from_str(MART).unwrap();
    for list in ["sources", "datasets"] {
        for table in document[list].as_array_mut().unwrap() {
            for field in table["fields"].as_array_mut().unwrap() {
                if field["name"] == "unit_price" {
                    field["type"] = json!(price);
                }
            }
        }
    }
    Model::resolve(&Document::read(&document.to_string()).unwrap()).unwrap()
}

/// The revenue by customer and of all, as texts.
fn revenue(model: &Model, sales: &[(&str, &str, &str)]) -> Option<Vec<String>> {
    let mut engine = Engine::start()?;
    let mut file =
        String::from("order_date,customer_name,region,product_name,category,quantity,unit_price\n");
    for (customer, quantity, price) in sales {
        writeln!(
            file,
            "2026-01-05,{customer},North,Diesel,Fuel,{quantity},{price}"
        )
        .unwrap();
    }
    engine
        .load_into(model, "sales.csv", file.as_bytes())
        .unwrap();
    let mut found = Vec::new();
    for by in [vec![attribute(model, "customer_name").clone()], vec![]] {
        let sql = query(model, &["revenue"], &by, &Filter::default());
        let rows = engine
            .query(&format!(
                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql}) ORDER BY 1"
            ))
            .unwrap();
        for row in rows.rows {
            let texts: Vec<_> = row.iter().map(|value| value.as_str().unwrap()).collect();
            found.push(texts.join(" "));
        }
    }
    Some(found)
}

#[rstest]
#[case::half_cents(
    &[("Ann", "1", "1.005"), ("Ben", "1", "2.675"), ("Cid", "3", "1.005")],
    &["Ann 1.01", "Ben 2.68", "Cid 3.02", "6.7"]
)]
#[case::money_that_is_given_back(
    &[("Ann", "-1", "1.005"), ("Ben", "1", "-2.675"), ("Ben", "1", "2.675")],
    &["Ann -1.01", "Ben 0.0", "-1.01"]
)]
#[case::tenths(
    &[("Ann", "1", "0.1"), ("Ann", "1", "0.2"), ("Ann", "-3", "0.1"), ("Ben", "7", "0.135")],
    &["Ann 0.0", "Ben 0.95", "0.95"]
)]
fn half_a_cent_is_rounded_up(
    #[case] sales: &[(&str, &str, &str)],
    #[case] expected: &[&str],
    #[values("DOUBLE", "FLOAT", "DECIMAL(18,3)", "DECIMAL(9,4)")] price: &str,
) {
    let Some(found) = revenue(&model(price), sales) else {
        return;
    };
    let number = |line: &str| {
        let (who, number) = line.rsplit_once(' ').unwrap_or(("", line));
        (who.to_owned(), number.parse::<f64>().unwrap())
    };
    let [found, expected] = [
        found.iter().map(|line| number(line)).collect::<Vec<_>>(),
        expected.iter().map(|line| number(line)).collect::<Vec<_>>(),
    ];
    assert_eq!(found, expected);
}

/// In whichever order they are added up.
#[test]
fn many_small_amounts_make_a_large_one() {
    let mut sales = vec![("Ann", "1", "100000000000.01")];
    sales.extend(vec![("Ann", "1", "0.01"); 10_000]);
    let expected = "100000000100.01";
    for price in ["DOUBLE", "DECIMAL(18,2)"] {
        for _ in 0..2 {
            let Some(found) = revenue(&model(price), &sales) else {
                return;
            };
            assert!(
                found.iter().all(|line| line.ends_with(expected)),
                "{price}: {found:?}"
            );
            sales.reverse();
        }
    }
}
