//! Stars proposed for sets of files whose keys and roles are known: how much of it is found from the dropped files, and
//! how long the page looks for it.

use crate::PATIENCE;
use crate::report::{Limit, Measure, Section};
use browser_tests::{Browser, Failure, Outcome, Page, Server, Setup, root};
use propose::LEAST_CONFIDENCE;
use propose::score::{Findings, Score, share};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A proposal is the same each time: this many runs show how long it takes.
const MOST_RUNS: usize = 3;
/// Rows of each of the ten generated files.
const ROWS: u32 = 100_000;

/// Notes the long tasks of the page's thread from the click on.
const WATCH: &str = "
    window.__tasks = [];
    window.__from = Infinity;
    new PerformanceObserver(list => {
        __tasks.push(...list.getEntries().filter(task => task.startTime >= __from).map(task => task.duration));
    }).observe({ type: 'longtask' });
    new MutationObserver(() => {
        if (document.querySelector('table[aria-label=\"Tables of the star\"]')) window.__found ??= performance.now();
    }).observe(document, { childList: true, subtree: true });";

const PROPOSE: &str = "
    window.__found = undefined;
    window.__from = performance.now();
    [...document.querySelectorAll('button')].find(button => button.textContent === 'Propose a star').click();";

/// What the page says, in the form of what is known.
const READ: &str = "
    const rows = label => [...document.querySelectorAll(`table[aria-label=\"${label}\"] tbody tr`)];
    const codes = cell => [...cell.querySelectorAll('code')].map(code => code.textContent);
    const end = cell => { const [table, ...columns] = codes(cell); return [table, columns]; };
    const key = {}, role = {};
    for (const { cells } of rows('Tables of the star')) {
        const table = cells[0].textContent;
        role[table] = cells[1].querySelector('select').value;
        key[table] = codes(cells[4]);
    }
    const candidates = rows('Relationships').map(({ cells }) =>
        [end(cells[1]), end(cells[2]), parseFloat(cells[3].textContent) / 100]);
    return [{ primary_key: key, role, candidates }, __found - __from, Math.max(0, ...__tasks)];";

/// A set of files, and what was found in them.
struct Set {
    name: String,
    files: Vec<PathBuf>,
    known: Findings,
    found: Findings,
    times: Vec<f64>,
    tasks: Vec<f64>,
    limit: Limit,
}

/// The result as tables, and as one object.
pub(crate) async fn stars(
    server: &Server,
    data: Option<&Path>,
    runs: usize,
) -> Outcome<(Vec<Section>, Value)> {
    let shared = root().join("../shared/data/stars");
    let folder = data.map_or(shared, Path::to_owned);
    let mut sets = sets(&folder)?;
    if sets.is_empty() {
        eprintln!(
            "skipped: {} has no folder with a truth.json",
            folder.display()
        );
    }
    let own = tempfile::tempdir()?;
    if data.is_none() {
        sets.extend(timed_only(&own)?);
    }
    let runs = runs.min(MOST_RUNS);
    for run in 1..=runs {
        for set in &mut sets {
            eprint!("\rstars, run {run} of {runs}: {}      ", set.name);
            look(server, set).await?;
        }
    }
    eprintln!();
    let known: Vec<_> = sets.iter().filter(|set| set.is_known()).collect();
    let value = as_object(&known);
    let mut sections = Vec::new();
    if !known.is_empty() {
        sections.push(accuracy(&known));
    }
    let lines = sets.iter().map(|set| {
        let time = Measure::new("", "ms", set.limit, set.times.clone());
        let task = Measure::new("", "ms", Limit::AtMost(50.0), set.tasks.clone());
        (set.name.clone(), vec![time, task])
    });
    sections.push(Section::medians(
        "Proposing a star, from the click to its tables",
        ["time", "longest task of the page's thread, ≤ 50 ms"],
        lines.collect(),
    ));
    Ok((sections, value))
}

impl Set {
    fn is_known(&self) -> bool {
        !self.known.roles.is_empty()
    }

    fn score(&self) -> Score {
        self.found.score_of_proposed(&self.known)
    }

