//! What happens in front of a till: guests join and buy, give back, and the register does what registers do.

use super::{
    BEGIN,
    till::{Guest, Till},
};
use kava::{
    facts::{
        customer::Consent,
        id::ReceiptId,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        answers::SettleStatus,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    testing::{
        random::Random,
        scripted::Act,
        shop::{DAY_MS, item},
    },
};

impl Till {
    /// A whole visit; every second guest is known here, if anybody is. Strangers get what the campaign gives.
    pub(crate) fn serve(&mut self, now: Moment, dice: &mut Random) {
        let at = self.at(now);
        let code = if dice.once_in(2) { self.pick(dice).map(|guest| guest.code) } else { None };
        self.register.tape().script = [act(dice)].into();
        let counter = self.counter.as_mut().unwrap();
        // Whom the disk has lost, or the office has erased, buys as a stranger.
        let greeted = counter.greet(code.as_deref(), at).or_else(|_| counter.greet(None, at));
        let visit = greeted.unwrap().visit;
        let basket = vec![item("latte", 1), item("tea", 1)];
        let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
        let quoted = counter.quote(&visit, wish, at).unwrap();
        let of_campaign = quoted.offer.is_some_and(|offer| offer.as_str().starts_with("campaign."));
        let settled = counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at);
        let receipt = match settled {
            Ok(settled) => settled.receipt,
            Err(FlowFault::RegisterRefused { receipt, .. }) => receipt,
            other => other.unwrap().receipt,
        };
        if of_campaign {
            let day = (now.0 - BEGIN.0).div_euclid(DAY_MS);
            self.of_campaign.insert(receipt.to_string(), (day, quoted.discount_minor));
        }
    }

    /// Somebody joins and has a card from then on.
    pub(crate) fn join(&mut self, now: Moment) {
        let at = self.at(now);
        let joined = self.counter.as_mut().unwrap().register_customer(Consent::PERSONAL, at).unwrap();
        self.guests.push(Guest { code: joined.code, name: joined.customer.to_string() });
    }

    /// Gives a receipt of today back, all of it.
    pub(crate) fn give_back(&mut self, now: Moment, dice: &mut Random) {
        let at = self.at(now);
        let sold = self.sold_on(self.day(now));
        let Some(receipt) = pick(&sold, dice).cloned() else { return };
        self.register.tape().script.clear();
        let given = self.counter.as_mut().unwrap().refund(&ReceiptId::new(&receipt), None, at);
        // What was given back already is refused; that is what a till is for.
        if given.is_ok_and(|given| given.status == SettleStatus::Done) {
            self.of_campaign.remove(&receipt);
            self.coupons.remove(&receipt);
        }
    }

    pub(crate) fn pick(&self, dice: &mut Random) -> Option<Guest> {
        pick(&self.guests, dice).cloned()
    }

    /// A person goes through what the register could not tell, and looks at its tape.
    pub(crate) fn review(&mut self, now: Moment) {
        let at = self.at(now);
        let counter = self.counter.as_mut().unwrap();
        counter.resume().unwrap();
        for review in counter.reviews().unwrap() {
            let is_there = self.register.tape().rung_up.contains_key(&review.receipt);
            counter.reviewed(&review.receipt, is_there.then_some("seen"), at).unwrap();
        }
    }

    /// What was really given of the campaign and not taken back, whatever became of the disk.
    pub(crate) fn spent(&self) -> i64 {
        self.spent_by_day().iter().map(|(_, given)| given).sum()
    }

    /// Coupons of sales that were really made and not taken back.
    pub(crate) fn coupons_rung_up(&self) -> Vec<String> {
        let tape = self.register.tape();
        let rung_up = |receipt: &str| tape.rung_up.contains_key(&ReceiptId::new(receipt));
        self.coupons.iter().filter(|(receipt, _)| rung_up(receipt)).map(|(_, id)| id.clone()).collect()
    }

    /// The same, each with its day.
    pub(crate) fn spent_by_day(&self) -> Vec<(i64, i64)> {
        let tape = self.register.tape();
        let rung_up = |receipt: &str| tape.rung_up.contains_key(&ReceiptId::new(receipt));
        self.of_campaign.iter().filter(|(receipt, _)| rung_up(receipt)).map(|(_, given)| *given).collect()
    }
}

pub(super) fn act(dice: &mut Random) -> Act {
    match dice.between(0, 39) {
        0 => Act::Decline,
        1 => Act::Refuse,
        2 => Act::LoseRequest,
        3 | 4 => Act::LoseAnswer,
        _ => Act::RingUp,
    }
}

fn pick<'a, T>(from: &'a [T], dice: &mut Random) -> Option<&'a T> {
    let last = i64::try_from(from.len()).unwrap() - 1;
    (last >= 0).then(|| &from[usize::try_from(dice.between(0, last)).unwrap()])
}
