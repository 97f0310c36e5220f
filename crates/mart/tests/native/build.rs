//! Builds that succeed, answers, checks and what Inspect asks.

use std::fmt::Write;

use mart::{Effect, Filter, Identifier, Keys, Plan, SourceFile, Step, catalog, checks};
use rstest::rstest;
use serde_json::{Value, json};

use crate::engine::{Engine, built_in};

/// The revenue answers of `../shared/data/seed/expected.json`.
fn expected() -> Value {
    serde_json::from_str(include_str!("expected.json")).unwrap()
}

fn loaded(rows: u64) -> [(String, u64); 1] {
    [("fact_sales".to_owned(), rows)]
}

/// The value with every number as a float: JavaScript writes 11685.0 as 11685.
fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => values.iter().map(floats).collect(),
        Value::Object(values) => values
            .iter()
            .map(|(name, value)| (name.clone(), floats(value)))
            .collect(),
        other => other.clone(),
    }
}

fn answers(engine: &mut Engine) -> Value {
    let mut found = serde_json::Map::new();
    let package = built_in();
    let model = package.model();
    for question in model.questions() {
        let sql = question.query(&Filter::default()).sql(model).unwrap();
        let rows = engine.query(&sql).unwrap();
        found.insert(
            question.name().to_owned(),
            json!({ "columns": rows.columns, "rows": rows.rows }),
        );
    }
    Value::Object(found)
}

pub(crate) fn assert_seed(engine: &mut Engine) {
    let expected = expected();
    let found = answers(engine);
    for question in built_in().model().questions() {
        let name = question.name();
        assert_eq!(floats(&found[name]), floats(&expected[name]), "{name}");
    }
    for (table, rows) in expected["tables"].as_object().unwrap() {
        assert_eq!(
            engine.number(&format!("SELECT count(*) FROM {table}")),
            rows.as_i64().unwrap(),
            "{table}"
        );
    }
    let total = engine
        .query("SELECT count(*)::INTEGER, sum(quantity)::INTEGER, round(sum(quantity * unit_price), 2) FROM fact_sales")
        .unwrap();
    assert_eq!(
        floats(&json!(total.rows)),
        floats(&expected["total"]["rows"])
    );
}

fn shared(path: &str) -> Option<Vec<u8>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(path);
    let content = std::fs::read(&path);
    if content.is_err() {
        println!("skipped: {} is missing", path.display());
    }
    content.ok()
}

#[test]
fn the_expected_answers_are_the_shared_ones() {
    if let Some(shared) = shared("seed/expected.json") {
        assert_eq!(
            serde_json::from_slice::<Value>(&shared).unwrap(),
            expected()
        );
    }
}

#[test]
fn the_seed_gives_the_expected_answers_however_often_it_is_built() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    for _ in 0..3 {
        assert_eq!(engine.build(&Plan::shipped(&built_in())), Ok(120));
        assert_seed(&mut engine);
    }
}

#[test]
fn a_build_that_fails_leaves_the_mart_that_was_there() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = built_in();
    engine.build(&Plan::shipped(&mart)).unwrap();
    let whole = Plan::shipped(&mart);
    for at in 0..=whole.steps.len() {
        let mut plan = whole.clone();
        plan.steps.insert(
            at,
            Step {
                title: "Fail".to_owned(),
                sql: "SELECT error('on purpose')".to_owned(),
                effect: Effect::Generate,
            },
        );
        assert!(engine.build(&plan).unwrap_err().contains("on purpose"));
        assert_seed(&mut engine);
    }
    let duplicate = Step {
        title: "Break a key".to_owned(),
        sql: "INSERT INTO fact_sales VALUES (1, 1, 10, '2025-10-01', 1, 1)".to_owned(),
        effect: Effect::Generate,
    };
    let mut plan = whole;
    plan.steps.push(duplicate);
    assert!(
        engine
            .build(&plan)
            .unwrap_err()
            .contains("Constraint Error")
    );
    assert_seed(&mut engine);
}

