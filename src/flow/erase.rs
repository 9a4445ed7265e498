//! Erase: whom the office has erased, this counter knows no more. Records keep their place in the chain, purchases
//! their sums; a receipt for it goes up in the counter's own series.

use super::closing::Pending;
use super::counter::Counter;
use super::fault::FlowFault;
use super::settle::PendingKind;
use crate::facts::id::CustomerId;
use crate::facts::moment::Moment;
use crate::steps::charge::Charge;
use crate::store::erasures::{self, Found, Leaving};
use crate::store::records::{self, Entry};
use crate::store::{Change, StoreFault};
use crate::wire::erasure::{Erasure, Receipt};
use crate::wire::record::kind;

impl Counter {
    /// Erases these customers in one commit; gives whether any of them was known here. What was freed is taken out
    /// of the log afterwards, or when the next erasure comes.
    ///
    /// # Errors
    /// When the store fails, or a sale of one of them is rung up and not yet written.
    pub(super) fn erase(
        &mut self,
        erasures: &[Erasure],
        found: &Found,
        at: Moment,
    ) -> Result<bool, FlowFault> {
        let found = &self.store.find_newcomers(erasures, found.clone())?;
        let names: Vec<CustomerId> = found.leaving.iter().map(|one| one.customer.clone()).collect();
        self.drop_guests(&names)?;
        let (when, clock_trust) = self.local(at);
        let (shop, epoch, salt) = (self.shop.clone(), self.epoch, self.ids.salt());
        let upto = erasures.iter().map(|erasure| erasure.id).max().unwrap_or_default();
        self.store.change(|change| {
            strip_charges(change, &found.leaving)?;
            let erased = erasures::erase(change, erasures, found)?;
            let customers = found.leaving.len() as u64;
            let receipt = Receipt { upto, customers, records: erased.records, untold: erased.untold };
            let payload =
                serde_json::to_vec(&receipt).map_err(|error| StoreFault::Other(error.to_string()))?;
            let entry = Entry { kind: kind::ERASED, when, clock_trust, payload: &payload, salt };
            records::append(change, &shop, epoch, &entry)
        })?;
        self.overwrite_freed();
        Ok(!found.leaving.is_empty())
    }

    /// Overwrites what an erasure has freed. Where that fails they are erased all the same, and the office has heard so: it is
    /// tried again with the next erasure and at the next start.
    pub(super) fn overwrite_freed(&mut self) {
        match self.store.overwrite_freed() {
            Ok(true) => {}
            Ok(false) => tracing::warn!("somebody reads the database; what was erased is overwritten later"),
            Err(fault) => tracing::warn!(%fault, "what was erased is overwritten later"),
        }
    }
}

/// Open charges of these go on without their guest: the register's answer is still to come.
fn strip_charges(change: &Change<'_>, leaving: &[Leaving]) -> Result<(), StoreFault> {
    for (receipt, body) in erasures::open_bodies(change)? {
        let Ok(PendingKind::Sale(pending)) = serde_json::from_str::<PendingKind>(&body) else { continue };
        if !leaving.iter().any(|one| is_of(&pending, one)) {
            continue;
        }
        let stripped = PendingKind::Sale(Box::new(without_guest(*pending)));
        let body = serde_json::to_string(&stripped).map_err(|error| StoreFault::Other(error.to_string()))?;
        erasures::replace_body(change, &receipt, &body)?;
    }
    Ok(())
}

fn is_of(pending: &Pending, one: &Leaving) -> bool {
    let guest = pending.decision.guest.as_ref().map(|guest| &guest.situation.customer);
    pending.customer == Some(one.row) || guest == Some(&one.customer)
}

fn without_guest(mut pending: Pending) -> Pending {
    if let Ok(charge) = Charge::thaw(&pending.charge) {
        pending.charge = charge.anonymous().freeze();
    }
    pending.customer = None;
    pending.decision.guest = None;
    pending.decision.next = None;
    pending.at_till.known = None;
    // It holds the guest's code.
    pending.draft = None;
    pending
}
