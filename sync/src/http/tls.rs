//! The office's own TLS, where no proxy ends it: a certificate and its key from two PEM files, read when it starts.

use std::{path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
    server::TlsStream,
};

/// How long two machines may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Whoever comes in speaks TLS 1.2 or 1.3.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Reads the certificate, with those that lead from it to an authority, and its key.
    ///
    /// # Errors
    /// One sentence: which file, what is wrong with it.
    pub fn read(certificate: &Path, key: &Path) -> Result<Tls, String> {
        let of =
            |file: &Path, why: &dyn std::fmt::Display| format!("{} cannot be used: {why}", file.display());
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|why| of(certificate, &why))?;
        if chain.is_empty() {
            return Err(of(certificate, &"there is no certificate in it"));
        }
        let secret = PrivateKeyDer::from_pem_file(key).map_err(|why| of(key, &why))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|why| why.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .map_err(|why| of(key, &why))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// Agrees with whoever has come; nothing where they do not speak TLS, or take too long.
    pub(super) async fn welcome(&self, socket: TcpStream) -> Option<TlsStream<TcpStream>> {
        timeout(HANDSHAKE, self.0.accept(socket)).await.ok()?.ok()
    }
}
