//! The terminal: a counter for a person with a keyboard and a scanner, one line after the other.

mod entry;
mod hear;
mod show;

use self::entry::{Entry, ShiftEntry};
use self::hear::{Cashier, Ears, Heard};
use self::show::Shown;
use crate::global::Global;
use anyhow::Result;
use kava::{
    devices::{clock::SystemClock, scanner::layout::latin},
    facts::{
        at_till::OrderSeen,
        basket::{Item, Quantity},
        customer::Consent,
        id::ReceiptId,
        moment::Moment,
        money::Money,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        Counter, FlowFault,
        answers::{Greeting, QuoteShown, SettleStatus},
        quote::{Choice, QuoteWish},
        scanned::ScanShown,
        settle::Pays,
    },
    ports::{Clock, Scan},
    store::Access,
    wiring::{
        engine::{self, Wish},
        line,
    },
    words::Words,
};
use std::io::{IsTerminal, Write};

/// Serves until the input ends or `quit`.
pub fn run(global: &Global, wish: &Wish) -> Result<()> {
    let words = Words::of(&global.open(Access::Read)?.shop()?.language);
    let ears = Ears::open();
    let engine = engine::open(&global.place()?, wish, Some(Box::new(Cashier::new(ears.clone(), words))))?;
    if let Some(scanner) = engine.scanner {
        ears.listen_to(scanner)?;
    }
    let shown = Shown { words, currency: engine.counter.shop().currency.clone() };
    let prompt = std::io::stdin().is_terminal();
    let courier = line::courier(&engine.counter, ears.of_office())?;
    let mut terminal = Terminal { counter: engine.counter, shown, cart: None };
    say(&terminal.shown.word("hello"))?;
    let mut asked = false;
    loop {
        if prompt && !asked {
            write!(std::io::stdout(), "> ")?;
            std::io::stdout().flush()?;
        }
        asked = false;
        let text = match ears.next() {
            Heard::Line(line) => terminal.obey(&Entry::read(&line, terminal.counter.menu())),
            Heard::Scan(scan) => terminal.hear(&scan),
            Heard::Trouble(trouble) => Step::Say(trouble),
            Heard::Office(news) => {
                line::hear(&mut terminal.counter, courier.as_ref(), &news);
                Step::Nothing
            }
            Heard::End => break,
        };
        match text {
            Step::Say(text) => {
                say(&text)?;
                terminal.counter.rest();
            }
            Step::Nothing => asked = true,
            Step::Quit => break,
        }
    }
    say(&terminal.shown.word("bye"))
}

fn say(text: &str) -> Result<()> {
    if !text.is_empty() {
        let mut output = std::io::stdout().lock();
        writeln!(output, "{}", text.trim_end())?;
        output.flush()?;
    }
    Ok(())
}

/// What a line leads to.
enum Step {
    Say(String),
    /// Nothing a person sees; the prompt stands as it is.
    Nothing,
    Quit,
}

/// The visit at the counter.
struct Cart {
    greeting: Greeting,
    items: Vec<Item>,
    choice: Choice,
    seen: OrderSeen,
}

struct Terminal {
    counter: Counter,
    shown: Shown,
    cart: Option<Cart>,
}

impl Terminal {
    fn obey(&mut self, entry: &Entry) -> Step {
        let at = SystemClock.now();
        let done = match entry {
            Entry::Nothing => Ok(String::new()),
            Entry::Quit => return Step::Quit,
            Entry::Help => Ok(self.shown.help()),
            Entry::Unclear(text) => Ok(self.shown.fill("unclear", &[("text", text)])),
            Entry::Menu(word) => Ok(self.shown.menu(self.counter.menu(), word)),
            Entry::Code(code) => self.greet(code, at),
            Entry::Item(item) => self.add(item, at),
            Entry::Undo => self.undo(at),
            Entry::Choose(number) => self.choose(*number, at),
            Entry::Pay(kind) => self.settle(*kind, at),
            Entry::Refund(receipt) => self.refund(receipt, at),
            Entry::Reprint(receipt) => {
                let waiting = self.counter.reprint(&ReceiptId::new(receipt), at);
                waiting.map(|waiting| self.shown.fill("reprinted", &[("waiting", &waiting.to_string())]))
            }
            Entry::Review(receipt, rung_up) => self.review(receipt, *rung_up, at),
            Entry::New => self.register(at),
            Entry::Cancel => self.cancel(at),
            Entry::Shift(what) => self.shift(*what, at),
            Entry::Status => self.counter.status(at).map(|status| self.shown.status(&status)),
        };
        Step::Say(done.unwrap_or_else(|fault| self.shown.fault(&fault)))
    }

