//! The command line, read into one value. Knows nothing of what the commands do.

use crate::parts::Part;

/// What is printed for `--help` and after a mistake.
pub(crate) const USAGE: &str = "\
cargo xtask setup                          install what is missing, at the pinned versions
cargo xtask serve [--port N] [--release]   set up, build and serve the page (port 8080)
cargo xtask build [--debug]                set up, then write the finished page to dist/
cargo xtask test [PART…]                   every part, or those named, in this order:
                                           fmt tidy clippy native wasm browser doc
cargo xtask tidy                           check the rules of the sources, as `test tidy` does
cargo xtask bench [--json] [--runs N] [--against DIR] [--data FOLDER] [GROUP…]
                                           measure a release build in headless Chromium:
                                           visits exports questions documents files stars; in
                                           turns with an older build whose dist folder is DIR;
                                           `stars` on the sets in FOLDER
cargo xtask lighthouse [--runs N]          audit a release build with Lighthouse, desktop and mobile, and
                                           write docs/lighthouse.md
cargo xtask finish                         trunk calls it after each build: hashes in all file names, styles
                                           in the page

Needs Rust (rustup) and Node. CHROMIUM and CHROMEDRIVER name another browser and driver.";

/// One call of `cargo xtask`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Setup,
    Serve { port: u16, release: bool },
    Build { release: bool },
    Test { parts: Vec<Part> },
    Tidy,
    Bench { words: Vec<String> },
    Lighthouse { words: Vec<String> },
    Finish,
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: &[String]) -> Result<Task, String> {
    let mut words = words.iter().map(String::as_str);
    let Some(task) = words.next() else {
        return Ok(Task::Help);
    };
    let rest: Vec<&str> = words.collect();
    if rest.iter().any(|word| is_help(word)) {
        return Ok(Task::Help);
    }
    match task {
        word if is_help(word) => Ok(Task::Help),
        "setup" => none_left(&rest).map(|()| Task::Setup),
        "serve" => serve(&rest),
        "build" => flag(&rest, "--debug").map(|debug| Task::Build { release: !debug }),
        "test" => tests(&rest),
        "tidy" => none_left(&rest).map(|()| Task::Tidy),
        "bench" => Ok(Task::Bench {
            words: rest.into_iter().map(str::to_owned).collect(),
        }),
        "lighthouse" => Ok(Task::Lighthouse {
            words: rest.into_iter().map(str::to_owned).collect(),
        }),
        "finish" => none_left(&rest).map(|()| Task::Finish),
        other => Err(format!("`{other}` is no command of cargo xtask.")),
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "help" | "--help" | "-h")
}

fn none_left(rest: &[&str]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{word}` is not understood here.")),
    }
}

fn flag(rest: &[&str], name: &str) -> Result<bool, String> {
    match rest {
        [] => Ok(false),
        [word] if *word == name => Ok(true),
        [word, ..] => Err(format!("`{word}` is not understood here.")),
    }
}

fn serve(rest: &[&str]) -> Result<Task, String> {
    let (mut port, mut release) = (8080, false);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let value = match (*word, word.strip_prefix("--port=")) {
            ("--release", _) => {
                release = true;
                continue;
            }
            ("--port", _) => words.next().copied().unwrap_or_default(),
            (_, Some(value)) => value,
            (other, None) => return Err(format!("`{other}` is not understood here.")),
        };
        port = value
            .parse()
            .map_err(|_| format!("`{value}` is no port: --port takes a number from 1 to 65535."))?;
    }
    Ok(Task::Serve { port, release })
}

fn tests(rest: &[&str]) -> Result<Task, String> {
    let mut asked = Vec::new();
    for word in rest {
        asked.push(Part::named(word).ok_or_else(|| {
            format!(
                "`{word}` is no part of the tests: they are {}.",
                Part::names()
            )
        })?);
    }
    let parts = Part::ALL
        .into_iter()
        .filter(|part| asked.is_empty() || asked.contains(part))
        .collect();
    Ok(Task::Test { parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task, String> {
        parse(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn lines_that_are_understood() {
        let all = Part::ALL.to_vec();
        let table = [
            ("", Task::Help),
            ("--help", Task::Help),
            ("serve -h", Task::Help),
            ("setup", Task::Setup),
            (
                "serve",
                Task::Serve {
                    port: 8080,
                    release: false,
                },
            ),
            (
                "serve --port 9000",
                Task::Serve {
                    port: 9000,
                    release: false,
                },
            ),
            (
                "serve --release --port=1",
                Task::Serve {
                    port: 1,
                    release: true,
                },
            ),
            ("build", Task::Build { release: true }),
            ("build --debug", Task::Build { release: false }),
            ("test", Task::Test { parts: all }),
            (
                "test native",
                Task::Test {
                    parts: vec![Part::Native],
                },
            ),
            ("tidy", Task::Tidy),
            ("finish", Task::Finish),
            (
                "lighthouse --runs 3",
                Task::Lighthouse {
                    words: vec!["--runs".to_owned(), "3".to_owned()],
                },
            ),
            // The order is ours, not the caller's: cheap parts first.
            (
                "test doc fmt fmt",
                Task::Test {
                    parts: vec![Part::Fmt, Part::Doc],
                },
            ),
            (
                "bench --json",
                Task::Bench {
                    words: vec!["--json".to_owned()],
                },
            ),
        ];
        for (line, task) in table {
            assert_eq!(read(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn lines_that_are_not() {
        let table = [
            ("deploy", "`deploy`"),
            ("setup now", "`now`"),
            ("serve --port", "no port"),
            ("serve --port http", "`http` is no port"),
            ("serve --port 70000", "`70000` is no port"),
            ("serve --fast", "`--fast`"),
            (
                "test nativ",
                "fmt, tidy, clippy, native, wasm, browser, doc",
            ),
        ];
        for (line, part) in table {
            let mistake = read(line).expect_err(line);
            assert!(mistake.contains(part), "{line}: {mistake}");
        }
    }
}
