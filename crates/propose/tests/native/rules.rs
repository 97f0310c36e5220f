//! What is proposed for small tables, and what is not: each rule by one example of its own.

use mart::Role;
use propose::{Change, Edit, Proposal};
use rstest::rstest;

use crate::support;

fn proposed(script: &str) -> Option<(mart::Model, Proposal)> {
    let (model, mut engine) = support::staged(script)?;
    let proposal = support::propose(&model, &mut engine);
    Some((model, proposal))
}

/// The relationships that are proposed, as `sales.customer_id > customers`.
fn relationships(proposal: &Proposal) -> Vec<String> {
    let used = proposal
        .relationships
        .iter()
        .filter(|one| one.is_proposed());
    used.map(|one| {
        let ((from, columns), to) = proposal.ends(one);
        format!("{from}.{} > {to}", columns.join("+"))
    })
    .collect()
}

#[rstest]
#[case::two_ids_that_count_from_1(
    "CREATE TABLE a AS SELECT i AS id, i * 7 AS x FROM range(1, 50) t(i);
     CREATE TABLE b AS SELECT i AS id, i * 3 AS y FROM range(1, 90) t(i)",
    &[]
)]
#[case::a_quantity_in_the_range_of_ids(
    "CREATE TABLE customers AS SELECT i AS customer_id, 'c' || i AS name FROM range(1, 100) t(i);
     CREATE TABLE orders AS SELECT i AS order_id, 1 + i % 99 AS customer_id, 1 + i % 9 AS customer_count, 1 + i % 50 AS num_customers FROM range(1, 500) t(i)",
    &["orders.customer_id > customers"]
)]
#[case::roles_of_one_table(
    "CREATE TABLE airports AS SELECT 'A' || i AS code, 'Airport ' || i AS name FROM range(100, 200) t(i);
     CREATE TABLE flights AS SELECT i AS flight_id, 'A' || (100 + i % 90) AS origin, 'A' || (100 + i % 95) AS dest, i % 7 AS delay FROM range(1000) t(i)",
    &["flights.origin > airports", "flights.dest > airports"]
)]
#[case::a_table_of_itself(
    "CREATE TABLE employees AS SELECT i AS employee_id, 'e' || i AS name, CASE WHEN i > 1 THEN 1 + i // 10 END AS manager_id FROM range(1, 60) t(i)",
    &["employees.manager_id > employees"]
)]
#[case::a_day_and_its_key(
    "CREATE TABLE dim_date AS SELECT CAST(DATE '2026-01-01' + CAST(i AS INTEGER) AS DATE) AS date_key, 'd' || i AS name FROM range(99) t(i);
     CREATE TABLE sales AS SELECT i AS sale_id, CAST(DATE '2026-01-01' + CAST(i % 99 AS INTEGER) AS DATE) AS order_date_key, CAST(DATE '2026-01-01' + CAST(i % 99 AS INTEGER) AS DATE) AS order_date FROM range(500) t(i)",
    &["sales.order_date_key > dim_date"]
)]
#[case::one_file_twice(
    "CREATE TABLE sales AS SELECT i AS sale_id, i % 7 AS amount FROM range(100) t(i); CREATE TABLE sales_copy AS FROM sales",
    &[]
)]
#[case::orphans_are_counted(
    "CREATE TABLE products AS SELECT 'P' || i AS product_id, 'n' || i AS name FROM range(100) t(i);
     CREATE TABLE lines AS SELECT i AS line_id, 'P' || (i % 110) AS product_id, 2.5 * i AS amount FROM range(1000) t(i)",
    &["lines.product_id > products"]
)]
#[case::a_key_of_two_columns(
    "CREATE TABLE stock AS SELECT 'S' || (i % 5) AS store, 'P' || (i // 5) AS product, i AS on_hand FROM range(200) t(i);
     CREATE TABLE sales AS SELECT i AS sale_id, 'S' || (i % 5) AS store, 'P' || (i % 40) AS product, i % 3 AS amount FROM range(800) t(i)",
    &["sales.store+product > stock"]
)]
fn relationships_that_are_proposed(#[case] script: &str, #[case] expected: &[&str]) {
    let Some((_, proposal)) = proposed(script) else {
        return;
    };
    assert_eq!(
        relationships(&proposal),
        expected,
        "{:#?}",
        proposal.relationships
    );
}

