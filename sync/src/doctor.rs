//! `kava-sync doctor`: what needs somebody at the office, in one look.

use crate::Global;
use crate::command::{Done, now, said, say};
use kava::facts::moment::DAY_MS;
use kava_sync::{
    desk::{
        clerk,
        fleet::{self, Health},
    },
    ledger::{Access, Ledger, counters::ALARMS_MS, words},
    people::keys,
};
use serde::Serialize;
use serde_json::json;
use std::process::ExitCode;

/// An erasure that a counter has not done after so long needs somebody.
const ERASED_MS: i64 = DAY_MS;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Note,
    Wrong,
}

#[derive(Debug, Serialize)]
struct Finding {
    level: Level,
    code: &'static str,
    text: String,
}

/// Looks at everything; status 1 where something is wrong.
pub fn doctor(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let findings = findings(&ledger).map_err(|fault| said(&fault))?;
    let lines = findings.iter().map(|one| {
        let level = match one.level {
            Level::Ok => "ok   ",
            Level::Note => "note ",
            Level::Wrong => "WRONG",
        };
        format!("{level}  {}: {}", one.code, one.text)
    });
    say(global, &json!({ "findings": findings }), &lines.collect::<Vec<_>>().join("\n"))?;
    let is_wrong = findings.iter().any(|one| one.level == Level::Wrong);
    Ok(if is_wrong { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn findings(ledger: &Ledger) -> Result<Vec<Finding>, kava_sync::ledger::LedgerFault> {
    let found = |level, code, text: String| Finding { level, code, text };
    let mut findings = vec![match ledger.first_damage()? {
        None => found(Level::Ok, "pages", "every page of the ledger is whole".into()),
        Some(why) => found(Level::Wrong, "pages", format!("{why}; restore the last backup")),
    }];
    findings.push(if keys::list(ledger.connection())?.iter().any(|key| key.retired.is_none()) {
        found(Level::Ok, "pass_key", "a key signs passes".into())
    } else {
        found(Level::Wrong, "pass_key", "no key signs passes; make one with `kava-sync key rotate`".into())
    });
    findings.push(if clerk::has_owner(ledger.connection())? {
        found(Level::Ok, "owner", "an owner can log in".into())
    } else {
        found(Level::Note, "owner", "nobody can log in as owner; see `kava-sync admin link`".into())
    });
    findings.extend(counters(ledger)?);
    for budget in ledger.campaigns()? {
        if let Some(why) = budget.wrong() {
            findings.push(found(Level::Wrong, "budget", format!("{}: {why}", budget.campaign.id)));
        }
    }
    let late =
        ledger.erasures()?.into_iter().filter(|one| now().0 - one.at.0 > ERASED_MS && !one.open.is_empty());
    for one in late {
        let text = format!("erasure {} is not done at {}", one.id, one.open.join(", "));
        findings.push(found(Level::Wrong, "erasures", text));
    }
    let recent = ledger.alarms()?.into_iter().filter(|alarm| now().0 - alarm.at.0 < ALARMS_MS).count();
    if recent > 0 {
        findings.push(found(
            Level::Note,
            "alarms",
            format!("{recent} in seven days; see `kava-sync alarms`"),
        ));
    }
    Ok(findings)
}

fn counters(ledger: &Ledger) -> Result<Vec<Finding>, kava_sync::ledger::LedgerFault> {
    let heard = words::read(ledger.connection())?;
    let fleet = fleet::of(ledger, ("", &heard), now())?;
    let mut findings = Vec::new();
    for one in &fleet {
        let place = format!("{}/{}", one.shop, one.counter);
        let finding = match one.health {
            Health::InOrder | Health::Out => continue,
            Health::Silent => Finding {
                level: Level::Note,
                code: "counter_silent",
                text: format!("nothing is heard of {place}"),
            },
            Health::Limited => Finding {
                level: Level::Wrong,
                code: "counter_limited",
                text: format!("{place}: {}", one.why.join(", ")),
            },
        };
        findings.push(finding);
    }
    let in_order = fleet.iter().filter(|one| one.health == Health::InOrder).count();
    if findings.is_empty() {
        findings.push(Finding {
            level: Level::Ok,
            code: "counters",
            text: format!("{in_order} are in order"),
        });
    }
    Ok(findings)
}
