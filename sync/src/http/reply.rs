//! What is answered when it is not what was asked for: a status, a code, one sentence.

use super::{club::fault::ClubFault, desk::fault::DeskFault};
use crate::gate::seals::SealFault;
use crate::ledger::LedgerFault;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use kava::{
    facts::moment::Moment,
    wire::{
        batch::BatchFault,
        reply::{Place, Refused, Wrong},
    },
};

/// Why a request is not answered as it wished.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OfficeFault {
    /// Not signed, or not by somebody who may.
    #[error(transparent)]
    Seal(#[from] SealFault),
    /// The body is no batch.
    #[error(transparent)]
    Batch(#[from] BatchFault),
    /// Of a guest's phone.
    #[error(transparent)]
    Club(#[from] ClubFault),
    /// Of a clerk's browser.
    #[error(transparent)]
    Desk(#[from] DeskFault),
    /// The ledger cannot.
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    /// Larger than a body may be.
    #[error("the body is larger than {0} bytes; send less at a time")]
    BodyLarge(usize),
    /// It does not end.
    #[error("the body did not arrive in time; send it again")]
    BodySlow,
    /// It broke off, is damaged, or is not what it says.
    #[error("{0}")]
    BodyUnreadable(String),
    /// A word behind the question mark, or a name in the path, is not what it should be.
    #[error("the address cannot be read: {0}")]
    AddressUnreadable(String),
    /// Records of a chain that is not ours, or of another counter.
    #[error("this key speaks for counter {0}; it cannot send for another")]
    OtherCounter(String),
    /// Records are missing before the batch.
    #[error("records are missing; send from {}/{} on", .0.epoch, .0.seq)]
    Gap(Place),
    /// Customers were erased whom the counter still knows.
    #[error("customers were erased; ask for news and erase them first")]
    ErasuresFirst,
    /// Two machines write one series.
    #[error(
        "record {}/{} is another one here: two machines write this series; nothing more is taken until the counter is \
         enrolled anew with `kava enrol`", .0.epoch, .0.seq
    )]
    Fork(Place),
    /// The enrolment code is nobody's.
    #[error("the office gave no such code out; type it again, or ask the office for a new one")]
    EnrolCode,
    /// The enrolment code was good once.
    #[error("this code was used, or is older than ten minutes; ask the office for a new one")]
    EnrolCodeOld,
    /// It is for another counter.
    #[error("this code is for counter {counter} of shop {shop}; use it there, or ask for another")]
    EnrolOther {
        /// The shop.
        shop: String,
        /// The counter.
        counter: String,
    },
    /// Too many tries.
    #[error("too many tries; wait a minute")]
    TooManyTries,
    /// Too many are served already.
    #[error("too many counters send at once; send again in a moment")]
    Crowded,
    /// Nothing there.
    #[error("there is no such thing here")]
    Unknown,
    /// A defect of ours.
    #[error("the office failed inside; send it again")]
    Internal,
}

impl OfficeFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            OfficeFault::Seal(fault) => fault.code(),
            OfficeFault::Batch(fault) => fault.code(),
            OfficeFault::Club(fault) => fault.code(),
            OfficeFault::Desk(fault) => fault.code(),
            OfficeFault::Ledger(fault) => fault.code(),
            OfficeFault::BodyLarge(_) => "body_large",
            OfficeFault::BodySlow => "body_slow",
            OfficeFault::BodyUnreadable(_) => "body_unreadable",
            OfficeFault::AddressUnreadable(_) => "address_unreadable",
            OfficeFault::OtherCounter(_) => "series_foreign",
            OfficeFault::Gap(_) => "series_gap",
            OfficeFault::Fork(_) => "series_fork",
            OfficeFault::ErasuresFirst => "erasures_first",
            OfficeFault::EnrolCode => "enrol_code",
            OfficeFault::EnrolCodeOld => "enrol_code_old",
            OfficeFault::EnrolOther { .. } => "enrol_other",
            OfficeFault::TooManyTries => "too_many_tries",
            OfficeFault::Crowded => "crowded",
            OfficeFault::Unknown => "unknown",
            OfficeFault::Internal => "internal",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            OfficeFault::Seal(_) => StatusCode::UNAUTHORIZED,
            OfficeFault::Batch(_) | OfficeFault::BodyUnreadable(_) | OfficeFault::AddressUnreadable(_) => {
                StatusCode::BAD_REQUEST
            }
            OfficeFault::OtherCounter(_)
            | OfficeFault::EnrolCode
            | OfficeFault::EnrolCodeOld
            | OfficeFault::EnrolOther { .. } => StatusCode::FORBIDDEN,
            OfficeFault::Club(fault) => fault.status(),
            OfficeFault::Desk(fault) => fault.status(),
            OfficeFault::Ledger(LedgerFault::Full) => StatusCode::INSUFFICIENT_STORAGE,
            OfficeFault::Crowded | OfficeFault::Ledger(_) => StatusCode::SERVICE_UNAVAILABLE,
            OfficeFault::BodyLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            OfficeFault::BodySlow => StatusCode::REQUEST_TIMEOUT,
            OfficeFault::Gap(_) | OfficeFault::Fork(_) | OfficeFault::ErasuresFirst => StatusCode::CONFLICT,
            OfficeFault::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            OfficeFault::Unknown => StatusCode::NOT_FOUND,
            OfficeFault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn place(&self) -> Option<Place> {
        match self {
            OfficeFault::Gap(place) => Some(*place),
            _ => None,
        }
    }

    const fn office_time(&self) -> Option<Moment> {
        match self {
            OfficeFault::Seal(SealFault::Clock { office, .. }) => Some(*office),
            _ => None,
        }
    }
}

impl IntoResponse for OfficeFault {
    fn into_response(self) -> Response {
        let error = Wrong { code: self.code().into(), message: self.to_string() };
        let body = Refused { error, from: self.place(), office_time: self.office_time() };
        let mut response = (self.status(), Json(body)).into_response();
        let seconds = match self {
            OfficeFault::TooManyTries | OfficeFault::Ledger(_) => Some("60"),
            OfficeFault::Crowded => Some("1"),
            _ => None,
        };
        if let Some(seconds) = seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}
