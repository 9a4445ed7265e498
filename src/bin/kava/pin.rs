//! `kava pin`: the manager's PIN. It is read from stdin, since whoever is on the machine sees the words of a command.

use crate::global::Global;
use anyhow::{Context, Result, anyhow};
use kava::{
    flow::{
        ids::Ids,
        pin::{Pin, keep_pin},
    },
    store::{Access, pin::set_pin_proof},
};
use std::{io::BufRead, process::ExitCode};

#[derive(clap::Subcommand, Debug)]
pub enum PinCommand {
    /// Sets it to the digits of the first line on stdin, whatever it was before
    Set,
    /// Forgets it; refunds that need it are refused until another one is set
    Forget,
}

pub fn run(command: &PinCommand, global: &Global) -> Result<ExitCode> {
    let mut store = global.open(Access::Write)?;
    let (set, words) = match command {
        PinCommand::Set => {
            let mut typed = String::new();
            std::io::stdin().lock().read_line(&mut typed).context("the PIN cannot be read from stdin")?;
            keep_pin(&mut store, &Pin::new(typed.trim()), Ids::random().map_err(|why| anyhow!(why))?.salt())?;
            (true, "The manager's PIN is set")
        }
        PinCommand::Forget => {
            store.change(|change| set_pin_proof(change, ""))?;
            (false, "There is no manager's PIN any more")
        }
    };
    global.say(&serde_json::json!({ "pin_set": set }), words)?;
    Ok(ExitCode::SUCCESS)
}
