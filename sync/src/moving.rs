//! Guests who come from elsewhere: what they are owed, and who of them are one.

use crate::Global;
use crate::command::{Done, now, said, say};
use kava::{
    facts::{carried::Amount, id::CustomerId},
    wire::erasure::who,
};
use kava_sync::{
    desk::deeds,
    ledger::{Access, Ledger},
    people::merge::{self, Plan},
};
use serde_json::json;
use std::process::ExitCode;

/// Says what the chain owes to guests of older programmes, one figure for each kind and currency.
pub fn owed(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let owed = ledger.liabilities().map_err(|fault| said(&fault))?;
    let lines = owed.iter().map(|one| {
        let [left, brought, paid] =
            [one.left, one.brought, one.paid_out].map(|amount| Amount { kind: one.kind, amount });
        let (kind, currency) = (one.kind.code(), &one.currency);
        format!("{kind} ({currency}): {left} to {} guests; {brought} came, {paid} handed out", one.guests)
    });
    let words = match owed.is_empty() {
        true => "Nobody brought anything along".into(),
        false => lines.collect::<Vec<_>>().join("\n"),
    };
    say(global, &json!({ "owed": owed }), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Makes two guests one, or only says what that would do.
pub fn merge(global: &Global, (from, into): (&str, &str), confirmed: bool, dry_run: bool) -> Done {
    let access = if dry_run { Access::Read } else { Access::Write };
    let mut ledger = Ledger::open(&global.db, access).map_err(|fault| said(&fault))?;
    let (from, into) = (CustomerId::new(from), CustomerId::new(into));
    let plan = match dry_run {
        true => merge::plan(ledger.connection(), (&from, &into), confirmed),
        false => ledger.change(|change| {
            let merged = merge::merge(change, (&from, &into), confirmed, now())?;
            if let Ok(plan) = &merged {
                // Not by their names: should they be erased, nothing names them.
                let of = who(&plan.into);
                deeds::keep(change, deeds::COMMAND_LINE, ("merged", of.as_str(), ""), now())?;
            }
            Ok(merged)
        }),
    };
    let plan = plan.map_err(|fault| said(&fault))?.map_err(|why| why.to_string())?;
    let words = words_of(&plan, dry_run);
    let mut value = serde_json::to_value(&plan).map_err(|e| e.to_string())?;
    if let Some(value) = value.as_object_mut() {
        value.insert("dry_run".into(), dry_run.into());
    }
    say(global, &value, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn words_of(plan: &Plan, dry_run: bool) -> String {
    let Plan { from, into, records, phones, owed, consents, consent } = plan;
    let agreed = |consent: &Option<Vec<&'static str>>| match consent {
        None => "has not joined by the app".to_owned(),
        Some(codes) if codes.is_empty() => "agreed to nothing".to_owned(),
        Some(codes) => format!("agreed to {}", codes.join(", ")),
    };
    let [first, second] = consents;
    let owed: Vec<String> = owed.iter().map(|one| format!("{one} {}", one.kind.code())).collect();
    let owed = if owed.is_empty() { "nothing".to_owned() } else { owed.join(", ") };
    let after = match consent {
        Some(codes) => {
            format!("afterwards {} holds", if codes.is_empty() { "nothing".into() } else { codes.join(", ") })
        }
        None => "each counter keeps what both have agreed to".into(),
    };
    let done = match dry_run {
        true => "Nothing was done; the same without --dry-run does it, and it cannot be taken back",
        false => "Every counter does the same with its next contact",
    };
    format!(
        "{from} {} and {into} {}; {after}\n{records} records, {phones} phones and what is owed ({owed}) are {into}'s\n{done}",
        agreed(first),
        agreed(second)
    )
}
