//! A visit while it is open: from greet to settle, in memory only.

use super::closing::Pending;
use super::decision::Guest;
use super::quote::Quote;
use crate::facts::at_till::OrderSeen;
use crate::facts::id::{BaristaId, OfferId, ReceiptId};
use crate::facts::moment::LocalMoment;
use crate::ports::Outcome;
use crate::steps::charge::Charge;
use crate::wire::code::CodeUse;

/// A visit between greet and settle.
#[derive(Debug)]
pub(super) struct OpenVisit {
    pub(super) greeted: LocalMoment,
    pub(super) customer: Option<i64>,
    pub(super) guest: Option<Guest>,
    /// Codes that the guest has shown in this visit; used once it is settled.
    pub(super) codes: Vec<CodeUse>,
    /// The order, as it has grown.
    pub(super) order: OrderSeen,
    /// Who sells, where whoever drives the counter has said it.
    pub(super) barista: Option<BaristaId>,
    /// The card that the guest has chosen on the phone.
    pub(super) wanted: Option<OfferId>,
    pub(super) quote: Option<Quote>,
    pub(super) settled: Option<ReceiptId>,
    pub(super) in_review: Option<ReceiptId>,
    /// The guest was erased while the visit was open.
    pub(super) guest_left: bool,
    /// Rung up, but not yet written: settling again writes it and asks no register.
    pub(super) unsaved: Option<Box<Unsaved>>,
}

/// What the register has answered and the store could not keep.
#[derive(Debug, Clone)]
pub(super) struct Unsaved {
    pub(super) charge: Charge,
    pub(super) pending: Pending,
    pub(super) outcome: Outcome,
}

impl OpenVisit {
    pub(super) fn new(greeted: LocalMoment, customer: Option<i64>, guest: Option<Guest>) -> OpenVisit {
        let (codes, wanted) = (Vec::new(), None);
        OpenVisit {
            greeted,
            customer,
            guest,
            codes,
            order: OrderSeen::default(),
            barista: None,
            wanted,
            quote: None,
            settled: None,
            in_review: None,
            guest_left: false,
            unsaved: None,
        }
    }
}
