//! The benchmark: the finished page in `dist/`, in headless Chromium, medians of many runs beside their limits.
//! `bench [--json] [--runs N] [--against DIR] [--data FOLDER] [GROUP…]`, where the groups are `visits`, `exports`,
//! `questions`, `documents`, `files` and `stars`, DIR is the `dist` folder of an older build that takes turns with this
//! one, and FOLDER has other sets for `stars`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints its result"
)]

mod cases;
mod documents;
mod ends;
mod exports;
mod files;
mod loads;
mod machine;
mod memory;
mod peers;
mod questions;
mod report;
mod stars;
mod statements;
mod timeline;
mod visits;

use browser_tests::{Failure, Outcome, Server, dist};
use machine::Time;
use report::{Limit, Measure, Section};
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How long one thing may take in a page.
const PATIENCE: Duration = Duration::from_mins(3);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    json: bool,
    runs: usize,
    /// The `dist` folder of an older build.
    against: Option<PathBuf>,
    groups: Vec<Group>,
    /// Sets of files whose keys and roles are known.
    data: Option<PathBuf>,
}

/// Measures that are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Visits,
    Exports,
    Questions,
    Documents,
    Files,
    Stars,
}

impl Group {
    const ALL: [Self; 6] = [
        Self::Visits,
        Self::Exports,
        Self::Questions,
        Self::Documents,
        Self::Files,
        Self::Stars,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Exports => "exports",
            Self::Questions => "questions",
            Self::Documents => "documents",
            Self::Files => "files",
            Self::Stars => "stars",
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match options(&words) {
        Ok(options) => measure(&options)
            .await
            .map(|(sections, stars)| print(&options, &sections, stars)),
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
        against: None,
        groups: Vec::new(),
        data: None,
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
            "--against" => {
                let folder = words.next().map(PathBuf::from);
                let is_build = |folder: &PathBuf| folder.join("index.html").is_file();
                options.against = folder.filter(is_build);
                if options.against.is_none() {
                    return Err(Failure::new(
                        "--against takes the dist folder of an older build",
                    ));
                }
            }
            "--data" => {
                options.data = words
                    .next()
                    .map(PathBuf::from)
                    .filter(|folder| folder.is_dir());
                if options.data.is_none() {
                    return Err(Failure::new(
                        "--data takes a folder with a folder for each set",
                    ));
                }
            }
            other => match Group::ALL.into_iter().find(|group| group.name() == other) {
                Some(group) => options.groups.push(group),
                None => {
                    return Err(Failure::new(format!(
                        "`{other}` is none of --json, --runs N, --against DIR, --data FOLDER, {}",
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

async fn measure(options: &Options) -> Outcome<(Vec<Section>, Option<Value>)> {
    let mut sections = Vec::new();
    let mut stolen = Vec::new();
    let mut stars = None;
    for group in &options.groups {
        // A server for each: it remembers the requests.
        let server = Server::start(dist())?;
        let old = options.against.as_ref().map(Server::start).transpose()?;
        let before = Time::now();
        sections.extend(match group {
            Group::Visits => visits::visits(&server, old.as_ref(), options.runs).await?,
            Group::Exports => exports::exports(&server, old.as_ref(), options.runs).await?,
            Group::Questions => questions::questions(&server, options.runs).await?,
            Group::Documents => documents::documents(&server, options.runs).await?,
            Group::Files => files::files(&server, options.runs).await?,
            Group::Stars => {
                let data = options.data.as_deref();
                let (found, value) = stars::stars(&server, data, options.runs).await?;
                stars = Some(value);
                let mut found = found;
                if data.is_none() {
                    found.push(loads::loads(&server, options.runs).await?);
                }
                found
            }
        });
        let share = Time::now()
            .zip(before)
            .map(|(now, before)| now.stolen_since(before));
        let values = share.into_iter().collect();
        stolen.push(Measure::new(group.name(), "%", Limit::None, values));
    }
    sections.push(Section::measures(
        "Processor time that the host gave to other machines",
        stolen,
    ));
    Ok((sections, stars))
}

fn print(options: &Options, sections: &[Section], stars: Option<Value>) {
    if let Some(stars) = stars.filter(|_| options.json && options.groups == [Group::Stars]) {
        println!("{stars:#}");
    } else if options.json {
        report::print_json(sections);
    } else {
        report::print_markdown(sections);
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
            against: None,
            groups: Group::ALL.to_vec(),
            data: None,
        };
        let exports = Options {
            groups: vec![Group::Exports],
            ..all.clone()
        };
        let table = [
            ("", Some(all.clone())),
            (
                "visits exports questions documents files stars",
                Some(all.clone()),
            ),
            ("exports", Some(exports)),
            (
                "--runs 3 --json",
                Some(Options {
                    runs: 3,
                    json: true,
                    ..all
                }),
            ),
            ("--data /no/such/folder", None),
            ("--runs 0", None),
            ("--against", None),
            ("--against /no/such/folder", None),
            ("--fast", None),
            ("imports", None),
        ];
        for (line, options) in table {
            assert_eq!(read(line), options, "{line}");
        }
    }
}
