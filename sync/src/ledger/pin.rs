//! The manager's PIN of a till: somebody hears when the first one was set, since nobody had to know one for that.

use super::{append::alarm, fault::LedgerFault, payload};
use kava::{
    facts::moment::Moment,
    wire::record::{Record, kind},
};
use rusqlite::Transaction;
use serde::Deserialize;

#[derive(Deserialize)]
struct PinSet {
    first: bool,
}

/// Raises an alarm where a record says that a first PIN was set.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    if payload::read::<PinSet>(record, kind::PIN).is_some_and(|set| set.first) {
        let text = "the first manager's PIN was set at this till; if that was nobody you know, set another with `kava pin set` there";
        alarm(change, Some(counter), ("pin_first", text), now)?;
    }
    Ok(())
}
