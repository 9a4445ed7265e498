//! A keyboard on which a person types and a scanner scans: every scan is caught, nothing typed becomes one.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking and says its seed")]

use kava::devices::scanner::{Stroke, Wedge, Wedged};
use kava::testing::random::Random;
use std::time::Duration;

/// Keys of one session, with what the person typed and what was scanned.
#[derive(Default)]
struct Session {
    strokes: Vec<Stroke>,
    typed: Vec<String>,
    scanned: Vec<String>,
    at_us: u64,
}

impl Session {
    fn pause(&mut self, random: &mut Random, from_us: i64, to_us: i64) {
        self.at_us += random.between(from_us, to_us).unsigned_abs();
    }

    fn key(&mut self, code: &str, down: bool) {
        let at = Duration::from_micros(self.at_us);
        self.strokes.push(Stroke { code: code.into(), down, repeat: false, at });
    }

    /// A person: words of a few keys, 45 to 400 ms apart; a hand that rolls over two or three keys at once.
    fn types(&mut self, random: &mut Random) {
        for _ in 0..random.between(1, 12) {
            self.pause(random, 45_000, 400_000);
            for nth in 0..if random.once_in(15) { random.between(2, 4) } else { 1 } {
                if nth > 0 {
                    self.pause(random, 8_000, 29_000);
                }
                let keys =
                    ["KeyA", "KeyF", "Digit1", "Digit7", "Numpad4", "Backspace", "Enter", "Tab", "Space"];
                let code = *random.pick(&keys).unwrap();
                self.key(code, true);
                self.typed.push(code.into());
                self.pause(random, 500, 2_000);
                self.key(code, false);
            }
        }
    }

    /// A scanner: 6 to 700 digits, a key every 1 to 12 ms with a little jitter, Enter or nothing behind it.
    fn scans(&mut self, random: &mut Random) {
        let length = if random.once_in(5) { random.between(486, 699) } else { random.between(6, 30) };
        let every = random.between(1_000, 12_000);
        let text: String =
            (0..length).map(|_| char::from(b'0' + u8::try_from(random.between(0, 9)).unwrap())).collect();
        // A person takes the hand off the keyboard first; one in ten is hasty, before a fast scanner.
        let hasty = every < 3_000 && random.once_in(10);
        if hasty {
            self.pause(random, 16_000, 29_000)
        } else {
            self.pause(random, 31_000, 900_000)
        }
        for digit in text.chars() {
            self.key(&format!("Digit{digit}"), true);
            self.pause(random, 100, 400);
            self.key(&format!("Digit{digit}"), false);
            self.pause(random, every - 400, every + every / 4);
        }
        if random.once_in(2) {
            self.key("Enter", true);
        } else {
            self.pause(random, 150_000, 300_000);
        }
        self.scanned.push(text);
    }
}

/// Gives how many scans were caught, missed, and made up; and whether every typed key came out.
fn session(scans: usize, seed: u64) -> (usize, usize, usize, bool) {
    let mut random = Random::new(seed);
    let mut session = Session::default();
    for _ in 0..scans {
        session.types(&mut random);
        session.scans(&mut random);
    }
    let mut wedge = Wedge::default();
    let (mut heard, mut typed) = (Vec::new(), Vec::new());
    let mut take = |clear: Vec<Wedged>| {
        for one in clear {
            match one {
                Wedged::Scan(text) => heard.push(text),
                Wedged::Typed(strokes) => typed.extend(strokes.into_iter().map(|stroke| stroke.code)),
            }
        }
    };
    for stroke in session.strokes {
        take(wedge.idle(stroke.at));
        take(wedge.push(stroke));
    }
    take(wedge.idle(Duration::MAX));
    let mut left = session.scanned.clone();
    let mut caught = 0;
    for scan in &heard {
        // In order; what is heard wrong is missing among those that were meant.
        match left.iter().take(3).position(|meant| meant == scan) {
            Some(at) => {
                left.drain(..=at);
                caught += 1;
            }
            None => println!("made up: {scan}, meant {:?}", left.first()),
        }
    }
    (caught, scans - caught, heard.len() - caught, typed == session.typed)
}

#[test]
fn scans_among_typing_are_all_caught_and_none_is_made_up() {
    let count = std::env::var("KAVA_WEDGE_SCANS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let seed = std::env::var("KAVA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (caught, missed, made_up, all_typed) = session(count, seed);
    println!(
        "{}",
        serde_json::json!({"seed": seed, "scans": count, "caught": caught, "missed": missed, "made_up": made_up})
    );
    assert_eq!((caught, missed, made_up, all_typed), (count, 0, 0, true), "seed {seed}");
}
