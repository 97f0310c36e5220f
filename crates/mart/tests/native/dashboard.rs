//! What the dashboard asks besides its questions: key figures, values to filter by, and other queries
//! within the filter.

use mart::{Days, Filter, KeyFigures, Plan, Query};
use rstest::rstest;

use crate::ask::attribute;
use crate::engine::{Engine, built_in};

fn november_without_north() -> Filter {
    let package = built_in();
    let mut filter = Filter {
        days: Days::of("2025-11").unwrap(),
        ..Filter::default()
    };
    filter.choose(
        attribute(package.model(), "region"),
        &["North".to_owned()],
        true,
    );
    filter
}

/// The sales of November from elsewhere, in plain SQL.
const COUNTED: &str = "SELECT s.* FROM fact_sales AS s JOIN dim_customer USING (customer_id)
    WHERE order_date BETWEEN '2025-11-01' AND '2025-11-30' AND region <> 'North'";

#[test]
fn key_figures_are_those_of_the_facts_that_count() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let all_days = Days::of("2025-Q4").unwrap();
    let figures = KeyFigures::of(model, &november_without_north(), &all_days);
    let measures = "round(sum(quantity * unit_price), 2), CAST(sum(quantity) AS BIGINT), count(*),
        round(sum(quantity * unit_price) / sum(quantity), 2)";
    let plain = |counted: &str| format!("SELECT {measures} FROM ({counted})");
    let mut rows = |sql: &str| engine.query(sql).unwrap().rows;
    let totals = figures.totals.sql(model).unwrap();
    assert_eq!(rows(&totals), rows(&plain(COUNTED)), "{totals}");
    let before = figures.before.unwrap().sql(model).unwrap();
    let october = COUNTED
        .replace("2025-11-01", "2025-10-01")
        .replace("2025-11-30", "2025-10-31");
    assert_eq!(rows(&before), rows(&plain(&october)), "{before}");
    let [trend] = figures.trends.as_slice() else {
        panic!("one fact has one trend");
    };
    let trend = trend.sql(model).unwrap();
    let by_day = format!("SELECT order_date, {measures} FROM ({COUNTED}) GROUP BY ALL ORDER BY 1");
    assert_eq!(rows(&trend), rows(&by_day), "{trend}");
}

#[rstest]
#[case::of_days(Days::of("2025-Q4").unwrap(), "day")]
#[case::of_months(Days::of("2025").unwrap(), "month")]
#[case::of_years(Days { first: Some("1900-01-01".into()), last: Some("9999-12-31".into()) }, "year")]
#[case::of_an_open_range(Days::default(), "year")]
fn a_trend_has_few_points(#[case] all_days: Days, #[case] grain: &str) {
    let package = built_in();
    let figures = KeyFigures::of(package.model(), &Filter::default(), &all_days);
    assert_eq!(figures.trends[0].by[0].name(), grain);
}

#[test]
fn values_are_counted_within_the_rest_of_the_filter() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    engine
        .query("INSERT INTO dim_customer VALUES (999, 'Nobody', 'Nowhere')")
        .unwrap();
    let region = attribute(model, "region");
    // The filter by region itself hides none of its values.
    let sql = region
        .counted_values(model, &november_without_north(), "", 100)
        .unwrap();
    let found = engine.query(&sql).unwrap().rows;
    let plain = "SELECT region, count(sale_id) FROM dim_customer
        LEFT JOIN (FROM fact_sales WHERE order_date BETWEEN '2025-11-01' AND '2025-11-30') USING (customer_id)
        GROUP BY ALL ORDER BY 2 DESC, 1";
    assert_eq!(found, engine.query(plain).unwrap().rows, "{sql}");
    assert_eq!(found.last().unwrap()[0], "Nowhere");
    let search = region
        .counted_values(model, &Filter::default(), "OR", 100)
        .unwrap();
    let found = engine.query(&search).unwrap().rows;
    let names: Vec<_> = found.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(names, ["North"]);
}

