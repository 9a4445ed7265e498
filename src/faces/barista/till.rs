//! The till: the counter with the sale in front of the barista. A command changes it; a snapshot shows it.

use super::cart::Cart;
use super::command::Command;
use super::screen::{JoinedShown, Notice, PaidShown, ReportShown, Screen, Tone};
use super::shelf::{Shelf, shelf};
use super::show;
use crate::facts::at_till::OrderSeen;
use crate::facts::basket::Item;
use crate::facts::id::{OfferId, Sku};
use crate::facts::moment::Moment;
use crate::flow::answers::{Greeting, QuoteShown};
use crate::flow::enrol::NotIn;
use crate::flow::quote::{Choice, QuoteWish};
use crate::flow::{Counter, FlowFault};
use crate::words::Words;
use std::collections::BTreeMap;

/// Steps that can be taken back; nobody takes back more.
const STEPS_MAX: usize = 500;
/// Baskets with more lines are not priced for every card, only for the chosen one.
const COMPARED_LINES_MAX: usize = 60;

/// A counter and its sale.
pub struct Till {
    pub(super) counter: Counter,
    pub(super) language: String,
    pub(super) cart: Cart,
    /// Carts before, newest last.
    pub(super) before: Vec<Cart>,
    pub(super) quote: Option<QuoteShown>,
    /// What each card would save.
    pub(super) savings: BTreeMap<OfferId, i64>,
    pub(super) notice: Option<Notice>,
    notices: u64,
    pub(super) paid: Option<PaidShown>,
    pub(super) joined: Option<JoinedShown>,
    pub(super) report: Option<ReportShown>,
}

impl std::fmt::Debug for Till {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Till").field("counter", &self.counter).finish_non_exhaustive()
    }
}

impl Till {
    /// The till of a counter, with the sale that was in front of it when it last stopped.
    #[must_use]
    pub fn new(counter: Counter, at: Moment) -> Till {
        let language = counter.shop().language.clone();
        let mut till = Till {
            counter,
            language,
            cart: Cart::default(),
            before: Vec::new(),
            quote: None,
            savings: BTreeMap::new(),
            notice: None,
            notices: 0,
            paid: None,
            joined: None,
            report: None,
        };
        till.take_up_draft(at);
        till
    }

    /// The counter.
    pub const fn counter_mut(&mut self) -> &mut Counter {
        &mut self.counter
    }

    /// Does what is asked. What went wrong is in the notice of the next snapshot.
    pub fn obey(&mut self, command: Command, at: Moment) {
        if let Err(fault) = self.act(command, at) {
            self.complain(&fault);
        }
    }

