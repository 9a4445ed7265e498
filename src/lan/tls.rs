//! TLS 1.3 between two counters, each proving that it has the very key that the office let in: raw public keys (RFC 7250)
//! in place of certificates, so that no authority and no clock is needed.

use crate::wire::keyring::Neighbour;
use ed25519_dalek::SigningKey;
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Before the 32 bytes of an Ed25519 public key in a SubjectPublicKeyInfo (RFC 8410).
const PUBLIC_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Before the 32 bytes of an Ed25519 secret in PKCS #8 (RFC 8410).
const SECRET_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Whom to believe now; whoever holds it may change it while lines are open.
#[derive(Debug, Clone, Default)]
pub struct Believed(Arc<Mutex<Vec<Neighbour>>>);

impl Believed {
    /// Believes these and nobody else from now on.
    pub fn replace(&self, neighbours: Vec<Neighbour>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = neighbours;
    }

    /// Those who are believed.
    #[must_use]
    pub fn now(&self) -> Vec<Neighbour> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whose key this is.
    #[must_use]
    pub fn whose(&self, key: &[u8]) -> Option<Neighbour> {
        self.now().into_iter().find(|one| key == public_der(&one.public))
    }
}

/// What a counter proves itself by, and whom it believes.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub(super) picks_up: Arc<ServerConfig>,
    pub(super) calls: Arc<ClientConfig>,
    /// Whom it believes.
    pub believed: Believed,
}

impl Credentials {
    /// Those of a counter with this secret, which believes nobody yet.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn new(secret: &[u8; 32]) -> Result<Credentials, String> {
        let (believed, key) = (Believed::default(), own_key(secret)?);
        let by_key = Arc::new(ByKey(believed.clone()));
        let picks_up = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(|e| e.to_string())?
            .with_client_cert_verifier(Arc::clone(&by_key) as Arc<dyn ClientCertVerifier>)
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::clone(&key))));
        let calls = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(|e| e.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(by_key)
            .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(key)));
        Ok(Credentials { picks_up: Arc::new(picks_up), calls: Arc::new(calls), believed })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn own_key(secret: &[u8; 32]) -> Result<Arc<CertifiedKey>, String> {
    let public = SigningKey::from_bytes(secret).verifying_key().to_bytes();
    let secret = [&SECRET_HEAD[..], &secret[..]].concat();
    let key = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(secret)).map_err(|e| e.to_string())?;
    Ok(Arc::new(CertifiedKey::new(vec![CertificateDer::from(public_der(&public))], key)))
}

fn public_der(public: &[u8; 32]) -> Vec<u8> {
    [&PUBLIC_HEAD[..], &public[..]].concat()
}

/// Believes whoever holds one of the keys.
#[derive(Debug)]
struct ByKey(Believed);

impl ByKey {
    fn check(&self, key: &CertificateDer<'_>) -> Result<(), Error> {
        let found = self.0.whose(key.as_ref());
        found.map(drop).ok_or(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }
}

/// How a signature is looked at is the same on either side, and rustls asks both sides for it.
macro_rules! proved_by_its_key {
    () => {
        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _key: &CertificateDer<'_>,
            _signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Err(Error::General("counters speak TLS 1.3 alone".into()))
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            key: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let key = SubjectPublicKeyInfoDer::from(key.as_ref());
            let known = provider().signature_verification_algorithms;
            verify_tls13_signature_with_raw_key(message, &key, signature, &known)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![SignatureScheme::ED25519]
        }

        fn requires_raw_public_keys(&self) -> bool {
            true
        }
    };
}

impl ServerCertVerifier for ByKey {
    fn verify_server_cert(
        &self,
        key: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(key).map(|()| ServerCertVerified::assertion())
    }

    proved_by_its_key!();
}

impl ClientCertVerifier for ByKey {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        key: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(key).map(|()| ClientCertVerified::assertion())
    }

    proved_by_its_key!();
}
