//! Where lines come from: a thread reads the keyboard, another one the scanner, and both speak into one
//! channel. The cashier's answers about a register without a cable come from the same place.

use anyhow::{Context, Result};
use kava::{
    devices::manual::{Ask, ManualAnswer},
    facts::id::ReceiptId,
    flow::deliver::News,
    ports::{NetReceipt, Paper, RefundReceipt, Scan, Scanner},
    wiring::scans,
    words::Words,
};
use std::{
    collections::VecDeque,
    io::{BufRead, Write},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Typed.
    Line(String),
    /// Scanned.
    Scan(Scan),
    /// What is wrong with the scanner, in words.
    Trouble(String),
    /// What the office has said.
    Office(News),
    /// The keyboard is gone: no line will come any more.
    End,
}

/// The receiving end, shared with the one who asks the cashier.
#[derive(Clone)]
pub struct Ears {
    inner: Arc<Mutex<Inner>>,
    speak: Sender<Heard>,
}

struct Inner {
    receiver: Receiver<Heard>,
    /// What was scanned while the cashier was asked something.
    kept: VecDeque<Heard>,
}

impl Ears {
    /// Starts to listen to the keyboard.
    pub fn open() -> Ears {
        let (speak, receiver) = channel();
        let keyboard = speak.clone();
        thread::spawn(move || read_lines(&keyboard));
        Ears { inner: Arc::new(Mutex::new(Inner { receiver, kept: VecDeque::new() })), speak }
    }

    /// Listens to a scanner, too.
    pub fn listen_to(&self, scanner: Box<dyn Scanner>) -> Result<()> {
        let speak = self.speak.clone();
        let thread = thread::Builder::new().name("scanner".into());
        thread.spawn(move || read_codes(scanner, &speak)).context("the scanner's thread does not start")?;
        Ok(())
    }

    /// Where the office's courier speaks.
    pub fn of_office(&self) -> impl FnMut(News) -> bool + Send + 'static {
        let speak = self.speak.clone();
        move |news| speak.send(Heard::Office(news)).is_ok()
    }

    /// The next thing that comes in.
    pub fn next(&self) -> Heard {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.kept.pop_front() {
            Some(heard) => heard,
            None => inner.receiver.recv().unwrap_or(Heard::End),
        }
    }

    /// The next typed line; what is scanned meanwhile waits. Nothing when no line will come.
    fn line(&self) -> Option<String> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match inner.receiver.recv() {
                Ok(Heard::Line(line)) => return Some(line),
                Ok(Heard::End) | Err(_) => {
                    inner.kept.push_back(Heard::End);
                    return None;
                }
                Ok(other) => inner.kept.push_back(other),
            }
        }
    }
}

fn read_lines(speak: &Sender<Heard>) {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        if speak.send(Heard::Line(String::from_utf8_lossy(&line).into_owned())).is_err() {
            return;
        }
        line.clear();
    }
    // Nobody listens any more: then nobody misses it either.
    speak.send(Heard::End).unwrap_or_default();
}

fn read_codes(scanner: Box<dyn Scanner>, speak: &Sender<Heard>) {
    scans::each(scanner, |heard| speak.send(heard.map_or_else(Heard::Trouble, Heard::Scan)).is_ok());
}

/// Asks the person at the counter whether the register without a cable has the receipt.
pub struct Cashier {
    ears: Ears,
    words: Words,
}

impl Cashier {
    /// Asks in these words.
    pub const fn new(ears: Ears, words: Words) -> Cashier {
        Cashier { ears, words }
    }

    /// Asks until the answer is one. Without anybody to answer nobody is sure.
    fn wait(&self, key: &str, receipt: &Paper) -> ManualAnswer {
        let values = [("id", receipt.id.as_str()), ("total", &receipt.total.to_string())];
        loop {
            let question = self.words.fill(key, &values);
            let mut output = std::io::stdout().lock();
            // A terminal that cannot show the question still takes the answer.
            writeln!(output, "{question}").and_then(|()| output.flush()).unwrap_or_default();
            drop(output);
            let Some(line) = self.ears.line() else { return ManualAnswer::Unsure };
            if let Some(answer) = read_answer(&line, self.words) {
                return answer;
            }
        }
    }
}

impl Ask for Cashier {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self.wait("terminal.rung_up", receipt)
    }

    fn ask_refund(&mut self, _original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer {
        self.wait("terminal.given_back", refund)
    }
}

/// The first letters of the answers stand in the catalogue; English ones are always understood.
fn read_answer(line: &str, words: Words) -> Option<ManualAnswer> {
    let letter = line.trim().to_lowercase().chars().next()?;
    let means = |key: &str, latin: char| letter == latin || words.get(key).starts_with(letter);
    if means("terminal.yes", 'y') {
        Some(ManualAnswer::RungUp)
    } else if means("terminal.no", 'n') {
        Some(ManualAnswer::NotRungUp)
    } else if letter == '?' {
        Some(ManualAnswer::Unsure)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_the_language_of_the_shop_and_in_english() {
        let table = [
            ("ru", "д", Some(ManualAnswer::RungUp)),
            ("ru", "Да\n", Some(ManualAnswer::RungUp)),
            ("ru", "н", Some(ManualAnswer::NotRungUp)),
            ("ru", "y", Some(ManualAnswer::RungUp)),
            ("ru", "?", Some(ManualAnswer::Unsure)),
            ("ru", "", None),
            ("ru", "7", None),
            ("be", "т", Some(ManualAnswer::RungUp)),
            ("en", "no", Some(ManualAnswer::NotRungUp)),
        ];
        for (language, line, answer) in table {
            assert_eq!(read_answer(line, Words::of(language)), answer, "{language} {line:?}");
        }
    }
}
