//! A guest's past, read from the ledger: receipts less what was given back, features folded over the visits, and what
//! the last decisions said.

use crate::ledger::LedgerFault;
use kava::{
    facts::{
        assignment::Assignment,
        customer::{Features, VisitFact, VisitOrder},
        id::{CategoryId, OfferId, ReceiptId},
        moment::{BusinessDay, Moment, ShopDay},
        money::Money,
        offer::Offer,
        policy::Policy,
        purchase::{Purchase, PurchaseKind, PurchaseLine},
    },
    steps::{
        features,
        offer::{Draw, Situation},
    },
    wire::record::kind,
};
use rusqlite::{Connection, Row};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A purchase with what was given back of it.
#[derive(Debug, Clone)]
pub struct Bought {
    /// Its place in the order of visits.
    pub order: VisitOrder,
    /// As it was sold.
    pub purchase: Purchase,
    /// Lines that were given back.
    pub returned: Vec<PurchaseLine>,
}

impl Bought {
    /// What the guest has saved with it, less what was given back.
    #[must_use]
    pub fn saved(&self) -> Money {
        self.purchase.discount().minus(Money::total(self.returned.iter().map(|line| line.discount)))
    }

    /// What the guest has paid for it, less what was given back.
    #[must_use]
    pub fn net(&self) -> Money {
        self.purchase.net().minus(Money::total(self.returned.iter().map(|line| line.net)))
    }
}

/// Minutes to add to UTC for somebody who has never been anywhere.
const MINSK_OFFSET_MIN: i32 = 180;

/// What of a refund's payload is read.
#[derive(Deserialize)]
struct Returned {
    original: ReceiptId,
    lines: Vec<PurchaseLine>,
}

/// What of a decision's payload is read.
#[derive(Debug, Clone, Deserialize)]
pub struct Decided {
    /// The receipt.
    pub receipt: ReceiptId,
    /// The guest and what they were shown.
    pub guest: GuestDecided,
    /// The card for the next visit, whether or not it was given.
    pub next: Option<Offer>,
}

/// The guest in a decision.
#[derive(Debug, Clone, Deserialize)]
pub struct GuestDecided {
    /// What the cards depended on.
    pub situation: Situation,
    /// The cards.
    pub draw: Draw,
    /// Segment before the visit.
    #[serde(default)]
    pub previous_segment: String,
    /// What the code gave a right to.
    #[serde(default)]
    pub rights: kava::facts::customer::Rights,
}

/// Everything that the ledger says of one customer.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Purchases of every kind, in the order of visits.
    pub bought: Vec<Bought>,
    /// Decisions by receipt.
    pub decided: BTreeMap<ReceiptId, Decided>,
}

const RECORDS: &str = "SELECT o.kind, o.at, c.shop || '/' || c.counter, o.epoch, o.seq, r.payload
    FROM of_customer o JOIN record r USING (counter, epoch, seq) JOIN counter c ON c.id = o.counter
    WHERE o.customer = ? AND o.kind IN ('sale', 'refund', 'decision') ORDER BY o.at, c.shop, c.counter, o.epoch, o.seq";