    /// What the screen shows now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn screen(&self, at: Moment) -> Result<Screen, FlowFault> {
        Ok(show::screen(self, &self.counter.status(at)?, at))
    }

    /// The menu as tiles of this time of day.
    ///
    /// # Errors
    /// When the store fails.
    pub fn shelf(&self, at: Moment) -> Result<Shelf, FlowFault> {
        let sold = self.counter.bestsellers(self.counter.daypart(at))?;
        Ok(shelf(self.shelf_key(at), self.counter.menu(), &sold).without(&self.counter.stopped(at)))
    }

    pub(super) fn shelf_key(&self, at: Moment) -> String {
        let daypart = self.counter.daypart(at);
        let menu = self.counter.menu().digest().to_string();
        let out: Vec<&str> = self.counter.stopped(at).into_iter().map(Sku::as_str).collect();
        let menu = menu.get(..12).unwrap_or(&menu);
        format!("{menu}-{}-{}-{}", daypart.monday, daypart.part, out.join(","))
    }

    pub(super) fn words(&self) -> Words {
        Words::of(&self.language)
    }

    /// Changes the cart and prices it; where it cannot be priced, nothing has changed.
    pub(super) fn alter(&mut self, at: Moment, change: impl FnOnce(&mut Cart)) -> Result<(), FlowFault> {
        self.paid = None;
        self.joined = None;
        let before = self.cart.clone();
        change(&mut self.cart);
        self.cart.bring_rest();
        self.grown(&before.order(), at);
        if let Err(fault) = self.price(at) {
            self.cart = before;
            self.price(at)?;
            return Err(fault);
        }
        if self.before.len() >= STEPS_MAX {
            self.before.remove(0);
        }
        self.before.push(before);
        self.note()
    }

    /// Keeps how the order has grown. One that nothing is left of is over, and the next begins with nothing behind it.
    pub(super) fn grown(&mut self, before: &[Item], at: Moment) {
        let after = self.cart.order();
        if self.cart.is_untouched() && after.is_empty() {
            self.cart.seen = OrderSeen::default();
        } else {
            self.cart.seen.changed((before, &after), self.counter.menu(), at);
        }
    }

    /// Puts the sale that was noted in front of the barista, as far as it can be sold.
    pub(super) fn take_up_draft(&mut self, at: Moment) {
        let draft = self.counter.draft().unwrap_or_default();
        let Some(cart) = draft.as_deref().and_then(Cart::of_draft) else { return };
        let (code, seen) = (cart.code.clone(), cart.seen.clone());
        self.cart = Cart { code: None, greeting: None, ..cart };
        let greeted = code.map_or(Ok(()), |code| self.greet(&code, at));
        self.cart.seen = if self.cart.code.is_some() { seen } else { seen.by_guest(None) };
        if let Err(fault) = greeted.and_then(|()| self.price(at)) {
            self.complain(&fault);
        }
        self.before.clear();
    }

    /// Greets into this cart, whatever is in it. A guest who shows a second code was recognised by the first.
    pub(super) fn greet(&mut self, code: &str, at: Moment) -> Result<(), FlowFault> {
        let greeting = self.counter.greet(Some(code), at)?;
        let id = |greeting: &Greeting| greeting.customer.as_ref().map(|customer| customer.id.clone());
        let before = self.cart.greeting.as_ref().and_then(id);
        match greeting.known_by {
            Some(by) if before != id(&greeting) => {
                self.cart.seen.recognised(by, self.cart.order().len(), at);
            }
            Some(_) => {}
            None => self.cart.seen.forgotten(),
        }
        self.cart.code = greeting.customer.is_some().then(|| code.to_owned());
        self.cart.greeting = Some(greeting);
        if let Choice::Offer(_) = self.cart.choice {
            self.cart.choice = Choice::Best;
        }
        Ok(())
    }

    /// Lets go of guests who were erased since they were greeted: what is in the cart stays, whose it was does not.
    pub(super) fn let_go(&mut self, at: Moment) -> Result<(), FlowFault> {
        let counter = &self.counter;
        let let_go = |cart: &mut Cart| cart.let_go(|visit| counter.guest_has_left(visit));
        let changed = let_go(&mut self.cart);
        for cart in &mut self.before {
            let_go(cart);
        }
        if !changed {
            return Ok(());
        }
        self.price(at)?;
        self.note()
    }

    /// Prices the cart with every card, the chosen one last, since the last quote is the one that counts.
    pub(super) fn price(&mut self, at: Moment) -> Result<(), FlowFault> {
        self.quote = None;
        self.savings.clear();
        self.cart.spread(self.counter.menu());
        if self.cart.items.is_empty() {
            return Ok(());
        }
        match self.price_once(at) {
            Err(FlowFault::VisitUnknown(_) | FlowFault::VisitSettled { .. } | FlowFault::OfferExpired(_)) => {
                self.greet_anew(at)?;
                self.price_once(at)
            }
            other => other,
        }
    }

    /// A visit that is forgotten, after a restart or a long evening, is greeted again.
    fn greet_anew(&mut self, at: Moment) -> Result<(), FlowFault> {
        self.cart.choice = Choice::Best;
        self.cart.greeting = None;
        match self.cart.code.clone() {
            Some(code) => {
                let seen = self.cart.seen.clone();
                self.greet(&code, at)?;
                self.cart.seen = seen;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn price_once(&mut self, at: Moment) -> Result<(), FlowFault> {
        if self.cart.greeting.is_none() {
            self.cart.greeting = Some(self.counter.greet(None, at)?);
        }
        let Some(greeting) = &self.cart.greeting else { return Ok(()) };
        let wish = self.cart.wish();
        if self.cart.items.len() <= COMPARED_LINES_MAX {
            for offer in &greeting.offers {
                let wish = QuoteWish { choice: Choice::Offer(offer.id.clone()), ..wish.clone() };
                if let Ok(quote) = self.counter.quote(&greeting.visit, wish, at) {
                    self.savings.insert(offer.id.clone(), quote.discount_minor);
                }
            }
        }
        self.quote = Some(self.counter.quote(&greeting.visit, wish, at)?);
        Ok(())
    }

    /// Keeps the draft, so that the sale is there again after a crash.
    pub(super) fn note(&mut self) -> Result<(), FlowFault> {
        let draft = self.cart.draft();
        self.counter.note_draft(&draft)
    }

    /// Goes on with what waits of a split bill, or begins afresh.
    pub(super) fn go_on(&mut self, at: Moment) -> Result<(), FlowFault> {
        self.cart = self.cart.after();
        self.before.clear();
        if let Err(fault) = self.price(at) {
            // What was paid is paid; what waits is looked at when somebody touches it.
            tracing::warn!(%fault, "what waits of a split bill cannot be priced");
        }
        self.note()
    }

    /// Takes up the sale that the counter has noted anew since then, because it came to nothing.
    pub(super) fn take_up_what_came_back(
        &mut self,
        noted: Option<&str>,
        at: Moment,
    ) -> Result<(), FlowFault> {
        if self.counter.draft()?.as_deref() != noted {
            self.take_up_draft(at);
        }
        Ok(())
    }

    pub(super) fn say(&mut self, tone: Tone, code: &str, values: &[(&str, &str)]) {
        let values = values.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        self.notify(Notice { number: 0, tone, code: code.into(), values, message: String::new() });
    }

    pub(super) fn complain(&mut self, fault: &FlowFault) {
        let tone = if fault.code() == "code_replayed" { Tone::Used } else { Tone::Bad };
        let values = match fault {
            FlowFault::RegisterRefused { reason, .. } => self.refusal(reason),
            _ => BTreeMap::new(),
        };
        let (code, message) = (fault.code().into(), fault.to_string());
        self.notify(Notice { number: 0, tone, code, values, message });
    }

    /// The register's own words, and what ails it where it says so: for that the screen has words of its own.
    fn refusal(&mut self, reason: &str) -> BTreeMap<String, String> {
        let ails = self.counter.register_ails().map(|ailment| ("ails".into(), ailment.code.into()));
        ails.into_iter().chain([("reason".into(), reason.into())]).collect()
    }

    /// Says whether the office has let this counter in, with the office's own sentence for what has no words here.
    pub fn enrolled(&mut self, enrolled: Result<(), NotIn>) {
        match enrolled {
            Ok(()) => self.say(Tone::Good, "enrolled", &[]),
            Err(why) => {
                tracing::warn!(code = why.code(), %why, "the office does not let this counter in");
                let values = BTreeMap::from([("reason".into(), why.to_string())]);
                let (code, message) = (why.code().into(), why.to_string());
                self.notify(Notice { number: 0, tone: Tone::Bad, code, values, message });
            }
        }
    }

    fn notify(&mut self, notice: Notice) {
        self.notices += 1;
        self.notice = Some(Notice { number: self.notices, ..notice });
    }
}
