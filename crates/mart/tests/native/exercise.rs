//! Runs everything that a model compiles to. It must not know what the model is about.

use mart::{
    Check, CheckResult, Days, Document, Filter, Metric, Model, NULL, Package, Plan, Query,
    Selection, SourceFile, catalog, check_report, checks, profile::ColumnQueries,
};

use crate::engine::{Engine, OnDisk, staged_from};

/// Something that DuckDB refused: what it was for, the SQL and the message.
pub(crate) type Refusal = String;

/// Builds the mart from its shipped rows and from empty sources, and asks everything that can be asked,
/// in a database of its own.
pub(crate) fn exercise(engine: &mut Engine, package: &Package) -> Result<(), Refusal> {
    engine
        .run("ATTACH ':memory:' AS exercised; USE exercised;")
        .unwrap();
    let outcome = in_database(engine, package);
    engine.run("USE memory; DETACH exercised;").unwrap();
    outcome
}

fn in_database(engine: &mut Engine, package: &Package) -> Result<(), Refusal> {
    let model = package.model();
    run_plan(engine, &Plan::shipped(package))?;
    questions(engine, model)?;
    checked(engine, model)?;
    // Facts are loaded from files with a header and no rows.
    stage_empty(engine, model)?;
    run_plan(engine, &Plan::load_with_rows(package, &[]))?;
    stage_empty(engine, model)?;
    let many: Vec<_> = (0..model.sources().len())
        .map(|at| (at, 1_000_000))
        .collect();
    run_plan(engine, &Plan::load(model, &many))?;
    profiles(engine, model)?;
    opened(engine, model)
}

/// The tables as a database that is opened: its catalog makes a model, which is asked too.
fn opened(engine: &mut Engine, model: &Model) -> Result<(), Refusal> {
    let mut read = |sql: &str| engine.query(sql).map(|rows| crate::engine::texts(&rows));
    let (columns, keys) = (read(&catalog::columns(&[]))?, read(&catalog::keys(&[]))?);
    let document = Document::of_catalog("opened", &[], &columns, &keys);
    let database = Model::resolve(&document).map_err(|mistakes| format!("{mistakes:?}"))?;
    if model.is_in(&database).is_none() {
        return Err(format!(
            "the tables are not those of the model: {database:#?}"
        ));
    }
    checked(engine, &database)
}

fn run(engine: &mut Engine, what: &str, sql: &str) -> Result<(), Refusal> {
    let outcome = engine.query(sql).map(drop);
    outcome.map_err(|message| format!("{what}: {message}\n{sql}"))
}

fn run_plan(engine: &mut Engine, plan: &Plan) -> Result<(), Refusal> {
    for step in &plan.steps {
        run(engine, &step.title, &step.sql)?;
    }
    Ok(())
}

fn stage_empty(engine: &mut Engine, model: &Model) -> Result<(), Refusal> {
    for source in model.sources() {
        let names = source
            .fields
            .iter()
            .map(|field| field.name.replace('"', "\"\""));
        let header: Vec<_> = names.map(|name| format!("\"{name}\"")).collect();
        let header = format!("{}\n", header.join(","));
        let file = SourceFile::detect(source, "empty.csv", header.as_bytes(), u64::MAX, 1)
            .map_err(|error| format!("{error}: {header}"))?;
        let path = OnDisk::new(header.as_bytes());
        run_plan(engine, &staged_from(model, &[&file], &[(&file, &path.0)]))?;
    }
    Ok(())
}

/// Every metric and every two metrics by every two attributes, with filters of all kinds.
fn questions(engine: &mut Engine, model: &Model) -> Result<(), Refusal> {
    for question in model.questions() {
        let sql = question.query(&Filter::default()).sql(model);
        run(engine, "a question of the dashboard", &sql.ok_or("no SQL")?)?;
    }
    for attribute in model.attributes() {
        let sql = attribute.values(model, 10).ok_or("no values")?;
        run(engine, "the values of an attribute", &sql)?;
    }
    let singles = model.metrics().iter().map(|metric| vec![metric.clone()]);
    let pairs = model.metrics().windows(2).map(<[_]>::to_vec);
    for metrics in singles.chain(pairs).chain([model.metrics().to_vec()]) {
        asked(engine, model, &metrics)?;
    }
    Ok(())
}

