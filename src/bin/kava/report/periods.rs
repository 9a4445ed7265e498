//! Weeks or months, and who came back after being seen in one.

use jiff::Span;
use kava::facts::moment::BusinessDay;
use std::collections::BTreeMap;

/// Days within which coming back is counted.
pub const WINDOWS: [i32; 3] = [7, 14, 28];
/// A longer span is cut into months.
const WEEKS_UP_TO_DAYS: i32 = 120;

/// How the span is cut into periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// Monday to Sunday.
    Weeks,
    /// Calendar months.
    Months,
}

impl Calendar {
    /// Weeks for a short span, months for a long one.
    pub fn of(span: Option<(BusinessDay, BusinessDay)>) -> Calendar {
        match span {
            Some((first, last)) if last.0 - first.0 > WEEKS_UP_TO_DAYS => Calendar::Months,
            _ => Calendar::Weeks,
        }
    }

    /// The first day of the period a day is in.
    pub fn start(self, day: BusinessDay) -> BusinessDay {
        match self {
            Calendar::Weeks => BusinessDay(day.0 - i32::try_from(day.weekday()).unwrap_or(0)),
            Calendar::Months => BusinessDay::of(day.date().first_of_month()),
        }
    }

    /// The last day of the period that starts on a day.
    fn end(self, start: BusinessDay) -> BusinessDay {
        match self {
            Calendar::Weeks => BusinessDay(start.0 + 6),
            Calendar::Months => BusinessDay::of(start.date().last_of_month()),
        }
    }

    /// The period in a few characters.
    pub fn label(self, start: BusinessDay) -> String {
        match self {
            Calendar::Weeks => start.date().strftime("%m-%d").to_string(),
            Calendar::Months => start.date().strftime("%Y-%m").to_string(),
        }
    }

    /// Every period of the span, so that an empty one shows as a gap.
    pub fn all(self, span: (BusinessDay, BusinessDay)) -> Vec<BusinessDay> {
        let mut starts = Vec::new();
        let mut start = self.start(span.0);
        while start <= span.1 {
            starts.push(start);
            let next = match self {
                Calendar::Weeks => BusinessDay(start.0 + 7),
                Calendar::Months => {
                    start.date().checked_add(Span::new().months(1)).map_or(start, BusinessDay::of)
                }
            };
            if next <= start {
                break;
            }
            start = next;
        }
        starts
    }

    /// The key of its name in the catalogues.
    pub const fn key(self) -> &'static str {
        match self {
            Calendar::Weeks => "report.week",
            Calendar::Months => "report.month",
        }
    }
}

/// Guests seen in a period and, for each window that has passed, how many came again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// First day of the period.
    pub start: BusinessDay,
    /// Guests seen in it.
    pub guests: u64,
    /// How many came again within each of [`WINDOWS`]; nothing where the time has not passed.
    pub back: [Option<u64>; WINDOWS.len()],
}

/// Counts while customers pass by.
pub struct Repeats {
    calendar: Calendar,
    counts: BTreeMap<BusinessDay, (u64, [u64; WINDOWS.len()])>,
}

impl Repeats {
    pub fn new(calendar: Calendar) -> Repeats {
        Repeats { calendar, counts: BTreeMap::new() }
    }

    /// One customer's visit days, ascending.
    pub fn see(&mut self, days: &[BusinessDay]) {
        let mut seen = None;
        for (index, day) in days.iter().enumerate() {
            let start = self.calendar.start(*day);
            if seen == Some(start) {
                continue;
            }
            seen = Some(start);
            let gap = days.get(index + 1).map(|next| next.0 - day.0);
            let (guests, back) = self.counts.entry(start).or_default();
            *guests += 1;
            for (count, window) in back.iter_mut().zip(WINDOWS) {
                *count += u64::from(gap.is_some_and(|gap| gap <= window));
            }
        }
    }

    /// The counts; shares whose time has not passed for every day of the period are left out.
    pub fn finish(self, span: Option<(BusinessDay, BusinessDay)>) -> Vec<Repeat> {
        let last = span.map_or(i32::MIN, |(_, last)| last.0);
        let done = |start, window: i32| self.calendar.end(start).0 + window <= last;
        let repeat = |(start, (guests, back)): (&BusinessDay, &(u64, [u64; WINDOWS.len()]))| {
            let mut shown = [None; WINDOWS.len()];
            for ((shown, count), window) in shown.iter_mut().zip(back).zip(WINDOWS) {
                *shown = done(*start, window).then_some(*count);
            }
            Repeat { start: *start, guests: *guests, back: shown }
        };
        self.counts.iter().map(repeat).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(texts: &[&str]) -> Vec<BusinessDay> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_guest_is_back_within_the_windows_that_hold_the_next_visit() {
        let span = (days(&["2019-04-01"])[0], days(&["2019-04-29"])[0]);
        let mut repeats = Repeats::new(Calendar::of(Some(span)));
        repeats.see(&days(&["2019-04-01", "2019-04-03", "2019-04-20"]));
        repeats.see(&days(&["2019-04-07", "2019-04-17"]));
        repeats.see(&days(&["2019-04-05"]));
        let weeks = repeats.finish(Some(span));
        // The week of 1 April ends on the 7th: 28 days later is after the last day.
        assert_eq!((weeks[0].guests, weeks[0].back), (3, [Some(1), Some(2), None]));
        assert_eq!(weeks.len(), 2, "two guests were seen again in the week of the 15th");
        assert_eq!((weeks[1].guests, weeks[1].back), (2, [Some(0), None, None]));
    }

    #[test]
    fn periods_follow_each_other_without_a_gap() {
        let span = (days(&["2024-01-31"])[0], days(&["2024-12-01"])[0]);
        let months = Calendar::of(Some(span)).all(span);
        assert_eq!(months.len(), 12);
        assert_eq!(Calendar::Months.label(months[1]), "2024-02");
        let weeks = Calendar::Weeks.all((span.0, BusinessDay(span.0.0 + 14)));
        assert_eq!(weeks.len(), 3);
        assert!(weeks.windows(2).all(|pair| pair[1].0 - pair[0].0 == 7));
    }
}
