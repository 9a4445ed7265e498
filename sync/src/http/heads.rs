//! What every answer says to the program that reads it: nothing of it is kept, guessed at, framed or asked for without TLS, unless
//! whoever answered has said otherwise.

use super::Office;
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// What an answer says where nobody has said something else.
const ALWAYS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];
/// For two years a browser asks this office only over TLS.
const TLS_ONLY: &str = "max-age=63072000";

/// Whether this request came over TLS, to the office itself or to a proxy in front of it.
pub(super) fn came_over_tls(office: &Office, headers: &HeaderMap) -> bool {
    office.speaks_tls() || headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https")
}

pub(super) async fn said(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let over_tls = came_over_tls(&office, request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if over_tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    response
}
