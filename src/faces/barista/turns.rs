//! Turns: one thread owns the till and does one thing after the other. Whoever wants something puts it into the
//! window and is answered there; whoever only looks is given the last snapshot, also while the register is waited
//! for.

use super::command::{Answer, Command};
use super::screen::{Notice, PaperLine, Question, Screen, Tone};
use super::till::Till;
use crate::facts::basket::Quantity;
use crate::facts::moment::Moment;
use crate::flow::deliver::News;
use crate::flow::enrol::NotIn;
use crate::flow::{Counter, FlowFault};
use crate::ports::{Clock, Paper, Scan};
use serde::Serialize;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Commands whose repetition is recognised.
const REMEMBERED: usize = 128;
/// How often a quiet screen looks whether it is still true: tiles change with the time of day.
const STILL_TRUE: Duration = Duration::from_secs(20);

/// A snapshot as it is sent.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Grows with every snapshot.
    pub serial: u64,
    /// The snapshot in JSON.
    pub json: Arc<str>,
}

/// Where the answer goes.
pub type Reply = Box<dyn FnOnce(Arc<str>) + Send>;

/// What somebody wants.
pub enum Turn {
    /// Something done. Of two with one id the second does nothing, so a double tap is one.
    Do {
        /// Made up by whoever asks.
        id: String,
        /// What.
        command: Command,
        /// Gets the snapshot afterwards.
        reply: Reply,
    },
    /// The menu as tiles.
    Shelf(Reply),
    /// The latest receipts.
    Receipts(Reply),
    /// How the counter is.
    Health(Reply),
    /// What the office says, and the how manyth courier since the start brings it.
    Office(u32, News),
    /// What another counter of this shop tells, as something to be done with this one.
    NextDoor(Box<dyn FnOnce(&mut Counter) + Send>),
    /// A scanner at a port of its own has read something.
    Scanned(Scan),
    /// What is wrong with that scanner, in words.
    Trouble(String),
    /// Nothing more will come.
    End,
}

/// The window between those who ask and the thread that owns the till.
#[derive(Clone)]
pub struct Window {
    speak: Sender<Turn>,
    inner: Arc<Inner>,
}

struct Inner {
    heard: Mutex<Heard>,
    last: Mutex<Screen>,
    publish: Box<dyn Fn(Shown) + Send + Sync>,
}

struct Heard {
    receiver: Receiver<Turn>,
    /// What came while the cashier was asked something.
    kept: VecDeque<Turn>,
}

impl Window {
    /// A window that gives every new snapshot to `publish`.
    pub fn new(publish: impl Fn(Shown) + Send + Sync + 'static) -> Window {
        let (speak, receiver) = channel();
        let heard = Mutex::new(Heard { receiver, kept: VecDeque::new() });
        let inner = Inner { heard, last: Mutex::default(), publish: Box::new(publish) };
        Window { speak, inner: Arc::new(inner) }
    }

    /// Puts something in; false when nobody takes turns any more.
    #[must_use]
    pub fn put(&self, turn: Turn) -> bool {
        self.speak.send(turn).is_ok()
    }

    /// Asks the cashier about a register without a cable, and waits as long as a person needs. What else comes
    /// in meanwhile is done afterwards, in order.
    #[must_use]
    pub fn ask(&self, about: &'static str, paper: &Paper) -> Answer {
        let lines = paper.lines.iter().map(|line| PaperLine {
            name: line.name.clone(),
            qty: Quantity(line.qty_milli).to_string(),
            net_minor: line.net.0,
        });
        let question = Question {
            about,
            receipt: paper.id.to_string(),
            total_minor: paper.total.0,
            lines: lines.collect(),
        };
        self.change(|screen| screen.question = Some(question));
        let mut heard = lock(&self.inner.heard);
        loop {
            match heard.receiver.recv() {
                Ok(Turn::Do { command: Command::Answer { answer }, reply, .. }) => {
                    let shown = self.change(|screen| screen.question = None);
                    reply(shown.json);
                    return answer;
                }
                Ok(Turn::End) | Err(_) => {
                    heard.kept.push_back(Turn::End);
                    return Answer::Unsure;
                }
                Ok(other) => heard.kept.push_back(other),
            }
        }
    }

    /// The next turn; nothing after a long quiet.
    fn next(&self) -> Option<Turn> {
        let mut heard = lock(&self.inner.heard);
        if let Some(turn) = heard.kept.pop_front() {
            return Some(turn);
        }
        match heard.receiver.recv_timeout(STILL_TRUE) {
            Ok(turn) => Some(turn),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Turn::End),
        }
    }

    /// Shows a snapshot, if it says something new.
    fn show(&self, screen: Screen) -> Shown {
        self.change(|last| *last = Screen { serial: last.serial, ..screen })
    }

    fn change(&self, change: impl FnOnce(&mut Screen)) -> Shown {
        let mut last = lock(&self.inner.last);
        let before = last.clone();
        change(&mut last);
        let is_new = *last != before || last.serial == 0;
        if is_new {
            last.serial += 1;
        }
        let shown = Shown { serial: last.serial, json: to_json(&*last) };
        drop(last);
        if is_new {
            (self.inner.publish)(shown.clone());
        }
        shown
    }
}