#[rstest]
#[case::a_fact_is_missing(&["DROP TABLE fact_sales"])]
#[case::a_dimension_is_missing(&["DROP TABLE fact_sales", "DROP TABLE dim_date"])]
#[case::everything_is_missing(&["DROP TABLE fact_sales", "DROP TABLE dim_date", "DROP TABLE dim_product", "DROP TABLE dim_customer"])]
#[case::a_table_has_other_columns(&["DROP TABLE fact_sales", "CREATE TABLE fact_sales (a INTEGER)"])]
#[case::a_view_has_the_name(&["DROP TABLE fact_sales", "CREATE VIEW fact_sales AS SELECT 1 AS a"])]
fn a_damaged_mart_is_built_again(#[case] damage: &[&str]) {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = built_in();
    engine.build(&Plan::shipped(&mart)).unwrap();
    for sql in damage {
        engine.query(sql).unwrap();
    }
    let views: Vec<_> = engine
        .query(&catalog::views_in_the_way(mart.model().tables()))
        .unwrap()
        .rows
        .iter()
        .map(|row| Identifier::new(row[0].as_str().unwrap()).unwrap())
        .collect();
    engine
        .build(&Plan::shipped(&mart).dropping_views(&views))
        .unwrap();
    assert_seed(&mut engine);
}

#[test]
fn every_check_passes_on_a_whole_mart_and_counts_what_fails() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = built_in();
    engine.build(&Plan::shipped(&mart)).unwrap();
    for check in checks(mart.model(), &loaded(120)) {
        let rows = engine.query(&check.sql).unwrap();
        assert_eq!(
            (rows.columns, rows.types),
            (vec!["failing".to_owned()], vec!["BIGINT".to_owned()])
        );
        assert_eq!(json!(rows.rows), json!([["0"]]), "{}", check.name);
        assert!(
            engine.query(&check.rows_sql).unwrap().rows.is_empty(),
            "{}",
            check.name
        );
    }
    // The same star without its keys, as a big mart is loaded, and damaged.
    for sql in [
        "CREATE TABLE loose AS SELECT * FROM fact_sales",
        "DROP TABLE fact_sales",
        "ALTER TABLE loose RENAME TO fact_sales",
        "INSERT INTO fact_sales SELECT * FROM fact_sales WHERE sale_id <= 2",
        "UPDATE fact_sales SET sale_id = NULL WHERE sale_id = 3",
        "UPDATE fact_sales SET customer_id = 99 WHERE sale_id = 4",
        "UPDATE fact_sales SET product_id = NULL WHERE sale_id IN (5, 6)",
        "UPDATE fact_sales SET order_date = '1999-01-01' WHERE sale_id = 7",
    ] {
        engine.query(sql).unwrap();
    }
    let failing: Vec<_> = checks(mart.model(), &loaded(120))
        .iter()
        .map(|check| {
            (
                check.name.clone(),
                engine.number(&check.sql),
                engine.query(&check.rows_sql).unwrap().rows.len(),
            )
        })
        .filter(|(_, failing, _)| *failing != 0)
        .collect();
    assert_eq!(
        failing,
        [
            ("fact_sales.sale_id is unique and not null".to_owned(), 5, 5),
            (
                "Every fact_sales.customer_id is in dim_customer".to_owned(),
                1,
                1
            ),
            (
                "Every fact_sales.product_id is in dim_product".to_owned(),
                2,
                2
            ),
            (
                "Every fact_sales.order_date is in dim_date".to_owned(),
                1,
                1
            ),
            ("Staged rows = fact_sales rows".to_owned(), 2, 1),
        ]
    );
}

#[test]
fn inspect_counts_and_shows_rows_by_their_key() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let mart = built_in();
    engine.build(&Plan::shipped(&mart)).unwrap();
    let product = mart.model().table("dim_product").unwrap();
    assert_eq!(engine.number(&catalog::row_count(product)), 12);
    assert_eq!(
        json!(
            engine
                .query(&catalog::row_counts(mart.model().tables()))
                .unwrap()
                .rows
        ),
        json!([
            ["dim_customer", "10"],
            ["dim_product", "12"],
            ["dim_date", "92"],
            ["fact_sales", "120"]
        ])
    );
    assert_eq!(
        json!(engine.query(&catalog::sample(product, 2)).unwrap().rows),
        json!([
            [10, "Laptop", "Electronics"],
            [11, "Headphones", "Electronics"]
        ])
    );
    assert_eq!(
        engine.query(&catalog::rows(product)).unwrap().rows.len(),
        12
    );
}

