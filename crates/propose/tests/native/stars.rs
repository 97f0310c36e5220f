//! Databases with known keys and roles, where the folder of shared data is there: what is proposed for them by
//! native DuckDB, and the mart that is loaded from it.

use propose::score::{Findings, Score};

use crate::support::{self, sets, stage};

/// The folder of shared data; `None`, with a message, where it is absent.
fn shared(path: &str) -> Option<String> {
    let path = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let is_there = std::path::Path::new(&path).exists();
    if !is_there {
        println!("skipped: {path} is not there");
    }
    is_there.then_some(path)
}

/// `STARS=FOLDER` takes other sets; `cargo test -p propose --test stars -- --nocapture` prints what is wrong.
#[test]
fn known_databases() {
    let Some(folder) = std::env::var("STARS").ok().or_else(|| shared("stars")) else {
        return;
    };
    let mut all = Vec::new();
    for (name, folder) in sets(folder.as_ref()) {
        let Some((model, mut engine)) = stage(&folder) else {
            return;
        };
        let proposal = support::propose(&model, &mut engine);
        let truth = std::fs::read_to_string(folder.join("truth.json")).unwrap();
        let truth = Findings::read(&truth).unwrap();
        let score = Findings::of(&proposal).score_of_proposed(&truth);
        println!("{name}: {score}");
        support::load(&model, &proposal, &mut engine);
        if name == "nycflights13" && std::env::var("STARS").is_err() {
            unknown_planes_are_counted(&mut engine);
        }
        all.push(score);
    }
    let sum = |count: fn(&Score) -> usize| all.iter().map(count).sum::<usize>();
    let mean =
        all.iter().map(Score::f1).sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap());
    println!(
        "mean F1 {mean:.3}, {} of {} proposed right, keys {} of {}, roles {} of {}",
        sum(|score| score.right),
        sum(|score| score.proposed),
        sum(|score| score.keys.0),
        sum(|score| score.keys.1),
        sum(|score| score.roles.0),
        sum(|score| score.roles.1),
    );
    assert!(mean >= 0.95, "{mean}");
    assert!(sum(|score| score.right) * 100 >= sum(|score| score.proposed) * 97);
    assert!(sum(|score| score.keys.0) * 100 >= sum(|score| score.keys.1) * 95);
    assert!(sum(|score| score.roles.0) * 100 >= sum(|score| score.roles.1) * 95);
}

/// Flights of planes and airports that are in no file, and those without a plane.
fn unknown_planes_are_counted(engine: &mut native_duckdb::Native) {
    let mut count = |condition: &str| {
        engine.number(&format!(
            "SELECT count(*) FROM fact_flight WHERE {condition}"
        ))
    };
    assert_eq!(count("true"), 336_776);
    assert_eq!(count("tailnum_key = -1 AND tailnum IS NOT NULL"), 50_094);
    assert_eq!(count("tailnum_key = -1 AND tailnum IS NULL"), 2_512);
    assert_eq!(count("dest_key = -1"), 7_602);
}

#[test]
fn dimensions_in_one_flat_file() {
    let Some(path) = shared("superstore/superstore.csv") else {
        return;
    };
    let script = include_str!("superstore.sql").replace("{path}", &path);
    let Some((model, mut engine)) = support::staged(&script) else {
        return;
    };
    let proposal = support::propose(&model, &mut engine);
    let names: Vec<_> = proposal
        .splits
        .iter()
        .map(|split| split.name.as_str())
        .collect();
    assert_eq!(names, ["customer", "geography", "product"]);
    let product = &proposal.splits[2];
    assert_eq!(proposal.columns(0, &[product.key]), ["Product ID"]);
    let (_, evidence) = product.columns.last().unwrap();
    assert!(
        evidence.starts_with("holds for 98.7 % of rows; 32 \"Product ID\" carry several"),
        "{evidence}"
    );
    support::load(&model, &proposal, &mut engine);
    assert_eq!(engine.number("SELECT count(*) FROM fact_superstore"), 9_994);
    assert_eq!(engine.number("SELECT count(*) FROM dim_customer"), 793);
    assert_eq!(engine.number("SELECT count(*) FROM dim_product"), 1_862);
    let sales = engine
        .value("SELECT CAST(CAST(sum(Sales) AS DECIMAL(18,2)) AS VARCHAR) FROM fact_superstore");
    assert_eq!(sales, "2297200.86");
}
