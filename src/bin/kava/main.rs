//! `kava`: the counter's command line. Every command is a file; this one only routes.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another command")]

mod global;
mod import;
mod init;
mod xray;

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
    /// Reads menu, customers and purchases from an old till's export
    Import(import::ImportArgs),
    /// Counts facts in an old till's export, without a database
    Xray(xray::XrayArgs),
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match &line.command {
        Command::Init(args) => init::run(args, &line.global),
        Command::Import(args) => import::run(args, &line.global),
        Command::Xray(args) => xray::run(args, &line.global),
    };
    done.unwrap_or_else(|error| line.global.fail(&error))
}
