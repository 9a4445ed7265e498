//! The office's HTTP side: thin handlers that unpack, make one call, pack.
//!
//! May import the pure half of `kava`. Not here: SQL, decisions, the choice of backends.

pub mod body;
mod club;
mod enrol;
mod leases;
mod office;
mod records;
pub mod reply;
mod serve;
mod streams;

pub use club::pages::Pages;
pub use office::{Clock, Office};
pub use serve::serve;

use self::reply::OfficeFault;
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use kava::wire::{batch, record};
use serde_json::{Value, json};
use std::{net::IpAddr, sync::Arc};

/// The address a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Every route of the office.
pub fn routes(office: Arc<Office>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/version", get(version))
        .route("/api/v1/enrol", post(enrol::enrol))
        .route("/api/v1/records", post(records::take))
        .route("/api/v1/leases", post(leases::lend))
        .route("/api/v1/news", get(streams::news))
        .route("/api/v1/documents/{digest}", get(streams::document))
        .merge(club::routes())
        .fallback(|| async { OfficeFault::Unknown })
        .with_state(office)
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