    fn median(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// The folders with a `truth.json`, by name.
fn sets(folder: &Path) -> Outcome<Vec<Set>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut folders: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    folders.sort();
    let mut sets = Vec::new();
    for folder in folders {
        let Ok(truth) = fs::read_to_string(folder.join("truth.json")) else {
            continue;
        };
        let mut files: Vec<_> = fs::read_dir(&folder)?
            .filter_map(|entry| entry.ok()?.path().canonicalize().ok())
            .filter(|path| {
                let name = path.to_string_lossy();
                name.ends_with(".csv") || name.ends_with(".csv.gz")
            })
            .collect();
        files.sort();
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        sets.push(Set {
            limit: match name.as_str() {
                "tpcds" => Limit::AtMost(15_000.0),
                "northwind" => Limit::AtMost(1_000.0),
                _ => Limit::None,
            },
            name,
            files,
            known: Findings::read(&truth)?,
            found: Findings::default(),
            times: Vec::new(),
            tasks: Vec::new(),
        });
    }
    Ok(sets)
}

/// Sets of which the time is limited: a flat file as it is, and ten large files.
fn timed_only(folder: &TempDir) -> Outcome<Vec<Set>> {
    let set = |name: &str, files: Vec<PathBuf>, limit: f64| Set {
        name: name.to_owned(),
        files,
        known: Findings::default(),
        found: Findings::default(),
        times: Vec::new(),
        tasks: Vec::new(),
        limit: Limit::AtMost(limit),
    };
    let mut sets = vec![set(
        "ten files of 100,000 rows",
        ten_files(folder)?,
        3_000.0,
    )];
    let flat = root().join("../shared/data/superstore/superstore.csv");
    if let Ok(flat) = flat.canonicalize() {
        sets.push(set(
            "a flat file of 9,994 rows and 21 columns",
            vec![flat],
            2_000.0,
        ));
    }
    Ok(sets)
}

/// Five tables that five others refer to.
fn ten_files(folder: &TempDir) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for table in 0..5 {
        let mut text = format!("kind{table}_id,name,group_name\n");
        for id in 1..=ROWS {
            // Writing to a text does not fail.
            let _ = writeln!(text, "{id},Name {id},Group {}", id % 20);
        }
        let path = folder.path().join(format!("kind{table}.csv"));
        fs::write(&path, text)?;
        files.push(path);
    }
    for table in 0..5 {
        let mut text = format!("event{table}_id,kind0_id,kind1_id,kind2_id,happened_on,amount\n");
        for id in 1..=ROWS {
            let chance = id.wrapping_mul(2_654_435_761) >> 8;
            let key = |by: u32| 1 + chance.wrapping_mul(by) % ROWS;
            let _ = writeln!(
                text,
                "{id},{},{},{},2026-{:02}-{:02},{}.50",
                key(3),
                key(5),
                key(7),
                1 + chance % 12,
                1 + chance % 28,
                chance % 900
            );
        }
        let path = folder.path().join(format!("event{table}.csv"));
        fs::write(&path, text)?;
        files.push(path);
    }
    Ok(files)
}

/// A visit that loads the files of a set and has a star proposed.
async fn look(server: &Server, set: &mut Set) -> Outcome {
    let setup = Setup {
        scripts: vec![WATCH],
        ..Setup::default()
    };
    let browser = Browser::start(&setup, &server.origin()).await?;
    let page = Page::new(browser, server.origin());
    let outcome = propose(&page, set).await;
    page.close().await?;
    outcome
}

async fn propose(page: &Page, set: &mut Set) -> Outcome {
    page.open_built().await?;
    page.go("Sources").await?;
    let paths: Vec<_> = set
        .files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    page.choose_file("Sales file", Path::new(&paths.join("\n")))
        .await?;
    page.wait(PATIENCE, "the cards of the files", async || {
        let cards = page
            .js(
                "return document.querySelectorAll('.file-card').length;",
                &[],
            )
            .await?;
        Ok((cards.as_u64() >= Some(1)).then_some(()))
    })
    .await?;
    page.click("button", "Load").await?;
    page.wait(PATIENCE, "the files to be loaded", async || {
        let is_there = page
            .js(
                "return !!document.querySelector('table[aria-label=Accounting]');",
                &[],
            )
            .await?;
        Ok((is_there == true).then_some(()))
    })
    .await?;
    page.js(PROPOSE, &[]).await?;
    page.wait(PATIENCE, "the proposal", async || {
        let is_there = page.js("return window.__found !== undefined;", &[]).await?;
        Ok((is_there == true).then_some(()))
    })
    .await?;
    let read = page.js(READ, &[]).await?;
    let number = |at: usize| {
        let number = read.get(at).and_then(Value::as_f64);
        number.ok_or_else(|| Failure::new(format!("{read}")))
    };
    set.times.push(number(1)?);
    set.tasks.push(number(2)?);
    let found = read.get(0).map(Value::to_string).unwrap_or_default();
    set.found = Findings::read(&found)?;
    Ok(())
}

