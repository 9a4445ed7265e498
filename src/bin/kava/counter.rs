//! `kava counter`: the counter without a window.

use crate::{engine::strategy, global::Global, learn, listen, terminal};
use anyhow::{Context, Result, bail};
use kava::{
    devices::clock::SystemClock,
    faces::json_lines::{JsonLines, LINE_MAX},
    facts::moment::Moment,
    flow::{Counter, deliver::News},
    wiring::{
        engine, line,
        neighbours::{self, Listens, Overheard},
    },
};
use std::{
    io::{BufRead, Write},
    process::ExitCode,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

/// Lines that may wait; whoever writes more waits.
const INBOX: usize = 64;

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
    #[command(flatten)]
    listen: listen::ListenArgs,
}

pub fn run(args: &CounterArgs, global: &Global) -> Result<ExitCode> {
    let wish = engine::Wish {
        strategy: strategy(&args.policy)?,
        trust_ids: args.trust_ids,
        seed: args.seed,
        durability_off: args.durability == "off",
        training: args.listen.training,
    };
    if let Some(address) = args.listen.listen {
        listen::run(&args.listen, address, global, &wish)?;
        return Ok(ExitCode::SUCCESS);
    }
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
    let counter = engine::open(&global.place()?, &wish, None)?.counter;
    let mut face =
        JsonLines::new(counter, Box::new(SystemClock), args.clock == "requests", Some(Box::new(learn)));
    serve(&mut face, neighbours::listens(global.place()?.config.as_deref())?.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

/// One line in, one answer out. With a courier underway, what the office says comes in between.
fn serve(face: &mut JsonLines<'_>, listens: Option<&Listens>) -> Result<()> {
    let (speak, inbox) = sync_channel(INBOX);
    let of_office = speak.clone();
    let heard = move |news| of_office.send(Incoming::Office(news)).is_ok();
    let Some(courier) = line::courier(face.counter_mut(), heard)? else { return serve_lines(face) };
    let next_door = speak.clone();
    let overheard = move |overheard| next_door.send(Incoming::NextDoor(overheard)).is_ok();
    let _lines = neighbours::open(face.counter_mut(), listens, overheard)?;
    thread::Builder::new().name("input".into()).spawn(move || read_lines(&speak)).context("input")?;
    while let Ok(incoming) = inbox.recv() {
        match incoming {
            Incoming::Line(line) => answer(face, &line)?,
            Incoming::Office(news) => line::hear(face.counter_mut(), Some(&courier), &news),
            Incoming::NextDoor(overheard) => neighbours::hear(face.counter_mut(), &overheard),
            Incoming::End(end) => return Ok(end?),
        }
    }
    Ok(())
}

/// Nobody but the input speaks: no second thread stands between question and answer.
fn serve_lines(face: &mut JsonLines<'_>) -> Result<()> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        answer(face, &line)?;
    }
    Ok(())
}

fn answer(face: &mut JsonLines<'_>, line: &[u8]) -> Result<()> {
    if line.trim_ascii().is_empty() {
        return Ok(());
    }
    let mut output = std::io::stdout().lock();
    writeln!(output, "{}", face.answer(line.trim_ascii()))?;
    output.flush()?;
    face.rest();
    Ok(())
}

/// What comes in where there is an office.
enum Incoming {
    Line(Vec<u8>),
    Office(News),
    NextDoor(Overheard),
    End(std::io::Result<()>),
}

fn read_lines(speak: &SyncSender<Incoming>) {
    let mut input = std::io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let incoming = match read_line(&mut input, &mut line) {
            Ok(true) => Incoming::Line(line),
            Ok(false) => Incoming::End(Ok(())),
            Err(error) => Incoming::End(Err(error)),
        };
        let last = matches!(incoming, Incoming::End(_));
        if speak.send(incoming).is_err() || last {
            return;
        }
    }
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
