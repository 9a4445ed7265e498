//! Mirror: what many counters have told, in one store that lasts for one fit, so that the office learns with the very
//! functions that a counter learns with.
//!
//! Series come one after the other; a customer's visits are put in order at the end. What was erased has no payload and
//! is not there. Visits that a counter took over from an older till are in no record and stay with that counter.

use super::decision::Decision;
use super::refit::{Head, Parts, fit};
use super::refund::PendingRefund;
use crate::facts::customer::{Consent, Customer};
use crate::facts::id::{CounterId, CustomerId, ShopId};
use crate::facts::menu::Menu;
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, DAY_MS, Moment};
use crate::facts::policy::Policy;
use crate::facts::purchase::Purchase;
use crate::facts::shop::Shop;
use crate::learn::{LearnReport, segments::Progress};
use crate::steps::offer;
use crate::store::purchases::{self, Place, Refund};
use crate::store::setting::{Looks, set_looks, set_policy, set_shop};
use crate::store::{
    Access, Change, Durability, Store, StoreFault, assignments, bundles::reassign_segments, customers,
    office, records,
};
use crate::wire::bundle::sign;
use crate::wire::record::{Record, kind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the chain says, under which its counters sold.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The chain as if it were one shop; its counter is nobody's.
    pub shop: Shop,
    /// The policy in force.
    pub policy: Policy,
    /// What is on sale.
    pub menu: Menu,
    /// The gate's looks so far.
    pub looks: Option<Looks>,
}

/// How to learn.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The instant now.
    pub now: Moment,
    /// Everything random in the fit follows from it.
    pub seed: u64,
    /// What to learn; the rest stays as it is in the bundle in force.
    pub parts: Parts,
    /// The bundle in force at the counters.
    pub in_force: Option<&'a Bundle>,
    /// The office's signing key.
    pub secret: &'a [u8; 32],
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Every figure of the fit; says why where there is no bundle.
    pub report: LearnReport,
    /// Release and text of the signed bundle; nothing where the data carry no model.
    pub bundle: Option<(u64, String)>,
    /// The gate's looks, this one among them; they must be kept.
    pub looks: Option<Looks>,
    /// Customers in each segment.
    pub customers: BTreeMap<String, u64>,
}

/// How many of what were taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Sales.
    pub sales: u64,
    /// Refunds of sales that are there.
    pub refunds: u64,
    /// Payloads of a later version, or of a sale that another record has told already.
    pub unread: u64,
}

/// The store, filled record by record.
pub struct Mirror {
    store: Store,
    chain: Chain,
    /// Epochs of all series side by side, so that (epoch, number) is one record.
    series: BTreeMap<(ShopId, CounterId, i64), i64>,
    rows: BTreeMap<CustomerId, i64>,
    receipts: BTreeSet<String>,
    refunds: Vec<PendingRefund>,
    taken: Taken,
    newest: Option<BusinessDay>,
}

impl Mirror {
    /// An empty one in a file that is not there yet. Nothing of it needs to survive a crash.
    ///
    /// # Errors
    /// When the file is there or cannot be written.
    pub fn begin(path: &Path, chain: Chain) -> Result<Mirror, StoreFault> {
        let mut store = Store::open(path, Access::Create, Durability::Off)?;
        store.change(|change| {
            set_shop(change, &chain.shop)?;
            set_policy(change, &chain.policy)?;
            office::replace_menu(change, &chain.menu)?;
            chain.looks.iter().try_for_each(|looks| set_looks(change, looks))
        })?;
        let (series, rows, receipts) = Default::default();
        let refunds = Vec::new();
        Ok(Mirror { store, chain, series, rows, receipts, refunds, taken: Taken::default(), newest: None })
    }

