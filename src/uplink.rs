//! The line to the office: HTTP by reqwest, nothing repeated, nothing followed. Whoever asks decides whether to
//! ask again.
//!
//! May import facts, wire, ports. Not here: what is asked, signatures, waiting.

use crate::ports::{Ask, Reply, Uplink};
use crate::wire::document::DOCUMENT_BYTES_MAX;
use reqwest::blocking::Client;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{io::Read, sync::Arc, time::Duration};

/// How long the office may take to pick up.
const CONNECT: Duration = Duration::from_secs(5);

/// The office at an address.
#[derive(Debug)]
pub struct HttpUplink {
    client: Client,
    base: String,
}

impl HttpUplink {
    /// A line to an address such as `http://127.0.0.1:8480`; nothing is connected yet. With `https` the office has to prove
    /// who it is: by a certificate that one of the system's authorities has signed, or, where the chain has its own
    /// authority, by one that those in `trusts` (PEM) have signed and by no other.
    ///
    /// # Errors
    /// One sentence when it is no such address, or nothing in `trusts` is a certificate.
    pub fn new(url: &str, trusts: Option<&str>) -> Result<HttpUplink, String> {
        let wrong = || format!("{url:?} is not an address such as http://192.168.0.10:8480");
        let parsed = reqwest::Url::parse(url).map_err(|_| wrong())?;
        let plain = parsed.username().is_empty() && parsed.query().is_none() && parsed.fragment().is_none();
        if !["http", "https"].contains(&parsed.scheme()) || parsed.host().is_none() || !plain {
            return Err(wrong());
        }
        let builder = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        let builder = match (parsed.scheme(), trusts) {
            ("https", None) => {
                // It fails where somebody has chosen the same before us.
                drop(ring::default_provider().install_default());
                builder
            }
            // Without TLS the system's authorities are not even looked for: a small machine may have none.
            _ => builder.tls_backend_preconfigured(believing(trusts.unwrap_or_default())?),
        };
        let client = builder.build().map_err(|error| why(&error))?;
        Ok(HttpUplink { client, base: parsed.as_str().trim_end_matches('/').to_owned() })
    }
}

impl Uplink for HttpUplink {
    fn exchange(&mut self, ask: &Ask, deadline: Duration) -> Result<Reply, String> {
        let url = format!("{}{}", self.base, ask.path);
        let mut request = match ask.method {
            "GET" => self.client.get(url),
            _ => self.client.post(url).body(ask.body.clone()),
        };
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let response = request.timeout(deadline).send().map_err(|error| why(&error))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        response
            .take(DOCUMENT_BYTES_MAX.saturating_add(1))
            .read_to_end(&mut body)
            .map_err(|error| format!("the office's answer broke off: {error}"))?;
        if body.len() as u64 > DOCUMENT_BYTES_MAX {
            return Err("the office's answer does not end".into());
        }
        Ok(Reply { status, body })
    }
}

/// Believes whom these authorities have signed, and nobody else.
fn believing(authorities: &str) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities.as_bytes()) {
        let added =
            certificate.map_err(|e| e.to_string()).and_then(|one| roots.add(one).map_err(|e| e.to_string()));
        added.map_err(|why| format!("the office's certificate cannot be used: {why}"))?;
    }
    if roots.is_empty() && !authorities.is_empty() {
        return Err("the office's certificate cannot be used: there is none in the file".into());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The innermost reason, which says what a person can do something about.
fn why(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    if error.is_timeout() {
        return "the office did not answer in time".into();
    }
    let said = inner.to_string();
    if said.starts_with("invalid peer certificate") {
        return format!(
            "the office cannot prove who it is ({said}); check the address, or enrol with --certificate where the chain \
             signs its own"
        );
    }
    format!("the office cannot be reached: {said}")
}
