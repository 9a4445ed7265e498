//! What goes down: `GET /api/v1/news` waits until there is something newer than the counter has,
//! `GET /api/v1/documents/{digest}` gives it.

use super::{
    Office,
    asked::{Path, Query},
    body,
    reply::OfficeFault,
};
use crate::ledger::{words::CounterWord, writer::Wish};
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kava::facts::moment::Moment;
use kava::wire::document::{Edition, Newer, Stream};
use kava::wire::reply::Place;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The longest that a counter may wait for news.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often it is looked whether another process has published.
const LOOK: Duration = Duration::from_millis(500);

/// What a counter has: `have=menu:3,policy:1`; up to where it has sent everything: `last=1:57`; and how many seconds
/// it will wait.
#[derive(Debug, Deserialize)]
pub(super) struct Have {
    #[serde(default)]
    have: String,
    last: Option<String>,
    /// The last erasure that was done; a program that knows of none says nothing.
    erased: Option<i64>,
    /// The last merge that was done; a program that knows of none says nothing.
    merged: Option<i64>,
    /// Records that wait there.
    queue: Option<i64>,
    /// Its program's version.
    app: Option<String>,
    /// Its own clock, in milliseconds since 1970.
    clock: Option<i64>,
    #[serde(default)]
    wait: u64,
}

impl Have {
    fn versions(&self) -> BTreeMap<&str, i64> {
        let pairs = self.have.split(',').filter_map(|pair| pair.split_once(':'));
        pairs.filter_map(|(stream, version)| Some((stream, version.parse().ok()?))).collect()
    }

    /// What the counter says of itself; text is kept no longer than it may be.
    fn word(&self, now: Moment) -> CounterWord {
        const VERSION_MAX: usize = 32;
        const HAVE_MAX: usize = 200;
        let short = |text: &str, most: usize| text.chars().take(most).filter(|c| !c.is_control()).collect();
        CounterWord {
            at: now,
            queue: self.queue,
            version: self.app.as_deref().map(|app| short(app, VERSION_MAX)),
            clock_ahead_ms: self.clock.map(|clock| clock.saturating_sub(now.0)),
            have: short(&self.have, HAVE_MAX),
            erased: self.erased,
        }
    }

    fn last(&self) -> Option<Place> {
        let (epoch, seq) = self.last.as_deref()?.split_once(':')?;
        Some(Place { epoch: epoch.parse().ok()?, seq: seq.parse().ok()? })
    }

    fn lacks(&self, editions: Vec<Edition>) -> Vec<Edition> {
        let versions = self.versions();
        let lacks = |edition: &Edition| match versions.get(edition.stream.as_str()) {
            Some(version) => edition.version > *version,
            None => Stream::from_code(&edition.stream).is_some_and(Stream::everybody_knows),
        };
        editions.into_iter().filter(lacks).collect()
    }
}

/// Waits for news.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn news(
    State(office): State<Arc<Office>>,
    Query(have): Query<Have>,
    request: Request,
) -> Result<Json<Newer>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let signed = body::signed(&office, &parts, body).await?;
    let missing = have.last().map(|last| office.missing(signed.counter.id, last)).transpose()?.flatten();
    if let Some(done) = have.erased
        && office.is_lost_erasure(done)?
    {
        office.write(Wish::HearErased { counter: signed.counter.id, done }).await?;
    }
    office.hear_word(signed.counter.id, have.word(office.now()));
    let tell_leases = office.asks_for_leases(signed.counter.id)?;
    let until = tokio::time::Instant::now() + WAIT_MAX.min(Duration::from_secs(have.wait));
    loop {
        let erased = have.erased.map(|id| office.erasures_after(id)).transpose()?.unwrap_or_default();
        let merged = have.merged.map(|id| office.merges_after(id)).transpose()?.unwrap_or_default();
        let editions = have.lacks(office.editions(signed.counter.shop.as_str())?);
        if missing.is_some()
            || !editions.is_empty()
            || !erased.is_empty()
            || !merged.is_empty()
            || tell_leases
            || tokio::time::Instant::now() >= until
            || office.is_stopping()
        {
            return Ok(Json(Newer { editions, from: missing, erased, merged, tell_leases }));
        }
        tokio::time::sleep_until(until.min(tokio::time::Instant::now() + LOOK)).await;
    }
}

/// Gives a document.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn document(
    State(office): State<Arc<Office>>,
    Path(digest): Path<String>,
    request: Request,
) -> Result<Response, OfficeFault> {
    let (parts, body) = request.into_parts();
    let signed = body::signed(&office, &parts, body).await?;
    let body = office.document(&digest, signed.counter.shop.as_str())?.ok_or(OfficeFault::Unknown)?;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((StatusCode::OK, kind, Body::from(body)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kava::facts::id::Digest;

    #[test]
    fn a_stream_that_came_later_is_announced_to_who_knows_it_only() {
        let edition = |stream: &str, version| {
            let digest = Digest::new("0".repeat(64));
            Edition { stream: stream.into(), version, digest, bytes: 1 }
        };
        let table = [
            ("", "menu"),
            ("menu:3", ""),
            ("menu:3,staff:0", "staff"),
            ("menu:2,staff:7", "menu"),
            ("menu:2,staff:6", "menu staff"),
        ];
        for (have, expected) in table {
            let have: Have =
                serde_json::from_value(serde_json::json!({ "have": have })).unwrap_or_else(|e| panic!("{e}"));
            let lacks = have.lacks(vec![edition("menu", 3), edition("staff", 7)]);
            let streams: Vec<String> = lacks.into_iter().map(|edition| edition.stream).collect();
            assert_eq!(streams.join(" "), expected, "{}", have.have);
        }
    }
}
