//! `kava-sync staff`: who may sign on at the tills. Their names go down to their shops and are in no record.

use crate::Global;
use crate::Staff;
use crate::command::{Done, now, said, say};
use kava::{
    facts::{
        id::BaristaId,
        staff::{Barista, barista_id},
    },
    flow::pin::{Pin, proof_of},
};
use kava_sync::{
    desk::deeds::{COMMAND_LINE, keep},
    ledger::{
        Access, Ledger,
        staff::{self, Member},
    },
};
use serde_json::json;
use std::{io::BufRead as _, process::ExitCode};

/// Does what was asked.
pub fn run(global: &Global, what: &Staff) -> Done {
    match what {
        Staff::Add { name, shop, id, pin } => add(global, (name, shop, id.as_deref()), *pin),
        Staff::List => list(global),
        Staff::Remove { id } => remove(global, id),
    }
}

fn add(global: &Global, (name, shop, id): (&str, &str, Option<&str>), has_pin: bool) -> Done {
    let id = match id {
        Some(id) => barista_id(id)?.to_string(),
        None => format!("b-{}", drawn::<4>()?.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    };
    let mut barista = Barista::new(&id, name)?;
    if has_pin {
        let mut typed = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut typed)
            .map_err(|e| format!("the PIN cannot be read from stdin: {e}"))?;
        barista.pin = Some(proof_of(&Pin::new(typed.trim()), drawn()?).map_err(|fault| fault.to_string())?);
    }
    let one = Member { barista, shop: shop.trim().to_owned() };
    let (value, words) = (shown(&one), format!("{} may sign on {} as {id}", one.barista.name, place(&one)));
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let added = ledger.change(|change| {
        let added = staff::add(change, one, now())?;
        if added.is_ok() {
            // Not by their name: a deed stays when they have gone.
            keep(change, COMMAND_LINE, ("staff_added", &id, shop), now())?;
        }
        Ok(added)
    });
    added.map_err(|fault| said(&fault))??;
    say(global, &value, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global) -> Done {
    let all = Ledger::open(&global.db, Access::Read)
        .and_then(|ledger| ledger.staff())
        .map_err(|fault| said(&fault))?;
    let line = |one: &Member| {
        let pin = if one.barista.pin.is_some() { ", with a PIN" } else { "" };
        format!("{}  {}  {}{pin}", one.barista.id, one.barista.name, place(one))
    };
    let words = if all.is_empty() {
        "Nobody is on the staff list; put somebody there with `kava-sync staff add`".into()
    } else {
        all.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    say(global, &json!({ "staff": all.iter().map(shown).collect::<Vec<_>>() }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn remove(global: &Global, id: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let was = ledger.change(|change| {
        let was = staff::remove(change, &BaristaId::new(id), now())?;
        if was {
            keep(change, COMMAND_LINE, ("staff_removed", id, ""), now())?;
        }
        Ok(was)
    });
    if !was.map_err(|fault| said(&fault))? {
        return Err(format!("nobody on the staff list has the id {id:?}; see `kava-sync staff list`"));
    }
    let emptied = ledger.overwrite_freed().map_err(|fault| said(&fault))?;
    let mut words = format!("{id} is off the list; every till forgets the name with its next news");
    if !emptied {
        words.push_str(
            "\nSomebody reads the ledger, so its log still has the name; it goes when the office starts next",
        );
    }
    say(global, &json!({"removed": id, "overwritten": emptied}), &words)?;
    Ok(if emptied { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn place(one: &Member) -> String {
    if one.shop.is_empty() { "in all shops".into() } else { format!("in shop {}", one.shop) }
}

/// Somebody, and never what proves their PIN.
fn shown(one: &Member) -> serde_json::Value {
    let Barista { id, name, pin } = &one.barista;
    json!({"id": id, "name": name, "shop": one.shop, "pin": pin.is_some()})
}

fn drawn<const BYTES: usize>() -> Result<[u8; BYTES], String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    Ok(bytes)
}
