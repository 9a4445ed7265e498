//! A scanner that types like a keyboard: which keys are a scan, and which are a person.
//!
//! Reads physical keys by the names that a browser gives them (`KeyboardEvent.code`: `Digit0`, `Numpad0`,
//! `KeyA`, `Enter`), so the layout in use does not matter. A scanner types a key every few milliseconds, a
//! person does not: a run of keys with short gaps that ends in Enter, Tab or silence is a scan. Pure: the time
//! of each key is an argument.

use super::layout;
use std::time::Duration;

/// The longest pause between two keys of a scan.
pub const GAP: Duration = Duration::from_millis(30);
/// Silence after which [`Wedge::idle`] waits for no more keys; longer than the gap, because a busy screen hears
/// of keys late.
pub const SILENCE: Duration = Duration::from_millis(100);
/// The fewest characters of a scan.
pub const SHORTEST: usize = 6;
/// The most keys that are held; somebody leaning on the keyboard is no scan.
const LONGEST: usize = 4096;

/// A key went down or up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// The physical key.
    pub code: String,
    /// Down, or up.
    pub down: bool,
    /// The system repeats it, because it is held down.
    pub repeat: bool,
    /// When, since some fixed start.
    pub at: Duration,
}

/// What a run of keys was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wedged {
    /// A person: keys that went down, to be handled as typed.
    Typed(Vec<Stroke>),
    /// A scan, without its end key.
    Scan(String),
}

/// The parser of one keyboard. A key of a person that falls between two keys of a scan cannot be told from it;
/// check digits and signatures then refuse the scan.
#[derive(Debug, Default)]
pub struct Wedge {
    /// Keys that went down, each with its character, and characters that Alt has made.
    held: Vec<(Option<char>, Stroke)>,
    last: Option<Duration>,
    /// When a scan ended with Enter: a second Enter right behind it belongs to it.
    scanned: Option<Duration>,
    shift: bool,
    control: bool,
    /// Digits typed on the numeric pad while Alt is down.
    alt: Option<String>,
}

impl Wedge {
    /// Takes a key; gives what it has made clear, in order. Keys of a person come out with the next key, at
    /// the latest with [`Wedge::idle`].
    pub fn push(&mut self, stroke: Stroke) -> Vec<Wedged> {
        let mut clear = Vec::new();
        if self.last.is_some_and(|last| stroke.at.saturating_sub(last) > GAP) {
            clear.extend(self.end());
        }
        let text = self.character(&stroke);
        if !stroke.down && text.is_none() {
            return clear;
        }
        if stroke.repeat {
            // No scanner holds a key down.
            clear.extend(self.typed());
            clear.push(Wedged::Typed(vec![stroke]));
            return clear;
        }
        let ends = stroke.down && matches!(stroke.code.as_str(), "Enter" | "NumpadEnter" | "Tab");
        let follows = |end: Duration| stroke.at.saturating_sub(end) <= GAP;
        if ends && self.held.is_empty() && self.scanned.take().is_some_and(follows) {
            return clear;
        }
        self.last = Some(stroke.at);
        let at = stroke.at;
        self.held.push((text, stroke));
        if ends {
            let ended = self.end();
            self.scanned = ended.iter().any(|end| matches!(end, Wedged::Scan(_))).then_some(at);
            clear.extend(ended);
        } else if self.held.len() > LONGEST {
            clear.extend(self.typed());
        }
        clear
    }

    /// What silence until now has made clear; to be asked every few tens of milliseconds.
    pub fn idle(&mut self, at: Duration) -> Vec<Wedged> {
        let silent = self.last.is_some_and(|last| at.saturating_sub(last) >= SILENCE);
        if silent { self.end() } else { Vec::new() }
    }

    /// The character of a key that went down, or of Alt that went up.
    fn character(&mut self, stroke: &Stroke) -> Option<char> {
        match (stroke.code.as_str(), stroke.down) {
            ("ShiftLeft" | "ShiftRight", down) => self.shift = down,
            ("ControlLeft" | "ControlRight", down) => self.control = down,
            ("AltLeft", true) => self.alt = Some(String::new()),
            ("AltLeft", false) => return by_number(&self.alt.take()?),
            (code, true) => match &mut self.alt {
                Some(number) => number.extend(code.strip_prefix("Numpad").filter(|digit| digit.len() == 1)),
                None => return layout::character(code, self.shift, self.control),
            },
            (_, false) => {}
        }
        None
    }

    /// Ends the run: a scan where it has enough characters, and before it the keys of a person who typed just
    /// before; else a person's keys.
    fn end(&mut self) -> Vec<Wedged> {
        let before = self.hasty_keys();
        let scan: String = self.held.iter().skip(before).filter_map(|(text, _)| *text).collect();
        if scan.chars().count() < SHORTEST {
            return self.typed();
        }
        self.held.truncate(before);
        let mut clear = self.typed();
        clear.push(Wedged::Scan(scan));
        clear
    }

    /// How many keys at the begin are a person's: those before a pause that is much longer than the scanner's,
    /// where a scan is left behind them.
    fn hasty_keys(&self) -> usize {
        let times: Vec<Duration> = self.held.iter().map(|(_, stroke)| stroke.at).collect();
        let pauses: Vec<Duration> =
            times.iter().zip(times.iter().skip(1)).map(|(one, next)| next.saturating_sub(*one)).collect();
        let mut sorted = pauses.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let long = usual * 3 + Duration::from_millis(4);
        // Only a person's last few keys can stand so near to a scan.
        let near = pauses.iter().take(6);
        near.enumerate().filter(|(_, pause)| **pause > long).map(|(at, _)| at + 1).next_back().unwrap_or(0)
    }