/// How much was found, a line for each set; in the last column with the least confidence that is best for all others.
fn accuracy(sets: &[&Set]) -> Section {
    let one = |value: f64| Measure::new("", "%", Limit::None, vec![value * 100.0]);
    let mut lines = Vec::new();
    for set in sets {
        let score = set.score();
        for note in &score.notes {
            eprintln!("{}: {note}", set.name);
        }
        lines.push((
            set.name.clone(),
            vec![
                one(score.f1()),
                one(score.precision()),
                one(score.recall()),
                one(share(score.keys.0, score.keys.1)),
                one(share(score.roles.0, score.roles.1)),
                one(left_out(sets, &set.name)),
            ],
        ));
    }
    let total = totals(sets);
    let mean = sets
        .iter()
        .map(|set| left_out(sets, &set.name))
        .sum::<f64>()
        / count(sets.len());
    lines.push((
        "all (mean F1; shares of all tables)".to_owned(),
        vec![
            one(total.f1),
            one(total.precision),
            one(total.recall),
            one(total.keys),
            one(total.roles),
            one(mean),
        ],
    ));
    let head = [
        "F1",
        "precision",
        "recall",
        "keys",
        "roles",
        "F1, threshold from the others",
    ];
    Section::medians("Stars of known sets", head, lines)
}

/// The F1 of a set with the least confidence that is best for the others.
fn left_out(sets: &[&Set], name: &str) -> f64 {
    let thresholds = (6..=16).map(|step| f64::from(step) * 0.05);
    let mean = |least: f64| {
        let others = sets.iter().filter(|set| set.name != name);
        others
            .map(|set| set.found.score(&set.known, least).f1())
            .sum::<f64>()
    };
    // Of equals the one that is nearest to what is used.
    let best = thresholds.max_by(|one, other| {
        let nearness = |least: f64| -(least - LEAST_CONFIDENCE).abs();
        mean(*one)
            .total_cmp(&mean(*other))
            .then(nearness(*one).total_cmp(&nearness(*other)))
    });
    let set = sets.iter().find(|set| set.name == name);
    set.zip(best).map_or(f64::NAN, |(set, least)| {
        set.found.score(&set.known, least).f1()
    })
}

struct Totals {
    f1: f64,
    precision: f64,
    recall: f64,
    keys: f64,
    roles: f64,
}

fn totals(sets: &[&Set]) -> Totals {
    let scores: Vec<_> = sets.iter().map(|set| set.score()).collect();
    let sum = |of: fn(&Score) -> usize| scores.iter().map(of).sum::<usize>();
    Totals {
        f1: scores.iter().map(Score::f1).sum::<f64>() / count(scores.len()),
        precision: share(sum(|score| score.right), sum(|score| score.proposed)),
        recall: share(sum(|score| score.right), sum(|score| score.known)),
        keys: share(sum(|score| score.keys.0), sum(|score| score.keys.1)),
        roles: share(sum(|score| score.roles.0), sum(|score| score.roles.1)),
    }
}

fn count(sets: usize) -> f64 {
    u32::try_from(sets).map_or(f64::NAN, f64::from)
}

fn as_object(sets: &[&Set]) -> Value {
    let total = totals(sets);
    let each: Map<String, Value> = sets
        .iter()
        .map(|set| {
            let score = set.score();
            let value = json!({
                "f1": score.f1(),
                "precision": score.precision(),
                "recall": score.recall(),
                "keys": share(score.keys.0, score.keys.1),
                "roles": share(score.roles.0, score.roles.1),
                "milliseconds": set.median(),
            });
            (set.name.clone(), value)
        })
        .collect();
    json!({
        "f1": total.f1,
        "precision": total.precision,
        "recall": total.recall,
        "keys": total.keys,
        "roles": total.roles,
        "sets": each,
    })
}
