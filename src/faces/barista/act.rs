//! What each command does: unpack, one call, keep the answer for the snapshot.

use super::cart::{Cart, back_lines, item};
use super::command::{Command, PayPart};
use super::screen::{JoinedShown, PaidShown, ReportShown, Tone};
use super::show;
use super::till::Till;
use crate::facts::basket::{BasketFault, Item};
use crate::facts::customer::Consent;
use crate::facts::id::{OfferId, ReceiptId, Sku};
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::facts::purchase::Payment;
use crate::flow::FlowFault;
use crate::flow::answers::{SettleStatus, Settled};
use crate::flow::quote::Choice;
use crate::flow::scanned::ScanShown;
use crate::flow::settle::Pays;
use crate::ports::Symbology;

/// A payment as the screen meant it.
struct Payday {
    visit: String,
    net_minor: i64,
    pays: Vec<PayPart>,
    given_minor: Option<i64>,
}

impl Till {
    pub(super) fn act(&mut self, command: Command, at: Moment) -> Result<(), FlowFault> {
        match command {
            Command::Scan { text, symbology } => self.scan(text.trim(), symbology, at),
            Command::Greet { code } => self.meet(code.trim(), at),
            Command::ForgetGuest => self.alter(at, Cart::forget_guest),
            Command::Add { sku, qty, with } => self.alter(at, |cart| cart.add(item(&sku, qty, &with))),
            Command::Usual => self.add_usual(at),
            Command::Change { line, sku, qty, with } => {
                self.alter(at, |cart| cart.change(line, item(&sku, qty, &with)))
            }
            Command::WithoutMark { line } => self.without_mark(line, at),
            Command::Undo => self.undo(at),
            Command::Split { lines } => self.alter(at, |cart| cart.split(&lines)),
            Command::Clear => self.clear(at),
            Command::Choose { offer } => self.alter(at, |cart| cart.choice = chosen(&offer)),
            Command::Kind { kind } => self.alter(at, |cart| cart.kind = kind),
            Command::Pay { visit, net_minor, pays, given_minor } => {
                self.pay(&Payday { visit, net_minor, pays, given_minor }, at)
            }
            Command::Next => {
                (self.paid, self.joined, self.notice) = (None, None, None);
                Ok(())
            }
            // Only a register without a cable waits for an answer, and takes it before it comes here; an office is spoken to
            // by whoever takes turns.
            Command::Answer { .. } | Command::Enrol { .. } => Ok(()),
            Command::Review { receipt, rung_up } => self.review(&receipt, rung_up, at),
            Command::Resume => self.resume(at),
            Command::NewGuest => self.join(at),
            Command::Refund { receipt, lines, pin } => {
                if let Some(pin) = pin {
                    self.counter.vouch(&pin, at)?;
                }
                let lines = lines.map(|lines| back_lines(&lines));
                let refunded = self.counter.refund(&receipt, lines.as_deref(), at)?;
                self.refunded(&refunded)
            }
            Command::Reprint { receipt } => {
                self.counter.reprint(&receipt, at)?;
                self.say(Tone::Good, "reprinted", &[]);
                Ok(())
            }
            other => self.beside(other, at),
        }
    }

    /// What is done beside sales.
    fn beside(&mut self, command: Command, at: Moment) -> Result<(), FlowFault> {
        match command {
            Command::SetPin { old, new } => {
                self.counter.set_pin(old.as_ref(), &new, at)?;
                self.say(Tone::Good, "pin_set", &[]);
                Ok(())
            }
            Command::TryOut { device } => {
                match self.counter.try_out(device) {
                    Ok(name) => self.say(Tone::Good, "tried", &[("device", &name)]),
                    Err(why) => {
                        tracing::warn!(code = why.code, reason = %why.text, "a device would not work now");
                        self.say(Tone::Bad, why.code, &[]);
                    }
                }
                Ok(())
            }
            Command::Stop { skus, out } => {
                let skus: Vec<Sku> = skus.iter().map(Sku::new).collect();
                self.counter.stop(&skus, out, at)
            }
            Command::SignOn { barista, pin } => {
                self.counter.sign_on(&barista, pin.as_ref(), at)?;
                self.notice = None;
                Ok(())
            }
            Command::SignOff => self.counter.sign_off(),
            shift => self.shift(shift, at),
        }
    }

