//! How a counter without a network learns what time it is: from the phones.

use super::{PhoneId, STEP_MS};
use crate::facts::moment::{DAY_MS, Moment};
use std::collections::BTreeMap;

/// The counter's clock is corrected by no more than four steps. A crystal is up to 20 ppm off, 52 s in thirty days; a
/// crowd of lying phones can win no more than this.
pub const OFFSET_MAX_MS: i64 = 4 * STEP_MS;
/// Of how many phones the counter considers how their clocks differ: the newest.
pub const PHONES_HEARD: usize = 1_001;
/// Days for which it does.
const DAYS_HEARD: i64 = 21;
/// So many phones over so many days show how the counter's clock runs; fewer only where it stands.
const PHONES_FOR_A_LINE: usize = 100;
const DAYS_FOR_A_LINE: i64 = 4;
/// No clock runs away faster, milliseconds a day: what seems to is chance.
const DRIFT_MAX_MS: i128 = 3_000;
/// While there is no line, those of the same days count, and the newest so many however old they are.
const PHONES_WITHOUT_A_LINE: usize = 51;
/// How many phones must have been heard before the counter believes them rather than its own clock.
pub const PHONES_ENOUGH: usize = 5;

/// When a phone was last heard, and by how much its clock was ahead of the counter's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// On the counter's clock.
    pub at: Moment,
    /// Milliseconds.
    pub ahead_ms: i64,
}

/// What the counter has learned about its clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// What its clock is corrected by, milliseconds.
    pub offset_ms: i64,
    /// What it loses a day; 0 while nobody knows.
    pub drift_ms_a_day: i64,
    /// The phones it has learned from.
    pub heard: BTreeMap<PhoneId, Heard>,
}

impl Learned {
    /// By how much phones are ahead now: the line of least squares through what was heard, since a clock that
    /// runs wrong runs evenly; while there is too little for a line the median. At most four steps either way; zero
    /// until enough were heard. `phones` has one entry for each phone, the newest first.
    ///
    /// Every entry was within the window when it was accepted, so none pulls far.
    #[must_use]
    pub fn of(phones: &[(PhoneId, Heard)], now: Moment) -> Learned {
        let heard: Vec<Heard> = phones.iter().map(|(_, heard)| *heard).take(PHONES_HEARD).collect();
        let Some(newest) = heard.first() else { return Learned::default() };
        // A counter that has just started may not know the time yet.
        let now = now.max(newest.at);
        let since = now.later(-DAYS_HEARD * DAY_MS);
        let fresh: Vec<Heard> = heard.iter().filter(|heard| heard.at >= since).copied().collect();
        let (offset, drift_ms_a_day) = line_at(&fresh, now).unwrap_or_else(|| (median(&heard, now), 0));
        let enough = heard.len() >= PHONES_ENOUGH;
        let offset_ms = if enough { offset.clamp(-OFFSET_MAX_MS, OFFSET_MAX_MS) } else { 0 };
        let recent = phones.iter().filter(|(_, heard)| heard.at >= since);
        Learned { offset_ms, drift_ms_a_day, heard: recent.copied().collect() }
    }

    /// By how much a phone is ahead of the corrected clock, by what it showed last, within half a step;
    /// nothing where it was not heard for weeks.
    #[must_use]
    pub fn own_ms(&self, phone: &PhoneId, now: Moment) -> Option<i64> {
        let heard = self.heard.get(phone)?;
        let lost = i128::from(now.0.saturating_sub(heard.at.0)) * i128::from(self.drift_ms_a_day);
        let lost = i64::try_from(lost / i128::from(DAY_MS)).ok()?;
        Some(heard.ahead_ms.saturating_add(lost).saturating_sub(self.offset_ms))
    }
}

