//! What a record says. A payload that cannot be read is a later version's: the record is kept, and nothing follows from it here.

use kava::wire::record::Record;
use serde::de::DeserializeOwned;

/// What a record of this kind says; nothing of another kind, of an erased guest, or in words of a later version.
pub(super) fn read<T: DeserializeOwned>(record: &Record, kind: &str) -> Option<T> {
    let payload = record.payload.as_deref().filter(|_| record.header.kind == kind)?;
    serde_json::from_slice(payload).ok()
}