    fn shift(&mut self, command: Command, at: Moment) -> Result<(), FlowFault> {
        match command {
            Command::OpenShift => {
                let fault = self.counter.open_shift(at)?;
                self.say(Tone::Good, "shift_opened", &[]);
                if let Some(fault) = fault {
                    self.say(Tone::Bad, "register_shift", &[("reason", &fault)]);
                }
            }
            Command::ReportX => {
                self.report = Some(ReportShown { what: "x", sums: self.counter.report_x(at)? })
            }
            Command::CloseShift { counted_minor } => {
                let sums = self.counter.close_shift(counted_minor.map(Money), at)?;
                self.report = Some(ReportShown { what: "z", sums });
                self.say(Tone::Good, "shift_closed", &[]);
            }
            Command::Cash { minor, reason } => {
                let moved = self.counter.move_cash(Money(minor), &reason, at)?;
                let drawer = moved.drawer_minor.to_string();
                self.say(Tone::Good, "cash_moved", &[("minor", &drawer)]);
            }
            Command::Dismiss => (self.report, self.notice, self.joined) = (None, None, None),
            Command::Language { language } if ["ru", "be", "en"].contains(&language.as_str()) => {
                self.language = language;
            }
            other => return Err(FlowFault::Unknown(format!("{other:?} is not possible here"))),
        }
        Ok(())
    }

    fn scan(&mut self, text: &str, symbology: Option<Symbology>, at: Moment) -> Result<(), FlowFault> {
        match self.counter.scanned(text, symbology)? {
            ScanShown::Guest { code } => self.meet(&code, at),
            ScanShown::Product { sku, mark } => {
                self.put(Item { mark, ..item(sku.as_str(), 1, &[]) }, at)?;
                self.say(Tone::Good, "added", &[]);
                Ok(())
            }
        }
    }

    /// A scanned piece: the code goes to the line that waits for it, else the piece is a line of its own.
    fn put(&mut self, item: Item, at: Moment) -> Result<(), FlowFault> {
        let mut others = self.cart.items.iter().chain(&self.cart.rest.items);
        if item.mark.is_some()
            && let Some(line) = others.position(|other| other.mark == item.mark)
        {
            let line = u16::try_from(line + 1).unwrap_or(u16::MAX);
            return Err(BasketFault::MarkTwice { line }.into());
        }
        let (menu, goes_without) = (self.counter.menu().clone(), self.counter.sells_without_mark());
        self.alter(at, |cart| {
            if item.mark.is_none() || !cart.mark(&item, (&menu, goes_without)) {
                cart.add(item);
            }
        })
    }

    /// What a person says of a piece whose code cannot be read; only where the policy hears it.
    fn without_mark(&mut self, line: u16, at: Moment) -> Result<(), FlowFault> {
        if !self.counter.sells_without_mark() {
            let sku = usize::from(line).checked_sub(1).and_then(|at| self.cart.items.get(at));
            let sku = sku.map_or_else(|| Sku::new(""), |item| item.sku.clone());
            return Err(BasketFault::MarkMissing { line, sku }.into());
        }
        self.alter(at, |cart| cart.without_mark(line))
    }

    /// Greets a guest; the cart stays. The step can be taken back like any other.
    fn meet(&mut self, code: &str, at: Moment) -> Result<(), FlowFault> {
        let before = self.cart.clone();
        self.greet(code, at)?;
        let met = std::mem::replace(&mut self.cart, before);
        let known = met.code.is_some();
        self.alter(at, |cart| *cart = met)?;
        self.say(Tone::Good, if known { "greeted" } else { "greeted_without_programme" }, &[]);
        Ok(())
    }

    fn add_usual(&mut self, at: Moment) -> Result<(), FlowFault> {
        let usual = self.cart.greeting.as_ref().map(|greeting| greeting.usual.clone()).unwrap_or_default();
        self.alter(at, |cart| usual.into_iter().for_each(|item| cart.add(item)))
    }

    fn undo(&mut self, at: Moment) -> Result<(), FlowFault> {
        let Some(cart) = self.before.pop() else { return Ok(()) };
        self.notice = None;
        let now = std::mem::replace(&mut self.cart, cart);
        self.grown(&now.order(), at);
        self.price(at)?;
        self.note()
    }

    /// The visit is not cancelled: an undo takes it up again, and nothing of it was promised.
    fn clear(&mut self, at: Moment) -> Result<(), FlowFault> {
        if self.cart.is_untouched() {
            return Ok(());
        }
        self.notice = None;
        self.alter(at, |cart| *cart = Cart::default())
    }

    fn join(&mut self, at: Moment) -> Result<(), FlowFault> {
        let new = self.counter.register_customer(Consent::PERSONAL, at)?;
        // A cart is in hand already, so the guest's first sale counts.
        self.meet(&new.code, at)?;
        self.joined = Some(JoinedShown { code: new.code, claim: new.claim, link: new.link });
        self.say(Tone::Good, "joined", &[]);
        Ok(())
    }

