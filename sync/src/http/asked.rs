//! What stands in a request's address, read so that one which cannot be read is answered as every other fault: a status, a
//! code, one sentence.

use super::reply::OfficeFault;
use axum::{
    extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

/// The words behind the question mark.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = OfficeFault;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Query<T>, OfficeFault> {
        let read = AxumQuery::try_from_uri(&parts.uri);
        read.map(|AxumQuery(found)| Query(found))
            .map_err(|why| OfficeFault::AddressUnreadable(why.body_text()))
    }
}

/// The parts of the path that are names.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = OfficeFault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>, OfficeFault> {
        let read = AxumPath::from_request_parts(parts, state).await;
        read.map(|AxumPath(found)| Path(found)).map_err(|why| OfficeFault::AddressUnreadable(why.body_text()))
    }
}
