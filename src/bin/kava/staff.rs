//! `kava staff`: who may sign on at this counter, where no office keeps the list.

use crate::global::Global;
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::{
        id::BaristaId,
        staff::{Barista, Staff},
    },
    flow::{
        ids::Ids,
        pin::{Pin, proof_of},
    },
    store::{Access, Store, staff::replace_staff},
    wire::document::Stream,
};
use std::{io::BufRead, process::ExitCode};

#[derive(clap::Subcommand, Debug)]
pub enum StaffCommand {
    /// Puts somebody on the list; the id that records will hold is drawn
    Add {
        /// What they are called at the counter: a first name or a nickname
        name: String,
        /// They sign on with a PIN, which is the first line on stdin
        #[arg(long)]
        pin: bool,
    },
    /// Everybody on the list
    List,
    /// Takes somebody off the list; their name is nowhere then
    Remove {
        /// Their id
        id: String,
    },
}

pub fn run(command: &StaffCommand, global: &Global) -> Result<ExitCode> {
    match command {
        StaffCommand::Add { name, pin } => add(global, name, *pin),
        StaffCommand::List => list(global),
        StaffCommand::Remove { id } => remove(global, id),
    }
}

/// The store, where nobody else writes its list.
fn own(global: &Global) -> Result<Store> {
    let store = global.open(Access::Write)?;
    if store.applied()?.contains_key(Stream::Staff.code()) {
        bail!("the office keeps the staff list of this counter; use `kava-sync staff` there");
    }
    Ok(store)
}

fn add(global: &Global, name: &str, has_pin: bool) -> Result<ExitCode> {
    let mut store = own(global)?;
    let mut ids = Ids::random().map_err(|why| anyhow!(why))?;
    let id: String = ids.salt().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut one = Barista::new(&format!("b-{id}"), name).map_err(|why| anyhow!(why))?;
    if has_pin {
        let mut typed = String::new();
        std::io::stdin().lock().read_line(&mut typed).context("the PIN cannot be read from stdin")?;
        one.pin = Some(proof_of(&Pin::new(typed.trim()), ids.salt())?);
    }
    let (json, words) = (shown(&one), format!("{} may sign on as {}", one.name, one.id));
    let staff = store.staff()?.with(one).map_err(|why| anyhow!(why))?;
    store.change(|change| replace_staff(change, &staff))?;
    global.say(&json, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global) -> Result<ExitCode> {
    let staff = global.open(Access::Read)?.staff()?;
    let all: Vec<serde_json::Value> = staff.iter().map(shown).collect();
    let line = |one: &Barista| {
        format!("{}  {}{}", one.id, one.name, if one.pin.is_some() { "  with a PIN" } else { "" })
    };
    let words = match staff.iter().map(line).collect::<Vec<_>>() {
        lines if lines.is_empty() => {
            "Nobody is on the staff list; put somebody there with `kava staff add`".into()
        }
        lines => lines.join("\n"),
    };
    global.say(&serde_json::json!({ "staff": all }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn remove(global: &Global, id: &str) -> Result<ExitCode> {
    let mut store = own(global)?;
    let gone: Option<Staff> = store.staff()?.without(&BaristaId::new(id));
    let staff =
        gone.ok_or_else(|| anyhow!("nobody on the staff list has the id {id:?}; see `kava staff list`"))?;
    store.change(|change| replace_staff(change, &staff))?;
    store.overwrite_freed()?;
    global.say(&serde_json::json!({ "removed": id }), &format!("{id} is off the list"))?;
    Ok(ExitCode::SUCCESS)
}

/// Somebody, and never what proves their PIN.
fn shown(one: &Barista) -> serde_json::Value {
    serde_json::json!({ "id": one.id, "name": one.name, "pin": one.pin.is_some() })
}
