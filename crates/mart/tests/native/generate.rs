//! Generated sales, and keys that are verified instead of enforced.

use std::collections::BTreeMap;

use mart::{Effect, Filter, Keys, Package, Plan, SourceFile, Step, checks};
use rstest::rstest;
use serde_json::{Value, json};

use crate::engine::{Engine, OnDisk, built_in, staged_from};

/// Revenue by category and by region, as they were when this was written. The browser's tests
/// read the same file.
fn golden() -> Value {
    serde_json::from_str(include_str!("generated.json")).unwrap()
}

fn answer(engine: &mut Engine, slug: &str) -> Value {
    let package = built_in();
    let model = package.model();
    let mut questions = model.questions().iter();
    let question = questions.find(|question| question.name() == slug).unwrap();
    let sql = question.query(&Filter::default()).sql(model).unwrap();
    json!(engine.query(&sql).unwrap().rows)
}

/// The plan for the size of this label.
pub(crate) fn generated(package: &Package, label: &str) -> Plan {
    let generator = &package.model().generators()[0];
    let size = generator
        .sizes
        .iter()
        .find(|size| size.label == label)
        .unwrap();
    Plan::generated(package, generator, size)
}

fn declared_keys(engine: &mut Engine) -> i64 {
    engine.number("SELECT count(*) FROM duckdb_constraints()")
}

#[rstest]
#[case("10 thousand", 10_000, [500, 120, 731], Keys::Enforced)]
#[case("100 thousand", 100_000, [1_500, 240, 1_096], Keys::Enforced)]
#[case("1 million", 1_000_000, [4_000, 480, 1_826], Keys::Verified)]
#[case("10 million", 10_000_000, [10_000, 960, 3_653], Keys::Verified)]
fn sales_are_generated(
    #[case] label: &str,
    #[case] rows: u64,
    #[case] dimensions: [i64; 3],
    #[case] keys: Keys,
) {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let plan = generated(&package, label);
    assert_eq!(plan.keys, Some(keys));
    // Over another mart, and over itself.
    for before in [Plan::shipped(&package), plan.clone()] {
        engine.build(&before).unwrap();
        assert_eq!(engine.build(&plan), Ok(rows));
        for slug in ["revenue_by_category", "revenue_by_region"] {
            assert_eq!(answer(&mut engine, slug), golden()[label][slug], "{slug}");
        }
    }
    for (table, rows) in ["dim_customer", "dim_product", "dim_date"]
        .into_iter()
        .zip(dimensions)
    {
        assert_eq!(
            engine.number(&format!("SELECT count(*) FROM {table}")),
            rows,
            "{table}"
        );
    }
    for check in checks(package.model(), &plan.loaded) {
        assert_eq!(engine.number(&check.sql), 0, "{}", check.name);
    }
    for (sql, expected) in [
        (
            "SELECT count(*) FROM fact_sales WHERE quantity < 1 OR unit_price <= 0",
            0,
        ),
        // Whole cents: the nearest doubles to two decimals.
        (
            "SELECT count(*) FROM fact_sales WHERE unit_price <> CAST(CAST(unit_price AS DECIMAL(9, 2)) AS DOUBLE)",
            0,
        ),
        (
            "SELECT count(*) - count(DISTINCT customer_name) FROM dim_customer",
            0,
        ),
        (
            "SELECT count(*) - count(DISTINCT product_name) FROM dim_product",
            0,
        ),
        (
            "SELECT count(DISTINCT customer_id) FROM fact_sales",
            dimensions[0],
        ),
        (
            "SELECT count(DISTINCT product_id) FROM fact_sales",
            dimensions[1],
        ),
        (
            "SELECT count(DISTINCT order_date) FROM fact_sales",
            dimensions[2],
        ),
        ("SELECT count(*) FROM duckdb_tables() WHERE temporary", 0),
    ] {
        assert_eq!(engine.number(sql), expected, "{sql}");
    }
    assert_eq!(declared_keys(&mut engine) == 0, keys == Keys::Verified);
}

/// Sums in whole cents, row by row, of what stands in the tables.
#[test]
fn the_answers_are_exact() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine
        .build(&generated(&built_in(), "10 thousand"))
        .unwrap();
    let mut names = |sql: &str| -> BTreeMap<i64, String> {
        let rows = engine.query(sql).unwrap().rows;
        rows.iter()
            .map(|row| {
                (
                    row[0].as_i64().unwrap(),
                    row[1].as_str().unwrap().to_owned(),
                )
            })
            .collect()
    };
    let regions = names("SELECT customer_id, region FROM dim_customer");
    let categories = names("SELECT product_id, category FROM dim_product");
    let facts = engine
        .query("SELECT customer_id, product_id, quantity, unit_price FROM fact_sales")
        .unwrap();
    let mut cents = BTreeMap::<_, i64>::new();
    for row in &facts.rows {
        let [customer, product, quantity] = [0, 1, 2].map(|at| row[at].as_i64().unwrap());
        // The digits as they are written, not as they are rounded.
        let price = format!("{:.2}", row[3].as_f64().unwrap());
        let price: i64 = price.replace('.', "").parse().unwrap();
        *cents.entry(regions[&customer].clone()).or_default() += quantity * price;
        *cents.entry(categories[&product].clone()).or_default() += quantity * price;
    }
    let mut found = BTreeMap::new();
    for slug in ["revenue_by_category", "revenue_by_region"] {
        for row in answer(&mut engine, slug).as_array().unwrap() {
            let revenue = format!("{:.2}", row[1].as_f64().unwrap());
            found.insert(
                row[0].as_str().unwrap().to_owned(),
                revenue.replace('.', "").parse().unwrap(),
            );
        }
    }
    assert_eq!(cents, found);
}

