//! The pass: what the office signs of a guest and their phone. The phone keeps it until it gets a newer one.

use super::base::{Base, Voucher};
use super::fault::PassFault;
use super::keys::{Algorithm, OfficeKey, PhoneKey, ed25519};
use super::octets::{Octets, put};
use crate::facts::customer::Consent;
use crate::facts::id::{ChainId, CustomerId};
use crate::facts::moment::Moment;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// Sixteen bytes that stand for a customer in every code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pseudonym(pub [u8; 16]);

impl Pseudonym {
    /// The pseudonym of a customer: the bytes of an id `c` + 32 hexadecimal digits; of any other id, as an
    /// older programme gave it, the first 16 bytes of SHA-256 of `kava pseudonym`, a zero byte and the id.
    #[must_use]
    pub fn of(customer: &CustomerId) -> Pseudonym {
        let id = customer.as_str();
        let plain = id.strip_prefix('c').filter(|hex| hex.len() == 32).and_then(|hex| {
            let lower = hex.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            u128::from_str_radix(hex, 16).ok().filter(|_| lower)
        });
        match plain {
            Some(bits) => Pseudonym(bits.to_be_bytes()),
            None => Pseudonym(tag(&[b"kava pseudonym", id.as_bytes()])),
        }
    }

    /// The id of a customer that nobody has named otherwise.
    #[must_use]
    pub fn customer(self) -> CustomerId {
        CustomerId::new(format!("c{:032x}", u128::from_be_bytes(self.0)))
    }
}

/// The chain in four bytes: the first of SHA-256 of `kava chain`, a zero byte and the chain's id.
#[must_use]
pub fn chain_tag(chain: &ChainId) -> [u8; 4] {
    tag(&[b"kava chain", chain.as_str().as_bytes()])
}

/// The first bytes of the SHA-256 of texts joined by zero bytes.
#[must_use]
pub fn tag<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(Sha256::digest(parts.join(&0))).for_each(|(byte, hashed)| *byte = hashed);
    bytes
}

/// 2020-01-01T00:00:00Z, from which hours are counted.
const HOURS_FROM: i64 = 1_577_836_800_000;
/// One hour.
const HOUR_MS: i64 = 3_600_000;
/// The most bytes of the extension, so that the longest code has 699 digits.
pub const EXTENSION_MAX: usize = 87;
const BASE_BLOCK: u8 = 1;
const VOUCHER_BLOCK: u8 = 2;

/// What the office has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The chain.
    pub chain: [u8; 4],
    /// Number of the office's key.
    pub key: u8,
    /// Who.
    pub pseudonym: Pseudonym,
    /// When it was made, in whole hours.
    pub issued: Moment,
    /// Days it is good for.
    pub days: u8,
    /// What the guest agreed to.
    pub consent: Consent,
    /// The phone that may show it.
    pub phone: PhoneKey,
    /// What counters that have never seen the guest may know of them.
    pub base: Option<Base>,
    /// The card for the next visit.
    pub voucher: Option<Voucher>,
}

/// A pass with its signature, as the phone keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPass {
    /// What it says.
    pub pass: Pass,
    /// Body and signature, exactly as signed.
    pub bytes: Vec<u8>,
}

impl Pass {
    /// From when on it is no longer good.
    #[must_use]
    pub const fn until(&self) -> Moment {
        self.issued.later(self.days as i64 * 24 * HOUR_MS)
    }

    /// Signs the pass with the office's secret key.
    ///
    /// # Errors
    /// When base and voucher together are too long, or the phone's key has not its length.
    pub fn sign(self, secret: &[u8; 32]) -> Result<SignedPass, PassFault> {
        let mut bytes = self.body()?;
        let signature = SigningKey::from_bytes(secret).sign(&message(self.phone.algorithm, &bytes));
        bytes.extend(signature.to_bytes());
        Ok(SignedPass { pass: self, bytes })
    }

    fn body(&self) -> Result<Vec<u8>, PassFault> {
        let mut bytes = Vec::with_capacity(200);
        bytes.extend(self.chain);
        bytes.push(self.key);
        bytes.extend(self.pseudonym.0);
        put(&mut bytes, hours(self.issued), 3);
        bytes.push(self.days);
        bytes.push(consent_bits(self.consent));
        if self.phone.bytes.len() != self.phone.algorithm.key_bytes() {
            return Err(PassFault::Damaged("the phone's key has not its length"));
        }
        bytes.extend(&self.phone.bytes);
        let mut blocks = Vec::new();
        if let Some(base) = &self.base {
            block(&mut blocks, BASE_BLOCK, &base.bytes());
        }
        if let Some(voucher) = &self.voucher {
            block(&mut blocks, VOUCHER_BLOCK, &voucher.bytes());
        }
        let length = u8::try_from(blocks.len()).ok().filter(|length| usize::from(*length) <= EXTENSION_MAX);
        bytes.push(length.ok_or(PassFault::Damaged("the extension is too long"))?);
        bytes.extend(blocks);
        Ok(bytes)
    }
}