/// The line between the counter and its office.
pub trait Line {
    /// Hears what the office says, from the how manyth courier.
    fn hear(&mut self, counter: &mut Counter, from: u32, news: &News);
    /// Enrols the counter at an office: its address, and a one-time code.
    ///
    /// # Errors
    /// Why it was not let in.
    fn enrol(&mut self, counter: &mut Counter, wish: (&str, &str), at: Moment) -> Result<(), NotIn>;
}

/// Shows the till before anybody is answered, so that who asks at once does not get an empty screen.
pub fn first(till: &Till, window: &Window, at: Moment) {
    refresh(till, window, at);
}

/// Takes turns until the end. The thread that calls it owns the till.
pub fn take(mut till: Till, window: &Window, clock: &mut dyn Clock, line: &mut dyn Line) {
    let mut done: VecDeque<String> = VecDeque::new();
    first(&till, window, clock.now());
    while let Some(turn) = window.next().or(Some(Turn::Trouble(String::new()))) {
        match turn {
            Turn::Do { id, command, reply } => {
                if !done.contains(&id) {
                    if done.len() >= REMEMBERED {
                        done.pop_front();
                    }
                    done.push_back(id);
                    match command {
                        Command::Enrol { office, code } => {
                            window.change(|screen| screen.busy = true);
                            let wish = (office.trim(), code.trim());
                            let enrolled = line.enrol(till.counter_mut(), wish, clock.now());
                            till.enrolled(enrolled);
                        }
                        command => obey(&mut till, window, command, clock.now()),
                    }
                }
                reply(refresh(&till, window, clock.now()).json);
            }
            Turn::Shelf(reply) => reply(answer(till.shelf(clock.now()))),
            Turn::Receipts(reply) => reply(answer(till.receipts())),
            Turn::Health(reply) => reply(answer(till.health())),
            Turn::Scanned(scan) => {
                let command = Command::Scan { text: scan.text, symbology: scan.symbology };
                obey(&mut till, window, command, clock.now());
                refresh(&till, window, clock.now());
            }
            Turn::Trouble(message) => {
                if !message.is_empty() {
                    till.say(Tone::Bad, "scanner", &[("reason", &message)]);
                }
                refresh(&till, window, clock.now());
            }
            Turn::Office(from, news) => {
                line.hear(till.counter_mut(), from, &news);
                if let Err(fault) = till.let_go(clock.now()) {
                    tracing::warn!(%fault, "the sale of a guest who was erased cannot be priced anew");
                }
                refresh(&till, window, clock.now());
            }
            Turn::NextDoor(hear) => {
                hear(till.counter_mut());
                refresh(&till, window, clock.now());
            }
            Turn::End => return,
        }
        till.counter_mut().rest();
    }
}

/// A defect of the counter itself is a message, too, so that the next guest is served.
fn obey(till: &mut Till, window: &Window, command: Command, at: Moment) {
    if waits_for_register(&command) {
        window.change(|screen| screen.busy = true);
    }
    if catch_unwind(AssertUnwindSafe(|| till.obey(command, at))).is_err() {
        till.say(Tone::Bad, "internal_failure", &[]);
    }
}

const fn waits_for_register(command: &Command) -> bool {
    matches!(
        command,
        Command::Pay { .. }
            | Command::Refund { .. }
            | Command::Resume
            | Command::TryOut { .. }
            | Command::OpenShift
            | Command::ReportX
            | Command::CloseShift { .. }
            | Command::Cash { .. }
    )
}

/// Shows the till as it is; where even that fails, the last snapshot with the reason.
fn refresh(till: &Till, window: &Window, at: Moment) -> Shown {
    match till.screen(at) {
        Ok(screen) => window.show(screen),
        Err(fault) => window.change(|screen| {
            let number = screen.notice.as_ref().map_or(1, |notice| notice.number + 1);
            screen.busy = false;
            screen.notice = Some(Notice {
                number,
                tone: Tone::Bad,
                code: fault.code().into(),
                values: std::collections::BTreeMap::new(),
                message: fault.to_string(),
            });
        }),
    }
}

fn answer(answer: Result<impl Serialize, FlowFault>) -> Arc<str> {
    match answer {
        Ok(answer) => to_json(&answer),
        Err(fault) => {
            to_json(&serde_json::json!({"error": {"code": fault.code(), "message": fault.to_string()}}))
        }
    }
}

fn to_json(value: &impl Serialize) -> Arc<str> {
    serde_json::to_string(value).unwrap_or_default().into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
