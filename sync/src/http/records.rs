//! `POST /api/v1/records`: a batch of a counter's series; `POST /api/v1/copies`: one that a neighbour brings.

use super::{
    Office,
    body::{self, Signed},
    reply::OfficeFault,
};
use crate::gate::crowd::Permit;
use crate::ledger::{
    append::Taken,
    writer::{Wish, Written},
};
use axum::{
    Json,
    extract::{Request, State},
};
use kava::wire::{
    batch::{self, BatchHead, Received},
    neighbour::read_copies,
    reply::Acked,
};
use std::sync::Arc;

/// Takes a batch; the answer comes when it is durable.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn take(
    State(office): State<Arc<Office>>,
    request: Request,
) -> Result<Json<Acked>, OfficeFault> {
    let Unpacked { signed, text, _turn } = unpacked(&office, request).await?;
    let (head, lines) = batch::read(&text)?;
    let who = &signed.counter;
    if (head.chain.as_str(), &head.shop, &head.counter) != (office.chain(), &who.shop, &who.counter) {
        return Err(OfficeFault::OtherCounter(format!("{}/{}", who.shop, who.counter)));
    }
    append(&office, who.id, (head, lines)).await
}

/// Takes copies that a counter has of what another one of its shop wrote: signed by that one, brought by this one.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn copies(
    State(office): State<Arc<Office>>,
    request: Request,
) -> Result<Json<Acked>, OfficeFault> {
    let Unpacked { signed, text, _turn } = unpacked(&office, request).await?;
    let (end, text) = read_copies(&text).map_err(OfficeFault::BodyUnreadable)?;
    let (head, lines) = batch::read(text)?;
    let who = &signed.counter;
    let foreign = || OfficeFault::OtherCounter(format!("{}/{}", who.shop, who.counter));
    if (head.chain.as_str(), &head.shop) != (office.chain(), &who.shop) || head.counter == who.counter {
        return Err(foreign());
    }
    let (owner, public) = office.signer((&head.shop, &head.counter), &end.key)?.ok_or_else(foreign)?;
    let records: Option<Vec<_>> = lines.iter().map(|line| line.read.as_ref().ok()).collect();
    let records = records.ok_or_else(foreign)?;
    let last = records.last().ok_or_else(foreign)?;
    let chained = batch::first_break(records.iter().copied()).is_none();
    if !chained || !end.is_good(&public, &head, &last.hash) {
        return Err(foreign());
    }
    // What that counter has erased it says itself, and nobody for it.
    append(&office, owner, (BatchHead { erased: None, unanchored: false, ..head }, lines)).await
}

/// A signed body that is worked on.
struct Unpacked {
    signed: Signed,
    text: String,
    /// Held until the work is done.
    _turn: Option<Permit>,
}

async fn unpacked(office: &Office, request: Request) -> Result<Unpacked, OfficeFault> {
    let (parts, body) = request.into_parts();
    let signed = body::signed(office, &parts, body).await?;
    let turn = office.crowd().turn(signed.body.len()).await.map_err(|_| OfficeFault::Crowded)?;
    let text = body::text(&parts.headers, &signed.body)?;
    Ok(Unpacked { signed, text, _turn: turn })
}

async fn append(
    office: &Office,
    counter: i64,
    (head, lines): (BatchHead, Vec<Received>),
) -> Result<Json<Acked>, OfficeFault> {
    match office.write(Wish::Append { counter, head, lines }).await? {
        Written::Taken(Taken::Acked(acked)) => Ok(Json(acked)),
        Written::Taken(Taken::Gap(place)) => Err(OfficeFault::Gap(place)),
        Written::Taken(Taken::Forked(place)) => Err(OfficeFault::Fork(place)),
        Written::Taken(Taken::ErasuresFirst) => Err(OfficeFault::ErasuresFirst),
        Written::Taken(Taken::Revoked) => Err(crate::gate::seals::SealFault::Revoked.into()),
        _ => Err(OfficeFault::Internal),
    }
}
