//! The office's HTTP side: thin handlers that unpack, make one call, pack.
//!
//! May import the pure half of `kava`. Not here: SQL, decisions, the choice of backends.

use axum::{Json, Router, routing::get};
use kava::wire::record;
use serde_json::{Value, json};
use std::{future::Future, net::SocketAddr};
use tokio::net::TcpListener;

/// Listens, says where on stdout, and answers until the process is told to stop; requests that have
/// begun are finished first.
///
/// # Errors
/// One sentence: which address, what is wrong, what to do.
#[expect(clippy::print_stdout, reason = "whoever asked for port 0 reads the address here")]
pub async fn serve(listen: SocketAddr) -> Result<(), String> {
    let sentence = |why| format!("{listen} cannot be listened on: {why}; choose another with --listen");
    // The signals are taken before the address is said, so that whoever reads it may stop us at once.
    let stop = told_to_stop().map_err(|why| format!("signals cannot be received: {why}"))?;
    let listener = TcpListener::bind(listen).await.map_err(sentence)?;
    let address = listener.local_addr().map_err(sentence)?;
    println!("listening on http://{address}");
    axum::serve(listener, routes())
        .with_graceful_shutdown(stop)
        .await
        .map_err(|why| format!("the server on {address} stopped: {why}; start it again"))
}

fn routes() -> Router {
    Router::new().route("/healthz", get(healthz)).route("/version", get(version))
}

/// The process answers; `readyz` will say whether it can also work.
async fn healthz() -> &'static str {
    "ok"
}

async fn version() -> Json<Value> {
    Json(json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "record": record::VERSION,
    }))
}

#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without the signal there is no graceful stop, only the system's own; the server goes on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
