//! The SQL and the text that the built-in mart compiles to, as snapshots: a change of the compiler
//! shows what readers of the page will see.

use mart::{Filter, Package, Plan, SourceFile, Step};

fn built_in() -> Package {
    mart::shipped::built_in()
}

fn script(steps: &[Step]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|step| format!("-- {}\n{};", step.title, step.sql))
        .collect();
    steps.join("\n\n")
}

#[test]
fn load_plan() {
    let package = built_in();
    let model = package.model();
    let source = &model.sources()[0];
    let head = "order_date,customer_name,product_name,quantity,unit_price,sale_id,note\nx";
    let file = SourceFile::detect(source, "sales.csv", head.as_bytes(), 1_000, 1).unwrap();
    insta::assert_snapshot!("stage", script(&Plan::stage(model, &[&file]).steps));
    insta::assert_snapshot!("load_enforced", script(&Plan::load(model, &[(0, 1)]).steps));
    let verified = Plan::load(model, &[(0, 1_000_000)]);
    insta::assert_snapshot!("load_verified", script(&verified.steps));
}

#[test]
fn shipped_rows() {
    let plan = Plan::shipped(&built_in());
    let load = plan
        .steps
        .iter()
        .find(|step| step.title == "Insert 12 rows into dim_product");
    insta::assert_snapshot!(script(std::slice::from_ref(load.unwrap())));
}

#[test]
fn questions() {
    let package = built_in();
    let model = package.model();
    let questions: Vec<_> = model
        .questions()
        .iter()
        .map(|question| question.query(&Filter::default()).sql(model).unwrap())
        .collect();
    insta::assert_snapshot!(questions.join(";\n\n"));
}

#[test]
fn documentation() {
    insta::assert_snapshot!(built_in().model().documentation());
}