const FILE: &str = "order_date,customer_name,product_name,quantity,unit_price\n\
    2025-10-01,Ann,Lamp,2,9.5\n2025-10-03,Bob,Desk,1,100\n";

/// As a file of so many rows is built, though it has two.
fn build_as_big(engine: &mut Engine, damage: Option<&str>) -> Result<u64, String> {
    let package = built_in();
    let model = package.model();
    let source = &model.sources()[0];
    let file = SourceFile::detect(source, "big.csv", FILE.as_bytes(), 1_000, 1).unwrap();
    let path = OnDisk::new(FILE.as_bytes());
    let mut plan = staged_from(model, &[&file], &[(&file, &path.0)]);
    plan.steps
        .extend(Plan::load(model, &[(0, Keys::MOST_ENFORCED + 1)]).steps);
    plan.loaded = vec![("fact_sales".to_owned(), 2)];
    if let Some(damage) = damage {
        let filled = plan
            .steps
            .iter()
            .position(|step| step.title == "Drop the staged sales");
        plan.steps.insert(
            filled.unwrap(),
            Step {
                title: "Damage".to_owned(),
                sql: damage.to_owned(),
                effect: Effect::Generate,
            },
        );
    }
    engine.build(&plan)
}

#[test]
fn a_big_file_is_loaded_without_indexes() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    assert_eq!(build_as_big(&mut engine, None), Ok(2));
    assert_eq!(declared_keys(&mut engine), 0);
    for check in checks(built_in().model(), &[("fact_sales".to_owned(), 2)]) {
        assert_eq!(engine.number(&check.sql), 0, "{}", check.name);
    }
}

#[rstest]
#[case::a_sale_twice(
    "INSERT INTO fact_sales FROM fact_sales WHERE sale_id = 2",
    "fact_sales.sale_id is unique and not null"
)]
#[case::a_sale_without_number(
    "UPDATE fact_sales SET sale_id = NULL WHERE sale_id = 2",
    "fact_sales.sale_id is unique and not null"
)]
#[case::a_negative_number_twice(
    "INSERT INTO fact_sales SELECT -65, 1, 1, '2025-10-01', 1, 1 FROM range(2)",
    "fact_sales.sale_id is unique and not null"
)]
#[case::a_customer_twice(
    "INSERT INTO dim_customer VALUES (1, 'Cat', 'East')",
    "dim_customer.customer_id is unique and not null"
)]
#[case::a_day_twice(
    "INSERT INTO dim_date FROM dim_date LIMIT 1",
    "dim_date.date is unique and not null"
)]
#[case::nobody(
    "UPDATE fact_sales SET customer_id = 99 WHERE sale_id = 1",
    "every fact_sales.customer_id is in dim_customer"
)]
#[case::nothing(
    "UPDATE fact_sales SET product_id = NULL WHERE sale_id = 1",
    "every fact_sales.product_id is in dim_product"
)]
#[case::never(
    "DELETE FROM dim_date WHERE date = '2025-10-03'",
    "every fact_sales.order_date is in dim_date"
)]
fn a_key_that_does_not_hold_undoes_the_build(#[case] damage: &str, #[case] broken: &str) {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    engine.build(&Plan::shipped(&built_in())).unwrap();
    assert_eq!(
        build_as_big(&mut engine, Some(damage)),
        Err(format!("Verify that {broken}"))
    );
    assert_eq!(engine.number("SELECT count(*) FROM fact_sales"), 120);
    assert!(declared_keys(&mut engine) > 0);
}

/// Keys far apart, negative ones and the outermost do not look alike.
#[test]
fn different_keys_are_not_taken_for_equal_ones() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let numbers =
        "range(-200, 200) UNION ALL FROM (VALUES (-2147483648), (2147483647), (2147483584))";
    let damage = format!(
        "INSERT INTO fact_sales SELECT n, 1, 1, '2025-10-01', 1, 1 FROM (FROM {numbers}) AS t (n) WHERE n NOT IN (1, 2)"
    );
    assert_eq!(build_as_big(&mut engine, Some(&damage)), Ok(2));
}
