//! The table of what is counted. A rate says of each act whether it belongs to its denominator, and whether to its numerator
//! too; more than the others' is a reason to look, less never is.

use super::act::{Act, Refund, Sale, Way, What};

/// An order that is complete, and this old, is one whose total was known when the guest was recognised.
const LATE_MS: i64 = 10_000;
/// A refund within ten minutes: whoever comes back so soon has hardly left.
const SOON_MS: i64 = 600_000;
/// The last two hours of a shop's day.
pub const CLOSING_MS: i64 = 7_200_000;
/// A discount of a fifth of the list or more.
const DEEP_PART: i64 = 5;

/// An act with what only the others around it tell.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The act.
    pub act: &'a Act,
    /// Whether it was in the last two hours of the shop's day.
    pub at_closing: bool,
    /// Whether the guest joined on that day.
    pub joined: bool,
    /// Whether the guest had bought on that day before.
    pub again: bool,
}

/// One of the rates.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// The stable word.
    pub code: &'static str,
    /// Nothing: the act does not count; otherwise whether it is one of those that are looked for.
    pub counts: fn(&Seen<'_>) -> Option<bool>,
    /// Whether it is a share of those who pay in cash, of whom each shop has its own.
    pub is_of_cash: bool,
}

type Counts = fn(&Seen<'_>) -> Option<bool>;

const fn rate(code: &'static str, counts: Counts) -> Rate {
    Rate { code, counts, is_of_cash: false }
}

const fn cash(code: &'static str, counts: Counts) -> Rate {
    Rate { code, counts, is_of_cash: true }
}

/// Every rate of an actor. Whether guests pay in cash is not the barista's to choose, so of those who are late, looked up or
/// corrected as many should pay in cash as of the others: a quirk moves a rate, and only taking from the drawer moves that share.
pub const RATES: [Rate; 22] = [
    rate("late", late),
    cash("late_cash", |seen| in_cash(seen, late)),
    rate("spoken", |seen| known_by(seen, Way::Spoken)),
    cash("spoken_cash", |seen| in_cash(seen, |seen| known_by(seen, Way::Spoken))),
    rate("found", |seen| known_by(seen, Way::Found)),
    cash("found_cash", |seen| in_cash(seen, |seen| known_by(seen, Way::Found))),
    rate("printed_card", |seen| known_by(seen, Way::Card)),
    cash("printed_card_cash", |seen| in_cash(seen, |seen| known_by(seen, Way::Card))),
    cash("known_cash", |seen| in_cash(seen, known)),
    cash("closing_cash", |seen| seen.at_closing.then(|| in_cash(seen, known)).flatten()),
    rate("again", again),
    rate("refund", |seen| back(seen, |_| Some(true))),
    rate("refund_soon", |seen| back(seen, |refund| is_soon(refund).then_some(true))),
    rate("refund_cash", refund_cash),
    rate("taken_off", taken_off),
    cash("taken_off_cash", |seen| in_cash(seen, taken_off)),
    rate("given_up", given_up),
    rate("staff", |seen| sale(seen).map(|sale| sale.is_staff)),
    rate("free", |seen| sale(seen).map(|sale| sale.is_free)),
    rate("deep", deep),
    cash("deep_cash", |seen| in_cash(seen, deep)),
    rate("joined", |seen| charged(seen).map(|_| seen.joined)),
];

/// Of all sales, those that were paid in cash: what is usual where guests have nothing to hide.
pub const CASH: Rate = rate("cash", |seen| in_cash(seen, |seen| charged(seen).map(|_| true)));

/// Of what is looked for, that which was paid in cash.
fn in_cash(seen: &Seen<'_>, is_one: fn(&Seen<'_>) -> Option<bool>) -> Option<bool> {
    is_one(seen).filter(|is_one| *is_one).and_then(|_| charged(seen)).map(|sale| sale.is_cash)
}

/// What was sold, where something was.
#[must_use]
pub const fn sale_of(act: &Act) -> Option<&Sale> {
    match &act.what {
        What::Sale(sale) => Some(sale),
        _ => None,
    }
}

/// Whether the guest was recognised when the order was complete and its total known.
#[must_use]
pub fn is_late(sale: &Sale) -> bool {
    sale.known.is_some_and(|known| known.lines >= sale.lines && known.after_ms >= LATE_MS)
}

const fn sale<'a>(seen: &Seen<'a>) -> Option<&'a Sale> {
    sale_of(seen.act)
}

fn charged<'a>(seen: &Seen<'a>) -> Option<&'a Sale> {
    sale(seen).filter(|sale| !sale.is_free && !sale.is_staff)
}

fn late(seen: &Seen<'_>) -> Option<bool> {
    charged(seen).filter(|sale| sale.customer.is_some() && sale.known.is_some()).map(is_late)
}

fn known_by(seen: &Seen<'_>, way: Way) -> Option<bool> {
    let sale = charged(seen)?;
    sale.known.filter(|_| sale.customer.is_some()).map(|known| known.by == way)
}

fn known(seen: &Seen<'_>) -> Option<bool> {
    charged(seen).map(|sale| sale.customer.is_some() && sale.discount > 0)
}

fn taken_off(seen: &Seen<'_>) -> Option<bool> {
    charged(seen).map(|sale| sale.taken_off > 0)
}

fn again(seen: &Seen<'_>) -> Option<bool> {
    charged(seen)?.customer.as_ref().map(|_| seen.again)
}

fn back(seen: &Seen<'_>, counts: fn(&Refund) -> Option<bool>) -> Option<bool> {
    match &seen.act.what {
        What::Refund(refund) => counts(refund),
        What::Sale(sale) => (!sale.is_free).then_some(false),
        What::Cancel => None,
    }
}

fn is_soon(refund: &Refund) -> bool {
    refund.after_ms.is_some_and(|after| after <= SOON_MS)
}

fn refund_cash(seen: &Seen<'_>) -> Option<bool> {
    match &seen.act.what {
        What::Refund(refund) => refund.is_cash.then_some(true),
        What::Sale(sale) => (sale.is_cash && !sale.is_free).then_some(false),
        What::Cancel => None,
    }
}

fn given_up(seen: &Seen<'_>) -> Option<bool> {
    match &seen.act.what {
        What::Cancel => Some(true),
        What::Sale(_) => Some(false),
        What::Refund(_) => None,
    }
}

fn deep(seen: &Seen<'_>) -> Option<bool> {
    charged(seen).map(|sale| sale.discount > 0 && sale.discount.saturating_mul(DEEP_PART) >= sale.list)
}
