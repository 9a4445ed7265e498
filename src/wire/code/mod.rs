//! The customer's code: what a phone shows, what the office has signed of it, and the shorter forms.
//!
//! Described with vectors in `docs/code.md`, which never changes meaning. Everything is pure: keys and the
//! instant now are arguments. Not here: who the customer is, what was used before, the scanner.

pub mod base;
pub mod blank;
pub mod clock;
pub mod digits;
pub mod fault;
pub mod keys;
pub mod octets;
pub mod pass;
pub mod phone;
pub mod proof;
pub mod short;
pub mod tries;

pub use base::{Base, Voucher};
pub use blank::Blank;
pub use fault::PassFault;
pub use keys::{Algorithm, OfficeKey, PhoneId, PhoneKey};
pub use pass::{Pass, Pseudonym, SignedPass};
pub use phone::Phone;
pub use proof::{CodeUse, Proof, Seen, Trust, Verified};
pub use short::{ShortCode, WeekKey};

/// First digit of a code that a phone signs.
pub const PASS_VERSION: char = '2';
/// First digit of the short code.
pub const SHORT_VERSION: char = '3';
/// First digit of a blank membership.
pub const BLANK_VERSION: char = '4';