#[test]
fn what_does_not_match_is_counted() {
    let Some((_, proposal)) = proposed(
        "CREATE TABLE products AS SELECT 'P' || i AS product_id FROM range(100) t(i);
         CREATE TABLE lines AS SELECT i AS line_id, CASE WHEN i % 50 <> 0 THEN 'P' || (i % 110) END AS product_id FROM range(1100) t(i)",
    ) else {
        return;
    };
    let [one] = proposal.relationships.as_slice() else {
        panic!("{:?}", proposal.relationships);
    };
    assert_eq!((one.values, one.missing_values), (110, 10));
    assert_eq!((one.missing_rows, one.empty_rows), (98, 22));
    assert!(
        one.evidence
            .starts_with("100 of 110 values of lines.product_id are in products.product_id")
    );
}

#[test]
fn amounts_of_an_order_stay_at_the_order() {
    let Some((model, proposal)) = proposed(
        "CREATE TABLE orders AS FROM (VALUES ('A1', DATE '2026-01-01', 5.00), ('A2', DATE '2026-01-02', 0.00), ('A3', DATE '2026-01-02', 7.50)) AS t(order_no, ordered_on, shipping);
         CREATE TABLE order_lines AS FROM (VALUES ('A1', 1, 'x', 40.00), ('A1', 2, 'y', 10.00), ('A3', 1, 'x', 25.00)) AS t(order_no, line, article, amount)",
    ) else {
        return;
    };
    assert_eq!(relationships(&proposal), ["order_lines.order_no > orders"]);
    let written = proposal.document(&model, "shop").unwrap();
    let metrics: Vec<_> = written
        .document
        .metrics
        .iter()
        .map(|one| (one.dataset.as_str(), one.expression.as_str()))
        .collect();
    assert!(
        metrics.contains(&("fact_order", "sum(\"shipping\")")),
        "{metrics:?}"
    );
    assert!(
        metrics.contains(&("fact_order_line", "sum(\"amount\")")),
        "{metrics:?}"
    );
}

#[test]
fn a_line_without_its_order_is_kept() {
    let Some((model, mut engine)) = support::staged(
        "CREATE TABLE customers AS SELECT i AS customer_id, 'c' || i AS name FROM range(1, 30) t(i);
         CREATE TABLE orders AS SELECT i AS order_id, 1 + i % 29 AS customer_id, DATE '2026-01-01' AS ordered_on, 2.5 AS freight FROM range(1, 90) t(i);
         CREATE TABLE order_lines AS SELECT 1 + i % 99 AS order_id, i // 99 AS line, 1.5 AS amount FROM range(297) t(i)",
    ) else {
        return;
    };
    let proposal = support::propose(&model, &mut engine);
    let mart = support::load(&model, &proposal, &mut engine);
    let mut count = |condition: &str| {
        engine.number(&format!(
            "SELECT count(*) FROM fact_order_line WHERE {condition}"
        ))
    };
    assert_eq!(count("true"), 297);
    assert_eq!(count("order_key IS NULL"), 30);
    assert_eq!(count("order_id IS NULL"), 0);
    // The lines are asked by the customer of their order.
    let by = mart
        .attributes()
        .iter()
        .find(|one| one.name() == "name")
        .unwrap();
    let amount = mart
        .metrics()
        .iter()
        .find(|one| one.name() == "amount")
        .unwrap();
    let mut query = mart::Query::default();
    query.metrics = vec![amount.clone()];
    query.by = vec![by.clone()];
    let sum: f64 = engine
        .query(&query.sql(&mart).unwrap())
        .unwrap()
        .rows
        .iter()
        .map(|row| row[1].to_string().trim_matches('"').parse::<f64>().unwrap())
        .sum();
    assert!((sum - 297.0 * 1.5).abs() < 1e-6, "{sum}");
}

#[test]
fn no_price_rate_year_or_code_is_summed() {
    let Some((_, proposal)) = proposed(
        "CREATE TABLE sales AS SELECT i AS sale_id, DATE '2026-01-01' + CAST(i AS INTEGER) AS sold_on, 1.5 + i AS unit_price, 0.19 AS tax_rate, 2026 AS year,
         48.1 + i / 100.0 AS latitude, 4000 + i AS zip, i % 24 AS hour, i AS line_number, 0.5 * i AS line_total, i AS stock_balance, i % 9 AS quantity, 3.25 * i AS net_amount FROM range(50) t(i)",
    ) else {
        return;
    };
    let table = &proposal.tables[0];
    assert_eq!(table.role, Role::Fact);
    let summed = table
        .measures
        .iter()
        .filter(|(_, how, _)| *how == mart::Additivity::Additive);
    let summed: Vec<_> = summed.map(|(column, ..)| *column).collect();
    assert_eq!(
        proposal.columns(0, &summed),
        ["line_total", "quantity", "net_amount"]
    );
}