/// Where the line stands now, and what it rises a day.
fn line_at(heard: &[Heard], now: Moment) -> Option<(i64, i64)> {
    let (newest, oldest) = (heard.first()?.at, heard.last()?.at);
    if heard.len() < PHONES_FOR_A_LINE || newest.0.saturating_sub(oldest.0) < DAYS_FOR_A_LINE * DAY_MS {
        return None;
    }
    // In whole minutes before now, so that the sums are exact.
    let points = || {
        heard
            .iter()
            .map(|one| (i128::from(one.at.0.saturating_sub(now.0) / 60_000), i128::from(one.ahead_ms)))
    };
    let n = i128::try_from(heard.len()).ok()?;
    let [x, y, xx, xy] = points()
        .fold([0; 4], |[x, y, xx, xy], (at, ahead)| [x + at, y + ahead, xx + at * at, xy + at * ahead]);
    let spread = n * xx - x * x;
    let slope = n * xy - x * y;
    if spread <= 0 || (slope * 1_440).abs() > DRIFT_MAX_MS * spread {
        return None;
    }
    let drift = i64::try_from(slope * 1_440 / spread).ok()?;
    Some((i64::try_from((y * xx - x * xy) / spread).ok()?, drift))
}

fn median(heard: &[Heard], now: Moment) -> i64 {
    let since = now.later(-DAYS_FOR_A_LINE * DAY_MS);
    let counts = |(place, one): &(usize, &Heard)| *place < PHONES_WITHOUT_A_LINE || one.at >= since;
    let mut ahead: Vec<i64> =
        heard.iter().enumerate().filter(counts).map(|(_, heard)| heard.ahead_ms).collect();
    ahead.sort_unstable();
    ahead.get(ahead.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_800_000_000_000;

    /// Phones of their own, the newest first.
    fn phones(heard: impl Iterator<Item = (Moment, i64)>) -> Vec<(PhoneId, Heard)> {
        (0u64..).map(u64::to_be_bytes).zip(heard.map(|(at, ahead_ms)| Heard { at, ahead_ms })).collect()
    }

    #[test]
    fn an_offset_needs_several_phones_and_has_a_limit() {
        let offset = |ahead: &[i64]| {
            let heard = phones(ahead.iter().map(|ahead| (Moment(NOON), *ahead)));
            Learned::of(&heard, Moment(NOON)).offset_ms
        };
        assert_eq!(offset(&[9_000; 4]), 0);
        assert_eq!(offset(&[9_000, -1, 3, 9_000, 9_000]), 9_000);
        assert_eq!(offset(&[i64::MAX; 9]), OFFSET_MAX_MS);
        assert_eq!(offset(&[]), 0);
    }

    #[test]
    fn a_clock_that_runs_evenly_is_followed_to_now() {
        // Ten phones a day, half of them 10 s ahead and half behind, while the counter loses 700 ms a day.
        let from = Moment(NOON);
        let heard = |days: i64, lost_a_day: i64| {
            let all = (0..days * 10).map(move |nth| {
                let at = from.later(nth * DAY_MS / 10);
                (at, nth * lost_a_day / 10 + if nth % 2 == 0 { 10_000 } else { -10_000 })
            });
            phones(all.rev())
        };
        let learned = |days: i64, lost: i64| Learned::of(&heard(days, lost), from.later(days * DAY_MS));
        let (slow, fast) = (learned(20, 700), learned(40, -700));
        assert!((slow.offset_ms - 14_000).abs() < 300, "{}", slow.offset_ms);
        assert!((fast.offset_ms + 28_000).abs() < 300, "{}", fast.offset_ms);
        assert!((slow.drift_ms_a_day - 700).abs() < 30, "{}", slow.drift_ms_a_day);
        // A phone that was 10 s ahead a week ago still is, though the counter has lost 5 s since.
        let now = from.later(20 * DAY_MS);
        let weeks_old = slow.heard.iter().find(|(_, heard)| heard.at <= now.later(-7 * DAY_MS));
        let (phone, heard) = weeks_old.unwrap();
        let own = slow.own_ms(phone, now).unwrap();
        assert!((own.abs() - 10_000).abs() < 1_000, "{own} of {heard:?}");
        // What no clock does is not believed to be one: the newest phones say where it stands.
        assert!(learned(20, 5_000).offset_ms.abs() <= OFFSET_MAX_MS);
        let endless = phones([(Moment(i64::MIN), i64::MIN); 200].into_iter());
        let learned = Learned::of(&endless, Moment(i64::MAX));
        assert_eq!((learned.offset_ms, learned.heard.len()), (-OFFSET_MAX_MS, 0));
    }
}
