//! `kava tape`: what the register's own journal says comes back into the books.

use crate::global::{Global, NOT_HELD};
use anyhow::{Context, Result, anyhow};
use kava::{
    devices::{clock::SystemClock, tape},
    facts::money::Money,
    flow::tape::Reconciled,
    ports::Clock,
    wiring::engine::{self, Wish},
};
use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct TapeArgs {
    /// The register's journal: CSV with order, state, total, fiscal, at; or JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub fn run(args: &TapeArgs, global: &Global) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("{} cannot be read", args.file.display()))?;
    let entries = tape::read(&text).map_err(|why| anyhow!("{}: {why}", args.file.display()))?;
    let mut counter = engine::open(&global.place()?, &Wish::default(), None)?.counter;
    let found = counter.tape(&entries, SystemClock.now())?;
    global.say(&found, &words(&found)?)?;
    Ok(if found.different.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
}

fn words(found: &Reconciled) -> Result<String> {
    let mut text = format!("{} paid as sold, {} read before\n", found.paid, found.known);
    for receipt in &found.decided {
        writeln!(text, "receipt {receipt} waited for a person; the register's journal has decided")?;
    }
    for receipt in &found.taken_back {
        writeln!(text, "receipt {receipt} was cancelled on the register and is taken back")?;
    }
    for one in &found.different {
        let (there, here) = (Money(one.register_minor), Money(one.books_minor));
        writeln!(
            text,
            "receipt {} is {here} here and {there} on the register as {}",
            one.receipt, one.reference
        )?;
    }
    if !found.foreign.is_empty() {
        writeln!(text, "never sent by this counter: {}", found.foreign.join(", "))?;
    }
    Ok(text)
}
