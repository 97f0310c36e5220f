//! Mistakes in metrics, attributes, questions, checks and generators. It must not know how they are
//! tried.

use serde_json::json;

use crate::Case;

pub(crate) const CASES: &[Case] = &[
    // Metrics.
    (
        "/metrics/0/dataset",
        || json!("fact_sale"),
        "/metrics/0/dataset: there is no dataset `fact_sale`; did you mean `fact_sales`?",
    ),
    (
        "/metrics/0/dataset",
        || json!("dim_customer"),
        "/metrics/0/dataset: `dim_customer` is not a fact",
    ),
    (
        "/metrics/0/expression",
        || json!("sum(quantity * unit_prize)"),
        "/metrics/0/expression: `fact_sales` has no field `unit_prize`; did you mean `unit_price`?",
    ),
    (
        "/metrics/0/expression",
        || json!("sum(unit_price)"),
        "/metrics/0/expression: sums of this mean nothing: it is not additive",
    ),
    (
        "/metrics/0/expression",
        || json!("quantity"),
        "/metrics/0/expression: the field `quantity` stands outside of an aggregate",
    ),
    (
        "/metrics/0/expression",
        || json!("1 + 1"),
        "/metrics/0/expression: a metric has at least one aggregate",
    ),
    (
        "/metrics/0/expression",
        || json!("summ(quantity)"),
        "/metrics/0/expression: there is no function `summ`",
    ),
    (
        "/metrics/0/expression",
        || json!("sum(sum(quantity))"),
        "an aggregate, `sum`, cannot stand inside an expression of one row",
    ),
    (
        "/metrics/0/expression",
        || json!("sum(order_date)"),
        "`sum` does not take values of this type",
    ),
    (
        "/metrics/0/expression",
        || json!("average_price"),
        "is computed from itself",
    ),
    (
        "/metrics/3/expression",
        || json!("revenue / unit"),
        "/metrics/3/expression: `fact_sales` has no field `unit`; did you mean `units`?",
    ),
    (
        "/metrics/0/expression",
        || json!("(".repeat(200)),
        "/metrics/0/expression: it is nested more than 50 deep",
    ),
    // Attributes, hierarchies, questions.
    (
        "/attributes/0/field",
        || json!("name"),
        "/attributes/0/field: `dim_customer` has no field `name`",
    ),
    (
        "/attributes/0/grain",
        || json!("month"),
        "/attributes/0/grain: only a day or an instant has a grain",
    ),
    (
        "/attributes/0/relationship",
        || json!("custome"),
        "/attributes/0/relationship: there is no relationship `custome`; did you mean `customer`?",
    ),
    (
        "/attributes/0/relationship",
        || json!("product"),
        "/attributes/0: no fact with a metric leads to `dim_customer`",
    ),
    (
        "/relationships/-",
        || json!({ "name": "payer", "from": "fact_sales", "from_columns": ["customer_id"], "to": "dim_customer", "to_columns": ["customer_id"] }),
        "/attributes/0: several ways lead from `fact_sales` to `dim_customer`: name the `relationship`, one of `customer`, `payer`",
    ),
    (
        "/hierarchies/0/levels/1",
        || json!("quarters"),
        "/hierarchies/0/levels/1: there is no attribute `quarters`; did you mean `quarter`?",
    ),
    (
        "/questions/0/metrics",
        || json!([]),
        "/questions/0/metrics: a question has at least one metric",
    ),
    (
        "/questions/0/metrics/0",
        || json!("revenu"),
        "/questions/0/metrics/0: there is no metric `revenu`; did you mean `revenue`?",
    ),
    (
        "/questions/0/by/0",
        || json!("regoin"),
        "/questions/0/by/0: there is no attribute `regoin`; did you mean `region`?",
    ),
    (
        "/questions/0/by/0",
        || json!("dim_date.yaer"),
        "/questions/0/by/0: `dim_date` has no field `yaer`; did you mean `year`?",
    ),
    (
        "/questions/0/order",
        || json!([{ "by": "revnue" }]),
        "/questions/0/order/0/by: there is no metric or attribute of this question `revnue`; did you mean `revenue`?",
    ),
    (
        "/questions/0/limit",
        || json!(0),
        "/questions/0/limit: a limit is at least 1",
    ),
    (
        "/questions/0/chart",
        || json!("pie"),
        "/questions/0/chart: unknown variant `pie`",
    ),
    // Checks, generators, paths.
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "not_null": "quantty" } }]),
        "/checks/0/test/not_null: `fact_sales` has no field `quantty`; did you mean `quantity`?",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "expression": "quantity + 1" } }]),
        "/checks/0/test/expression: a check is a condition",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "expression": "quantity > 'a'" } }]),
        "/checks/0/test/expression: `>` compares values of two types",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "unique": [] } }]),
        "/checks/0/test/unique: name at least one field",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "quantty", "min": 1 } } }]),
        "/checks/0/test/range/field: `fact_sales` has no field `quantty`; did you mean `quantity`?",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "quantity" } } }]),
        "/checks/0/test/range: name `min`, `max` or both",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "quantity", "min": 0.5 } } }]),
        "/checks/0/test/range/min: `0.5` is not a whole number",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "order_date", "max": "2026-02-30" } } }]),
        "/checks/0/test/range/max: `2026-02-30` is not a day as YYYY-MM-DD",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "quantity", "min": 10, "max": 9 } } }]),
        "/checks/0/test/range/max: `9` is less than `min`",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "range": { "field": "quantity", "min": true } } }]),
        "/checks/0/test/range/min: a limit is a number or a text",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "row_count": {} } }]),
        "/checks/0/test/row_count: name `min`, `max` or both",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "row_count": { "min": 2, "max": 1 } } }]),
        "/checks/0/test/row_count/max: 1 is less than `min`",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "row_count": { "min": -1 } } }]),
        "/checks/0/test/row_count/min: invalid value: integer `-1`",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "freshness": { "field": "quantity", "days": 1 } } }]),
        "/checks/0/test/freshness/field: INTEGER is neither a day nor a moment",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "freshness": { "field": "order_date", "days": 40000 } } }]),
        "/checks/0/test/freshness/days: 40000 days are more than 36500",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "sql": "DROP TABLE fact_sales" } }]),
        "/checks/0/test/sql: a check is a query, which begins with SELECT, FROM, WITH or VALUES",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "sql": "SELECT 1; SELECT 2" } }]),
        "/checks/0/test/sql: a check is one query, and the text has 2 statements",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "sql": " -- nothing" } }]),
        "/checks/0/test/sql: a check is one query, and the text has 0 statements",
    ),
    (
        "/checks",
        || json!([{ "dataset": "fact_sales", "test": { "relationships": "customr" } }]),
        "/checks/0/test/relationships: there is no relationship of this dataset `customr`; did you mean `customer`?",
    ),
    (
        "/datasets/0/rows",
        || json!("../secret.csv"),
        "/datasets/0/rows: `../secret.csv` is no path of a file beside the document",
    ),
    (
        "/generators/0/dataset",
        || json!("dim_date"),
        "/generators/0/dataset: `dim_date` is not a fact",
    ),
    (
        "/generators/0/sizes/0/values/sales",
        || json!("1; DROP TABLE x"),
        "/generators/0/sizes/0/values/sales: `1; DROP TABLE x` is neither a whole number nor a day",
    ),
];
