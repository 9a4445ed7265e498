//! The signed file of models: one line of JSON, one line with the key's id and the signature in
//! hexadecimal. It is verified before a single number of it is used.
//!
//! May import facts. Not here: where files and keys are kept, what time it is.

use crate::facts::{
    id::Digest,
    menu::{hex_digest, to_hex},
    models::Bundle,
    moment::Moment,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::Deserialize;

/// The newest format this program reads.
pub const BUNDLE_FORMAT: u32 = 1;

/// How many bytes a bundle may have: a larger file is not read at all.
pub const BUNDLE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A key whose signature is believed, for one issuer only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// [`key_id`] of the public half.
    pub id: String,
    /// Who signs with it: `local:<counter>` or the office.
    pub issuer: String,
    /// The public half.
    pub public: [u8; 32],
    /// Bundles made after this are not believed any more.
    pub retired: Option<Moment>,
}

/// What a bundle is measured against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// Keys that are believed.
    pub keys: Vec<TrustedKey>,
    /// The release in use and its digest.
    pub installed: Option<(u64, Digest)>,
    /// The instant now.
    pub now: Moment,
}

/// Why a bundle is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No signature.
    #[error("the bundle is not signed; make it with `kava learn` or fetch it from the office")]
    Unsigned,
    /// Body and signature do not belong together.
    #[error("the bundle was altered after it was signed; fetch it again")]
    Altered,
    /// Signed by a key that is not known here, or by a key that signs for somebody else.
    #[error("the bundle is signed for {issuer:?} with key {key}, which this counter does not trust")]
    Foreign {
        /// Who the bundle says made it.
        issuer: String,
        /// The key.
        key: String,
    },
    /// Made for another menu.
    #[error(
        "the bundle knows products that make {known_bp} of 10000 of the last 30 days' spend here; it was made for another menu"
    )]
    OtherMenu {
        /// Share of the spend on products it knows, basis points.
        known_bp: i64,
    },
    /// Releases only go up.
    #[error(
        "the bundle is release {found}, release {installed} is installed; give the old content a new release"
    )]
    LowerRelease {
        /// Release in the file.
        found: u64,
        /// Release in use.
        installed: u64,
    },
    /// Too old.
    #[error("the bundle expired at {0}; make a new one")]
    Expired(Moment),
    /// Written by a newer program.
    #[error("the bundle has format {found}, this program knows up to {known}; update kava")]
    NewerFormat {
        /// Format in the file.
        found: u32,
        /// Newest format this program reads.
        known: u32,
    },
    /// Signed, but the content makes no sense.
    #[error("the bundle cannot be used: {0}; make a new one")]
    Unsound(String),
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::Unsigned => "bundle_unsigned",
            Refusal::Altered => "bundle_altered",
            Refusal::Foreign { .. } | Refusal::OtherMenu { .. } => "bundle_foreign",
            Refusal::LowerRelease { .. } => "bundle_lower_release",
            Refusal::Expired(_) => "bundle_expired",
            Refusal::NewerFormat { .. } => "bundle_newer_format",
            Refusal::Unsound(_) => "bundle_unsound",
        }
    }
}

/// The name of a public key: the first 16 hexadecimal digits of its SHA-256.
#[must_use]
pub fn key_id(public: &[u8; 32]) -> String {
    hex_digest(public).as_str().chars().take(16).collect()
}

/// The public half of a secret key.
#[must_use]
pub fn public_of(secret: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(secret).verifying_key().to_bytes()
}

/// The file's text: body line and signature line.
#[must_use]
pub fn sign(bundle: &Bundle, secret: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(secret);
    let body = bundle.to_json();
    let signature = key.sign(body.as_bytes());
    format!("{body}\n{} {}\n", key_id(&key.verifying_key().to_bytes()), to_hex(&signature.to_bytes()))
}

/// A bundle whose signature, format, issuer, release, age and numbers were found good.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// What it says.
    pub bundle: Bundle,
    /// SHA-256 of the signed bytes.
    pub digest: Digest,
    /// The signed bytes.
    pub body: String,
    /// The key that signed.
    pub signed_by: String,
    /// The signature.
    pub signature: [u8; 64],
}

/// Reads a file and checks everything that can be checked before it is used.
///
/// # Errors
/// The first [`Refusal`] that holds.
pub fn verify(text: &str, trust: &Trust) -> Result<Verified, Refusal> {
    if text.len() > BUNDLE_BYTES_MAX {
        return Err(Refusal::Unsound(format!("it is larger than {BUNDLE_BYTES_MAX} bytes")));
    }
    let (body, seal) = text.trim_end_matches(['\r', '\n']).split_once('\n').ok_or(Refusal::Unsigned)?;
    let body = body.trim_end_matches('\r');
    let (key, hex) = seal.trim().split_once(' ').ok_or(Refusal::Unsigned)?;
    let signature = signature_from_hex(hex.trim()).ok_or(Refusal::Altered)?;
    verify_parts(body, key, &signature, trust)
}

/// Checks a body with its signature, as [`verify`] does with a file.
///
/// # Errors
/// The first [`Refusal`] that holds.
pub fn verify_parts(
    body: &str,
    signed_by: &str,
    signature: &[u8; 64],
    trust: &Trust,
) -> Result<Verified, Refusal> {
    let foreign = |issuer: &str| Refusal::Foreign { issuer: issuer.to_owned(), key: signed_by.to_owned() };
    let key =
        trust.keys.iter().find(|key| key.id == signed_by).ok_or_else(|| foreign("an unknown issuer"))?;
    VerifyingKey::from_bytes(&key.public)
        .and_then(|public| public.verify_strict(body.as_bytes(), &Signature::from_bytes(signature)))
        .map_err(|_| Refusal::Altered)?;
    let format: Format = serde_json::from_str(body).map_err(|e| Refusal::Unsound(e.to_string()))?;
    if format.v > BUNDLE_FORMAT {
        return Err(Refusal::NewerFormat { found: format.v, known: BUNDLE_FORMAT });
    }
    let bundle: Bundle = serde_json::from_str(body).map_err(|e| Refusal::Unsound(e.to_string()))?;
    if bundle.issuer != key.issuer || key.retired.is_some_and(|retired| bundle.made > retired) {
        return Err(foreign(&bundle.issuer));
    }
    let digest = hex_digest(body.as_bytes());
    if let Some((installed, known)) = &trust.installed
        && (bundle.release < *installed || (bundle.release == *installed && digest != *known))
    {
        return Err(Refusal::LowerRelease { found: bundle.release, installed: *installed });
    }
    if i64::try_from(bundle.release).is_err() {
        return Err(Refusal::Unsound("its release number is absurd".into()));
    }
    if trust.now > bundle.not_after {
        return Err(Refusal::Expired(bundle.not_after));
    }
    bundle.check().map_err(Refusal::Unsound)?;
    Ok(Verified { bundle, digest, body: body.into(), signed_by: signed_by.into(), signature: *signature })
}

#[derive(Deserialize)]
struct Format {
    v: u32,
}

fn signature_from_hex(hex: &str) -> Option<[u8; 64]> {
    let mut signature = [0u8; 64];
    if hex.len() != 128 || !hex.is_ascii() {
        return None;
    }
    for (byte, pair) in signature.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(signature)
}
