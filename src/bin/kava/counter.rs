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
    /// Who decides the depths: learned, ladder, none, flat:BP, rfm, stamps
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
    while read_line(&mut input, &mut line)? {
        if !line.trim_ascii().is_empty() {
            let answer = face.answer(line.trim_ascii());
            writeln!(output, "{answer}")?;
            output.flush()?;
            face.rest();
        }
    }
    Ok(())
}

/// Reads one line; of a longer one than the face takes only so much is kept that the face can tell.
/// Gives false at the end of the input.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    loop {
        let ready = input.fill_buf()?;
        if ready.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = ready.iter().position(|byte| *byte == b'\n');
        let (taken, ended) = (ready.get(..end.unwrap_or(ready.len())).unwrap_or(ready), end.is_some());
        let room = (LINE_MAX + 1).saturating_sub(line.len());
        line.extend(taken.iter().take(room));
        let read = taken.len() + usize::from(ended);
        input.consume(read);
        if ended {
            return Ok(true);
        }
    }
}
