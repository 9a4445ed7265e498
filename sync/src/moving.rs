//! Guests who come from elsewhere: what they are owed.

use crate::Global;
use crate::command::{Done, said, say};
use kava::facts::carried::Amount;
use kava_sync::ledger::{Access, Ledger};
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