#[test]
fn a_price_and_a_quantity_make_an_amount() {
    let Some((model, proposal)) = proposed(
        "CREATE TABLE products AS SELECT i AS product_id, 'p' || i AS name FROM range(1, 20) t(i);
         CREATE TABLE lines AS SELECT i AS line_id, 1 + i % 19 AS product_id, 2.5 + i AS unit_price, i % 9 AS quantity, 0.05 * (i % 3) AS discount FROM range(90) t(i)",
    ) else {
        return;
    };
    let written = proposal.document(&model, "shop").unwrap();
    let metrics: Vec<_> = written
        .document
        .metrics
        .iter()
        .map(|one| one.expression.as_str())
        .collect();
    assert_eq!(
        metrics,
        [
            "sum(\"unit_price\" * \"quantity\")",
            "sum(\"unit_price\" * \"quantity\" * (1 - \"discount\"))",
            "sum(\"quantity\")",
            "count(*)"
        ]
    );
}

#[test]
fn a_key_that_is_there_twice_does_not_multiply() {
    let Some((model, mut engine)) = support::staged(
        "CREATE TABLE products AS FROM (VALUES ('P1', 'Pen', 'Office'), ('P1', 'Pen blue', 'Office'), ('P2', 'Lamp', 'Home')) AS t(product_id, name, category);
         CREATE TABLE sales AS FROM (VALUES (1, 'P1', 1, 10.00), (2, 'P1', 1, 20.00), (3, 'P2', 1, 30.00)) AS t(sale_id, product_id, qty, price)",
    ) else {
        return;
    };
    let proposal = support::propose(&model, &mut engine);
    assert_eq!(relationships(&proposal), ["sales.product_id > products"]);
    assert!(
        proposal.tables[0]
            .key
            .as_ref()
            .unwrap()
            .evidence
            .contains("1 row is there more than once")
    );
    let mart = support::load(&model, &proposal, &mut engine);
    let total = engine.value("SELECT CAST(sum(price * qty) AS VARCHAR) FROM fact_sale JOIN dim_product USING (product_key)");
    assert_eq!(total, "60.00");
    assert!(mart.metrics().iter().any(|metric| metric.name() == "gross"));
}

#[test]
fn orphans_and_missing_keys_are_counted_apart() {
    let Some((model, mut engine)) = support::staged(
        "CREATE TABLE customers AS FROM (VALUES (1, 'Ann'), (2, 'Ben'), (3, 'Cid')) AS t(customer_id, name);
         CREATE TABLE orders AS FROM (VALUES (1, 1, 1), (2, 2, 2), (3, 9, 4), (4, NULL, 8), (5, 3, 16), (6, 9, 32)) AS t(order_id, customer_id, amount)",
    ) else {
        return;
    };
    let proposal = support::propose(&model, &mut engine);
    let mart = support::load(&model, &proposal, &mut engine);
    let unknown = engine.number("SELECT CAST(sum(amount) AS BIGINT) FROM fact_order JOIN dim_customer USING (customer_key) WHERE name = 'Unknown'");
    assert_eq!(unknown, 44);
    assert_eq!(
        engine.number("SELECT CAST(sum(amount) AS BIGINT) FROM fact_order"),
        63
    );
    let checks = mart::checks(&mart, &[]).into_iter();
    let checks = checks.filter(|check| matches!(check.kind, mart::CheckKind::Declared(_)));
    let failing: Vec<_> = checks
        .map(|check| (check.name.clone(), engine.number(&check.sql)))
        .collect();
    let expected = [
        (
            "Each fact_order.customer_id is known in dim_customer".to_owned(),
            2,
        ),
        ("fact_order.customer_id is not null".to_owned(), 1),
        (
            "The number of rows of fact_order is at least 1".to_owned(),
            0,
        ),
    ];
    assert_eq!(failing, expected);
}

