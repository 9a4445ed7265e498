//! What doctor says about guests' codes: what this counter can verify, and what it cannot.

use super::{Findings, Level};
use anyhow::Result;
use kava::facts::moment::{DAY_MS, Moment};
use kava::store::Store;
use kava::wire::code::clock::learned::OFFSET_MAX_MS;
use kava::wire::code::short::week;

/// Fewer weeks of short codes ahead than this are soon over.
const WEEKS_MIN: usize = 2;
/// Fewer blank memberships than this are soon given away.
const BLANKS_MIN: u64 = 5;

pub(super) fn look(store: &Store, now: Moment, findings: &mut Findings) -> Result<()> {
    let trust = store.trust(now)?;
    let good = trust.keys.iter().filter(|key| key.revoked.is_none()).count();
    if good == 0 {
        let text =
            "no key of an office is known, so codes of phones are refused; `kava code issuer` makes one";
        findings.add(Level::Note, "code_keys", text);
        return Ok(());
    }
    let withdrawn = trust.keys.len() - good;
    let ago = |last: Option<Moment>| {
        last.map(|at| format!(", the last {} days ago", days(at, now))).unwrap_or_default()
    };
    let keys_ago = ago(trust.keys.iter().filter_map(|key| key.revoked).max());
    let (phones, phones_ago) = (trust.withdrawn.len(), ago(store.last_withdrawn()?));
    let text = format!(
        "keys of the office: {good}; withdrawn keys: {withdrawn}{keys_ago}; withdrawn phones: {phones}{phones_ago}"
    );
    findings.add(Level::Ok, "code_keys", text);
    clock(trust.clock.offset_ms, findings);
    weeks(store, now, findings)?;
    let blanks = store.blanks_left()?;
    let bad = format!(
        "blank memberships left: {blanks}; without one a guest who joins offline gets a printed card only"
    );
    let level = if blanks < BLANKS_MIN { Level::Note } else { Level::Ok };
    findings.add(
        level,
        "code_blanks",
        if blanks < BLANKS_MIN { bad } else { format!("blank memberships left: {blanks}") },
    );
    Ok(())
}

/// The correction has an end: a clock that is further off refuses guests.
fn clock(offset_ms: i64, findings: &mut Findings) {
    const FAR_MS: i64 = OFFSET_MAX_MS - 15_000;
    let seconds = offset_ms.abs() / 1000;
    let side = if offset_ms < 0 { "ahead of" } else { "behind" };
    let text = format!("this counter's clock is {seconds} s {side} guests' phones, and corrected by that");
    let end = OFFSET_MAX_MS / 1000;
    let bad = format!("{text}; set the clock, at {end} s codes begin to be refused");
    findings.judge("code_clock", offset_ms.abs() < FAR_MS, text, bad);
}

fn weeks(store: &Store, now: Moment, findings: &mut Findings) -> Result<()> {
    let ahead = store.week_keys()?.iter().filter(|key| key.week >= week(now)).count();
    let text = format!("weeks with short codes from now on: {ahead}");
    let bad = format!("{text}; get keys for the next weeks, or short and spoken codes are refused");
    let (level, said) = if ahead < WEEKS_MIN { (Level::Note, bad) } else { (Level::Ok, text) };
    findings.add(level, "code_weeks", said);
    Ok(())
}

fn days(at: Moment, now: Moment) -> i64 {
    now.0.saturating_sub(at.0) / DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_nearly_too_far_off_is_wrong() {
        for (offset_ms, wrong, says) in [
            (0, false, "0 s behind"),
            (-3_000, false, "3 s ahead"),
            (-44_000, false, "44 s ahead"),
            (46_000, true, "set the clock, at 60 s"),
        ] {
            let mut findings = Findings::default();
            clock(offset_ms, &mut findings);
            let found = findings.0.first().unwrap();
            assert!((found.level == Level::Wrong) == wrong && found.text.contains(says), "{}", found.text);
        }
    }
}
