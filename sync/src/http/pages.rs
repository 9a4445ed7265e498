//! Apps for browsers, the guests' and the clerks', as they were built: in the program itself, or from a folder while they are
//! being worked on. Files with a hash in their name may be kept for ever; the page, its worker and its manifest never.

use super::reply::OfficeFault;
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
            REFERRER_POLICY, VARY,
        },
    },
    response::{IntoResponse, Response},
};
use std::{collections::BTreeMap, io, path::Path};

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// What the page may do: nothing but its own scripts, styles, pictures and requests.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What is answered where the program was built without the app.
const NOT_BUILT: &str = "<!doctype html><title>Kava</title><p>This kava-sync was built without the guests' app and the \
    console: run `cargo xtask ui`, then build it again.";

/// Files of the app by path.
#[derive(Debug, Clone, Default)]
pub struct Pages(BTreeMap<String, Bytes>);

impl Pages {
    /// The guests' app that the program was built with; nothing where there was none.
    #[must_use]
    pub fn club() -> Pages {
        Pages::embedded(CLUB)
    }

    /// The clerks' app that the program was built with; nothing where there was none.
    #[must_use]
    pub fn office() -> Pages {
        Pages::embedded(OFFICE)
    }

    fn embedded(files: &[(&str, &'static [u8])]) -> Pages {
        Pages(files.iter().map(|(name, body)| ((*name).to_owned(), Bytes::from_static(body))).collect())
    }

    /// Reads a built app.
    ///
    /// # Errors
    /// When the folder cannot be read or holds no app.
    pub fn read(folder: &Path) -> io::Result<Pages> {
        let mut pages = BTreeMap::new();
        let mut open = vec![folder.to_path_buf()];
        while let Some(inner) = open.pop() {
            for entry in std::fs::read_dir(&inner)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else if let Ok(own) = path.strip_prefix(folder) {
                    let name = own.to_string_lossy().replace('\\', "/");
                    pages.insert(name, Bytes::from(std::fs::read(&path)?));
                }
            }
        }
        if pages.contains_key("index.html") {
            Ok(Pages(pages))
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, "there is no index.html"))
        }
    }
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

impl Pages {
    /// Answers for a path below an app's own address, `/club/` or `/office/`; an address of one of its screens is the page
    /// itself.
    ///
    /// # Errors
    /// [`OfficeFault::Unknown`] for a file that is not there.
    pub(super) fn answer(&self, base: &str, request: &Request) -> Result<Response, OfficeFault> {
        let path = request.uri().path();
        let path = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
        let is_screen = !path.rsplit('/').next().unwrap_or_default().contains('.');
        let name = if is_screen { "index.html" } else { path };
        let (body, found) = match self.0.get(name) {
            Some(body) => (body.clone(), StatusCode::OK),
            None if is_screen => (Bytes::from_static(NOT_BUILT.as_bytes()), StatusCode::NOT_FOUND),
            None => return Err(OfficeFault::Unknown),
        };
        let packed = self.0.get(&format!("{name}.gz"));
        let sent = packed.filter(|_| takes_gzip(request)).cloned();
        let is_packed = sent.is_some();
        let mut response = (found, Body::from(sent.unwrap_or(body))).into_response();
        let headers = response.headers_mut();
        let hashed = name.starts_with("assets/");
        let keep = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind_of(name)));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if packed.is_some() {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if is_packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    }
}

/// An app's address without its slash leads to the one with it, so that the app's own addresses are below it.
pub(super) fn moved(to: &'static str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response()
}

fn takes_gzip(request: &Request) -> bool {
    let accepts = request.headers().get("accept-encoding").and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.split(',').any(|one| one.trim().starts_with("gzip")))
}
