//! Blank memberships: signed ahead by the office, so that a counter without a network registers a guest under
//! a pseudonym that no other counter gives away. A phone claims one later with its secret and its own key.

use super::BLANK_VERSION;
use super::digits;
use super::fault::PassFault;
use super::keys::{OfficeKey, ed25519};
use super::octets::{Octets, put};
use super::pass::{Pseudonym, hours, moment_of_hours, office_key, tag};
use crate::facts::moment::{DAY_MS, Moment};
use ed25519_dalek::{Signer, SigningKey};

/// A membership that nobody has yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// The chain.
    pub chain: [u8; 4],
    /// Number of the office's key.
    pub key: u8,
    /// The pseudonym of whoever gets it.
    pub pseudonym: Pseudonym,
    /// When it was made, in whole hours.
    pub issued: Moment,
    /// Days within which it must be claimed.
    pub days: u16,
    /// What the claim's secret is known by: [`claim_hash`].
    pub claim: [u8; 16],
}

/// The first bytes of SHA-256 of `kava claim`, a zero byte and the secret.
#[must_use]
pub fn claim_hash(secret: &[u8; 16]) -> [u8; 16] {
    tag(&[b"kava claim", secret])
}

const BODY: usize = 42;

impl Blank {
    /// Until when it may be claimed.
    #[must_use]
    pub fn until(&self) -> Moment {
        self.issued.later(i64::from(self.days) * DAY_MS)
    }

    /// The signed membership, 106 bytes.
    #[must_use]
    pub fn sign(&self, office: &[u8; 32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BODY + 64);
        bytes.extend(self.chain);
        bytes.push(self.key);
        bytes.extend(self.pseudonym.0);
        put(&mut bytes, hours(self.issued), 3);
        put(&mut bytes, self.days.into(), 2);
        bytes.extend(self.claim);
        let signature = SigningKey::from_bytes(office).sign(&message(&bytes));
        bytes.extend(signature.to_bytes());
        bytes
    }

    /// What the guest gets, as a QR code on paper: the signed membership with the secret that claims it.
    #[must_use]
    pub fn digits(signed: &[u8], secret: &[u8; 16]) -> String {
        format!("{BLANK_VERSION}{}", digits::encode(&[signed, secret].concat()))
    }

    /// Reads and verifies a signed membership.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn open(bytes: &[u8], chain: [u8; 4], keys: &[OfficeKey], now: Moment) -> Result<Blank, PassFault> {
        let (body, signature) =
            bytes.split_at_checked(BODY).ok_or(PassFault::Damaged("digits are missing"))?;
        let signature =
            <&[u8; 64]>::try_from(signature).map_err(|_| PassFault::Damaged("its length is wrong"))?;
        let blank = Blank::read(body).ok_or(PassFault::Damaged("digits are missing"))?;
        let key = office_key((blank.chain, blank.key), chain, keys, now)?;
        if !ed25519(&key.public, &message(body), signature) {
            return Err(PassFault::Forged);
        }
        if blank.until() <= now { Err(PassFault::PassExpired(blank.until())) } else { Ok(blank) }
    }

    /// Reads and verifies what a guest got: membership and secret.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn claim(
        text: &str,
        chain: [u8; 4],
        keys: &[OfficeKey],
        now: Moment,
    ) -> Result<(Blank, [u8; 16]), PassFault> {
        let body = text.strip_prefix(BLANK_VERSION).ok_or(PassFault::Newer)?;
        let bytes = digits::decode(body).ok_or(PassFault::Damaged("digits are missing"))?;
        let (signed, secret) =
            bytes.split_last_chunk::<16>().ok_or(PassFault::Damaged("digits are missing"))?;
        let blank = Blank::open(signed, chain, keys, now)?;
        if blank.claim == claim_hash(secret) { Ok((blank, *secret)) } else { Err(PassFault::ClaimWrong) }
    }

    fn read(body: &[u8]) -> Option<Blank> {
        let mut octets = Octets(body);
        Some(Blank {
            chain: octets.array()?,
            key: octets.byte()?,
            pseudonym: Pseudonym(octets.array()?),
            issued: moment_of_hours(octets.number(3)?),
            days: octets.two()?,
            claim: octets.array()?,
        })
    }
}

fn message(body: &[u8]) -> Vec<u8> {
    [b"kava blank 4".as_slice(), body].concat()
}
