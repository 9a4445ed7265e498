//! The guests' side: a phone speaks for itself by the signature of its key. There are no passwords and no cookies.
//!
//! Not here: SQL, what a guest may have.

mod account;
pub(super) mod fault;
mod join;
mod signed;

use super::{Office, pages, reply::OfficeFault};
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
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
        .route("/club", get(|| async { pages::moved("/club/") }))
        .route("/club/", get(page))
        .route("/club/{*path}", get(page))
}

/// A file of the app.
async fn page(State(office): State<Arc<Office>>, request: Request) -> Result<Response, OfficeFault> {
    office.club_pages().answer("/club", &request)
}
