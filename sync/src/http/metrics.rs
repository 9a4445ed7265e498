//! `GET /metrics`: figures in Prometheus' text format, for whoever has the token, or, where there is
//! none, asks from this machine itself.

use super::{Office, Peer, desk::fault::DeskFault, reply::OfficeFault};
use crate::desk::{
    figures::{self, Figure},
    fleet,
};
use crate::ledger::Ledger;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header::AUTHORIZATION, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use std::{fmt::Write as _, sync::Arc};
use subtle::ConstantTimeEq;

/// The figures.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn metrics(
    State(office): State<Arc<Office>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    let may = match office.metrics_token() {
        // Not every proxy says that it is one, so whoever has set a token is asked for it from everywhere.
        Some(token) => says(&headers, token),
        None => peer.is_near(&headers),
    };
    if !may {
        return Err(DeskFault::Forbidden.into());
    }
    let (now, heard, answered) = (office.now(), office.heard_words(), office.answered());
    let read = move |ledger: &Ledger| figures::of(ledger, &fleet::of(ledger, ("", &heard), now)?, now);
    let mut figures = office.of_desk(read).await?;
    figures.push(Figure {
        name: "kava_answers_total",
        help: "Requests that were answered, by the first digit of the status",
        grows: true,
        samples: answered.into_iter().map(|(class, count)| ("class", format!("{class}xx"), count)).collect(),
    });
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, written(&figures)).into_response())
}

fn says(headers: &HeaderMap, token: &str) -> bool {
    let said = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let said = said.and_then(|value| value.strip_prefix("Bearer "));
    said.is_some_and(|said| token.as_bytes().ct_eq(said.as_bytes()).into())
}

fn written(figures: &[Figure]) -> String {
    let mut text = String::new();
    for Figure { name, help, grows, samples } in figures {
        let kind = if *grows { "counter" } else { "gauge" };
        // Writing into a text does not fail.
        write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n").unwrap_or_default();
        for (label, of, value) in samples {
            let of = of.replace('\\', "\\\\").replace('"', "\\\"");
            let label = if label.is_empty() { String::new() } else { format!("{{{label}=\"{of}\"}}") };
            writeln!(text, "{name}{label} {value}").unwrap_or_default();
        }
    }
    text
}