    /// A scan greets, or goes into the cart.
    fn hear(&mut self, scan: &Scan) -> Step {
        let at = SystemClock.now();
        let text = latin(&scan.text);
        let done = self.counter.scanned(&text, scan.symbology).and_then(|shown| match shown {
            ScanShown::Guest { code } => self.greet(&code, at),
            ScanShown::Product { sku, mark } => self.add(&Item { mark, ..Item::new(sku, Quantity::ONE) }, at),
        });
        Step::Say(done.unwrap_or_else(|fault| self.shown.fault(&fault)))
    }

    /// A code greets; what is in the cart already stays in it.
    fn greet(&mut self, code: &str, at: Moment) -> Result<String, FlowFault> {
        let greeting = self.counter.greet(Some(code), at)?;
        let before = self.cart.take();
        let mut text = self.shown.greeting(&greeting, self.counter.menu());
        let id = |greeting: &Greeting| greeting.customer.as_ref().map(|customer| customer.id.clone());
        let was = before.as_ref().and_then(|before| id(&before.greeting));
        let (items, mut seen) = before.map(|before| (before.items, before.seen)).unwrap_or_default();
        match greeting.known_by {
            Some(_) if was == id(&greeting) => {}
            Some(by) => seen.recognised(by, items.len(), at),
            None => seen.forgotten(),
        }
        self.cart = Some(Cart { greeting, items, choice: Choice::Best, seen });
        text.push_str(&self.priced(at)?);
        Ok(text)
    }

    fn add(&mut self, item: &Item, at: Moment) -> Result<String, FlowFault> {
        if self.cart.is_none() {
            let greeting = self.counter.greet(None, at)?;
            let seen = OrderSeen::default();
            self.cart = Some(Cart { greeting, items: Vec::new(), choice: Choice::Best, seen });
        }
        let Some(cart) = &mut self.cart else { return Ok(String::new()) };
        let before = cart.items.clone();
        cart.items.push(item.clone());
        let priced = self.priced(at);
        match (&priced, &mut self.cart) {
            (Err(_), Some(cart)) => cart.items = before,
            (Ok(_), Some(cart)) => cart.seen.changed((&before, &cart.items), self.counter.menu(), at),
            (_, None) => {}
        }
        priced
    }

    fn undo(&mut self, at: Moment) -> Result<String, FlowFault> {
        if let Some(cart) = &mut self.cart {
            let before = cart.items.clone();
            cart.items.pop();
            cart.seen.changed((&before, &cart.items), self.counter.menu(), at);
        }
        let priced = self.priced(at)?;
        Ok(if priced.is_empty() { self.shown.word("cart_empty") } else { priced })
    }

    fn choose(&mut self, number: usize, at: Moment) -> Result<String, FlowFault> {
        let Some(cart) = &mut self.cart else { return Ok(self.shown.word("no_guest")) };
        cart.choice = match number.checked_sub(1) {
            None => Choice::None,
            Some(index) => match cart.greeting.offers.get(index) {
                Some(offer) => Choice::Offer(offer.id.clone()),
                None => return Ok(self.shown.fill("no_card", &[("number", &number.to_string())])),
            },
        };
        self.priced(at)
    }