/// A proposal, or the reason why there is none: never a failure.
#[rstest]
#[case::one_column("CREATE TABLE t AS SELECT i AS x FROM range(10) r(i)")]
#[case::one_row("CREATE TABLE t AS SELECT 1 AS id, 'a' AS name, 2.5 AS amount")]
#[case::no_row("CREATE TABLE t (id BIGINT, name VARCHAR, day DATE, amount DECIMAL(9,2))")]
#[case::all_null(
    "CREATE TABLE t AS SELECT CAST(NULL AS BIGINT) AS id, CAST(NULL AS VARCHAR) AS name FROM range(10)"
)]
#[case::every_column_unique(
    "CREATE TABLE t AS SELECT i AS a, i + 7 AS b, 'x' || i AS c, i * 2.5 AS d FROM range(99) r(i)"
)]
#[case::circles(
    "CREATE TABLE stores AS SELECT i AS store_id, i AS manager_staff_id FROM range(1, 9) t(i);
     CREATE TABLE staff AS SELECT i AS staff_id, i AS store_id, 'n' || i AS name FROM range(1, 9) t(i)"
)]
#[case::names_with_quotes(
    "CREATE TABLE \"a \"\"b\"\" c\" AS SELECT i AS \"the \"\"id\"\"\", 'x' AS \"order\", i AS \"select\" FROM range(9) t(i);
     CREATE TABLE \"order\" AS SELECT i AS \"group\", i % 3 AS \"a.b\" FROM range(9) t(i)"
)]
#[case::names_that_differ_in_case_of_words(
    "CREATE TABLE \"Order Lines\" AS SELECT i AS \"Order ID\", i AS order_id FROM range(9) t(i)"
)]
#[case::types_of_no_mart(
    "CREATE TABLE t AS SELECT i AS id, [i] AS list, {'a': i} AS struct, TIME '10:00:00' AS at FROM range(9) r(i)"
)]
#[case::two_flat_files_of_the_same_columns(&format!("{}; {}; {}", flat("sales_january"), flat("sales_february"), flat("customers")))]
#[case::constant("CREATE TABLE t AS SELECT 1 AS id, 'a' AS name, 5 AS amount FROM range(99)")]
#[case::a_calendar_of_its_own(
    "CREATE TABLE dim_date AS SELECT CAST(DATE '2026-01-01' + CAST(i AS INTEGER) AS DATE) AS date, 2026 AS year FROM range(99) t(i);
     CREATE TABLE sales AS SELECT i AS sale_id, CAST(DATE '2026-01-01' + CAST(i % 99 AS INTEGER) AS DATE) AS date, i AS amount FROM range(500) t(i)"
)]
#[case::thousands_of_columns(&wide(3000))]
#[case::hundreds_of_files(&many(200))]
fn hopeless_tables(#[case] script: &str) {
    let Some((model, mut engine)) = support::staged(script) else {
        return;
    };
    let proposal = support::propose(&model, &mut engine);
    assert_eq!(proposal.tables.len(), model.tables().len());
    support::load(&model, &proposal, &mut engine);
}

fn flat(name: &str) -> String {
    format!(
        "CREATE TABLE {name} AS SELECT i AS sale_id, 'C' || i % 7 AS customer_id, 'Name ' || i % 7 AS customer_name, 2.5 * i AS amount FROM range(100) t(i)"
    )
}

fn wide(columns: usize) -> String {
    let columns: Vec<_> = (0..columns)
        .map(|at| format!("i * {at} % 7 AS column_{at}"))
        .collect();
    format!(
        "CREATE TABLE t AS SELECT i AS id, {} FROM range(20) r(i)",
        columns.join(", ")
    )
}

fn many(files: usize) -> String {
    let tables = (0..files).map(|at| {
        format!("CREATE TABLE file_{at} AS SELECT i AS id, i % 5 AS n, 'x' || i AS name FROM range(20) r(i)")
    });
    tables.collect::<Vec<_>>().join(";\n")
}

#[test]
fn edits_are_made_again_and_undone() {
    let Some((model, proposal)) = proposed(
        "CREATE TABLE customers AS SELECT i AS customer_id, 'c' || i AS name FROM range(1, 100) t(i);
         CREATE TABLE orders AS SELECT i AS order_id, 1 + i % 99 AS customer_id, DATE '2026-01-01' AS day, 2.5 AS amount FROM range(1, 500) t(i)",
    ) else {
        return;
    };
    let edit = Edit::Relationship {
        from: "orders".to_owned(),
        columns: vec!["customer_id".to_owned()],
        to: "customers".to_owned(),
        is_used: false,
    };
    assert_eq!(
        edit.to_string(),
        "orders.customer_id does not refer to customers"
    );
    let edit = Change::from(edit);
    let edited = proposal.with(std::slice::from_ref(&edit));
    assert_eq!(relationships(&edited), [""; 0]);
    let role = Edit::Role {
        table: "customers".to_owned(),
        role: Role::Fact,
    };
    let changed = proposal.with(&[edit, role.into()]);
    assert_eq!(changed.tables[0].role, Role::Fact);
    let before = proposal.document(&model, "shop").unwrap().document.write();
    assert_ne!(
        changed.document(&model, "shop").unwrap().document.write(),
        before
    );
    assert_eq!(
        proposal
            .with(&[])
            .document(&model, "shop")
            .unwrap()
            .document
            .write(),
        before
    );
}
