//! `kava audit`: checks the books with code that shares nothing with the engine.

use crate::global::{Global, NOT_HELD};
use anyhow::Result;
use kava::audit;
use kava::store::{Access, Durability, Store, StoreFault};
use std::process::ExitCode;

pub fn run(global: &Global) -> Result<ExitCode> {
    let path = global.db()?;
    // The auditor looks at rows only; whose file it is, and of which version, the store knows.
    let ours = Store::open(&path, Access::Read, Durability::Full);
    if let Err(fault @ (StoreFault::FromTheFuture { .. } | StoreFault::Foreign(_))) = ours {
        return Err(fault.into());
    }
    let report = audit::audit(&path)?;
    let mut words: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    let counts: Vec<String> =
        report.checked.iter().map(|(what, n)| format!("{n} {}", what.replace('_', " "))).collect();
    words.push(format!("checked {}", counts.join(", ")));
    words.push(if report.holds() {
        "the books hold".into()
    } else {
        format!(
            "{} findings; the counter's own numbers cannot be trusted until each is explained",
            report.findings.len()
        )
    });
    global.say(&report, &words.join("\n"))?;
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
}
