//! The project's own commands: `cargo xtask setup | serve | build | test | tidy | bench | lighthouse`. Works on a machine that has
//! Rust (rustup) and Node and nothing else, and fetches only from the package registries. It must not know what
//! a mart is, and has few dependencies, so that it compiles in seconds.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints its results"
)]

mod args;
mod chromium;
mod components;
mod engine;
mod esbuild;
mod finish;
mod parts;
mod shell;
mod tidy;
mod tools;

use args::Task;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let task = match args::parse(&words) {
        Ok(task) => task,
        Err(mistake) => {
            eprintln!("{mistake}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    let outcome = match task {
        Task::Help => {
            println!("{}", args::USAGE);
            Ok(())
        }
        Task::Setup => tools::set_up(tools::PAGE)
            .map(|()| println!("Set up. `trunk serve` and `cargo xtask test` are ready.")),
        Task::Serve { port, release } => parts::serve(port, release),
        Task::Build { release } => parts::build(release),
        Task::Test { parts } => return parts::test(&parts),
        Task::Tidy => tidy::tidy(),
        Task::Finish => finish::finish(),
        Task::Lighthouse { words } => parts::lighthouse(&words),
        Task::Bench { words } => parts::bench(&words),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
