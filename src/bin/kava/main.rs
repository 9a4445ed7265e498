//! `kava`: the counter's command line. Every command is a file; this one only routes.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another command")]

mod audit;
mod backup;
mod code;
mod doctor;
mod counter;
mod engine;
mod global;
mod import;
mod init;
mod replay;
mod visit;
mod key;
mod learn;
mod office;
mod owed;
mod pin;
mod listen;
mod printer;
mod report;
mod scanner;
mod staff;
mod tape;
mod terminal;
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
    /// One visit from scan to receipt
    Visit(visit::VisitArgs),
    /// The counter without a window
    Counter(counter::CounterArgs),
    /// Enrols this counter at an office with a one-time code
    Enrol(office::EnrolArgs),
    /// Prints the menu with its costs, as `kava-sync publish menu` takes it
    Menu,
    /// Sends what waits to the office and fetches what is new, once
    Sync,
    /// Reads what the register's own journal says became of what it took
    Tape(tape::TapeArgs),
    /// Computes every stored decision again, bit for bit
    Replay(replay::ReplayArgs),
    /// One decision in words and numbers
    Explain(replay::ExplainArgs),
    /// Checks the books: floors, sums, caps, the chain of records
    Audit,
    /// Says what is not well: database, disk, costs, what waits
    Doctor,
    /// Copies the database into a new file while the counter sells
    Backup(backup::FileArgs),
    /// Puts a backup in the place of the database; the old file is kept
    Restore(backup::RestoreArgs),
    /// Fits models on the stored purchases and installs them
    Learn(learn::LearnArgs),
    /// Signing keys of this counter
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// What guests brought along from an older programme and are owed: points, stamps, money
    #[command(subcommand)]
    Owed(owed::OwedCommand),
    /// The manager's PIN, which the policy may want for refunds
    #[command(subcommand)]
    Pin(pin::PinCommand),
    /// Who may sign on at the screen, where no office keeps the list
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Codes of phones: issues them until the office does, and shows them
    #[command(subcommand)]
    Code(code::CodeCommand),
    /// Prints a page that shows whether the printer is set right
    #[command(subcommand)]
    Printer(printer::PrinterCommand),
    /// Measures a scanner and says how to set it
    #[command(subcommand)]
    Scanner(scanner::ScannerCommand),
    /// Pictures of the shop in one HTML file
    Report(report::ReportArgs),
    /// Counts facts in an old till's export, without a database
    Xray(xray::XrayArgs),
}

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => return usage(&error),
    };
    log_to_stderr();
    let done = match &line.command {
        Command::Init(args) => init::run(args, &line.global),
        Command::Import(args) => import::run(args, &line.global),
        Command::Visit(args) => visit::run(args, &line.global),
        Command::Counter(args) => counter::run(args, &line.global),
        Command::Enrol(args) => office::enrol(args, &line.global),
        Command::Menu => office::menu(&line.global),
        Command::Sync => office::sync(&line.global),
        Command::Tape(args) => tape::run(args, &line.global),
        Command::Replay(args) => replay::replay(args, &line.global),
        Command::Explain(args) => replay::explain(args, &line.global),
        Command::Audit => audit::run(&line.global),
        Command::Doctor => doctor::run(&line.global),
        Command::Backup(args) => backup::back_up(args, &line.global),
        Command::Restore(args) => backup::restore(args, &line.global),
        Command::Learn(args) => learn::run(args, &line.global),
        Command::Key(command) => key::run(command, &line.global),
        Command::Owed(command) => owed::run(command, &line.global),
        Command::Pin(command) => pin::run(command, &line.global),
        Command::Staff(command) => staff::run(command, &line.global),
        Command::Code(command) => code::run(command, &line.global),
        Command::Printer(command) => printer::run(command, &line.global),
        Command::Scanner(command) => scanner::run(command, &line.global),
        Command::Report(args) => report::run(args, &line.global),
        Command::Xray(args) => xray::run(args, &line.global),
    };
    done.unwrap_or_else(|error| line.global.fail(&error))
}

/// Help is help; wrong use is one line, as every other complaint.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody is left to tell that the help could not be written.
        return error.print().map_or(ExitCode::from(global::BAD_INPUT), |()| ExitCode::SUCCESS);
    }
    let said = error.to_string();
    let what = ["\nUsage:", "\nFor more information"]
        .iter()
        .fold(said.as_str(), |said, end| said.split(end).next().unwrap_or(said));
    let what = match error.kind() {
        clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "no command is given".into(),
        _ => what.trim_start_matches("error:").split_whitespace().collect::<Vec<_>>().join(" "),
    };
    global::complain(&format!("{what}; see `kava --help` or `kava COMMAND --help`"))
}

/// Warnings and errors go to stderr, where nobody takes them for an answer; `KAVA_LOG` asks for more.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KAVA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
