//! How a counter signs a request to the office: Ed25519 over method, path, time, a nonce and the hash of the
//! body as it travels. See `docs/office.md`.
//!
//! May import facts. Not here: keys at rest, what time it is, which keys are believed.

use super::{bundle::key_id, hex::array_from_hex};
use crate::facts::{
    menu::{hex_digest, to_hex},
    moment::Moment,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// How far a request's time may be from the office's clock, in milliseconds.
pub const SKEW_MS: i64 = 300_000;

/// What is asked, as it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// The body as it travels, packed if it is.
    pub body: &'a [u8],
}

/// The signature of one request with all that is needed to check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Name of the key, [`key_id`].
    pub key: String,
    /// When it was signed, by the office's clock as far as the counter knows it.
    pub time: Moment,
    /// Sixteen bytes that are never used twice.
    pub nonce: [u8; 16],
    /// The signature.
    pub signature: [u8; 64],
}

/// Names of the four headers, in the order of [`Seal::headers`].
pub const HEADERS: [&str; 4] = ["kava-key", "kava-time", "kava-nonce", "kava-signature"];

impl Seal {
    /// Signs a request.
    #[must_use]
    pub fn new(secret: &[u8; 32], asked: &Asked<'_>, time: Moment, nonce: [u8; 16]) -> Seal {
        let key = SigningKey::from_bytes(secret);
        let signature = key.sign(canonical(asked, time, &nonce).as_bytes()).to_bytes();
        Seal { key: key_id(&key.verifying_key().to_bytes()), time, nonce, signature }
    }

    /// The text that is signed.
    #[must_use]
    pub fn text(&self, asked: &Asked<'_>) -> String {
        canonical(asked, self.time, &self.nonce)
    }

    /// Whether the holder of this public key asked exactly this.
    #[must_use]
    pub fn is_good(&self, public: &[u8; 32], asked: &Asked<'_>) -> bool {
        let text = canonical(asked, self.time, &self.nonce);
        VerifyingKey::from_bytes(public).is_ok_and(|key| {
            key.verify_strict(text.as_bytes(), &Signature::from_bytes(&self.signature)).is_ok()
        })
    }

    /// The values of [`HEADERS`].
    #[must_use]
    pub fn headers(&self) -> [String; 4] {
        [self.key.clone(), self.time.to_string(), to_hex(&self.nonce), to_hex(&self.signature)]
    }

    /// Reads the values of [`HEADERS`]; nothing when one is not what it should be.
    #[must_use]
    pub fn read([key, time, nonce, signature]: [&str; 4]) -> Option<Seal> {
        let key = (key.len() == 16).then(|| key.to_owned())?;
        Some(Seal {
            key,
            time: time.parse().ok()?,
            nonce: array_from_hex(nonce)?,
            signature: array_from_hex(signature)?,
        })
    }
}

fn canonical(asked: &Asked<'_>, time: Moment, nonce: &[u8; 16]) -> String {
    let body = hex_digest(asked.body);
    format!("kava-request\n{}\n{}\n{time}\n{}\n{body}\n", asked.method, asked.path, to_hex(nonce))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::bundle::public_of;

    const SECRET: [u8; 32] = [7; 32];
    const ASKED: Asked<'static> = Asked { method: "POST", path: "/api/v1/records", body: b"body" };

    fn sealed() -> Seal {
        Seal::new(&SECRET, &ASKED, Moment(1_772_431_200_123), [9; 16])
    }

    #[test]
    fn a_seal_travels_in_headers_and_is_good_for_what_was_asked() {
        let headers = sealed().headers();
        let read = Seal::read(headers.each_ref().map(String::as_str)).unwrap();
        assert_eq!(read, sealed());
        assert!(read.is_good(&public_of(&SECRET), &ASKED));
    }

    #[test]
    fn nothing_of_a_sealed_request_can_be_changed() {
        let public = public_of(&SECRET);
        for other in [
            Asked { method: "GET", ..ASKED },
            Asked { path: "/api/v1/records?x", ..ASKED },
            Asked { body: b"bodY", ..ASKED },
        ] {
            assert!(!sealed().is_good(&public, &other), "{other:?}");
        }
        let later = Seal { time: Moment(sealed().time.0 + 1), ..sealed() };
        let again = Seal { nonce: [8; 16], ..sealed() };
        assert!(!later.is_good(&public, &ASKED) && !again.is_good(&public, &ASKED));
        assert!(!sealed().is_good(&public_of(&[8; 32]), &ASKED));
    }

    #[test]
    fn headers_that_are_none_are_refused() {
        let good = sealed().headers();
        for place in 0..4 {
            let mut bad = good.clone();
            bad[place] = "x".into();
            assert_eq!(Seal::read(bad.each_ref().map(String::as_str)), None, "{}", HEADERS[place]);
        }
    }
}