    fn typed(&mut self) -> Vec<Wedged> {
        self.last = None;
        let held = std::mem::take(&mut self.held);
        let strokes: Vec<Stroke> =
            held.into_iter().map(|(_, stroke)| stroke).filter(|stroke| stroke.down).collect();
        if strokes.is_empty() { Vec::new() } else { vec![Wedged::Typed(strokes)] }
    }
}

/// Scanners write letters as Alt and a number, to be safe from layouts; codes have nothing beyond ASCII.
fn by_number(digits: &str) -> Option<char> {
    let number: u8 = digits.parse().ok()?;
    (1..128).contains(&number).then_some(char::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn down(code: &str, at: u64) -> Stroke {
        Stroke { code: code.into(), down: true, repeat: false, at: ms(at) }
    }

    fn up(code: &str, at: u64) -> Stroke {
        Stroke { down: false, ..down(code, at) }
    }

    fn run(strokes: impl IntoIterator<Item = Stroke>) -> Vec<Wedged> {
        let mut wedge = Wedge::default();
        let mut clear: Vec<Wedged> = strokes.into_iter().flat_map(|stroke| wedge.push(stroke)).collect();
        clear.extend(wedge.idle(ms(10_000_000)));
        clear
    }

    fn digits(text: &str, from: u64, every: u64) -> Vec<Stroke> {
        let keys = text.chars().map(|digit| format!("Digit{digit}"));
        keys.zip(0..).map(|(key, nth)| down(&key, from + nth * every)).collect()
    }

    fn scan(text: &str) -> Wedged {
        Wedged::Scan(text.into())
    }

    #[test]
    fn a_fast_run_is_a_scan_with_enter_or_with_silence() {
        let mut keys = digits("100000000004216", 0, 4);
        assert_eq!(run(keys.clone()), [scan("100000000004216")]);
        keys.push(down("Enter", 60));
        keys.push(up("Enter", 62));
        keys.push(down("Enter", 64));
        assert_eq!(run(keys), [scan("100000000004216")], "carriage return and line feed are one end");
    }

    #[test]
    fn a_person_is_no_scanner() {
        let slowly = digits("123456", 0, 90);
        let typed = run(slowly.clone());
        assert_eq!(typed.len(), 6);
        assert!(typed.iter().all(|one| matches!(one, Wedged::Typed(keys) if keys.len() == 1)));
        let burst = digits("12345", 0, 5);
        assert_eq!(run(burst.clone()), [Wedged::Typed(burst)], "five keys are too few");
        let held = (0..50).map(|nth| Stroke { repeat: nth > 0, ..down("Digit7", nth * 20) });
        assert!(run(held).iter().all(|one| matches!(one, Wedged::Typed(_))));
    }

    #[test]
    fn keys_just_before_a_scan_are_the_persons() {
        let mut keys = vec![down("KeyQ", 0)];
        keys.extend(digits("100000000004216", 20, 2));
        assert_eq!(run(keys), [Wedged::Typed(vec![down("KeyQ", 0)]), scan("100000000004216")]);
    }

    #[test]
    fn letters_alt_codes_and_separators_are_read_whatever_the_layout() {
        let shifted =
            [down("ShiftLeft", 0), down("KeyS", 1), up("KeyS", 1), up("ShiftLeft", 2), down("KeyS", 3)];
        let rest = digits("12345", 5, 2);
        assert_eq!(run(shifted.into_iter().chain(rest.clone())), [scan("Ss12345")]);
        // Alt + 083 is S, Alt + 029 and Control + ] are a group separator.
        let mut alt = vec![down("AltLeft", 0)];
        alt.extend(["Numpad0", "Numpad8", "Numpad3"].iter().zip(1..).map(|(key, at)| down(key, at)));
        alt.push(up("AltLeft", 4));
        alt.extend([down("ControlLeft", 5), down("BracketRight", 6), up("ControlLeft", 7)]);
        alt.extend(digits("12345", 8, 2));
        assert_eq!(run(alt), [scan("S\u{1d}12345")]);
        let pad = (0..8).map(|nth| down(&format!("Numpad{nth}"), nth * 3));
        assert_eq!(run(pad), [scan("01234567")]);
    }

    proptest! {
        #[test]
        fn no_key_is_lost_and_none_is_made_up(gaps in proptest::collection::vec(0u64..120, 0..80)) {
            let mut at = 0;
            let keys: Vec<Stroke> = gaps.iter().map(|gap| { at += gap; down("Digit5", at) }).collect();
            let heard: usize = run(keys.clone()).iter().map(|one| match one {
                Wedged::Typed(strokes) => strokes.len(),
                Wedged::Scan(text) => text.len(),
            }).sum();
            prop_assert_eq!(heard, keys.len());
        }

        #[test]
        fn any_keys_are_read_without_panic(keys in proptest::collection::vec(("[A-Za-z0-9]{0,12}", any::<bool>(), any::<bool>(), any::<u16>()), 0..60)) {
            run(keys.into_iter().map(|(code, down, repeat, at)| Stroke { code, down, repeat, at: ms(at.into()) }));
        }
    }
}
