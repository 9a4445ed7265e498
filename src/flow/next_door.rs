//! Next door: what another counter of this shop has sold, so that a guest is known at both. Purchases are kept beside this
//! counter's own, as those of an older till are: they are in its features, caps and used codes, and in no record and no shift
//! of its own.

use super::closing::visit_of;
use super::decision::Decision;
use super::refund::PendingRefund;
use crate::facts::customer::{Consent, Customer, Features, VisitOrder};
use crate::facts::id::{CounterId, CustomerId};
use crate::facts::models::Bundle;
use crate::facts::moment::BusinessDay;
use crate::facts::money::Money;
use crate::facts::policy::Policy;
use crate::facts::purchase::{Purchase, PurchaseKind};
use crate::facts::shop::Shop;
use crate::steps::{features, segment};
use crate::store::purchases::{self, Place, Refund};
use crate::store::{Change, StoreFault, aftermath, charges, codes, customers, erasures, visits};
use crate::wire::erasure::named;
use crate::wire::record::{Record, RecordHeader, kind};
use serde::Deserialize;

/// Where records of another counter are taken in.
pub(super) struct NextDoor<'a, 'c> {
    pub(super) change: &'a Change<'c>,
    pub(super) shop: &'a Shop,
    pub(super) policy: &'a Policy,
    pub(super) bundle: Option<&'a Bundle>,
}

/// A customer who joined there.
#[derive(Deserialize)]
struct Joined {
    customer: CustomerId,
    consent: Vec<String>,
    #[serde(default)]
    code: String,
}

impl NextDoor<'_, '_> {
    /// Takes one record in; kinds that say nothing of a guest are passed over, and so is what cannot be read. Gives whether
    /// the payload may be kept: not where it names somebody who was erased here.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn take(&self, record: &Record) -> Result<bool, StoreFault> {
        let Some(payload) = &record.payload else { return Ok(true) };
        if self.is_of_erased(payload)? {
            return Ok(false);
        }
        match record.header.kind.as_str() {
            kind::SALE => read(payload).map_or(Ok(()), |sale| self.sale(record, &sale))?,
            // The code that was shown there is not good here any more.
            kind::DECISION => read::<Decision>(payload).map_or(Ok(()), |decision| {
                let header = &record.header;
                decision
                    .codes
                    .iter()
                    .try_for_each(|code| codes::add_use(self.change, code, &header.counter, header.at))
            })?,
            kind::REFUND => {
                read(payload).map_or(Ok(()), |refund| self.refund(&record.header.counter, &refund))?;
            }
            kind::CUSTOMER => {
                read(payload).map_or(Ok(()), |joined| self.joined(&joined, &record.header))?;
            }
            _ => {}
        }
        Ok(true)
    }

    fn is_of_erased(&self, payload: &[u8]) -> Result<bool, StoreFault> {
        named(payload).map_or(Ok(false), |customer| erasures::was_erased(self.change, &customer))
    }

    fn sale(&self, record: &Record, purchase: &Purchase) -> Result<(), StoreFault> {
        let header = &record.header;
        let source = purchases::next_door(&header.counter);
        if purchases::of_source(self.change, &source, &purchase.receipt)?.is_some() {
            return Ok(());
        }
        let row = match &purchase.customer {
            Some(id) => Some(self.row(id, Consent::default(), header)?),
            None => None,
        };
        let there = Shop { counter: header.counter.clone(), ..self.shop.clone() };
        let record = (header.epoch, header.seq);
        let place = Place { source: &source, shop: &there, customer: row, record, decision: header.seq + 1 };
        purchases::add(self.change, purchase, &place)?;
        let Some(row) = row.filter(|_| purchase.kind == PurchaseKind::Sale) else { return Ok(()) };
        if purchase.discount() > Money::ZERO {
            let (day, discount) = (purchase.when.business_day, purchase.discount());
            charges::reserve_caps(self.change, row, day, &purchase.receipt, discount)?;
        }
        let order = VisitOrder {
            at: purchase.when.at,
            counter: header.counter.to_string(),
            epoch: header.epoch,
            seq: header.seq,
        };
        let today = visits::shop_day(self.change, purchase.when.business_day)?;
        let visit = visit_of(purchase, order, today.number);
        let stored = visits::features_of(self.change, row)?;
        let folded = features::is_next(&stored, &visit).then(|| features::fold(stored, &visit, self.policy));
        self.remember(row, folded, purchase.when.business_day)
    }

    /// A receipt is given back where it was made.
    fn refund(&self, counter: &CounterId, refund: &PendingRefund) -> Result<(), StoreFault> {
        let source = purchases::next_door(counter);
        let Some(of) = purchases::of_source(self.change, &source, &refund.original)? else { return Ok(()) };
        if purchases::has_refund(self.change, &refund.id)? {
            return Ok(());
        }
        let back =
            Refund { receipt: &refund.id, when: &refund.when, lines: &refund.lines, register_ref: None };
        purchases::add_refund(self.change, &of, &back)?;
        let in_full = purchases::is_refunded_in_full(self.change, of.row)?;
        let discount = Money::total(refund.lines.iter().map(|line| line.discount));
        charges::release_caps(self.change, &refund.original, (!in_full).then_some(discount))?;
        match of.customer.filter(|_| of.purchase.kind == PurchaseKind::Sale) {
            Some(row) => self.remember(row, None, refund.when.business_day),
            None => Ok(()),
        }
    }

    /// Their printed card is known here, too.
    fn joined(&self, joined: &Joined, header: &RecordHeader) -> Result<(), StoreFault> {
        let consent = Consent::from_codes(joined.consent.iter().map(String::as_str)).unwrap_or_default();
        let row = self.row(&joined.customer, consent, header)?;
        if joined.code.is_empty() || customers::has_printed_code(self.change, &joined.code)? {
            return Ok(());
        }
        customers::add_printed_code(self.change, &joined.code, row)
    }

    fn row(&self, id: &CustomerId, consent: Consent, header: &RecordHeader) -> Result<i64, StoreFault> {
        let customer = Customer { id: id.clone(), consent, registered: header.business_day };
        customers::add_customer(self.change, &customer, &purchases::next_door(&header.counter))
    }

    /// Features that are folded already, or all visits anew.
    fn remember(&self, row: i64, folded: Option<Features>, day: BusinessDay) -> Result<(), StoreFault> {
        let features = match folded {
            Some(folded) => folded,
            None => visits::refold(self.change, row, self.policy)?,
        };
        let previous = aftermath::segment_of(self.change, row)?;
        let today = visits::shop_day(self.change, day)?;
        let segment = segment::assign(&features, today, self.bundle, &previous);
        aftermath::set_features(self.change, row, &features, &segment)
    }
}

fn read<T: for<'a> Deserialize<'a>>(payload: &[u8]) -> Option<T> {
    serde_json::from_slice(payload).ok()
}
