//! Who signs: the office with Ed25519, the phone with Ed25519 or, where its browser has none, with P-256.

use crate::facts::moment::Moment;
use ed25519_dalek::{Signature, VerifyingKey};
use p256::ecdsa::signature::Verifier;
use sha2::{Digest, Sha256};

/// What the phone signs with; the second digit of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Digit 1: Ed25519, 32-byte key.
    Ed25519,
    /// Digit 2: ECDSA on P-256 with SHA-256, 33-byte compressed key, signature as r ‖ s with the lower s.
    P256,
}

impl Algorithm {
    /// The algorithm of a digit.
    #[must_use]
    pub const fn of(digit: char) -> Option<Algorithm> {
        match digit {
            '1' => Some(Algorithm::Ed25519),
            '2' => Some(Algorithm::P256),
            _ => None,
        }
    }

    /// Its digit.
    #[must_use]
    pub const fn digit(self) -> char {
        match self {
            Algorithm::Ed25519 => '1',
            Algorithm::P256 => '2',
        }
    }

    /// Bytes of a public key.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        match self {
            Algorithm::Ed25519 => 32,
            Algorithm::P256 => 33,
        }
    }
}

/// A phone's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneKey {
    /// What it verifies.
    pub algorithm: Algorithm,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A phone by eight bytes: the first of the SHA-256 of algorithm digit and public key. Names it where it is
/// withdrawn and where a code was used.
pub type PhoneId = [u8; 8];

impl PhoneKey {
    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> PhoneId {
        let mut hasher = Sha256::new();
        hasher.update([u8::try_from(self.algorithm.digit()).unwrap_or(0)]);
        hasher.update(&self.bytes);
        let mut id = [0; 8];
        id.iter_mut().zip(hasher.finalize()).for_each(|(byte, hashed)| *byte = hashed);
        id
    }

    /// Whether the phone signed these bytes. Each message has one signature that passes for a given key and
    /// nonce: Ed25519 is checked strictly, of P-256 only the lower s is taken.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self.algorithm {
            Algorithm::Ed25519 => {
                <&[u8; 32]>::try_from(self.bytes.as_slice()).is_ok_and(|key| ed25519(key, message, signature))
            }
            Algorithm::P256 => p256_verifies(&self.bytes, message, signature),
        }
    }
}

fn p256_verifies(key: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(key) else { return false };
    let Ok(signature) = p256::ecdsa::Signature::from_slice(signature) else { return false };
    signature.normalize_s().is_none() && key.verify(message, &signature).is_ok()
}

/// Whether an Ed25519 key signed these bytes.
#[must_use]
pub fn ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

/// A key with which the office signs passes and blank memberships; its public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeKey {
    /// Its number within the chain.
    pub number: u8,
    /// The public half, Ed25519.
    pub public: [u8; 32],
    /// Since when nothing it has signed is believed.
    pub revoked: Option<Moment>,
}
