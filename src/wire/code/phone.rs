//! A phone in software: keeps a secret key and a pass, and shows codes. Stands for the guest's phone in tests
//! and at the command line; no counter has one.

use super::fault::PassFault;
use super::keys::{Algorithm, PhoneKey};
use super::pass::{Pass, SignedPass};
use super::proof::Proof;
use ed25519_dalek::{Signer, SigningKey};

/// A phone's secret key.
#[derive(Clone)]
pub struct Phone {
    algorithm: Algorithm,
    secret: [u8; 32],
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({:?})", self.algorithm)
    }
}

impl Phone {
    /// A phone with this secret. For P-256 about one secret in 2^32 is no key.
    #[must_use]
    pub fn new(algorithm: Algorithm, secret: [u8; 32]) -> Option<Phone> {
        let phone = Phone { algorithm, secret };
        (!phone.key().bytes.is_empty()).then_some(phone)
    }

    /// Its public key, which the office signs.
    #[must_use]
    pub fn key(&self) -> PhoneKey {
        let bytes = match self.algorithm {
            Algorithm::Ed25519 => SigningKey::from_bytes(&self.secret).verifying_key().to_bytes().to_vec(),
            Algorithm::P256 => self
                .p256()
                .map_or_else(Vec::new, |key| key.verifying_key().to_encoded_point(true).as_bytes().to_vec()),
        };
        PhoneKey { algorithm: self.algorithm, bytes }
    }

    fn p256(&self) -> Option<p256::ecdsa::SigningKey> {
        p256::ecdsa::SigningKey::from_bytes(&self.secret.into()).ok()
    }

    /// Signs what is in a proof.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match (self.algorithm, self.p256()) {
            (Algorithm::P256, Some(key)) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().unwrap_or(signature).to_bytes().into()
            }
            _ => SigningKey::from_bytes(&self.secret).sign(message).to_bytes(),
        }
    }

    /// The digits that stand on its screen.
    #[must_use]
    pub fn show(&self, pass: &SignedPass, proof: Proof) -> String {
        proof.digits(pass, &self.sign(&proof.message(pass)))
    }

    /// A pass for this phone: what the office signs when the phone asks for one.
    ///
    /// # Errors
    /// When base and voucher together are too long.
    pub fn pass(&self, wish: Pass, office: &[u8; 32]) -> Result<SignedPass, PassFault> {
        Pass { phone: self.key(), ..wish }.sign(office)
    }
}
