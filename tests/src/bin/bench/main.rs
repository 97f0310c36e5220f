//! What the issues ask to be measured, on the finished page in `dist/`, in headless Chromium: medians of many runs
//! beside their limits. `bench [--json] [--runs N] [GROUP…]`, where the groups are `visits`, `exports` and
//! `questions`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to the person who called it"
)]

mod ends;
mod exports;
mod machine;
mod memory;
mod peers;
mod questions;
mod report;
mod timeline;
mod visits;

use browser_tests::{Failure, Outcome, Server, dist};
use machine::Time;
use report::{Limit, Measure};
use std::process::ExitCode;
use std::time::Duration;

/// How long one thing may take in a page.
const PATIENCE: Duration = Duration::from_mins(3);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    json: bool,
    runs: usize,
    groups: Vec<Group>,
}

/// Measures that are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Visits,
    Exports,
    Questions,
}

impl Group {
    const ALL: [Self; 3] = [Self::Visits, Self::Exports, Self::Questions];

    const fn name(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Exports => "exports",
            Self::Questions => "questions",
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match options(&words) {
        Ok(options) => measure(&options)
            .await
            .map(|measures| print(&options, &measures)),
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn options(words: &[String]) -> Outcome<Options> {
    let mut options = Options {
        json: false,
        runs: 20,
        groups: Vec::new(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => options.json = true,
            "--runs" => {
                let runs = words
                    .next()
                    .and_then(|runs| runs.parse().ok())
                    .filter(|runs| *runs > 0);
                options.runs = runs.ok_or_else(|| Failure::new("--runs takes a number above 0"))?;
            }
            other => match Group::ALL.into_iter().find(|group| group.name() == other) {
                Some(group) => options.groups.push(group),
                None => {
                    return Err(Failure::new(format!(
                        "`{other}` is none of --json, --runs N, {}",
                        Group::ALL.map(Group::name).join(", ")
                    )));
                }
            },
        }
    }
    if options.groups.is_empty() {
        options.groups = Group::ALL.to_vec();
    }
    Ok(options)
}

async fn measure(options: &Options) -> Outcome<Vec<Measure>> {
    let mut measures = Vec::new();
    for group in &options.groups {
        // A server for each: it remembers what it was asked for.
        let server = Server::start(dist())?;
        let before = Time::now();
        measures.extend(match group {
            Group::Visits => visits::visits(&server, options.runs).await?,
            Group::Exports => exports::exports(&server, options.runs).await?,
            Group::Questions => questions::questions(&server, options.runs).await?,
        });
        let stolen = Time::now().zip(before);
        measures.push(Measure::new(
            format!(
                "{}: processors' time that the host gave to others",
                group.name()
            ),
            "%",
            Limit::None,
            stolen
                .map(|(now, before)| now.stolen_since(before))
                .into_iter()
                .collect(),
        ));
    }
    measures.retain(Measure::is_measured);
    Ok(measures)
}

fn print(options: &Options, measures: &[Measure]) {
    if options.json {
        report::print_json(measures);
    } else {
        report::print_table(measures);
    }
}

/// Where in `dist/` the engine's files stand, as a path of the server.
fn engine_path() -> Outcome<String> {
    let folders = std::fs::read_dir(dist())?.filter_map(|entry| Some(entry.ok()?.path()));
    let engine = folders
        .chain([dist()])
        .find(|folder| folder.join("duckdb-eh.wasm").is_file());
    let engine =
        engine.ok_or_else(|| Failure::new("dist/ holds no engine: run `cargo xtask build`"))?;
    let inside = engine.strip_prefix(dist())?.display().to_string();
    Ok(if inside.is_empty() {
        inside
    } else {
        format!("/{inside}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_as_typed() {
        let read = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            options(&words).ok()
        };
        let all = Options {
            json: false,
            runs: 20,
            groups: Group::ALL.to_vec(),
        };
        let exports = Options {
            groups: vec![Group::Exports],
            ..all.clone()
        };
        let table = [
            ("", Some(all.clone())),
            ("visits exports questions", Some(all.clone())),
            ("exports", Some(exports)),
            (
                "--runs 3 --json",
                Some(Options {
                    runs: 3,
                    json: true,
                    ..all
                }),
            ),
            ("--runs 0", None),
            ("--fast", None),
            ("imports", None),
        ];
        for (line, options) in table {
            assert_eq!(read(line), options, "{line}");
        }
    }
}
