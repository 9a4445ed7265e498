//! The manager's PIN of a till: somebody hears when the first one was set, since nobody had to know one for that.

use super::{append::alarm, fault::LedgerFault};
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

/// Raises an alarm where a record says that a first PIN was set. A payload that cannot be read is a later version's.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Some(payload) = record.payload.as_deref().filter(|_| record.header.kind == kind::PIN) else {
        return Ok(());
    };
    match serde_json::from_slice::<PinSet>(payload) {
        Ok(PinSet { first: true }) => {
            let text = "the first manager's PIN was set at this till; if that was nobody you know, set another with `kava pin set` there";
            alarm(change, Some(counter), ("pin_first", text), now)
        }
        Ok(PinSet { first: false }) | Err(_) => Ok(()),
    }
}
