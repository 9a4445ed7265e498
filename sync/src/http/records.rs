//! `POST /api/v1/records`: a batch of a counter's series.

use super::{Office, body, reply::OfficeFault};
use crate::ledger::{
    append::Taken,
    writer::{Wish, Written},
};
use axum::{
    Json,
    extract::{Request, State},
};
use kava::wire::{batch, reply::Acked};
use std::sync::Arc;

/// Takes a batch; the answer comes when it is durable.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn take(
    State(office): State<Arc<Office>>,
    request: Request,
) -> Result<Json<Acked>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let signed = body::signed(&office, &parts, body).await?;
    let _turn = office.crowd().turn(signed.body.len()).await.map_err(|_| OfficeFault::Crowded)?;
    let text = body::text(&parts.headers, &signed.body)?;
    let (head, lines) = batch::read(&text)?;
    let who = &signed.counter;
    if (head.chain.as_str(), &head.shop, &head.counter) != (office.chain(), &who.shop, &who.counter) {
        return Err(OfficeFault::OtherCounter(format!("{}/{}", who.shop, who.counter)));
    }
    let wish = Wish::Append { counter: who.id, head, lines };
    match office.write(wish).await? {
        Written::Taken(Taken::Acked(acked)) => Ok(Json(acked)),
        Written::Taken(Taken::Gap(place)) => Err(OfficeFault::Gap(place)),
        Written::Taken(Taken::Forked(place)) => Err(OfficeFault::Fork(place)),
        Written::Taken(Taken::ErasuresFirst) => Err(OfficeFault::ErasuresFirst),
        Written::Taken(Taken::Revoked) => Err(crate::gate::seals::SealFault::Revoked.into()),
        _ => Err(OfficeFault::Internal),
    }
}
