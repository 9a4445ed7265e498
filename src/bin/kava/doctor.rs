//! `kava doctor`: is this counter well? One sentence for everything that was looked at.

mod codes;
mod devices;

use crate::global::{Global, NOT_HELD};
use anyhow::Result;
use kava::devices::clock::SystemClock;
use kava::facts::{
    moment::{BusinessDay, DAY_MS, Moment},
    policy::Policy,
};
use kava::ports::Clock;
use kava::store::{
    Access, Store, StoreFault,
    health::{CostAge, free_bytes},
};
use serde::Serialize;
use std::{path::Path, process::ExitCode};

/// Less free space than this is wrong: the log and a backup need room.
const FREE_MIN: u64 = 256 * 1024 * 1024;
/// Products named in one sentence; the rest are counted.
const NAMED: usize = 8;

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Note,
    Wrong,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    level: Level,
    code: &'static str,
    text: String,
}

/// Everything that was looked at, in order.
#[derive(Default, Serialize)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, level: Level, code: &'static str, text: impl Into<String>) {
        self.0.push(Finding { level, code, text: text.into() });
    }

    /// Says one of two things, the second when something is wrong.
    fn judge(&mut self, code: &'static str, well: bool, good: impl Into<String>, bad: impl Into<String>) {
        if well { self.add(Level::Ok, code, good) } else { self.add(Level::Wrong, code, bad) }
    }
}

pub fn run(global: &Global) -> Result<ExitCode> {
    let path = global.db()?;
    let mut findings = Findings::default();
    let now = SystemClock.now();
    free_space(&path, &mut findings);
    let mut alone = true;
    match global.open(Access::Write) {
        Ok(store) => look(&store, true, now, &mut findings)?,
        Err(fault) if is_in_use(&fault) => {
            alone = false;
            look(&global.open(Access::Read)?, false, now, &mut findings)?;
        }
        Err(fault) => findings.add(Level::Wrong, "database", format!("{fault:#}")),
    }
    devices::look(global, alone, &mut findings);
    let well = findings.0.iter().all(|finding| finding.level != Level::Wrong);
    let words: Vec<String> = findings
        .0
        .iter()
        .map(|Finding { level, code, text }| {
            let mark = match level {
                Level::Ok => "ok   ",
                Level::Note => "note ",
                Level::Wrong => "WRONG",
            };
            format!("{mark} {code}: {text}")
        })
        .collect();
    global.say(&serde_json::json!({"well": well, "findings": findings}), &words.join("\n"))?;
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
}

fn is_in_use(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreFault::InUse(_)))
}

fn look(store: &Store, writer: bool, now: Moment, findings: &mut Findings) -> Result<()> {
    findings.add(
        Level::Ok,
        "sqlite",
        format!("SQLite {} is new enough", kava::store::health::sqlite_version()),
    );
    let whole = store.check_whole();
    let damage = whole.as_ref().err().map(ToString::to_string).unwrap_or_default();
    findings.judge("integrity", whole.is_ok(), "every page and index is whole", damage);
    durability(store, writer, findings)?;
    let shop = store.shop();
    let today = match shop.as_ref().map_err(ToString::to_string).and_then(|shop| shop.time()) {
        Ok(time) => time.local(now).business_day,
        Err(why) => {
            findings.add(Level::Wrong, "shop", why);
            return Ok(());
        }
    };
    costs(&store.cost_ages()?, &store.policy()?, today, findings);
    waiting(store, writer, findings)?;
    bundle(store, now, findings)?;
    codes::look(store, now, findings)
}

fn durability(store: &Store, writer: bool, findings: &mut Findings) -> Result<()> {
    if !writer {
        let text =
            "a counter has the database open, so its write connection cannot be looked at; close it to check";
        findings.add(Level::Note, "durability", text);
        return Ok(());
    }
    let (journal, synchronous) = store.durability()?;
    let bad = format!(
        "journal {journal}, synchronous {synchronous}: a power cut may lose sales; it must be wal and 2"
    );
    findings.judge(
        "durability",
        journal == "wal" && synchronous == 2,
        "a commit is on the disk when it returns",
        bad,
    );
    Ok(())
}

fn free_space(path: &Path, findings: &mut Findings) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match free_bytes(path) {
        Ok(free) => {
            let text = format!("{} MB are free in {}", free / 1_048_576, folder.display());
            let bad = format!("only {text}; make room before the next sale fails");
            findings.judge("disk", free >= FREE_MIN, text, bad);
        }
        Err(why) => findings.add(
            Level::Wrong,
            "disk",
            format!("{} cannot be asked for its free space: {why}", folder.display()),
        ),
    }
}

