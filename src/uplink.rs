//! The line to the office: HTTP by reqwest, nothing repeated, nothing followed. Whoever asks decides whether to
//! ask again.
//!
//! May import facts, wire, ports. Not here: what is asked, signatures, waiting.

use crate::ports::{Ask, Reply, Uplink};
use crate::wire::document::DOCUMENT_BYTES_MAX;
use reqwest::blocking::Client;
use std::{io::Read, time::Duration};

/// How long the office may take to pick up.
const CONNECT: Duration = Duration::from_secs(5);

/// The office at an address.
#[derive(Debug)]
pub struct HttpUplink {
    client: Client,
    base: String,
}

impl HttpUplink {
    /// A line to an address such as `http://127.0.0.1:8480`; nothing is connected yet.
    ///
    /// # Errors
    /// One sentence when it is no such address.
    pub fn new(url: &str) -> Result<HttpUplink, String> {
        let wrong = || format!("{url:?} is not an address such as http://192.168.0.10:8480");
        let parsed = reqwest::Url::parse(url).map_err(|_| wrong())?;
        let plain = parsed.username().is_empty() && parsed.query().is_none() && parsed.fragment().is_none();
        if !["http", "https"].contains(&parsed.scheme()) || parsed.host().is_none() || !plain {
            return Err(wrong());
        }
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|error| why(&error))?;
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

/// The innermost reason, which says what a person can do something about.
fn why(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    if error.is_timeout() {
        return "the office did not answer in time".into();
    }
    format!("the office cannot be reached: {inner}")
}
