//! `kava counter`: the counter without a window.

use crate::{engine, global::Global, learn, terminal};
use anyhow::{Result, bail};
use kava::{
    devices::clock::SystemClock,
    faces::json_lines::{JsonLines, LINE_MAX},
    facts::moment::Moment,
    flow::Counter,
};
use std::{
    io::{BufRead, Read, Write},
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
    if !args.json_lines {
        if args.clock != "system" || global.json {
            bail!("--clock and --json are for programs; use them with --json-lines");
        }
        terminal::run(global, &wish)?;
        return Ok(ExitCode::SUCCESS);
    }
    let seed = args.seed.unwrap_or(1);
    let learn = move |counter: &mut Counter, at: Moment| {
        let learned =
            learn::on_request(counter.store_mut(), at, seed).map_err(|error| format!("{error:#}"))?;
        counter.refresh(at).map_err(|fault| fault.to_string())?;
        Ok(learned)
    };
    let counter = engine::open(global, &wish, None)?.counter;
    let mut face =
        JsonLines::new(counter, Box::new(SystemClock), args.clock == "requests", Some(Box::new(learn)));
    serve(&mut face)?;
    Ok(ExitCode::SUCCESS)
}

fn serve(face: &mut JsonLines<'_>) -> Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = Vec::new();
    // One byte more than a line may have: the face says that it is too long, and memory stays bounded.
    let most = u64::try_from(LINE_MAX)? + 2;
    while input.by_ref().take(most).read_until(b'\n', &mut line)? > 0 {
        if !line.ends_with(b"\n") && line.len() > LINE_MAX {
            skip_line(&mut input)?;
        }
        if !line.trim_ascii().is_empty() {
            let answer = face.answer(line.trim_ascii());
            writeln!(output, "{answer}")?;
            output.flush()?;
            face.rest();
        }
        line.clear();
    }
    Ok(())
}

/// Passes over what is left of a line that is too long.
fn skip_line(input: &mut impl BufRead) -> Result<()> {
    loop {
        let chunk = input.fill_buf()?;
        let (passed, ended) = match chunk.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (chunk.len(), chunk.is_empty()),
        };
        input.consume(passed);
        if ended {
            return Ok(());
        }
    }
}