#[rstest]
#[case::plain("SELECT count(*), sum(quantity) FROM fact_sales", true)]
#[case::quoted("SELECT count(*), sum(quantity) FROM \"fact_sales\"", true)]
#[case::in_its_own_expression(
    "WITH s AS (FROM fact_sales) SELECT count(*), sum(quantity) FROM s",
    true
)]
#[case::twice(
    "SELECT count(*), (SELECT sum(quantity) FROM fact_sales) FROM FACT_SALES",
    true
)]
#[case::after_its_schema("SELECT count(*), sum(quantity) FROM main.fact_sales", false)]
#[case::of_a_dimension("SELECT count(*), 1 FROM dim_customer -- not fact_sales", false)]
fn a_query_that_names_a_fact_is_of_the_facts_that_count(
    #[case] query: &str,
    #[case] is_narrowed: bool,
) {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    engine.build(&Plan::shipped(&package)).unwrap();
    let narrowed = november_without_north().narrowed(package.model(), query);
    assert_eq!(narrowed.is_some(), is_narrowed);
    let Some(narrowed) = narrowed else {
        return;
    };
    let plain = format!("SELECT count(*), sum(quantity) FROM ({COUNTED})");
    let expected = engine.query(&plain).unwrap().rows;
    assert_eq!(
        engine.query(&narrowed).unwrap().rows,
        expected,
        "{narrowed}"
    );
}

#[test]
fn exported_facts_add_up_to_the_key_figures() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    let filter = november_without_north();
    for (at, table) in model.tables().iter().enumerate() {
        let rows = filter.rows(model, at);
        assert_eq!(
            rows.is_some(),
            table.title().starts_with("fact"),
            "{}",
            table.title()
        );
        if let Some(rows) = rows {
            let ours = engine.query(&format!("{rows}\nORDER BY sale_id")).unwrap();
            let plain = engine
                .query(&format!("{COUNTED} ORDER BY sale_id"))
                .unwrap();
            assert_eq!(ours.rows, plain.rows);
            assert_eq!(ours.columns, plain.columns);
        }
    }
}

#[test]
fn metrics_stand_beside_those_of_the_days_before() {
    let Some(mut engine) = Engine::start() else {
        return;
    };
    let package = built_in();
    let model = package.model();
    engine.build(&Plan::shipped(&package)).unwrap();
    // A region without sales in one of the months, and one that is NULL.
    let changed = "UPDATE dim_customer SET region = NULL WHERE region = 'South';
        UPDATE dim_customer SET region = 'Only October' WHERE customer_id = 1;
        DELETE FROM fact_sales WHERE customer_id = 1 AND order_date >= '2025-11-01';
        UPDATE dim_customer SET region = 'Only November' WHERE customer_id = 2;
        DELETE FROM fact_sales WHERE customer_id = 2 AND order_date < '2025-11-01'";
    engine.run(changed).unwrap();
    let mut query = Query::default();
    query.metrics = model.metrics()[..1].to_vec();
    query.by = vec![attribute(model, "region").clone()];
    query.filter.days = Days::of("2025-11").unwrap();
    query.is_compared = true;
    let sql = query.sql(model).unwrap();
    let found = engine.query(&sql).unwrap();
    assert_eq!(
        found.columns,
        ["region", "revenue", "revenue_before", "revenue_change"]
    );
    let plain = "SELECT region,
            round(sum(quantity * unit_price) FILTER (month(order_date) = 11), 2) AS now,
            round(sum(quantity * unit_price) FILTER (month(order_date) = 10), 2) AS before,
            coalesce(now, 0) - coalesce(before, 0)
        FROM fact_sales JOIN dim_customer USING (customer_id)
        WHERE month(order_date) IN (10, 11) GROUP BY ALL ORDER BY 4, 1";
    let expected = engine.query(plain).unwrap();
    crate::ask::assert_same(&found.rows, &expected.rows, &sql);
    assert_eq!(found.rows[0][0], expected.rows[0][0]);
    // Over time, there is nothing to stand beside.
    query.by = vec![attribute(model, "month").clone()];
    let sql = query.sql(model).unwrap();
    assert_eq!(engine.query(&sql).unwrap().columns, ["month", "revenue"]);
    // Without a range, neither.
    query.filter.days = Days::default();
    assert_eq!(query.days_before(), None);
}
