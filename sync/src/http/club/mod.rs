//! The guests' side: a phone speaks for itself by the signature of its key. There are no passwords and no cookies.
//!
//! Not here: SQL, what a guest may have.

mod account;
pub(super) mod fault;
mod join;
pub(super) mod pages;
mod signed;

use super::Office;
use axum::{
    Router,
    routing::{get, post, put},
};
use std::sync::Arc;

/// Every route of the guests' app.
pub(super) fn routes() -> Router<Arc<Office>> {
    Router::new()
        .route("/api/v1/club/join", post(join::join))
        .route("/api/v1/club/home", get(account::home))
        .route("/api/v1/club/receipts", get(account::receipts))
        .route("/api/v1/club/profile", put(account::edit))
        .route("/api/v1/club/consents", get(account::answers).post(account::answer))
        .route("/api/v1/club/events", post(account::tell))
        .route("/api/v1/club/transfer", post(account::transfer))
        .route("/api/v1/club/export", get(account::export))
        .route("/api/v1/club/account", axum::routing::delete(account::erase))
        .route("/club", get(pages::to_the_app))
        .route("/club/", get(pages::page))
        .route("/club/{*path}", get(pages::page))
}
