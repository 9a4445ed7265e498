//! The front door of the workshop: `cargo xtask demo | test | check | golden | bench | town | orders | fuzz | ui | window | walk | mutants`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a workshop tool speaks to the one who runs it"
)]
#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another module")]

mod bench;
mod check;
mod clean;
mod demo;
mod fuzz;
mod golden;
mod machine;
mod mutants;
mod node;
mod orders;
mod python;
mod screens;
mod step;
mod tests;
mod town;
mod walk;
mod window;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The front door of the workshop")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds and runs the main job with simulated devices
    Demo(demo::DemoArgs),
    /// Installs what the tests need and runs every test; the last line is `N passed, N failed`
    Test,
    /// Minutes: format, lints, floor plan, unit tests
    Check,
    /// The same decisions in debug, in release and for another processor
    Golden,
    /// Every benchmark; results as JSON and a picture under target/bench/
    Bench(bench::BenchArgs),
    /// Months of days in simulated towns; figures and pictures under target/town/
    #[command(disable_help_flag = true)]
    Town(town::TownArgs),
    /// Asks an office whatever the description of its interface allows, and looks at the answers
    Fuzz(fuzz::FuzzArgs),
    /// Sells recorded orders of a town again at the barista's screen and counts the taps
    Orders(orders::OrdersArgs),
    /// Builds the screens into their dist folders
    Ui,
    /// Packs the counter with a window for installing, under target/release/bundle/
    Window(window::WindowArgs),
    /// Makes the README's moving picture from the desktop program
    Walk,
    /// Plants mutants in a copy of the tree and says whether the tests catch them
    Mutants {
        /// Only those with this in their name or their file
        #[arg(value_name = "WORD")]
        only: Option<String>,
    },
}

fn main() -> ExitCode {
    let done = match CommandLine::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Test => tests::run(),
        Command::Check => check::run(),
        Command::Golden => golden::run(),
        Command::Bench(args) => bench::run(&args),
        Command::Town(args) => town::run(&args),
        Command::Orders(args) => orders::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Ui => screens::build(),
        Command::Mutants { only } => mutants::run(only.as_deref()),
        Command::Walk => walk::run(),
        Command::Window(args) => window::pack(&args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("cargo xtask: {error:#}");
        ExitCode::from(2)
    })
}
