//! The guests' app, as it was built: in the program itself, or from a folder while it is being worked on. Files with a
//! hash in their name may be kept for ever; the page, its worker and its manifest never.

use crate::http::{Office, reply::OfficeFault};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
            REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use std::{collections::BTreeMap, io, path::Path, sync::Arc};

include!(concat!(env!("OUT_DIR"), "/club.rs"));

/// What the page may do: nothing but its own scripts, styles, pictures and requests.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// What is answered where the program was built without the app.
const NOT_BUILT: &str = "<!doctype html><title>Kava</title><p>This kava-sync was built without the guests' app: \
    run `cargo xtask ui`, then build it again.";

/// Files of the app by path.
#[derive(Debug, Clone, Default)]
pub struct Pages(BTreeMap<String, Bytes>);

impl Pages {
    /// The app that the program was built with; nothing where there was none.
    #[must_use]
    pub fn embedded() -> Pages {
        Pages(EMBEDDED.iter().map(|(name, body)| ((*name).to_owned(), Bytes::from_static(body))).collect())
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
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

/// `/club` is `/club/`, so that the app's own addresses are below it.
pub(super) async fn to_the_app() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "/club/")]).into_response()
}

/// A file of the app; an address of one of its screens is the page itself.
pub(super) async fn page(
    State(office): State<Arc<Office>>,
    request: Request,
) -> Result<Response, OfficeFault> {
    let path = request.uri().path().trim_start_matches("/club").trim_start_matches('/');
    let pages = &office.pages().0;
    let is_screen = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let name = if is_screen { "index.html" } else { path };
    let (body, found) = match pages.get(name) {
        Some(body) => (body.clone(), StatusCode::OK),
        None if is_screen => (Bytes::from_static(NOT_BUILT.as_bytes()), StatusCode::NOT_FOUND),
        None => return Err(OfficeFault::Unknown),
    };
    let packed = pages.get(&format!("{name}.gz")).filter(|_| takes_gzip(&request)).cloned();
    let mut response = (found, Body::from(packed.clone().unwrap_or(body))).into_response();
    let headers = response.headers_mut();
    let hashed = name.starts_with("assets/");
    let keep = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind_of(name)));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if packed.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn takes_gzip(request: &Request) -> bool {
    let accepts = request.headers().get("accept-encoding").and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.split(',').any(|one| one.trim().starts_with("gzip")))
}
