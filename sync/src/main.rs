//! `kava-sync`: the head office of Kava. This file reads the command line; `http` answers.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another room")]

mod http;

use clap::{Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "kava-sync", version, about = "The head office of Kava")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the office and answers until it is told to stop
    Serve(ServeArgs),
}

#[derive(clap::Args)]
struct ServeArgs {
    /// SQLite file of the ledger; this version keeps no ledger yet and leaves the file alone
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "stderr is where a command complains")]
async fn main() -> ExitCode {
    let Command::Serve(args) = CommandLine::parse().command;
    if let Some(file) = &args.db {
        eprintln!("kava-sync: this version keeps no ledger yet; {} is left alone", file.display());
    }
    match http::serve(args.listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("kava-sync: {why}");
            ExitCode::from(2)
        }
    }
}
