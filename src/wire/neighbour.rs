//! What two counters of one shop say to each other: the end of each other's series, records that are new, and what has run
//! out. Records travel as a batch for the office does ([`super::batch`]); whose they are is signed, so that who keeps a
//! copy of them can bring it to the office when the counter that wrote them cannot any more.
//!
//! May import facts. Not here: sockets, who is believed ([`super::keyring`]), what is kept.

use super::batch::BatchHead;
use super::bundle::key_id;
use super::hex::array_from_hex;
use super::reply::Place;
use crate::facts::id::{Digest, Sku};
use crate::facts::menu::to_hex;
use crate::facts::moment::{BusinessDay, Moment};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// The word of a counter that its series has this record at this place: SHA-256 chains all before it to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedEnd {
    /// Name of the key, [`key_id`].
    pub key: String,
    /// Ed25519 over the place and the record's hash, 128 hexadecimal digits.
    pub signature: String,
}

impl SignedEnd {
    /// Signs that the last record of a batch has this hash.
    #[must_use]
    pub fn new(secret: &[u8; 32], head: &BatchHead, hash: &Digest) -> SignedEnd {
        let key = SigningKey::from_bytes(secret);
        let signature = key.sign(text(head, hash).as_bytes()).to_bytes();
        SignedEnd { key: key_id(&key.verifying_key().to_bytes()), signature: to_hex(&signature) }
    }

    /// Whether the holder of this public key has said so of this batch.
    #[must_use]
    pub fn is_good(&self, public: &[u8; 32], head: &BatchHead, hash: &Digest) -> bool {
        let signature = array_from_hex(&self.signature).map(|bytes| Signature::from_bytes(&bytes));
        signature.zip(VerifyingKey::from_bytes(public).ok()).is_some_and(|(signature, key)| {
            key.verify_strict(text(head, hash).as_bytes(), &signature).is_ok()
        })
    }
}

fn text(head: &BatchHead, hash: &Digest) -> String {
    let BatchHead { chain, shop, counter, epoch, .. } = head;
    let count = i64::try_from(head.count).unwrap_or(i64::MAX);
    let seq = head.first.saturating_add(count).saturating_sub(1);
    format!("kava-series\n{chain}\n{shop}\n{counter}\n{epoch}\n{seq}\n{hash}\n")
}

/// Records of one epoch of the counter that speaks, without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// A batch, as [`super::batch::write`] has it.
    pub batch: String,
    /// Signed for its last record.
    pub end: SignedEnd,
}

/// Copies of a neighbour's records as they go to the office: `POST /api/v1/copies`. The first line says who has signed for
/// the last of them, a batch follows.
#[must_use]
pub fn write_copies(end: &SignedEnd, batch: &str) -> String {
    format!("{}\n{batch}", serde_json::to_string(end).unwrap_or_default())
}

/// Reads what [`write_copies`] has written: who has signed, and the text of the batch.
///
/// # Errors
/// One sentence where the first line is none.
pub fn read_copies(text: &str) -> Result<(SignedEnd, &str), String> {
    let (first, batch) = text.split_once('\n').unwrap_or((text, ""));
    let end = serde_json::from_str(first);
    Ok((end.map_err(|e| format!("the first line does not say who has signed: {e}"))?, batch))
}

/// A product that has run out or has come in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The product.
    pub sku: Sku,
    /// It is out.
    pub out: bool,
    /// On which day of trade.
    pub day: BusinessDay,
    /// When somebody said so, by that counter's clock.
    pub at: Moment,
}

/// What a counter tells a neighbour; one without records asks where to begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// New records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Copied>,
    /// Up to here they are durable at the office, and nobody needs a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acked: Option<Place>,
    /// What has run out or come in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<Stopped>,
}

/// What the neighbour answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Up to here they have the series, durable.
    pub have: Option<Place>,
    /// Why what was told could not be taken, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::id::{ChainId, CounterId, ShopId};
    use crate::wire::bundle::public_of;

    fn head() -> BatchHead {
        BatchHead {
            v: 1,
            chain: ChainId::new("minsk"),
            shop: ShopId::new("1"),
            counter: CounterId::new("2"),
            epoch: 3,
            first: 10,
            count: 4,
            unanchored: false,
            erased: None,
        }
    }

    #[test]
    fn the_end_of_a_series_is_good_for_this_counter_place_and_record_alone() {
        let (secret, hash) = ([7; 32], Digest::new("ab".repeat(32)));
        let end = SignedEnd::new(&secret, &head(), &hash);
        let public = public_of(&secret);
        assert!(end.is_good(&public, &head(), &hash));
        // How a series is cut into batches is nobody's concern.
        assert!(end.is_good(&public, &BatchHead { first: 12, count: 2, ..head() }, &hash));
        for other in [
            BatchHead { counter: CounterId::new("1"), ..head() },
            BatchHead { shop: ShopId::new("2"), ..head() },
            BatchHead { chain: ChainId::new("brest"), ..head() },
            BatchHead { epoch: 2, ..head() },
            BatchHead { count: 5, ..head() },
        ] {
            assert!(!end.is_good(&public, &other, &hash), "{other:?}");
        }
        assert!(!end.is_good(&public, &head(), &Digest::new("ac".repeat(32))));
        assert!(!end.is_good(&public_of(&[8; 32]), &head(), &hash));
        let broken = SignedEnd { signature: "00".into(), ..end };
        assert!(!broken.is_good(&public, &head(), &hash));
    }
}
