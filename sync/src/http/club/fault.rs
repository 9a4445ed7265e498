//! What a guest's phone is told when it is not what it asked for.

use axum::http::StatusCode;

/// Why a phone's request is not answered as it wished.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClubFault {
    /// No guest has this phone.
    #[error("this phone is not known here; join again")]
    Stranger,
    /// It was withdrawn, or its guest has left.
    #[error("this phone was withdrawn; join again with a new key")]
    Withdrawn,
    /// The key cannot be one, or the request is not signed with it.
    #[error("the phone's key cannot be read; update the app")]
    Key,
    /// A blank membership that is none, or that somebody else has.
    #[error("this membership cannot be claimed: {0}")]
    Claim(String),
    /// A code for another phone that is of no use.
    #[error("this code is unknown, used or older than ten minutes; make a new one on the other phone")]
    Transfer,
    /// Without agreeing to the programme nobody is a member.
    #[error("the answer about {0} is missing or cannot be kept")]
    Consent(String),
    /// A field of the profile cannot stand as it is.
    #[error("{0} cannot be written like this")]
    Field(&'static str),
    /// The profile was changed elsewhere meanwhile.
    #[error("the profile was changed elsewhere meanwhile; look at it and save again")]
    Changed,
}

impl ClubFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ClubFault::Stranger => "club_stranger",
            ClubFault::Withdrawn => "club_withdrawn",
            ClubFault::Key => "club_key",
            ClubFault::Claim(_) => "club_claim",
            ClubFault::Transfer => "club_transfer",
            ClubFault::Consent(_) => "club_consent",
            ClubFault::Field(_) => "club_field",
            ClubFault::Changed => "club_changed",
        }
    }

    /// The status that goes with it.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            ClubFault::Stranger => StatusCode::UNAUTHORIZED,
            ClubFault::Withdrawn => StatusCode::GONE,
            ClubFault::Changed => StatusCode::CONFLICT,
            ClubFault::Claim(_) | ClubFault::Transfer => StatusCode::FORBIDDEN,
            ClubFault::Key | ClubFault::Consent(_) | ClubFault::Field(_) => StatusCode::BAD_REQUEST,
        }
    }
}