    /// The cart with its prices, or nothing while it is empty.
    fn priced(&mut self, at: Moment) -> Result<String, FlowFault> {
        let Some(quote) = self.quote(at)? else { return Ok(String::new()) };
        let items = self.cart.as_ref().map_or(&[][..], |cart| &cart.items);
        Ok(self.shown.cart(&quote, items, self.counter.menu()))
    }

    fn quote(&mut self, at: Moment) -> Result<Option<QuoteShown>, FlowFault> {
        let Some(cart) = self.cart.as_ref().filter(|cart| !cart.items.is_empty()) else { return Ok(None) };
        let wish =
            QuoteWish { basket: cart.items.clone(), choice: cart.choice.clone(), kind: PurchaseKind::Sale };
        self.counter.quote(&cart.greeting.visit, wish, at).map(Some)
    }

    /// Quotes once more, so that the guest pays the prices of now, and settles.
    fn settle(&mut self, pay: PaymentKind, at: Moment) -> Result<String, FlowFault> {
        if self.quote(at)?.is_none() {
            return Ok(self.shown.word("cart_empty"));
        }
        let Some(cart) = &self.cart else { return Ok(self.shown.word("cart_empty")) };
        let (visit, seen) = (cart.greeting.visit.clone(), cart.seen.clone());
        self.counter.order_seen(&visit, seen)?;
        let settled = self.counter.settle(&visit, &Pays::Whole(pay), at)?;
        if settled.status != SettleStatus::Declined {
            self.cart = None;
        }
        Ok(self.shown.settled(&settled))
    }

    fn refund(&mut self, receipt: &str, at: Moment) -> Result<String, FlowFault> {
        let refunded = self.counter.refund(&ReceiptId::new(receipt), None, at)?;
        Ok(self.shown.refunded(&refunded))
    }

    /// What a person saw on the register ends a receipt that nobody was sure of.
    fn review(&mut self, receipt: &str, rung_up: bool, at: Moment) -> Result<String, FlowFault> {
        let seen = rung_up.then_some("seen by a person");
        self.counter.reviewed(&ReceiptId::new(receipt), seen, at)?;
        let key = if rung_up { "reviewed_done" } else { "reviewed_void" };
        Ok(self.shown.fill(key, &[("receipt", receipt)]))
    }

    fn shift(&mut self, what: ShiftEntry, at: Moment) -> Result<String, FlowFault> {
        Ok(match what {
            ShiftEntry::Open => {
                let fault = self.counter.open_shift(at)?.unwrap_or_default();
                format!("{}\n{fault}", self.shown.word("shift_opened"))
            }
            ShiftEntry::ReportX => self.shown.shift(&self.counter.report_x(at)?),
            ShiftEntry::Close(counted) => {
                let summary = self.counter.close_shift(counted, at)?;
                format!("{}\n{}", self.shown.shift(&summary), self.shown.word("shift_closed"))
            }
            ShiftEntry::In(sum) => self.shown.cash(&self.counter.move_cash(sum, "", at)?),
            ShiftEntry::Out(sum) => {
                self.shown.cash(&self.counter.move_cash(Money::ZERO.minus(sum), "", at)?)
            }
        })
    }

    fn register(&mut self, at: Moment) -> Result<String, FlowFault> {
        let new = self.counter.register_customer(Consent::PERSONAL, at)?;
        let said = self.shown.fill("registered", &[("code", &new.code)]);
        let unprinted = new.card_printed == Some(false);
        Ok(if unprinted { format!("{said}\n{}", self.shown.word("card_unprinted")) } else { said })
    }

    fn cancel(&mut self, at: Moment) -> Result<String, FlowFault> {
        // Given up here whatever the counter says to it: nothing of a cart was promised to anybody.
        let Some(cart) = self.cart.take() else { return Ok(self.shown.word("no_guest")) };
        self.counter.cancel(&cart.greeting.visit, at)?;
        Ok(self.shown.word("cancelled"))
    }
}
