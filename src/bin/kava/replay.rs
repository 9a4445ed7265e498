//! `kava replay` and `kava explain`: decisions again, in bits and in words.

use crate::global::{Global, NOT_HELD};
use anyhow::{Context, Result, bail};
use kava::{
    facts::{id::ReceiptId, money::Money},
    flow::{
        decision::{Decision, Guest},
        replay::{Replay, Replayed},
    },
    steps::receipt::per_cent,
    store::{Access, aftermath::KeptDecision},
};
use std::{fmt::Write as _, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct ReplayArgs {
    /// Only this receipt
    #[arg(long, value_name = "ID")]
    receipt: Option<String>,
}

#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// The receipt
    receipt: String,
}

pub fn replay(args: &ReplayArgs, global: &Global) -> Result<ExitCode> {
    let store = global.open(Access::Read)?;
    let receipts = match &args.receipt {
        Some(id) => vec![ReceiptId::new(id)],
        None => store.decided_receipts()?,
    };
    let mut replay = Replay::default();
    let (mut different, mut erased) = (Vec::new(), 0);
    for receipt in &receipts {
        match replay.receipt(&store, receipt)? {
            Replayed::Same => {}
            Replayed::Erased => erased += 1,
            Replayed::Different { kept, now } => {
                different.push(serde_json::json!({"receipt": receipt, "kept": kept, "now": now}));
            }
            Replayed::Unreadable(why) => different.push(serde_json::json!({"receipt": receipt, "why": why})),
        }
    }
    let again = receipts.len() - erased;
    let mut words = format!("{again} decisions computed again, {} different", different.len());
    if erased > 0 {
        write!(words, ", {erased} erased")?;
    }
    for one in &different {
        write!(words, "\n  {}", one["receipt"].as_str().unwrap_or_default())?;
    }
    global.say(&serde_json::json!({"replayed": again, "erased": erased, "different": different}), &words)?;
    Ok(if different.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
}

pub fn explain(args: &ExplainArgs, global: &Global) -> Result<ExitCode> {
    let store = global.open(Access::Read)?;
    let receipt = ReceiptId::new(&args.receipt);
    let body = match store.decision(&receipt)? {
        Some(KeptDecision::Whole(text)) => text,
        Some(KeptDecision::Erased) => {
            bail!(
                "the guest of receipt {receipt} was erased, and its decision with them; nothing is left to explain"
            )
        }
        None => bail!("receipt {receipt} has no decision here; check its number"),
    };
    let decision: Decision = serde_json::from_str(&body).context("the stored decision cannot be read")?;
    global.say(&decision, &tell(&decision)?)?;
    Ok(ExitCode::SUCCESS)
}

/// One decision in words and numbers.
fn tell(decision: &Decision) -> Result<String> {
    let mut text = format!("receipt {}\n", decision.receipt);
    match &decision.guest {
        None => writeln!(text, "guest      unknown: full price")?,
        Some(guest) => {
            let reading = &guest.situation.reading;
            writeln!(text, "guest      {}, segment {}", guest.situation.customer, guest.situation.segment)?;
            writeln!(
                text,
                "features   {} visits, last {} open days ago, {}.{:03} visits in 30 days, mean receipt {}",
                reading.visits,
                reading.recency_days,
                reading.frequency_per_30d_milli / 1000,
                reading.frequency_per_30d_milli % 1000,
                Money(reading.aov_minor)
            )?;
            let probabilities: Vec<String> = guest
                .draw
                .probabilities_bp
                .iter()
                .map(|(arm, p)| format!("{arm} {}%", per_cent(*p)))
                .collect();
            let holdout = if guest.draw.holdout { ", in the holdout: base only" } else { "" };
            writeln!(
                text,
                "arm        {} of {} (epoch {}{holdout})",
                guest.draw.arm,
                probabilities.join(", "),
                guest.situation.epoch
            )?;
            tell_values(&mut text, guest)?;
            for offer in &guest.draw.offers {
                let chosen = if decision.chosen.as_ref() == Some(offer) { "  <- chosen" } else { "" };
                writeln!(
                    text,
                    "card       {}% on {:?}, {}{chosen}",
                    per_cent(offer.depth_bp),
                    offer.scope,
                    offer.reason.code()
                )?;
            }
        }
    }
    for line in &decision.lines {
        let floor = line.floor.map_or_else(|| "unknown".into(), |floor| floor.to_string());
        writeln!(
            text,
            "line {:<5} list {}, depth {}%, discount {}, net {}, floor {floor}",
            line.line,
            line.list,
            per_cent(line.depth_bp),
            line.discount,
            line.net
        )?;
    }
    for refusal in &decision.refusals {
        writeln!(text, "guard      line {}: {}", refusal.line, refusal.code.code())?;
    }
    if let Some(next) = &decision.next {
        writeln!(text, "next       {}% on {:?} until {}", per_cent(next.depth_bp), next.scope, next.until)?;
    }
    writeln!(
        text,
        "made with  policy {}, menu {}, bundle {}",
        short(decision.policy.as_str()),
        short(decision.menu.as_str()),
        decision.bundle.as_ref().map_or("none", |digest| short(digest.as_str()))
    )?;
    Ok(text)
}

/// What each arm was expected to bring and whose values those are; or when the running epoch drew its arm.
fn tell_values(text: &mut String, guest: &Guest) -> Result<()> {
    if let Some(assigned) = &guest.situation.assigned {
        writeln!(
            text,
            "epoch      drawn on {} with receipt {}, until {}",
            assigned.from, assigned.receipt, assigned.until
        )?;
    }
    let Some(spoke) = &guest.draw.spoke else { return Ok(()) };
    if guest.situation.menu_moved {
        writeln!(text, "menu       moved lately, so of response only its means were heard")?;
    }
    writeln!(text, "values     by {spoke}, expected contribution")?;
    for (arm, value) in &guest.draw.values_milli {
        let p = guest.draw.probabilities_bp.get(arm).copied().unwrap_or(0);
        writeln!(text, "  {arm:<16} {:>10}  {}%", Money(value / 1000), per_cent(p))?;
    }
    if let Some(likely) = &guest.situation.likely {
        writeln!(
            text,
            "likely     list {}, contribution {}, floor leaves {}%",
            likely.list,
            likely.contribution,
            per_cent(likely.deepest_bp)
        )?;
    }
    Ok(())
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
