//! People: who joined by the app, what they agreed to, and what the office knows of them. Beside the ledger the
//! only room that knows SQL; names, phones and e-mails stand only in its tables, everything else is found by
//! pseudonym.
//!
//! * [`join`] a phone becomes a guest's, [`person`] what a guest says of themselves, [`consent`] what they agreed to;
//! * [`past`] visits and receipts out of the records that are about them;
//! * [`cards`] what a guest may choose from, [`pass`] the office's word for it, [`home`] all that a phone shows;
//! * [`keys`] what counters need to believe it; [`leave`] export and erasure, [`merge`] two who are one;
//! * [`blanks`] memberships on paper, for who joins later.
//!
//! May import the pure half of `kava` and `ledger`. Not here: HTTP, who may ask, the clock.

pub mod blanks;
pub mod cards;
pub mod consent;
pub mod events;
pub mod feed;
pub mod home;
pub mod join;
pub mod keys;
pub mod leave;
pub mod merge;
pub mod pass;
pub mod past;
pub mod person;
pub mod shelf;
pub mod wish;