    /// Takes records, each series in its order; some thousand at a time are quickest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take(&mut self, records: &[Record]) -> Result<(), StoreFault> {
        let Mirror { store, chain, series, rows, receipts, refunds, taken, newest } = self;
        store.change(|change| {
            for record in records {
                let header = &record.header;
                let count = i64::try_from(series.len()).unwrap_or(i64::MAX);
                let key = (header.shop.clone(), header.counter.clone(), header.epoch);
                let epoch = *series.entry(key).or_insert(count + 1);
                let Some(payload) = &record.payload else { continue };
                *newest = (*newest).max(Some(header.business_day));
                let mut desk = Desk { change, chain, rows, receipts, epoch };
                let read = match header.kind.as_str() {
                    kind::SALE => desk.sale(record, payload)?.inspect(|()| taken.sales += 1),
                    kind::DECISION => desk.decision(record, payload)?,
                    kind::REFUND => serde_json::from_slice(payload).ok().map(|refund| refunds.push(refund)),
                    _ => Some(()),
                };
                taken.unread += u64::from(read.is_none());
            }
            Ok(())
        })
    }

    /// Puts refunds and every customer's visits in their places; gives how much there is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle(&mut self) -> Result<Taken, StoreFault> {
        for pending in std::mem::take(&mut self.refunds) {
            let Some(of) = self.store.purchase(&pending.original)? else { continue };
            if !self.receipts.insert(pending.id.to_string()) {
                continue;
            }
            let refund = Refund {
                receipt: &pending.id,
                when: &pending.when,
                lines: &pending.lines,
                register_ref: None,
            };
            self.store.change(|change| purchases::add_refund(change, &of, &refund))?;
            self.taken.refunds += 1;
        }
        // Two counters that did not know of each other have drawn for one guest: the first epoch stands until it ends.
        self.store.change(assignments::drop_overlapping)?;
        self.store.refold_all(&self.chain.policy)?;
        Ok(self.taken)
    }

    /// Learns from it and signs what was learned as the office. Releases go by the clock, in minutes: above what
    /// counters have made for themselves, and above those of an office that has gone back to a backup.
    ///
    /// # Errors
    /// When the database fails.
    pub fn learn(mut self, wish: &Wish<'_>, progress: Progress<'_>) -> Result<Learned, StoreFault> {
        // Only days that are over can be learned from, and no counter has told of this one. A counter whose clock is
        // ahead by years does not carry the chain along.
        let tomorrow = wish.now.later(DAY_MS).utc_day();
        let day = BusinessDay(self.newest.map_or(0, |day| day.0.saturating_add(1))).min(tomorrow);
        let today = self.store.shop_day(day)?;
        self.store.change(|change| reassign_segments(change, wish.in_force, today))?;
        let (models, report) =
            fit(&mut self.store, (wish.parts, wish.seed), (today, wish.in_force), progress)?;
        let looks = self.store.looks()?;
        if models.are_none() {
            return Ok(Learned { report, bundle: None, looks, customers: BTreeMap::new() });
        }
        let release = wish.in_force.map_or(0, |bundle| bundle.release + 1);
        let head = Head {
            issuer: "office".into(),
            release: release.max(wish.now.0.unsigned_abs() / 60_000),
            made: wish.now,
            products: self.store.known_products()?,
        };
        let bundle = models.bundle(head, wish.in_force);
        let (customers, _) = self.store.change(|change| reassign_segments(change, Some(&bundle), today))?;
        let signed = (bundle.release, sign(&bundle, wish.secret));
        Ok(Learned { report, bundle: Some(signed), looks, customers })
    }
}

/// Where one record is written.
struct Desk<'a, 'c> {
    change: &'a Change<'c>,
    chain: &'a Chain,
    rows: &'a mut BTreeMap<CustomerId, i64>,
    receipts: &'a mut BTreeSet<String>,
    epoch: i64,
}

impl Desk<'_, '_> {
    /// Nothing for a sale that cannot be read or was told before.
    fn sale(&mut self, record: &Record, payload: &[u8]) -> Result<Option<()>, StoreFault> {
        let Ok(purchase) = serde_json::from_slice::<Purchase>(payload) else { return Ok(None) };
        if !self.receipts.insert(purchase.receipt.to_string()) {
            return Ok(None);
        }
        let customer = purchase.customer.clone().map(|id| self.row(id, purchase.when.business_day));
        let shop = Shop {
            shop: record.header.shop.clone(),
            counter: record.header.counter.clone(),
            ..self.chain.shop.clone()
        };
        let seq = record.header.seq;
        // A counter tells of the decision right after the sale.
        let place = Place {
            source: purchases::OWN,
            shop: &shop,
            customer: customer.transpose()?,
            record: (self.epoch, seq),
            decision: seq + 1,
        };
        purchases::add(self.change, &purchase, &place)?;
        Ok(Some(()))
    }

    fn decision(&mut self, record: &Record, payload: &[u8]) -> Result<Option<()>, StoreFault> {
        let Ok(decision) = serde_json::from_slice::<Decision>(payload) else { return Ok(None) };
        records::mirror(self.change, (self.epoch, record.header.seq), record)?;
        let Some(guest) = &decision.guest else { return Ok(Some(())) };
        // A lot of another experiment had other arms or other chances; it says nothing of this one.
        let experiment = &self.chain.policy.experiment;
        let seed = offer::seed(&guest.situation.customer, guest.situation.epoch, experiment);
        if let Some(assignment) = decision.opens_epoch(&self.chain.policy).filter(|_| guest.draw.seed == seed)
        {
            let row = self.row(guest.situation.customer.clone(), assignment.from)?;
            assignments::keep(self.change, row, &assignment)?;
        }
        Ok(Some(()))
    }

    fn row(&mut self, id: CustomerId, seen: BusinessDay) -> Result<i64, StoreFault> {
        if let Some(row) = self.rows.get(&id) {
            return Ok(*row);
        }
        // What they agreed to was heard when a decision was made; of learning it says nothing.
        let customer = Customer { id: id.clone(), consent: Consent::default(), registered: seen };
        let row = customers::add_customer(self.change, &customer, purchases::OWN)?;
        self.rows.insert(id, row);
        Ok(row)
    }
}
