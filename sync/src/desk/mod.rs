//! The desk: who works at the office, what each may see and do, and what they see. Beside the ledger and people the only
//! room that knows SQL.
//!
//! * [`role`] what a role may, [`clerk`] who has one, [`session`] how they come in, [`deeds`] every change they make;
//! * [`overview`] shops of a day, [`days`] two weeks, [`lift`] what was earned, [`segments`] who is in which and went where, [`fleet`] how counters are, [`figures`] for whoever watches from outside, [`shelf`] the menu with floors, [`revision`] another one beside it, [`rehearsal`] a campaign on what is past, [`attention`] what is a reason to look, [`models`] bundles and where they are, [`receipts`] those of a day, [`receipt`] one;
//! * [`seen`] sales as the roll-out of bundles reads them, [`rolls`] what follows from them, with a deed;
//! * [`reports`] the embedded warehouse, view by view;
//! * [`close`] a day beside Z reports and the acquirer's statement;
//! * [`privacy`] a guest who asks what is kept of them, or to be erased;
//! * [`csv`] and [`xlsx`] tables to take away, made of [`sheet`]s;
//! * [`wish`] what can be written, [`launch`] campaigns among it.
//!
//! May import the pure half of `kava`, `ledger`, `roll`, `watch`, and of `people` the rules that are in force. Not here: HTTP, passwords.

pub mod attention;
pub mod clerk;
pub mod close;
pub mod csv;
pub mod days;
pub mod deeds;
pub mod figures;
pub mod fleet;
pub mod launch;
pub mod lift;
pub mod models;
pub mod overview;
pub mod privacy;
pub mod receipt;
pub mod receipts;
pub mod rehearsal;
pub mod reports;
pub mod revision;
pub mod role;
pub mod rolls;
pub mod seen;
pub mod segments;
pub mod session;
pub mod sheet;
pub mod shelf;
pub mod sold;
pub mod wish;
pub mod xlsx;
mod zip;
