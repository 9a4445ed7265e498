//! Carry: what guests brought along from an older programme is told to the office, and handed out once.

use super::fault::FlowFault;
use super::ids::Ids;
use crate::facts::carried::Amount;
use crate::facts::moment::{LocalMoment, Moment};
use crate::facts::shop::Shop;
use crate::store::customers::Known;
use crate::store::records::{self, Entry};
use crate::store::{Change, Store, StoreFault, carried};
use crate::wire::carried::{Carried, PaidOut};
use crate::wire::record::{ClockTrust, kind};
use serde::Serialize;

/// Guests that one commit tells of.
const GUESTS_A_TIME: usize = 500;
/// A clock that shows so much less than the newest record has jumped back.
pub(super) const TOLERANCE_MS: i64 = 300_000;

/// Where and when a record is written.
struct Page {
    shop: Shop,
    epoch: i64,
    when: LocalMoment,
    clock_trust: ClockTrust,
}

impl Page {
    fn of(store: &Store, at: Moment) -> Result<Page, FlowFault> {
        let shop = store.shop()?;
        let time = shop.time().map_err(FlowFault::Unknown)?;
        let jumped = store.newest_record_at()?.is_some_and(|newest| at.later(TOLERANCE_MS).0 < newest);
        let clock_trust = if jumped { ClockTrust::Jumped } else { ClockTrust::Ok };
        Ok(Page { epoch: store.epoch()?, when: time.local(at), clock_trust, shop })
    }

    fn write<T: Serialize>(
        &self,
        change: &Change<'_>,
        kind: &str,
        told: &T,
        salt: [u8; 16],
    ) -> Result<(), StoreFault> {
        let payload = serde_json::to_vec(told).map_err(|error| StoreFault::Other(error.to_string()))?;
        let (when, clock_trust) = (self.when, self.clock_trust);
        let entry = Entry { kind, when, clock_trust, payload: &payload, salt };
        records::append(change, &self.shop, self.epoch, &entry).map(drop)
    }
}

/// Writes a record of everything that guests brought along and no record says yet; gives how many guests that was. What was cut
/// off in between is told the next time, and nothing twice.
///
/// # Errors
/// When the store fails.
pub fn tell(store: &mut Store, ids: &mut Ids, at: Moment) -> Result<u64, FlowFault> {
    let mut guests = 0;
    loop {
        let lot = store.untold(GUESTS_A_TIME)?;
        if lot.is_empty() {
            return Ok(guests);
        }
        let page = Page::of(store, at)?;
        let salts: Vec<[u8; 16]> = lot.iter().map(|_| ids.salt()).collect();
        store.change(|change| {
            for (brought, salt) in lot.iter().zip(salts) {
                let told = Carried {
                    customer: brought.customer.clone(),
                    source: brought.source.clone(),
                    currency: page.shop.currency.clone(),
                    owed: brought.owed.clone(),
                    promised: carried::promise_of(change, brought.row)?,
                };
                page.write(change, kind::CARRIED, &told, salt)?;
                carried::told(change, brought)?;
            }
            Ok(())
        })?;
        guests += lot.len() as u64;
    }
}

/// Hands out something of what a guest is owed; gives what is owed to them afterwards.
///
/// # Errors
/// When it is more than they are owed, or nothing; when the store fails.
pub fn pay_out(
    (store, ids): (&mut Store, &mut Ids),
    guest: &Known,
    paid: Amount,
    at: Moment,
) -> Result<Vec<Amount>, FlowFault> {
    // A record of what is owed comes before the record of what is handed out.
    tell(store, ids, at)?;
    let owed = store.owed(guest.row)?;
    let left = owed.iter().find(|owed| owed.kind == paid.kind).map_or(0, |owed| owed.amount);
    if paid.amount <= 0 || paid.amount > left {
        let left = Amount { amount: left, ..paid }.to_string();
        return Err(FlowFault::OwedLess { kind: paid.kind.code(), left });
    }
    let page = Page::of(store, at)?;
    let id = ids.receipt(at).to_string();
    let (customer, currency) = (guest.customer.id.clone(), page.shop.currency.clone());
    let told = PaidOut { id, customer, currency, paid };
    let salt = ids.salt();
    store.change(|change| {
        carried::pay_out(change, (&told.id, guest.row), &paid, at)?;
        page.write(change, kind::PAID_OUT, &told, salt)
    })?;
    Ok(store.owed(guest.row)?)
}
