//! Sign-on: who sells. Nobody need be signed on, and no sale waits for it; records of what is sold, given back, cancelled or
//! looked up hold the id of who is. The screen signs somebody on for the day of trade; a program says it with its requests.

use super::counter::Counter;
use super::fault::FlowFault;
use super::open_visit::OpenVisit;
use super::pin::Pin;
use crate::facts::at_till::{AtTill, OrderSeen};
use crate::facts::id::{BaristaId, VisitId};
use crate::facts::moment::Moment;
use crate::facts::staff::{Barista, Staff};
use crate::store::office;
use crate::store::pin::Whose;
use crate::store::staff::{SignedOn, keep_signed_on, replace_staff};
use crate::store::{Store, StoreFault};
use crate::wire::document::Edition;

/// Who may sign on here, and who has.
#[derive(Debug, Default)]
pub(super) struct Staffing {
    list: Staff,
    on: SignedOn,
    /// Whom a program names with the request at hand.
    told: Option<BaristaId>,
}

impl Staffing {
    pub(super) fn read(&mut self, store: &Store) -> Result<(), StoreFault> {
        (self.list, self.on) = (store.staff()?, store.signed_on()?);
        Ok(())
    }

    /// Whom the request at hand names.
    pub(super) fn told(&self) -> Option<BaristaId> {
        self.told.clone()
    }
}

impl Counter {
    /// Who may sign on here.
    #[must_use]
    pub const fn staff(&self) -> &Staff {
        &self.staffing.list
    }

    /// Who is signed on. A sign-on is good for its day of trade, and while the name is on the list.
    #[must_use]
    pub fn signed_on(&self, at: Moment) -> Option<&Barista> {
        let (id, day) = self.staffing.on.as_ref()?;
        (*day == self.time.local(at).business_day).then(|| self.staffing.list.get(id)).flatten()
    }

    /// Signs somebody on, in the place of whoever was.
    ///
    /// # Errors
    /// When nobody on the list has this id, the PIN is missing or wrong or was wrong too often, or the store fails.
    pub fn sign_on(&mut self, id: &BaristaId, pin: Option<&Pin>, at: Moment) -> Result<(), FlowFault> {
        let one = self.staffing.list.get(id).ok_or_else(|| FlowFault::BaristaUnknown(id.clone()))?;
        if let Some(proof) = one.pin.clone() {
            let pin = pin.ok_or(FlowFault::BaristaPinNeeded)?;
            if !self.is_pin(Whose::Barista, (&proof, pin), at)? {
                return Err(FlowFault::BaristaPinWrong);
            }
        }
        self.keep_on(Some((id.clone(), self.time.local(at).business_day)))
    }

    /// Signs off whoever is signed on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sign_off(&mut self) -> Result<(), FlowFault> {
        if self.staffing.on.is_none() {
            return Ok(());
        }
        self.keep_on(None)
    }

    /// A program says who sells; good until it says something else, and before any sign-on at a screen.
    pub fn told_of(&mut self, barista: Option<BaristaId>) {
        self.staffing.told = barista;
    }

    /// Whoever has watched an order grow says how, in the place of what was quoted here.
    ///
    /// # Errors
    /// When the visit is not open.
    pub fn order_seen(&mut self, visit: &VisitId, order: OrderSeen) -> Result<(), FlowFault> {
        self.visit_mut(visit)?.order = order;
        Ok(())
    }

    /// Who sells now, for a record.
    pub(super) fn barista(&self, at: Moment) -> Option<BaristaId> {
        self.staffing.told().or_else(|| self.signed_on(at).map(|one| one.id.clone()))
    }

    /// What the record of this visit's sale says of the till.
    pub(super) fn at_till(&self, open: &OpenVisit, at: Moment) -> AtTill {
        AtTill {
            barista: self.staffing.told().or_else(|| open.barista.clone()).or_else(|| self.barista(at)),
            known: open.order.known().filter(|_| open.guest.is_some()),
            taken_off: open.order.taken_off(),
        }
    }

    /// The payload of a record, with who sells.
    pub(super) fn signed(&self, mut payload: serde_json::Value, at: Moment) -> String {
        if let (Some(fields), Some(barista)) = (payload.as_object_mut(), self.barista(at)) {
            fields.insert("barista".into(), barista.as_str().into());
        }
        payload.to_string()
    }

    /// The office's list, whole. Of who is not on it any more nothing is left here.
    pub(super) fn apply_staff(&mut self, edition: &Edition, text: &str) -> Result<Option<String>, FlowFault> {
        let staff = match Staff::from_json(text) {
            Err(why) => return Ok(Some(why)),
            Ok(staff) => staff,
        };
        let before = self.store.staff()?;
        self.store.change(|change| {
            replace_staff(change, &staff)?;
            office::note_edition(change, edition)
        })?;
        if before.iter().any(|one| staff.get(&one.id).is_none_or(|now| now.name != one.name)) {
            self.overwrite_freed();
        }
        Ok(None)
    }

    fn keep_on(&mut self, on: SignedOn) -> Result<(), FlowFault> {
        self.store.change(|change| keep_signed_on(change, &on))?;
        self.staffing.on = on;
        Ok(())
    }
}