impl Past {
    /// Reads it. A payload that was erased, or that a later version writes otherwise, is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(connection: &Connection, customer: &str) -> Result<Past, LedgerFault> {
        let mut past = Past::default();
        let mut returned: Vec<Returned> = Vec::new();
        let mut statement = connection.prepare_cached(RECORDS)?;
        let mut rows = statement.query([customer])?;
        while let Some(row) = rows.next()? {
            let Some(payload) = row.get::<_, Option<Vec<u8>>>(5)? else { continue };
            match row.get_ref(0)?.as_str().unwrap_or_default() {
                kind::SALE => past.bought.extend(sale(row, &payload)?),
                kind::REFUND => returned.extend(serde_json::from_slice::<Returned>(&payload)),
                _ => {
                    if let Ok(decided) = serde_json::from_slice::<Decided>(&payload) {
                        past.decided.insert(decided.receipt.clone(), decided);
                    }
                }
            }
        }
        for back in returned {
            if let Some(bought) =
                past.bought.iter_mut().find(|bought| bought.purchase.receipt == back.original)
            {
                bought.returned.extend(back.lines);
            }
        }
        Ok(past)
    }

    /// What the guest has saved in all: the sum of their receipts.
    #[must_use]
    pub fn saved(&self) -> Money {
        Money::total(self.sales().map(Bought::saved))
    }

    /// Purchases that teach: sales.
    pub fn sales(&self) -> impl Iterator<Item = &Bought> {
        self.bought.iter().filter(|bought| bought.purchase.kind == PurchaseKind::Sale)
    }

    /// Features folded over the visits; what was given back whole is no visit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn features(&self, connection: &Connection, policy: &Policy) -> Result<Features, LedgerFault> {
        let mut all = Features::default();
        for bought in self.sales() {
            let day = shop_day(connection, bought.purchase.when.business_day)?;
            if let Some(visit) = visit_of(bought, day.number) {
                all = features::fold(all, &visit, policy);
            }
        }
        Ok(all)
    }

    /// The card that the last visits left the guest, as the counters keep it: a sale earns one unless an older one is
    /// still good, and a card is used once.
    #[must_use]
    pub fn kept(&self, now: Moment) -> Option<(Offer, &Decided)> {
        let mut kept: Option<(Offer, &Decided)> = None;
        for bought in self.sales() {
            let (used, at) = (bought.purchase.offer.as_ref(), bought.purchase.when.at);
            if kept.as_ref().is_some_and(|(offer, _)| Some(&offer.id) == used) {
                kept = None;
            }
            let Some(decided) = self.decided.get(&bought.purchase.receipt) else { continue };
            let had = decided.guest.situation.cards.iter();
            let still_good = had.clone().any(|card| Some(&card.offer.id) != used && at < card.offer.until);
            if let Some(next) = decided.next.clone().filter(|_| !still_good && decided.guest.rights.is_full())
            {
                kept = Some((next, decided));
            }
        }
        kept.filter(|(offer, _)| now < offer.until)
    }

    /// Whether a receipt has honoured this card.
    #[must_use]
    pub fn has_used(&self, card: &OfferId) -> bool {
        self.bought.iter().any(|bought| bought.purchase.offer.as_ref() == Some(card))
    }

    /// Day of trade and hour of the wall clock now, by the clock of the shop where the guest was last.
    #[must_use]
    pub fn today(&self, now: Moment) -> BusinessDay {
        let offset = self.bought.last().map_or(MINSK_OFFSET_MIN, |last| last.purchase.when.utc_offset_min);
        let local = now.later(i64::from(offset) * 60_000);
        local.utc_day()
    }

    /// The newest decision of a visit.
    #[must_use]
    pub fn last_decided(&self) -> Option<&Decided> {
        self.bought.iter().rev().find_map(|bought| self.decided.get(&bought.purchase.receipt))
    }

    /// The arm of the epoch that runs on a day, as the newest decision has it.
    #[must_use]
    pub fn assigned(&self, today: BusinessDay, policy: &Policy) -> Option<Assignment> {
        let last = self.last_decided()?;
        let (situation, draw) = (&last.guest.situation, &last.guest.draw);
        if let Some(assigned) = &situation.assigned {
            return Some(assigned.clone()).filter(|assigned| assigned.holds_on(today));
        }
        // The visit that opened the epoch: its own decision is the assignment.
        let from = situation.opened?;
        let days = features::epoch_days(&situation.reading, policy).max(1);
        let assigned = Assignment {
            experiment: policy.experiment.clone(),
            decided_by: String::new(),
            epoch: situation.epoch,
            from,
            until: BusinessDay(from.0.saturating_add(days)),
            segment: situation.segment.clone(),
            holdout: draw.holdout,
            arm: draw.arm.clone(),
            probabilities_bp: draw.probabilities_bp.clone(),
            bundle: None,
            receipt: last.receipt.clone(),
        };
        Some(assigned).filter(|assigned| assigned.holds_on(today))
    }
}

fn sale(row: &Row<'_>, payload: &[u8]) -> Result<Option<Bought>, LedgerFault> {
    let order =
        VisitOrder { at: Moment(row.get(1)?), counter: row.get(2)?, epoch: row.get(3)?, seq: row.get(4)? };
    let read = serde_json::from_slice::<Purchase>(payload).ok();
    Ok(read.map(|purchase| Bought { order, purchase, returned: Vec::new() }))
}

/// A purchase as features see it; nothing where all of it was given back.
fn visit_of(bought: &Bought, open_day: i32) -> Option<VisitFact> {
    let mut visit = VisitFact {
        order: bought.order.clone(),
        business_day: bought.purchase.when.business_day,
        open_day,
        hour: bought.purchase.when.hour,
        net_by_category: Vec::new(),
        saved: Money::ZERO,
        list: Money::ZERO,
        drinks: 0,
        cup: bought.purchase.cup,
    };
    let mut is_left = false;
    for line in &bought.purchase.lines {
        let back = || bought.returned.iter().filter(|back| back.line == line.line);
        let of = |part: fn(&PurchaseLine) -> Money| part(line).minus(Money::total(back().map(part)));
        let qty = line.qty.0 - back().map(|back| back.qty.0).sum::<i64>();
        if qty <= 0 {
            continue;
        }
        is_left = true;
        visit.list = visit.list.plus(of(|line| line.list));
        visit.saved = visit.saved.plus(of(|line| line.discount));
        add(&mut visit.net_by_category, &line.product.category, of(|line| line.net));
        visit.drinks += if line.product.drink { qty / 1000 } else { 0 };
    }
    is_left.then_some(visit)
}

fn add(sums: &mut Vec<(CategoryId, Money)>, category: &CategoryId, net: Money) {
    match sums.iter_mut().find(|(known, _)| known == category) {
        Some((_, sum)) => *sum = sum.plus(net),
        None => sums.push((category.clone(), net)),
    }
}

/// A day with its number among the days on which the chain has sold something.
pub(super) fn shop_day(connection: &Connection, day: BusinessDay) -> Result<ShopDay, LedgerFault> {
    let sql = "SELECT count(*) + 1 FROM open_day WHERE business_day < ?";
    let number = connection.prepare_cached(sql)?.query_row([day.0], |row| row.get(0))?;
    Ok(ShopDay { day, number })
}
