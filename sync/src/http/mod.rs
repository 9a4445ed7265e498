//! The office's HTTP side: thin handlers that unpack, make one call, pack.
//!
//! May import the pure half of `kava`. Not here: SQL, decisions, the choice of backends.

mod asked;
pub mod body;
mod club;
pub mod description;
mod desk;
mod enrol;
mod heads;
mod leases;
mod metrics;
mod office;
mod pages;
mod peer;
mod records;
pub mod reply;
mod rules;
mod serve;
mod streams;
mod tls;

pub use office::{Clock, Office};
pub use pages::Pages;
pub use peer::Peer;
pub use serve::serve;
pub use tls::Tls;

use self::reply::OfficeFault;
use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use kava::wire::{batch, record};
use serde_json::{Value, json};
use std::sync::Arc;

/// Every route of the office.
pub fn routes(office: Arc<Office>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/version", get(version))
        .route("/api/v1/enrol", post(enrol::enrol))
        .route("/api/v1/records", post(records::take))
        .route("/api/v1/copies", post(records::copies))
        .route("/api/v1/leases", post(leases::lend))
        .route("/api/v1/news", get(streams::news))
        .route("/api/v1/documents/{digest}", get(streams::document))
        .route("/metrics", get(metrics::metrics))
        .route("/rules", get(rules::page))
        .route("/rules.pdf", get(rules::document))
        .route("/api/", get(description::page))
        .route("/api/openapi.json", get(description::json))
        .merge(club::routes())
        .merge(desk::routes(&office))
        .fallback(|| async { OfficeFault::Unknown })
        .layer(from_fn_with_state(Arc::clone(&office), counted))
        .layer(from_fn_with_state(Arc::clone(&office), heads::said))
        .with_state(office)
}

/// Counts what is answered.
async fn counted(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    office.count_answer(response.status().as_u16());
    response
}

/// The process answers.
async fn healthz() -> &'static str {
    "ok"
}

/// The ledger answers too.
async fn readyz(State(office): State<Arc<Office>>) -> Result<&'static str, OfficeFault> {
    office.editions("")?;
    Ok("ready")
}

async fn version() -> Json<Value> {
    Json(json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "record": record::VERSION,
        "batch": batch::BATCH_FORMAT,
    }))
}
