//! `kava counter`: the counter without a window.

use crate::{engine, global::Global};
use anyhow::{Result, bail};
use kava::{devices::clock::SystemClock, faces::json_lines::JsonLines};
use std::{
    io::{BufRead, Write},
    process::ExitCode,
};

#[derive(clap::Args, Debug)]
pub struct CounterArgs {
    /// One JSON request a line on stdin, one answer a line on stdout
    #[arg(long)]
    json_lines: bool,
    /// Where the time comes from: `system`, or `requests` to obey their "at"
    #[arg(long, default_value = "system", value_parser = ["system", "requests"])]
    clock: String,
    /// Take an unknown code for a customer id; for simulations and training
    #[arg(long)]
    trust_ids: bool,
    /// Who decides the depths: learned, ladder, none, flat:BP
    #[arg(long, default_value = "learned")]
    policy: String,
    /// Ids that repeat
    #[arg(long)]
    seed: Option<u64>,
    /// `off` is for simulations and refused beside a real register
    #[arg(long, default_value = "full", value_parser = ["full", "off"])]
    durability: String,
}

pub fn run(args: &CounterArgs, global: &Global) -> Result<ExitCode> {
    let wish = engine::Wish {
        strategy: engine::strategy(&args.policy)?,
        trust_ids: args.trust_ids,
        seed: args.seed,
        durability_off: args.durability == "off",
    };
    let counter = engine::open(global, &wish, None)?.counter;
    if !args.json_lines {
        bail!("the terminal is not there yet; use --json-lines");
    }
    let mut face = JsonLines::new(counter, Box::new(SystemClock), args.clock == "requests", None);
    serve(&mut face)?;
    Ok(ExitCode::SUCCESS)
}

fn serve(face: &mut JsonLines<'_>) -> Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            let answer = face.answer(text.trim());
            writeln!(output, "{answer}")?;
            output.flush()?;
            face.rest();
        }
        line.clear();
    }
    Ok(())
}
