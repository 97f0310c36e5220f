//! The statements that the page runs, for pages and engines without the app. All that the benchmark needs of the core
//! is here.

use crate::cases::Size;
use mart::{Filter, Plan, catalog, shipped};

/// What a build of the seed rows runs, answers and row counts included.
pub(crate) fn seed() -> Vec<String> {
    let package = shipped::built_in();
    let model = package.model();
    let steps = Plan::shipped(&package)
        .steps
        .into_iter()
        .map(|step| step.sql);
    let questions = model.questions().iter();
    let questions = questions.filter_map(|question| question.query(&Filter::default()).sql(model));
    std::iter::once("BEGIN TRANSACTION".to_owned())
        .chain(steps)
        .chain(["COMMIT".to_owned(), catalog::row_counts(model.tables())])
        .chain(questions)
        .collect()
}

/// What builds the mart of generated rows.
pub(crate) fn generated(size: Size) -> Vec<String> {
    let rows = match size {
        Size::TenThousand => 10_000,
        Size::HundredThousand => 100_000,
        Size::Million => 1_000_000,
        Size::TenMillion => 10_000_000,
    };
    let package = shipped::built_in();
    let generator = package.model().generators().first();
    let size =
        generator.and_then(|generator| generator.sizes.iter().find(|size| size.rows == rows));
    let plan = generator
        .zip(size)
        .map(|(generator, size)| Plan::generated(&package, generator, size));
    let steps = plan.into_iter().flat_map(|plan| plan.steps);
    steps.map(|step| step.sql).collect()
}
