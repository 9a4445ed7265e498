//! `kava`: the counter's command line. Every command is a file; this one only routes.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another command")]

mod audit;
mod backup;
mod doctor;
mod global;
mod import;
mod init;

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
    /// Checks the books: floors, sums, caps, the chain of records
    Audit,
    /// Says what is not well: database, disk, costs, what waits
    Doctor,
    /// Copies the database into a new file while the counter sells
    Backup(backup::FileArgs),
    /// Puts a backup in the place of the database; the old file is kept
    Restore(backup::FileArgs),
}

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match &line.command {
        Command::Init(args) => init::run(args, &line.global),
        Command::Import(args) => import::run(args, &line.global),
        Command::Audit => audit::run(&line.global),
        Command::Doctor => doctor::run(&line.global),
        Command::Backup(args) => backup::back_up(args, &line.global),
        Command::Restore(args) => backup::restore(args, &line.global),
    };
    done.unwrap_or_else(|error| line.global.fail(&error))
}
