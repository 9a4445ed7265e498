//! A till behind the barista's screen: whatever draws it, the window of this machine or a browser.

use super::engine::{self, Place, Wish};
use super::neighbours::{self, Lines, Listens};
use super::{NotWired, line, scans, training};
use crate::devices::clock::SystemClock;
use crate::devices::manual::{Ask, ManualAnswer};
use crate::faces::barista::command::Answer;
use crate::faces::barista::till::Till;
use crate::faces::barista::turns::{self, Turn, Window};
use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::flow::Counter;
use crate::flow::courier::Courier;
use crate::flow::deliver::News;
use crate::flow::enrol::NotIn;
use crate::ports::{Clock, NetReceipt, Paper, RefundReceipt, Scanner};
use std::path::PathBuf;
use std::thread;

/// A till whose first snapshot is in the window. Nobody takes turns yet.
pub struct Behind {
    till: Till,
    window: Window,
    /// Where neighbours are listened to.
    listens: Option<Listens>,
    /// The counter's own database, when this is a copy of it to practise on.
    practised: Option<PathBuf>,
}

/// Opens the counter behind a window, with the scanner at its own port.
///
/// # Errors
/// As [`engine::open`], or when the system gives no thread.
pub fn open(place: &Place, wish: &Wish, window: &Window) -> Result<Behind, NotWired> {
    let engine = engine::open(place, wish, Some(Box::new(AskScreen(window.clone()))))?;
    if let Some(scanner) = engine.scanner {
        listen_to(scanner, window.clone())?;
    }
    let till = Till::new(engine.counter, SystemClock.now());
    turns::first(&till, window, SystemClock.now());
    let practised = wish.training.then(|| place.db.clone());
    let listens = if wish.training { None } else { neighbours::listens(place.config.as_deref())? };
    Ok(Behind { till, window: window.clone(), listens, practised })
}

impl Behind {
    /// Takes turns on this thread, with the courier underway, until the window is told to end.
    ///
    /// # Errors
    /// When the line to the office cannot be had.
    pub fn serve(mut self) -> Result<(), NotWired> {
        let courier = send_out(self.till.counter_mut(), (&self.window, 0))?;
        let neighbours = listen_next_door(self.till.counter_mut(), self.listens.as_ref(), &self.window)?;
        let (window, listens) = (self.window.clone(), self.listens.take());
        let mut line = OfficeLine { window, courier, sent: 0, listens, neighbours };
        turns::take(self.till, &self.window, &mut SystemClock, &mut line);
        if let Some(real) = &self.practised {
            training::forget(real);
        }
        Ok(())
    }
}

/// Sends a courier out who brings what the office says to the window.
fn send_out(counter: &Counter, (window, nth): (&Window, u32)) -> Result<Option<Courier>, NotWired> {
    let window = window.clone();
    line::courier(counter, move |news| window.put(Turn::Office(nth, news)))
}

/// Opens the lines to the other counters of this shop; what they tell takes its turn.
fn listen_next_door(
    counter: &Counter,
    listens: Option<&Listens>,
    window: &Window,
) -> Result<Option<Lines>, NotWired> {
    let window = window.clone();
    neighbours::open(counter, listens, move |overheard| {
        window.put(Turn::NextDoor(Box::new(move |counter| neighbours::hear(counter, &overheard))))
    })
}

/// The courier, if the counter is enrolled, and who sends the next one out; the lines to its neighbours, who believe the key
/// that speaks for it.
struct OfficeLine {
    window: Window,
    courier: Option<Courier>,
    /// Couriers that were sent out before this one.
    sent: u32,
    listens: Option<Listens>,
    neighbours: Option<Lines>,
}

impl turns::Line for OfficeLine {
    fn hear(&mut self, counter: &mut Counter, from: u32, news: &News) {
        // Who was called home may still be on the way with an answer to the key of before.
        if from == self.sent {
            line::hear(counter, self.courier.as_ref(), news);
        }
    }

    fn enrol(&mut self, counter: &mut Counter, wish: (&str, &str), at: Moment) -> Result<(), NotIn> {
        line::enrol(counter, wish, at)?;
        // Whoever spoke with the key before goes home first.
        self.courier = None;
        self.sent += 1;
        match send_out(counter, (&self.window, self.sent)) {
            Ok(courier) => self.courier = courier,
            Err(why) => tracing::error!(%why, "enrolled, but nobody carries; start the counter again"),
        }
        // The address is free again only when the lines before are gone.
        self.neighbours = None;
        match listen_next_door(counter, self.listens.as_ref(), &self.window) {
            Ok(lines) => self.neighbours = lines,
            Err(why) => tracing::error!(%why, "enrolled, but no neighbour is heard; start the counter again"),
        }
        Ok(())
    }
}

/// Until nobody takes turns any more.
fn listen_to(scanner: Box<dyn Scanner>, window: Window) -> Result<(), NotWired> {
    let work =
        move || scans::each(scanner, |heard| window.put(heard.map_or_else(Turn::Trouble, Turn::Scanned)));
    let begun = thread::Builder::new().name("scanner".into()).spawn(work);
    begun.map(drop).map_err(|why| format!("the scanner's thread does not start: {why}").into())
}

/// Asks the cashier on the screen whether the register without a cable has the receipt.
struct AskScreen(Window);

impl AskScreen {
    fn wait(&self, about: &'static str, paper: &Paper) -> ManualAnswer {
        match self.0.ask(about, paper) {
            Answer::RungUp => ManualAnswer::RungUp,
            Answer::NotRungUp => ManualAnswer::NotRungUp,
            Answer::Declined => ManualAnswer::Declined,
            Answer::Unsure => ManualAnswer::Unsure,
        }
    }
}

impl Ask for AskScreen {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self.wait("rung_up", receipt)
    }

    fn ask_refund(&mut self, _original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer {
        self.wait("given_back", refund)
    }
}
