//! Bodies: limited in size and time before anybody looks at them, unpacked within a limit, and signed.

use super::{Office, reply::OfficeFault};
use crate::gate::{crowd, seals};
use crate::ledger::counters::Enrolled;
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    http::{HeaderMap, header::CONTENT_ENCODING, request::Parts},
};
use kava::wire::{
    batch::BATCH_BYTES_MAX,
    pack::{PACKED_BYTES_MAX, unpack},
    seal::{Asked, HEADERS, Seal},
};
use std::time::Duration;

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(20);

/// A request whose signature was checked.
pub struct Signed {
    /// Who asks.
    pub counter: Enrolled,
    /// The body as it travelled.
    pub body: Bytes,
    /// Its room in memory.
    _room: crowd::Permit,
}

/// Reads a body within size and time, when there is room for it.
///
/// # Errors
/// When it is too large, too slow, or breaks off, and when too many are read already.
pub async fn read(office: &Office, body: Body) -> Result<(Bytes, crowd::Permit), OfficeFault> {
    let said = body.size_hint().upper().and_then(|bytes| usize::try_from(bytes).ok());
    let room = office.crowd().room(said.unwrap_or(PACKED_BYTES_MAX).min(PACKED_BYTES_MAX));
    let room = room.ok_or(OfficeFault::Crowded)?;
    Ok((read_at_most(PACKED_BYTES_MAX, body).await?, room))
}

/// Reads a small body within size and time.
///
/// # Errors
/// When it is too large, too slow, or breaks off.
pub async fn read_at_most(most: usize, body: Body) -> Result<Bytes, OfficeFault> {
    let read = tokio::time::timeout(BODY_TIME, to_bytes(body, most)).await;
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            let why = error.to_string();
            let large = why.contains("length limit");
            Err(if large { OfficeFault::BodyLarge(most) } else { broken(&why) })
        }
        Err(_) => Err(OfficeFault::BodySlow),
    }
}

fn broken(why: &str) -> OfficeFault {
    OfficeFault::BodyUnreadable(format!("the body broke off ({why}); send it again"))
}

/// Reads the body and checks that a counter signed the request. Whoever has no seal at all is sent away before
/// the body is read.
///
/// # Errors
/// As [`read`]; the first [`seals::SealFault`] that holds.
pub async fn signed(office: &Office, parts: &Parts, body: Body) -> Result<Signed, OfficeFault> {
    let seal = seal_of(&parts.headers).ok_or(seals::SealFault::Missing)?;
    let speaker = office.speaker(&seal.key)?;
    let (body, room) = read(office, body).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = Asked { method: parts.method.as_str(), path, body: &body };
    let now = office.now();
    let counter = seals::check(&seal, speaker, &asked, now)?;
    office.take_nonce(&seal, now)?;
    Ok(Signed { counter, body, _room: room })
}

/// The seal in the headers.
pub fn seal_of(headers: &HeaderMap) -> Option<Seal> {
    let mut values = [""; 4];
    for (value, name) in values.iter_mut().zip(HEADERS) {
        *value = headers.get(name)?.to_str().ok()?;
    }
    Seal::read(values)
}

/// The body as text, unpacked if it is packed.
///
/// # Errors
/// When it is damaged, becomes too large, or is no text.
pub fn text(headers: &HeaderMap, body: &[u8]) -> Result<String, OfficeFault> {
    let encoding = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    let bytes = match encoding {
        None | Some("identity") => body.to_vec(),
        Some("zstd") => unpack(body, BATCH_BYTES_MAX).map_err(OfficeFault::BodyUnreadable)?,
        Some(other) => {
            let why = format!("the body is packed with {other:?}; pack it with zstd or not at all");
            return Err(OfficeFault::BodyUnreadable(why));
        }
    };
    String::from_utf8(bytes)
        .map_err(|_| OfficeFault::BodyUnreadable("the body is not UTF-8; send it again".into()))
}