fn asked(engine: &mut Engine, model: &Model, metrics: &[Metric]) -> Result<(), Refusal> {
    let mut query = Query::default();
    query.metrics = metrics.to_vec();
    if metrics.is_empty() {
        return Ok(());
    }
    let common: Vec<_> = query
        .common_attributes(model)
        .into_iter()
        .cloned()
        .collect();
    let mut groupings = vec![Vec::new()];
    for (at, first) in common.iter().enumerate() {
        groupings.push(vec![first.clone()]);
        let others = common.iter().skip(at + 1);
        groupings.extend(others.map(|second| vec![second.clone(), first.clone()]));
    }
    let is_all = metrics.len() == model.metrics().len();
    for (number, by) in groupings.into_iter().enumerate() {
        // Two metrics are asked by one attribute alone, which is enough to meet each other.
        if by.len() > 1 && metrics.len() > 1 && !is_all {
            continue;
        }
        query.by = by;
        query.filter = Filter::default();
        query.limit = (number % 2 == 0).then_some(3);
        run(engine, "a question", &query.sql(model).ok_or("no SQL")?)?;
        if query.by.len() > 1 && number % 3 > 0 {
            continue;
        }
        query.filter = whole_filter(model, number);
        run(
            engine,
            "a question with a filter",
            &query.sql(model).ok_or("no SQL")?,
        )?;
    }
    Ok(())
}

/// Days, and a value of each attribute: every other one with NULL.
fn whole_filter(model: &Model, number: usize) -> Filter {
    let selections = model
        .attributes()
        .iter()
        .enumerate()
        .map(|(at, attribute)| {
            let mut values = vec!["it's".to_owned()];
            if (at + number).is_multiple_of(2) {
                values.push(NULL.to_owned());
            }
            Selection {
                attribute: attribute.clone(),
                values,
                is_excluded: (at + number).is_multiple_of(3),
                is_picked: false,
            }
        });
    Filter {
        days: Days::of("2025").unwrap(),
        selections: selections.collect(),
    }
}

fn checked(engine: &mut Engine, model: &Model) -> Result<(), Refusal> {
    let loaded: Vec<_> = model.facts().map(|fact| (fact.title(), 3)).collect();
    let all = checks(model, &loaded);
    for Check {
        name,
        sql,
        rows_sql,
        ..
    } in &all
    {
        run(engine, name, sql)?;
        run(engine, name, rows_sql)?;
    }
    let results = all.iter().enumerate().map(|(at, check)| {
        let reason = || CheckResult::NotRun("it's missing".to_owned());
        let result = [CheckResult::Counted(0), CheckResult::Counted(7), reason()];
        (check, result[at % 3].clone())
    });
    run(engine, "the report of all checks", &check_report(results))?;
    run(
        engine,
        "views in the way",
        &catalog::views_in_the_way(model.tables()),
    )?;
    run(engine, "row counts", &catalog::row_counts(model.tables()))?;
    for table in model.tables() {
        run(engine, "a sample", &catalog::sample(table, 3))?;
        run(engine, "all rows", &catalog::rows(table))?;
    }
    if model.documentation().is_empty() {
        return Err("no documentation".to_owned());
    }
    Ok(())
}

fn profiles(engine: &mut Engine, model: &Model) -> Result<(), Refusal> {
    for table in model.tables() {
        for column in &table.columns {
            for rows in [0, u64::MAX] {
                let queries =
                    ColumnQueries::new(table, &column.name, column.data_type.name(), rows);
                run(engine, "a summary", &queries.summary)?;
                run(engine, "frequent values", &queries.frequent)?;
                run(
                    engine,
                    "a histogram",
                    queries.histogram.as_deref().unwrap_or("SELECT 1"),
                )?;
            }
        }
    }
    Ok(())
}
