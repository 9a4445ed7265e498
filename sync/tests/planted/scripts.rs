//! Twenty ways to cheat, each a few times a shift.

use super::{
    barista,
    chain::{MINUTE, Shift, Shop, daypart_of, is_evening, known},
};
use kava::testing::random::Random;
use kava_sync::watch::act::{Act, Actor, Acts, Refund, Way, What};
use std::sync::Arc;

/// A way to cheat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    /// So many times a shift, in the middle.
    often: i64,
    /// How many of the shop take part.
    people: usize,
    does: Does,
}

impl Script {
    pub(crate) const fn is_of_evenings(&self) -> bool {
        matches!(self.does, Does::Codes { only: Only::ClosingCash, .. })
    }
}

/// What is done.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// Puts one of so many codes on strangers' orders.
    Codes { codes: usize, by: Way, late: bool, only: Only },
    /// Gives strangers' money back to oneself, within so many minutes; where it says so, at a till where a colleague who is at home is signed on.
    Refunds { within: (i64, i64), only: Only, as_other: bool },
    /// Makes the drink, takes a line off, keeps its price.
    TakesOff,
    /// Makes the order, takes the money and gives the visit up.
    GivesUp,
    /// Sells to strangers as to staff.
    Staff,
    /// Sells what is said to be thrown away.
    WritesOff,
    /// Uses deep coupons of guests who are not there.
    Coupons,
    /// Makes a new membership for an order that has none.
    Joins,
}

/// Which orders are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Any,
    Cash,
    ClosingCash,
    Morning,
}

const fn codes(codes: usize, by: Way, late: bool, only: Only) -> Does {
    Does::Codes { codes, by, late, only }
}

const fn script(name: &'static str, often: i64, people: usize, does: Does) -> Script {
    Script { name, often, people, does }
}

pub(crate) const SCRIPTS: [Script; 20] = [
    script("own code on strangers' cash after the total", 4, 1, codes(1, Way::Shown, true, Only::Cash)),
    script("digits of three friends", 5, 1, codes(3, Way::Spoken, false, Only::Cash)),
    script("one code many times a day", 8, 1, codes(1, Way::Shown, false, Only::Any)),
    script("one code of three baristas", 3, 3, codes(1, Way::Shown, false, Only::Any)),
    script(
        "cash given back within minutes",
        3,
        1,
        Does::Refunds { within: (2, 9), only: Only::Cash, as_other: false },
    ),
    script(
        "small lines given back later",
        4,
        1,
        Does::Refunds { within: (15, 90), only: Only::Any, as_other: false },
    ),
    script("lines taken off before payment", 6, 1, Does::TakesOff),
    script("known cash at closing", 6, 1, codes(5, Way::Shown, false, Only::ClosingCash)),
    script("strangers as staff", 4, 1, Does::Staff),
    script("sales written off", 4, 1, Does::WritesOff),
    script("coupons of guests who are not there", 5, 1, Does::Coupons),
    script("a membership with each order", 5, 1, Does::Joins),
    script("a printed card under the counter", 5, 1, codes(1, Way::Card, false, Only::Any)),
    script("guests looked up for strangers", 5, 1, codes(30, Way::Found, false, Only::Cash)),
    script("ten codes for cash only", 7, 1, codes(10, Way::Shown, false, Only::Cash)),
    script("two a shift with the own code", 2, 1, codes(1, Way::Shown, true, Only::Cash)),
    script("spoken digits in the morning only", 4, 1, codes(6, Way::Spoken, false, Only::Morning)),
    script("two baristas and one code", 3, 2, codes(1, Way::Shown, true, Only::Cash)),
    script(
        "refunds under a colleague's sign-on",
        3,
        1,
        Does::Refunds { within: (2, 9), only: Only::Cash, as_other: true },
    ),
    script("visits given up after the drink", 5, 1, Does::GivesUp),
];

/// A script at work.
#[derive(Debug, Clone)]
pub(crate) struct Cheat {
    pub(crate) script: Script,
    shop: Arc<str>,
    people: Vec<String>,
    other: String,
    number: usize,
}