impl SignedPass {
    /// Reads a pass from the front of bytes, and gives what follows it. Nothing is verified yet.
    ///
    /// # Errors
    /// When the bytes are too short.
    pub fn read(algorithm: Algorithm, bytes: &[u8]) -> Result<(SignedPass, &[u8]), PassFault> {
        let mut octets = Octets(bytes);
        let pass = read_pass(&mut octets, algorithm).ok_or(PassFault::Damaged("it is too short"))?;
        octets.take(64).ok_or(PassFault::Damaged("it is too short"))?;
        let own = bytes.get(..bytes.len() - octets.0.len()).unwrap_or_default();
        Ok((SignedPass { pass, bytes: own.to_vec() }, octets.0))
    }

    /// Whether the office signed it, with a key that is believed.
    ///
    /// # Errors
    /// Whose key it is not, or that the signature does not fit.
    pub fn verify(&self, chain: [u8; 4], keys: &[OfficeKey], now: Moment) -> Result<(), PassFault> {
        let key = office_key((self.pass.chain, self.pass.key), chain, keys, now)?;
        let Some((body, signature)) = self.bytes.split_last_chunk::<64>() else {
            return Err(PassFault::Damaged("it is too short"));
        };
        if ed25519(&key.public, &message(self.pass.phone.algorithm, body), signature) {
            Ok(())
        } else {
            Err(PassFault::Forged)
        }
    }
}

/// The office's key of this number, if the chain is ours and the key is believed now.
///
/// # Errors
/// What is wrong with chain or key.
pub(super) fn office_key(
    (chain, number): ([u8; 4], u8),
    ours: [u8; 4],
    keys: &[OfficeKey],
    now: Moment,
) -> Result<&OfficeKey, PassFault> {
    if chain != ours {
        return Err(PassFault::OtherChain);
    }
    let key = keys.iter().find(|key| key.number == number).ok_or(PassFault::KeyUnknown(number))?;
    if key.revoked.is_some_and(|since| since <= now) { Err(PassFault::KeyRevoked) } else { Ok(key) }
}

fn message(algorithm: Algorithm, body: &[u8]) -> Vec<u8> {
    [b"kava pass 2", [algorithm.digit() as u8].as_slice(), body].concat()
}

fn read_pass(octets: &mut Octets<'_>, algorithm: Algorithm) -> Option<Pass> {
    let chain = octets.array()?;
    let key = octets.byte()?;
    let pseudonym = Pseudonym(octets.array()?);
    let issued = moment_of_hours(octets.number(3)?);
    let days = octets.byte()?;
    let consent = consent_of(octets.byte()?);
    let phone = PhoneKey { algorithm, bytes: octets.take(algorithm.key_bytes())?.to_vec() };
    let length = octets.byte()?;
    let mut blocks = Octets(octets.take(length.into())?);
    let (mut base, mut voucher) = (None, None);
    while let (Some(kind), Some(length)) = (blocks.byte(), blocks.byte()) {
        // Blocks of later versions are signed too, and skipped.
        let body = blocks.take(length.into())?;
        match kind {
            BASE_BLOCK => base = Base::read(body),
            VOUCHER_BLOCK => voucher = Voucher::read(body),
            _ => {}
        }
    }
    Some(Pass { chain, key, pseudonym, issued, days, consent, phone, base, voucher })
}

fn block(blocks: &mut Vec<u8>, kind: u8, body: &[u8]) {
    blocks.push(kind);
    put(blocks, body.len() as u64, 1);
    blocks.extend(body);
}

/// Whole hours since 2020.
pub(super) fn hours(at: Moment) -> u64 {
    u64::try_from((at.0 - HOURS_FROM).div_euclid(HOUR_MS)).unwrap_or(0)
}

pub(super) fn moment_of_hours(hours: u64) -> Moment {
    Moment(HOURS_FROM + i64::try_from(hours).unwrap_or(0) * HOUR_MS)
}

fn consent_bits(consent: Consent) -> u8 {
    u8::from(consent.programme) | u8::from(consent.personalisation) << 1 | u8::from(consent.marketing) << 2
}

fn consent_of(bits: u8) -> Consent {
    Consent { programme: bits & 1 != 0, personalisation: bits & 2 != 0, marketing: bits & 4 != 0 }
}