#[test]
fn the_superstore_file_gives_its_known_numbers() {
    let Some(content) = shared("superstore/fact_sales.csv") else {
        return;
    };
    let Some(mut engine) = Engine::start() else {
        return;
    };
    assert_eq!(engine.load("fact_sales.csv", &content), Ok(9994));
    let found = answers(&mut engine);
    assert_eq!(
        found["revenue_by_category"]["rows"],
        json!([
            ["Technology", 836_154.03],
            ["Furniture", 741_999.80],
            ["Office Supplies", 719_047.03]
        ])
    );
    assert_eq!(
        found["revenue_by_customer"]["rows"][0],
        json!(["Sean Miller", 25_043.05])
    );
    for (sql, expected) in [
        ("SELECT count(*) FROM fact_sales", 9994),
        ("SELECT sum(quantity)::BIGINT FROM fact_sales", 37_873),
        (
            "SELECT round(sum(quantity * unit_price) * 100)::BIGINT FROM fact_sales",
            229_720_086,
        ),
        ("SELECT count(*) FROM dim_customer", 2501),
        ("SELECT count(*) FROM dim_product", 1850),
        ("SELECT count(*) FROM dim_date", 1458),
        ("SELECT count(DISTINCT order_date) FROM fact_sales", 1236),
    ] {
        assert_eq!(engine.number(sql), expected, "{sql}");
    }
    assert_eq!(
        engine.value("SELECT min(date)::VARCHAR || ' ' || max(date)::VARCHAR FROM dim_date"),
        json!("2015-01-03 2018-12-30")
    );
    for check in checks(built_in().model(), &loaded(9994)) {
        assert_eq!(engine.number(&check.sql), 0, "{}", check.name);
    }
    assert!(engine.query("SELECT * FROM staged_sales").is_err());
    // And back to the seed.
    engine.build(&Plan::shipped(&built_in())).unwrap();
    assert_seed(&mut engine);
}

const HEADER: &str = "order_date,customer_name,region,product_name,category,quantity,unit_price";

fn sales(engine: &mut Engine) -> Value {
    let rows = engine
        .query(
            "SELECT f.sale_id, f.order_date, c.customer_name, c.region, p.product_name, p.category, f.quantity, f.unit_price
             FROM fact_sales AS f
             JOIN dim_customer AS c USING (customer_id)
             JOIN dim_product AS p USING (product_id)
             ORDER BY f.sale_id",
        )
        .unwrap();
    json!(rows.rows)
}

#[rstest]
#[case::plain("{H}\n2025-10-01,Ann,North,Lamp,Light,2,9.5\n2025-10-03,Bob,South,Desk,Wood,1,100\n")]
#[case::crlf(
    "{H}\r\n2025-10-01,Ann,North,Lamp,Light,2,9.5\r\n2025-10-03,Bob,South,Desk,Wood,1,100\r\n"
)]
#[case::cr("{H}\r2025-10-01,Ann,North,Lamp,Light,2,9.5\r2025-10-03,Bob,South,Desk,Wood,1,100\r")]
#[case::bom(
    "\u{feff}{H}\n2025-10-01,Ann,North,Lamp,Light,2,9.5\n2025-10-03,Bob,South,Desk,Wood,1,100\n"
)]
#[case::bom_and_quotes(
    "\u{feff}\"order_date\",customer_name,region,product_name,category,quantity,unit_price\n2025-10-01,Ann,North,Lamp,Light,2,9.5\n2025-10-03,Bob,South,Desk,Wood,1,100\n"
)]
#[case::no_last_line_end(
    "{H}\n2025-10-01,Ann,North,Lamp,Light,2,9.5\n2025-10-03,Bob,South,Desk,Wood,1,100"
)]
#[case::blank_lines(
    "{H}\n\n2025-10-01,Ann,North,Lamp,Light,2,9.5\n\n\n2025-10-03,Bob,South,Desk,Wood,1,100\n\n"
)]
#[case::all_quoted(
    "{H}\n\"2025-10-01\",\"Ann\",\"North\",\"Lamp\",\"Light\",\"2\",\"9.5\"\n\"2025-10-03\",\"Bob\",\"South\",\"Desk\",\"Wood\",\"1\",\"100\"\n"
)]
#[case::blanks_around_numbers(
    "{H}\n 2025-10-01 ,Ann,North,Lamp,Light, +2 , 9.5e0 \n2025-10-03,Bob,South,Desk,Wood,01,1e2\n"
)]
#[case::any_case_and_order(
    "Unit_Price,QUANTITY, Category ,product_name,\"Region\",Customer_Name,Order_Date\n9.5,2,Light,Lamp,North,Ann,2025-10-01\n100,1,Wood,Desk,South,Bob,2025-10-03\n"
)]
#[case::semicolon(
    "order_date;customer_name;region;product_name;category;quantity;unit_price\n2025-10-01;Ann;North;Lamp;Light;2;9.5\n2025-10-03;Bob;South;Desk;Wood;1;100\n"
)]
#[case::tab(
    "order_date\tcustomer_name\tregion\tproduct_name\tcategory\tquantity\tunit_price\n2025-10-01\tAnn\tNorth\tLamp\tLight\t2\t9.5\n2025-10-03\tBob\tSouth\tDesk\tWood\t1\t100\n"
)]
#[case::bar(
    "order_date|customer_name|region|product_name|category|quantity|unit_price\n2025-10-01|Ann|North|Lamp|Light|2|9.5\n2025-10-03|Bob|South|Desk|Wood|1|100\n"
)]
#[case::more_columns(
    "\"a\nnote\",{H},\r\nx,2025-10-01,Ann,North,Lamp,Light,2,9.5,\r\n\"y\n,\",2025-10-03,Bob,South,Desk,Wood,1,100,z\r\n"
)]
#[case::own_ids(
    "{H},sale_id\n2025-10-03,Bob,South,Desk,Wood,1,100,2\n2025-10-01,Ann,North,Lamp,Light,2,9.5,1\n"
)]
fn every_way_to_write_the_same_sales(#[case] content: &str) {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let content = content.replace("{H}", HEADER);
    assert_eq!(engine.load("sales.csv", content.as_bytes()), Ok(2));
    assert_eq!(
        sales(&mut engine),
        json!([
            [1, "2025-10-01", "Ann", "North", "Lamp", "Light", 2, 9.5],
            [2, "2025-10-03", "Bob", "South", "Desk", "Wood", 1, 100]
        ])
    );
    assert_eq!(
        json!(engine.query("FROM dim_date ORDER BY date").unwrap().rows),
        json!([
            ["2025-10-01", 2025, 10, "Wednesday"],
            ["2025-10-02", 2025, 10, "Thursday"],
            ["2025-10-03", 2025, 10, "Friday"]
        ])
    );
}