/// Products whose cost is missing, too old, or soon too old: the guard gives no discount on them.
fn costs(ages: &[CostAge], policy: &Policy, today: BusinessDay, findings: &mut Findings) {
    let age = |cost: &CostAge| cost.stated.map_or(i32::MAX, |stated| today.0.saturating_sub(stated.0));
    let alarm_from = policy.cost_stale_days.saturating_sub(policy.cost_alarm_days);
    let named = |holds: &dyn Fn(&CostAge) -> bool| names(ages.iter().filter(|cost| holds(cost)));
    let missing = named(&|cost| !cost.known);
    let stale = named(&|cost| cost.known && age(cost) > policy.cost_stale_days);
    let soon = named(&|cost| cost.known && age(cost) > alarm_from && age(cost) <= policy.cost_stale_days);
    let amber = named(&|cost| cost.known && age(cost) > policy.cost_amber_days && age(cost) <= alarm_from);
    if let Some(names) = &missing {
        findings.add(Level::Note, "cost_missing", format!("no discount without a cost: {names}"));
    }
    if let Some(names) = &amber {
        let percent = policy.cost_amber_markup_bp / 100;
        findings.add(
            Level::Note,
            "cost_amber",
            format!("cost older than {} days counts {percent} % more: {names}", policy.cost_amber_days),
        );
    }
    if let Some(names) = &soon {
        let text = format!(
            "cost older than {alarm_from} days, from {} on there is no discount; state it again: {names}",
            policy.cost_stale_days
        );
        findings.add(Level::Wrong, "cost_alarm", text);
    }
    if let Some(names) = &stale {
        let text = format!(
            "no discount any more, cost older than {} days; state it again: {names}",
            policy.cost_stale_days
        );
        findings.add(Level::Wrong, "cost_stale", text);
    }
    if soon.is_none() && stale.is_none() {
        findings.add(
            Level::Ok,
            "costs",
            format!(
                "{} products are on sale, no cost runs out within {} days",
                ages.len(),
                policy.cost_alarm_days
            ),
        );
    }
}

fn names<'a>(costs: impl Iterator<Item = &'a CostAge>) -> Option<String> {
    let all: Vec<String> = costs.map(|cost| format!("{} ({})", cost.name, cost.sku)).collect();
    let shown = all.get(..NAMED.min(all.len()))?.join(", ");
    match all.len() {
        0 => None,
        n if n > NAMED => Some(format!("{shown} and {} more", n - NAMED)),
        _ => Some(shown),
    }
}

fn waiting(store: &Store, writer: bool, findings: &mut Findings) -> Result<()> {
    let waiting = store.waiting()?;
    findings.add(Level::Ok, "outbox", format!("records that wait for the office: {}", waiting.outbox));
    let text = format!("open charges: {}", waiting.open_charges);
    let bad = format!("{text}, and no counter is running; start it, it finishes them");
    // While a counter sells, an open charge is a guest paying.
    findings.judge("charges", waiting.open_charges == 0 || !writer, text, bad);
    let bad = format!(
        "charges that need review: {}; look at the register, then say to `kava counter`: review RECEIPT yes or no",
        waiting.needs_review
    );
    findings.judge("review", waiting.needs_review == 0, "no charge needs review", bad);
    let bad =
        format!("slips not printed: {}; look at the printer, then start the counter", waiting.unprinted);
    findings.judge("slips", waiting.unprinted == 0 || !writer, "no slip waits for the printer", bad);
    Ok(())
}

fn bundle(store: &Store, now: Moment, findings: &mut Findings) -> Result<()> {
    match store.bundle_age()? {
        None => findings.add(
            Level::Note,
            "bundle",
            "no models are installed; the ladder decides. `kava learn` makes some",
        ),
        Some(bundle) => {
            let days = now.0.saturating_sub(bundle.made.0) / DAY_MS;
            let text =
                format!("release {} is {days} days old, good until {}", bundle.release, bundle.not_after);
            let bad = format!("{text}: it has run out and the ladder decides; run `kava learn`");
            findings.judge("bundle", now < bundle.not_after, text, bad);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(name: &str, known: bool, age_days: Option<i32>) -> CostAge {
        let stated = age_days.map(|days| BusinessDay(20_000 - days));
        CostAge { sku: name.into(), name: name.into(), known, stated }
    }

    #[test]
    fn costs_are_alarmed_two_weeks_ahead_with_their_products() {
        let ages = [
            cost("fresh", true, Some(45)),
            cost("amber", true, Some(46)),
            cost("calm", true, Some(166)),
            cost("soon", true, Some(167)),
            cost("last", true, Some(180)),
            cost("stale", true, Some(181)),
            cost("undated", true, None),
            cost("unknown", false, Some(1)),
        ];
        let mut findings = Findings::default();
        costs(&ages, &Policy::default(), BusinessDay(20_000), &mut findings);
        let named =
            |code| findings.0.iter().find(|f| f.code == code).map(|f| f.text.clone()).unwrap_or_default();
        assert!(named("cost_amber").ends_with(": amber (amber), calm (calm)"), "{}", named("cost_amber"));
        assert!(named("cost_alarm").ends_with(": soon (soon), last (last)"), "{}", named("cost_alarm"));
        assert!(
            named("cost_stale").ends_with(": stale (stale), undated (undated)"),
            "{}",
            named("cost_stale")
        );
        assert!(named("cost_missing").ends_with(": unknown (unknown)"), "{}", named("cost_missing"));
        assert!(findings.0.iter().all(|finding| finding.code != "costs"));
    }
}
