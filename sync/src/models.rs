//! `kava-sync models`: which bundle is where, what was seen of it, on to more shops, back to the one before.

use crate::Global;
use crate::Models;
use crate::command::{Done, now, said, say};
use kava_sync::{
    desk::{deeds, models, rolls},
    ledger::{Access, Ledger},
};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(global: &Global, what: &Models) -> Done {
    match what {
        Models::List => list(global),
        Models::Look => look(global),
        Models::Advance { shop } => advance(global, shop),
        Models::Return { shop, version } => send_back(global, shop, *version),
    }
}

fn list(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let lines = ledger.bundle_lines().map_err(|fault| said(&fault))?;
    let all = lines.iter().map(|line| shown(&ledger, line)).collect::<Result<Vec<_>, _>>()?;
    let (values, words): (Vec<Value>, Vec<String>) = all.into_iter().unzip();
    say(global, &json!({ "lines": values }), &words.join("\n\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// A line of bundles as an object and in words.
pub fn shown(ledger: &Ledger, line: &str) -> Result<(Value, String), String> {
    let shown = models::of(ledger, line).map_err(|fault| said(&fault))?;
    let value = serde_json::to_value(&shown).map_err(|e| e.to_string())?;
    Ok((value, shown.words()))
}

fn look(global: &Global) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let lines = ledger.bundle_lines().map_err(|fault| said(&fault))?;
    let (mut looks, mut words) = (Vec::new(), Vec::new());
    for line in &lines {
        looks.push(json!({"shop": line, "look": rolls::look(&mut ledger, line, now()).map_err(|fault| said(&fault))?}));
        words.push(shown(&ledger, line)?.1);
    }
    say(global, &json!({ "looks": looks }), &words.join("\n\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn advance(global: &Global, shop: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let roll = ledger.change(|change| rolls::advance(change, (deeds::COMMAND_LINE, shop, None), now()));
    let roll = roll.map_err(|fault| said(&fault))?;
    let roll = roll.ok_or("no bundle is on its way; `kava-sync learn` makes one")?;
    let words = match roll.state.as_str() {
        "done" => format!("Bundle version {} stays with everybody and is watched no more", roll.version),
        _ => format!("Bundle version {} goes to {} % of the shops", roll.version, roll.stage_bp / 100),
    };
    say(global, &json!({"shop": shop, "roll": roll}), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn send_back(global: &Global, shop: &str, version: Option<i64>) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let wish = (deeds::COMMAND_LINE, shop);
    let published = ledger.change(|change| rolls::send_back(change, wish, (version, None), now()));
    let published = published.map_err(|fault| said(&fault))?;
    let published = published.ok_or("there is no bundle to go back to; see `kava-sync models list`")?;
    let words =
        format!("Bundle version {} is on its way to the counters with the earlier models", published.version);
    say(global, &json!({"shop": shop, "version": published.version}), &words)?;
    Ok(ExitCode::SUCCESS)
}
