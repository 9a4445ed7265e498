//! The full code: a pass, and what the phone signs beside it every fifteen seconds.

use super::fault::PassFault;
use super::keys::{Algorithm, OfficeKey, PhoneId};
use super::octets::Octets;
use super::pass::{Pass, SignedPass, tag};
use super::{PASS_VERSION, clock, digits};
use crate::facts::id::OfferId;
use crate::facts::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Once shown: the phone, its time step and its nonce. The same three are the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeUse {
    /// The phone.
    pub phone: PhoneId,
    /// Its time step.
    pub step: u32,
    /// Its nonce.
    pub nonce: u32,
    /// By how much its clock was ahead of the counter's own, milliseconds.
    pub ahead_ms: i64,
}

impl CodeUse {
    /// Whether it is the same code, whenever it was shown.
    #[must_use]
    pub fn is_same(&self, other: &CodeUse) -> bool {
        (self.phone, self.step, self.nonce) == (other.phone, other.step, other.nonce)
    }
}

/// What the phone signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Fifteen-second steps since 1970 on the phone's clock.
    pub step: u32,
    /// Drawn anew for every code.
    pub nonce: u32,
    /// The card the guest has chosen: [`card_tag`] of its id, 0 for none.
    pub card: u32,
}

impl Proof {
    /// The bytes that the phone signs: what is signed by the office, and these three numbers.
    #[must_use]
    pub fn message(&self, pass: &SignedPass) -> Vec<u8> {
        let digit = pass.pass.phone.algorithm.digit() as u8;
        [b"kava code 2", [digit].as_slice(), &pass.bytes, &self.bytes()].concat()
    }

    fn bytes(&self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let numbers = [self.step, self.nonce, self.card].map(u32::to_be_bytes);
        bytes.iter_mut().zip(numbers.as_flattened()).for_each(|(byte, given)| *byte = *given);
        bytes
    }

    /// The digits of the whole code with the phone's signature.
    #[must_use]
    pub fn digits(&self, pass: &SignedPass, signature: &[u8; 64]) -> String {
        let bytes = [&pass.bytes, self.bytes().as_slice(), signature].concat();
        format!("{PASS_VERSION}{}{}", pass.pass.phone.algorithm.digit(), digits::encode(&bytes))
    }
}

/// A card in four bytes: the first of SHA-256 of `kava card`, a zero byte and the id; never 0.
#[must_use]
pub fn card_tag(card: &OfferId) -> u32 {
    u32::from_be_bytes(tag(&[b"kava card", card.as_str().as_bytes()])).max(1)
}

/// A code as read; nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The pass.
    pub pass: SignedPass,
    /// What the phone says.
    pub proof: Proof,
    /// The phone's signature.
    pub signature: [u8; 64],
}

/// What a code is measured against. Nothing of it is secret.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The chain.
    pub chain: [u8; 4],
    /// The office's keys.
    pub keys: Vec<OfficeKey>,
    /// Phones that were withdrawn.
    pub withdrawn: BTreeSet<PhoneId>,
    /// What the counter has learned about its clock.
    pub clock: clock::Learned,
}

/// A code that office and phone have signed, shown in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The pass.
    pub pass: Pass,
    /// This showing of it.
    pub code: CodeUse,
    /// Tag of the chosen card.
    pub card: Option<u32>,
}

impl Seen {
    /// Reads the digits.
    ///
    /// # Errors
    /// When they are not the digits of a full code.
    pub fn read(text: &str) -> Result<Seen, PassFault> {
        let mut chars = text.chars();
        if chars.next() != Some(PASS_VERSION) {
            return Err(PassFault::Newer);
        }
        let algorithm = chars.next().and_then(Algorithm::of).ok_or(PassFault::Newer)?;
        let bytes = digits::decode(chars.as_str()).ok_or(PassFault::Damaged("digits are missing"))?;
        let (pass, rest) = SignedPass::read(algorithm, &bytes)?;
        let mut octets = Octets(rest);
        let proof = (|| Some(Proof { step: octets.four()?, nonce: octets.four()?, card: octets.four()? }))();
        let (Some(proof), Ok(signature)) = (proof, <[u8; 64]>::try_from(octets.0)) else {
            return Err(PassFault::Damaged("its length is wrong"));
        };
        Ok(Seen { pass, proof, signature })
    }

    /// Checks everything that needs no memory of earlier codes: chain, keys, both signatures, validity,
    /// withdrawal, age. Signatures come first, so that a forger learns nothing else.
    ///
    /// # Errors
    /// What is wrong with the code.
    pub fn verify(&self, trust: &Trust, now: Moment) -> Result<Verified, PassFault> {
        self.pass.verify(trust.chain, &trust.keys, now)?;
        let pass = &self.pass.pass;
        if !pass.phone.verifies(&self.proof.message(&self.pass), &self.signature) {
            return Err(PassFault::Forged);
        }
        let phone = pass.phone.id();
        if trust.withdrawn.contains(&phone) {
            return Err(PassFault::PassRevoked);
        }
        let corrected = now.later(trust.clock.offset_ms);
        if pass.until() <= corrected {
            return Err(PassFault::PassExpired(pass.until()));
        }
        clock::check(self.proof.step, &phone, now, &trust.clock)?;
        let ahead_ms = clock::ahead_ms(self.proof.step, now);
        Ok(Verified {
            code: CodeUse { phone, step: self.proof.step, nonce: self.proof.nonce, ahead_ms },
            card: Some(self.proof.card).filter(|card| *card != 0),
            pass: self.pass.pass.clone(),
        })
    }
}