    /// A second tap names a visit that is paid, and does nothing.
    fn pay(&mut self, pay: &Payday, at: Moment) -> Result<(), FlowFault> {
        let visit = self.cart.greeting.as_ref().map(|greeting| greeting.visit.clone());
        let Some(visit) = visit.filter(|visit| visit.as_str() == pay.visit && self.paid.is_none()) else {
            return Ok(());
        };
        // The guest pays the prices of now; what is rung up and not yet written is only written.
        match self.price(at) {
            Ok(()) | Err(FlowFault::Unsaved(_)) => {}
            Err(fault) => return Err(fault),
        }
        let net = self.quote.as_ref().map(|quote| quote.net_minor);
        let now = self.cart.greeting.as_ref().map(|greeting| &greeting.visit);
        if now != Some(&visit) || net.is_some_and(|net| net != pay.net_minor) {
            self.say(Tone::Bad, "price_changed", &[]);
            return Ok(());
        }
        let parts = pay.pays.iter().map(|part| Payment { kind: part.kind, amount: Money(part.minor) });
        let rest = self.cart.after().draft();
        self.counter.order_seen(&visit, self.cart.seen.clone())?;
        let settled = self.counter.settle_noted(&visit, (&Pays::Parts(parts.collect()), &rest), at)?;
        self.settled((&settled, pay.given_minor), at)
    }

    fn settled(
        &mut self,
        (settled, given_minor): (&Settled, Option<i64>),
        at: Moment,
    ) -> Result<(), FlowFault> {
        match settled.status {
            SettleStatus::Declined => {
                self.say(Tone::Bad, "declined", &[]);
                Ok(())
            }
            SettleStatus::NeedsReview => {
                self.say(Tone::Bad, "needs_review", &[]);
                self.go_on(at)
            }
            SettleStatus::Done => {
                let paid = self.paid_shown(settled, given_minor);
                self.go_on(at)?;
                self.paid = Some(paid);
                self.say(Tone::Good, "paid", &[]);
                Ok(())
            }
        }
    }

    fn paid_shown(&self, settled: &Settled, given_minor: Option<i64>) -> PaidShown {
        let customer = self.cart.greeting.as_ref().and_then(|greeting| greeting.customer.as_ref());
        let words = |segment: &Option<String>| segment.as_ref().map(|name| self.words().segment(name));
        PaidShown {
            receipt: settled.receipt.to_string(),
            net_minor: settled.net_minor,
            saved_minor: settled.saved_minor,
            saved_all_minor: customer
                .map(|customer| customer.features.saved_minor.saturating_add(settled.saved_minor)),
            change_minor: given_minor.map_or(0, |given| given.saturating_sub(settled.net_minor).max(0)),
            segment_before: words(&settled.segment_before),
            segment_after: words(&settled.segment_after),
            next: settled.next.iter().map(|offer| show::card(self, offer)).collect(),
        }
    }

    fn review(&mut self, receipt: &ReceiptId, rung_up: bool, at: Moment) -> Result<(), FlowFault> {
        let seen = rung_up.then_some("seen by a person");
        let noted = self.counter.draft()?;
        let ended = self.counter.reviewed(receipt, seen, at);
        // The register's refusal is exactly what a person has just told.
        match ended {
            Ok(_) | Err(FlowFault::RegisterRefused { .. }) => {}
            Err(fault) => return Err(fault),
        }
        self.say(Tone::Good, if rung_up { "review_done" } else { "review_void" }, &[]);
        // It is sold again, unless the next guest is being served.
        if rung_up { Ok(()) } else { self.take_up_what_came_back(noted.as_deref(), at) }
    }

    fn resume(&mut self, at: Moment) -> Result<(), FlowFault> {
        let noted = self.counter.draft()?;
        let resumed = self.counter.resume()?;
        self.take_up_what_came_back(noted.as_deref(), at)?;
        let waiting = resumed.needs_review.len().to_string();
        if resumed.needs_review.is_empty() {
            self.say(Tone::Good, "resumed", &[]);
        } else {
            self.say(Tone::Bad, "still_unknown", &[("count", &waiting)]);
        }
        Ok(())
    }

    fn refunded(&mut self, refunded: &crate::flow::answers::Refunded) -> Result<(), FlowFault> {
        let minor = refunded.refunded_minor.to_string();
        match refunded.status {
            SettleStatus::Done => self.say(Tone::Good, "refunded", &[("minor", &minor)]),
            SettleStatus::NeedsReview => self.say(Tone::Bad, "needs_review", &[]),
            SettleStatus::Declined => self.say(Tone::Bad, "refund_declined", &[]),
        }
        Ok(())
    }
}

fn chosen(offer: &str) -> Choice {
    match offer {
        "best" => Choice::Best,
        "none" => Choice::None,
        id => Choice::Offer(OfferId::new(id)),
    }
}