#[test]
fn names_are_kept_as_they_are() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let long = "x".repeat(10_000);
    let names = [
        "'; DROP TABLE fact_sales; --",
        "<img src=x onerror=alert(1)>",
        "Acme, \"Inc.\"",
        "two\nlines",
        "two\r\nlines",
        " Ann ",
        "Ann",
        "Ann ",
        "NULL",
        "李小龙",
        "{customer_name} $1 \\n %s",
        &long,
    ];
    let mut content =
        "customer_name,product_name,order_date,quantity,unit_price,region\n".to_owned();
    for name in names {
        let quoted = name.replace('"', "\"\"");
        writeln!(content, "\"{quoted}\",\"{quoted}\",2025-10-01,-1,0,  ").unwrap();
    }
    assert_eq!(
        engine.load("'; DROP TABLE x; --.csv", content.as_bytes()),
        Ok(names.len() as u64)
    );
    let rows = sales(&mut engine);
    for (row, name) in rows.as_array().unwrap().iter().zip(names) {
        assert_eq!((&row[2], &row[4]), (&json!(name), &json!(name)));
        assert_eq!((&row[3], &row[5]), (&json!("Unknown"), &json!("Unknown")));
    }
    assert_eq!(
        engine.number("SELECT count(*) FROM dim_customer"),
        i64::try_from(names.len()).unwrap()
    );
}

#[test]
fn a_plan_is_one_statement_a_step() {
    let head = format!("{HEADER},sale_id\n2025-10-01,Ann,North,Lamp,Light,2,9.5,1\n");
    let package = built_in();
    let model = package.model();
    let source = &model.sources()[0];
    let file = SourceFile::detect(source, "sales.csv", head.as_bytes(), 1_000, 1).unwrap();
    let staged = Plan::stage(model, &[&file]);
    let generator = &model.generators()[0];
    let generated = generator
        .sizes
        .iter()
        .map(|size| Plan::generated(&package, generator, size));
    let plans = [
        Plan::shipped(&package),
        staged.clone(),
        Plan::load(model, &[(0, 1)]),
    ];
    for step in plans
        .into_iter()
        .chain(generated)
        .flat_map(|plan| plan.steps)
    {
        assert!(!step.sql.contains(';'), "{}", step.title);
    }
    let titles: Vec<_> = [staged, Plan::load(model, &[(0, 1)])]
        .into_iter()
        .flat_map(|plan| plan.steps)
        .map(|step| step.title)
        .collect();
    insta::assert_snapshot!(titles.join("\n"), @r"
    Stage sales.csv
    Verify that there are sales
    Verify that every sale can be read
    Verify that every sale has its own sale_id
    Drop fact_sales
    Drop dim_date
    Drop dim_product
    Drop dim_customer
    Create dim_customer
    Create dim_product
    Create dim_date
    Create fact_sales
    Fill dim_customer
    Fill dim_product
    Fill dim_date
    Fill fact_sales
    Drop the staged sales
    ");
    assert_eq!(Plan::load(model, &[(0, 1)]).keys, Some(Keys::Enforced));
}
