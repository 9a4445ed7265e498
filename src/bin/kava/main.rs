//! `kava`: the counter's command line. Every command is a file; this one only routes.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another command")]

mod global;
mod init;
mod key;
mod learn;
mod report;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "kava", version, about = "A personal discount at the counter, offline, never at a loss")]
struct CommandLine {
    #[command(flatten)]
    global: global::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the database: shop, currency, policy
    Init(init::InitArgs),
    /// Fits models on the stored purchases and installs them
    Learn(learn::LearnArgs),
    /// Signing keys of this counter
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Pictures of the shop in one HTML file
    Report(report::ReportArgs),
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match &line.command {
        Command::Init(args) => init::run(args, &line.global),
        Command::Learn(args) => learn::run(args, &line.global),
        Command::Key(command) => key::run(command, &line.global),
        Command::Report(args) => report::run(args, &line.global),
    };
    done.unwrap_or_else(|error| line.global.fail(&error))
}
