//! Why a code is not accepted: one sentence each, for the person at the counter.

use crate::facts::moment::Moment;

/// A code that identifies nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassFault {
    /// Not the bytes of a code.
    #[error("the code cannot be read ({0}); scan it again, with the phone's screen bright")]
    Damaged(&'static str),
    /// A version or algorithm of the future.
    #[error("the code is of a newer kind than this counter knows; update kava, and sell without it today")]
    Newer,
    /// Made for another chain.
    #[error("the code belongs to another chain; ask the guest for the code of this one")]
    OtherChain,
    /// The office's key is not known here.
    #[error(
        "the code is signed with the office's key {0}, which this counter does not have; let it fetch keys"
    )]
    KeyUnknown(u8),
    /// The office's key was withdrawn.
    #[error(
        "the code is signed with a key that was withdrawn; the guest must open the app with a network once"
    )]
    KeyRevoked,
    /// A signature does not fit.
    #[error("the code is forged or altered; do not accept it")]
    Forged,
    /// The pass is past its days.
    #[error("the guest's pass ended at {0}; the guest must open the app with a network once")]
    PassExpired(Moment),
    /// The phone was reported lost, or the membership ended.
    #[error("the guest's pass was withdrawn; the guest must sign in to the app again")]
    PassRevoked,
    /// The phone's clock is ahead of all others.
    #[error("the code is {seconds} s ahead of time; set the phone's clock, or this counter's, to automatic")]
    FromTheFuture {
        /// By how much.
        seconds: i64,
    },
    /// A photograph, or a phone whose clock is behind.
    #[error("the code is {seconds} s old; ask for the live code on the phone, not a picture of it")]
    TooOld {
        /// How old.
        seconds: i64,
    },
    /// Used in a settled visit, or at another counter.
    #[error("this very code was used before; ask the guest to show the code that is on the phone now")]
    Replayed,
    /// A short code of another shop.
    #[error("the short code is for another shop; scan the QR code instead")]
    OtherShop,
    /// A short code of another week.
    #[error(
        "the short code is of another week; the guest must open the app with a network once, or show the QR code"
    )]
    OtherWeek,
    /// No key for this week.
    #[error("this counter has no short-code key of this week; scan the QR code instead")]
    NoWeekKey,
    /// The short code belongs to nobody.
    #[error("the short code is nobody's here; scan the QR code instead")]
    ShortUnknown,
    /// Six digits that two guests have.
    #[error("two guests have these six digits this week; scan the QR code instead")]
    SpokenAmbiguous,
    /// Guessing.
    #[error("too many wrong digits were entered; wait {minutes} min or scan the QR code")]
    TooManyTries {
        /// How long.
        minutes: i64,
    },
    /// The secret does not open the membership.
    #[error("the claim does not fit its membership; scan the printed code again")]
    ClaimWrong,
}

impl PassFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PassFault::Damaged(_) => "code_damaged",
            PassFault::Newer => "code_newer",
            PassFault::OtherChain => "code_other_chain",
            PassFault::KeyUnknown(_) => "code_key_unknown",
            PassFault::KeyRevoked => "code_key_revoked",
            PassFault::Forged => "code_forged",
            PassFault::PassExpired(_) => "code_pass_expired",
            PassFault::PassRevoked => "code_pass_revoked",
            PassFault::FromTheFuture { .. } => "code_from_the_future",
            PassFault::TooOld { .. } => "code_too_old",
            PassFault::Replayed => "code_replayed",
            PassFault::OtherShop => "code_other_shop",
            PassFault::OtherWeek => "code_other_week",
            PassFault::NoWeekKey => "code_no_week_key",
            PassFault::ShortUnknown => "code_short_unknown",
            PassFault::SpokenAmbiguous => "code_ambiguous",
            PassFault::TooManyTries { .. } => "code_too_many_tries",
            PassFault::ClaimWrong => "code_claim_wrong",
        }
    }
}