impl Cheat {
    pub(crate) fn new(script: Script, shop: &Shop, number: usize) -> Cheat {
        let people = shop.people.iter().take(script.people).map(|person| person.id.clone()).collect();
        let other = shop.people[script.people].id.clone();
        Cheat { script, shop: Arc::clone(&shop.name), people, other, number }
    }

    fn code(&self, nth: usize) -> Arc<str> {
        Arc::from(format!("cheat{}-{nth}", self.number))
    }

    /// Whether an alarm is about it: whoever takes part, a code that was used, or the sign-on that was.
    pub(crate) fn is_named(&self, shop: &Arc<str>, actor: Option<&Actor>, code: Option<&Arc<str>>) -> bool {
        let is_code = code.is_some_and(|code| code.starts_with(&format!("cheat{}-", self.number)));
        let as_other = matches!(self.script.does, Does::Refunds { as_other: true, .. });
        let mut names = self.people.iter().chain(as_other.then_some(&self.other));
        is_code || *shop == self.shop && actor.is_some_and(|actor| names.any(|name| *actor == barista(name)))
    }

    /// Makes something else of some orders of a shift.
    pub(crate) fn work(
        &self,
        shift: &Shift<'_>,
        random: &mut Random,
        (done, acts): (&mut Vec<Act>, &mut Acts),
    ) {
        let who = &shift.shop.people[shift.person].id;
        if !self.people.contains(who) {
            return;
        }
        let times = random.between((self.script.often / 2).max(1), (self.script.often * 3 + 1) / 2);
        for _ in 0..times {
            let fits: Vec<usize> = (0..done.len()).filter(|place| self.fits(&done[*place], shift)).collect();
            let Some(place) = random.pick(&fits).copied() else { return };
            self.spoil((place, shift), random, (done, acts));
        }
    }

    fn fits(&self, act: &Act, shift: &Shift<'_>) -> bool {
        let What::Sale(sale) = &act.what else { return false };
        let is_strangers = sale.customer.is_none() && !sale.is_free && !sale.is_staff && sale.taken_off == 0;
        let only = match self.script.does {
            Does::Codes { only, .. } | Does::Refunds { only, .. } => only,
            Does::Joins => Only::Any,
            Does::TakesOff | Does::Coupons | Does::GivesUp | Does::Staff | Does::WritesOff => Only::Cash,
        };
        is_strangers
            && match only {
                Only::Any => true,
                Only::Cash => sale.is_cash,
                Only::Morning => sale.is_cash && daypart_of(act.at) == 0,
                Only::ClosingCash => sale.is_cash && shift.closes && is_evening(act.at),
            }
    }

    fn spoil(
        &self,
        (place, shift): (usize, &Shift<'_>),
        random: &mut Random,
        (done, acts): (&mut Vec<Act>, &mut Acts),
    ) {
        let act = &mut done[place];
        let What::Sale(sale) = &mut act.what else { return };
        let nth = |codes: usize, random: &mut Random| {
            usize::try_from(random.between(0, i64::try_from(codes).unwrap() - 1)).unwrap()
        };
        match self.script.does {
            Does::Codes { codes, by, late, .. } => known(sale, self.code(nth(codes, random)), (by, late)),
            Does::TakesOff => sale.taken_off = 1,
            Does::GivesUp => act.what = What::Cancel,
            Does::Staff => (sale.is_staff, sale.discount) = (true, sale.list / 2),
            Does::WritesOff => sale.is_free = true,
            Does::Coupons => {
                known(sale, self.code(nth(40, random)), (Way::Shown, true));
                sale.discount = sale.list / 4;
            }
            Does::Joins => {
                let guest: Arc<str> = Arc::from(format!("cheat{}-{}", self.number, act.receipt));
                acts.joined.insert((Arc::clone(&guest), shift.day));
                known(sale, guest, (Way::Shown, false));
            }
            Does::Refunds { within: (from, until), as_other, .. } => {
                let after = random.between(from, until) * MINUTE;
                let back = Refund { after_ms: Some(after), is_cash: sale.is_cash };
                let receipt = Arc::clone(&act.receipt);
                let at = act.at + after;
                let mut refund = shift.shop.act((shift.person, shift.day, at), &receipt, What::Refund(back));
                if as_other {
                    refund.actor = barista(&self.other);
                }
                done.push(refund);
            }
        }
    }
}
