//! Why the counter could not do what was asked. Everything else is an answer.

use super::pin::{PIN_LEAST, PIN_MOST};
use crate::facts::basket::BasketFault;
use crate::facts::id::{BaristaId, OfferId, ReceiptId, ShopId, VisitId};
use crate::steps::charge::ChargeFault;
use crate::steps::sale::RefundFault;
use crate::steps::scan::CodeFault;
use crate::store::StoreFault;
use crate::wire::code::PassFault;

/// A question that has no answer, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum FlowFault {
    /// The text is no code.
    #[error(transparent)]
    Code(#[from] CodeFault),
    /// A trade number that no product of the menu has.
    #[error("no product on the menu has the number {0}; add it to the menu, or choose the product by name")]
    EanUnknown(String),
    /// A code that is not accepted.
    #[error(transparent)]
    Pass(#[from] PassFault),
    /// A well-formed code that belongs to nobody here.
    #[error("nobody here has this code; sell without it or register the guest")]
    CodeUnknown,
    /// No such visit is open.
    #[error("visit {0} is not open; greet the guest again")]
    VisitUnknown(VisitId),
    /// Settled before.
    #[error("visit {visit} was settled as receipt {receipt}; greet the guest again for a new one")]
    VisitSettled {
        /// The visit.
        visit: VisitId,
        /// Its receipt.
        receipt: ReceiptId,
    },
    /// Settled without a quote.
    #[error("visit {0} has no basket yet; quote it first")]
    NotQuoted(VisitId),
    /// Rung up, but the store could not keep it yet.
    #[error("visit {0} is rung up but not yet written; settle it again to write it, no register is asked")]
    Unsaved(VisitId),
    /// Quoted on another day of trade: costs have aged and caps have changed.
    #[error("the quote of visit {0} is of another day; quote it again")]
    QuoteOld(VisitId),
    /// The charge waits for a person to look at the register.
    #[error("receipt {0} needs review: look at the register's tape and say whether it was rung up")]
    NeedsReview(ReceiptId),
    /// A line of the basket is impossible.
    #[error(transparent)]
    Basket(#[from] BasketFault),
    /// Nobody is owed so much.
    #[error("of {kind} only {left} are owed; hand out that or less")]
    OwedLess {
        /// `points`, `stamps` or `money`.
        kind: &'static str,
        /// What is owed.
        left: String,
    },
    /// No such offer.
    #[error("offer {0} was not made to this guest; choose one that was shown")]
    OfferUnknown(OfferId),
    /// Made in another visit.
    #[error("offer {0} belongs to another visit; choose one of this visit")]
    OfferOfAnotherVisit(OfferId),
    /// No longer good.
    #[error("offer {0} has expired; choose another one")]
    OfferExpired(OfferId),
    /// A coupon that lives in another shop.
    #[error("coupon {offer} is good in shop {shop} only; sell without it, or ask the office to move it here")]
    CouponElsewhere {
        /// The coupon's offer.
        offer: OfferId,
        /// Where it is good.
        shop: ShopId,
    },
    /// A coupon of this shop that this counter was not lent.
    #[error("coupon {0} was used, or another counter of this shop has it; sell without it here")]
    CouponNotHere(OfferId),
    /// The sums of the charge do not agree.
    #[error(transparent)]
    Charge(#[from] ChargeFault),
    /// The register did not ring up, and says so.
    #[error("the register did not ring up receipt {receipt}: {reason}; try again")]
    RegisterRefused {
        /// The receipt that was not made.
        receipt: ReceiptId,
        /// In the register's words.
        reason: String,
    },
    /// No such receipt.
    #[error("receipt {0} is not known here; check its number")]
    ReceiptUnknown(ReceiptId),
    /// Not one of this counter's own.
    #[error("receipt {0} was imported; give it back at the till that made it")]
    ReceiptImported(ReceiptId),
    /// The refund asks for too much.
    #[error(transparent)]
    Refund(#[from] RefundFault),
    /// The policy wants a manager for this.
    #[error("giving so much back needs the manager's PIN; send it with the refund")]
    PinNeeded,
    /// There is no PIN yet.
    #[error("no manager's PIN is set here; set one with `kava pin set` or in the till's settings")]
    PinUnset,
    /// Not the PIN.
    #[error("this is not the manager's PIN")]
    PinWrong,
    /// Too many wrong ones.
    #[error("too many wrong PINs; wait {minutes} min")]
    PinTries {
        /// Until the next may be tried.
        minutes: i64,
    },
    /// No PIN at all.
    #[error("a PIN has {PIN_LEAST} to {PIN_MOST} digits; choose another one")]
    PinShape,
    /// Nobody on the staff list has this id.
    #[error("nobody on the staff list has the id {0}; see `kava staff list`")]
    BaristaUnknown(BaristaId),
    /// Whoever signs on has a PIN of their own.
    #[error("this name has a PIN; send it with the sign-on")]
    BaristaPinNeeded,
    /// Not the PIN of whoever signs on.
    #[error("this is not the PIN of this name")]
    BaristaPinWrong,
    /// A kind or consent that does not exist.
    #[error("{0}")]
    Unknown(String),
    /// The database could not answer.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl FlowFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            FlowFault::Code(fault) => fault.code(),
            FlowFault::EanUnknown(_) => "ean_unknown",
            FlowFault::Pass(fault) => fault.code(),
            FlowFault::CodeUnknown => "code_unknown",
            FlowFault::VisitUnknown(_) => "visit_unknown",
            FlowFault::VisitSettled { .. } => "visit_settled",
            FlowFault::NotQuoted(_) => "visit_not_quoted",
            FlowFault::Unsaved(_) => "sale_unsaved",
            FlowFault::QuoteOld(_) => "quote_old",
            FlowFault::NeedsReview(_) => "needs_review",
            FlowFault::Basket(fault) => fault.code(),
            FlowFault::OfferUnknown(_) => "offer_unknown",
            FlowFault::OfferOfAnotherVisit(_) => "offer_of_another_visit",
            FlowFault::OfferExpired(_) => "offer_expired",
            FlowFault::CouponElsewhere { .. } => "coupon_elsewhere",
            FlowFault::CouponNotHere(_) => "coupon_not_here",
            FlowFault::Charge(fault) => fault.code(),
            FlowFault::RegisterRefused { .. } => "register_refused",
            FlowFault::ReceiptUnknown(_) => "receipt_unknown",
            FlowFault::ReceiptImported(_) => "receipt_imported",
            FlowFault::Refund(fault) => fault.code(),
            FlowFault::PinNeeded => "pin_needed",
            FlowFault::PinUnset => "pin_unset",
            FlowFault::PinWrong => "pin_wrong",
            FlowFault::OwedLess { .. } => "owed_less",
            FlowFault::PinTries { .. } => "pin_too_many_tries",
            FlowFault::PinShape => "pin_shape",
            FlowFault::BaristaUnknown(_) => "barista_unknown",
            FlowFault::BaristaPinNeeded => "barista_pin_needed",
            FlowFault::BaristaPinWrong => "barista_pin_wrong",
            FlowFault::Unknown(_) => "value_unknown",
            FlowFault::Store(fault) => fault.code(),
        }
    }
}
