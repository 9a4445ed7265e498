//! Another menu: from a file, by edits, or as it was before. Each can be tried first: what would change is answered, and
//! nothing is kept.

use super::{caller_who_may, fault::DeskFault, look::Which, parsed, sent, sent_as, write};
use crate::desk::{
    clerk::Clerk,
    overview,
    revision::{self, Edit, NoRevision, Revision},
    role::Right,
    wish::{DeskDone, DeskWish},
};
use crate::http::{Office, asked::Query, reply::OfficeFault};
use crate::ledger::{Ledger, documents};
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use kava::{
    facts::moment::BusinessDay,
    import::{ImportFault, menu_file::MenuFile},
    wire::document::Stream,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// The most bytes of a menu's file.
const FILE_MAX: usize = 4 * 1024 * 1024;
/// The kind of a body that is a file.
const FILE_KIND: &str = "application/octet-stream";

/// The versions there were.
pub(super) async fn versions(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Value>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Menu).await?;
    let shop = which.shop(&caller.clerk.shop);
    let versions = office.of_desk(move |ledger| ledger.menu_versions(&shop)).await?;
    Ok(Json(json!({ "versions": versions })))
}

/// A file that is brought.
#[derive(Debug, Deserialize)]
pub(super) struct Brought {
    #[serde(default)]
    shop: String,
    #[serde(default)]
    name: String,
    /// Tax of new products, basis points.
    tax_bp: Option<i64>,
    publish: Option<i64>,
}

/// Reads a menu from a file.
pub(super) async fn import(
    State(office): Shared,
    Query(brought): Query<Brought>,
    request: Request,
) -> Result<Json<Revision>, OfficeFault> {
    let (headers, body) = sent_as(request, (FILE_KIND, FILE_MAX)).await?;
    let caller = caller_who_may(&office, &headers, Right::MenuEdit).await?;
    let Brought { shop, name, tax_bp, publish } = brought;
    if tax_bp.is_some_and(|tax| !(0..=10_000).contains(&tax)) {
        return Err(DeskFault::Field("tax_bp").into());
    }
    let called: String = name.chars().filter(|one| !one.is_control()).take(80).collect();
    let plan = Plan { shop, publish, why: format!("import {called}") };
    let file = MenuFile { name: called, bytes: body.to_vec() };
    let read =
        move |ledger: &Ledger, shop: &str, today| revision::of_file(ledger, shop, file, (today, tax_bp));
    revise(&office, (caller.clerk, plan), read).await
}

/// Edits that are wished.
#[derive(Debug, Deserialize)]
struct Edits {
    #[serde(default)]
    shop: String,
    edits: Vec<Edit>,
    publish: Option<i64>,
}

/// Changes prices, costs and what takes part.
pub(super) async fn edit(State(office): Shared, request: Request) -> Result<Json<Revision>, OfficeFault> {
    let (headers, body) = sent_as(request, ("application/json", FILE_MAX)).await?;
    let caller = caller_who_may(&office, &headers, Right::MenuEdit).await?;
    let Edits { shop, edits, publish } = parsed(&body)?;
    let plan = Plan { shop, publish, why: format!("edit {}", edits.len()) };
    let read = move |ledger: &Ledger, shop: &str, today| revision::of_edits(ledger, shop, (&edits, today));
    revise(&office, (caller.clerk, plan), read).await
}

/// An earlier version that is wished.
#[derive(Debug, Deserialize)]
struct Earlier {
    #[serde(default)]
    shop: String,
    version: i64,
    publish: Option<i64>,
}

/// Puts an earlier menu in force again, as a new version.
pub(super) async fn return_to(
    State(office): Shared,
    request: Request,
) -> Result<Json<Revision>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::MenuEdit).await?;
    let Earlier { shop, version, publish } = parsed(&body)?;
    let plan = Plan { shop, publish, why: format!("return {version}") };
    let read = move |ledger: &Ledger, shop: &str, today| revision::of_version(ledger, shop, (version, today));
    revise(&office, (caller.clerk, plan), read).await
}

/// Where a revision goes.
struct Plan {
    shop: String,
    /// The version that must still be in force for it to be published; nothing where it is only tried.
    publish: Option<i64>,
    why: String,
}

/// Makes a revision, and publishes it where that is wished.
async fn revise(
    office: &Arc<Office>,
    (clerk, plan): (Clerk, Plan),
    make: impl FnOnce(&Ledger, &str, BusinessDay) -> Result<Revision, NoRevision> + Send + 'static,
) -> Result<Json<Revision>, OfficeFault> {
    let Plan { shop, publish, why } = plan;
    let (now, of) = (office.now(), shop.clone());
    let made = office.of_desk(move |ledger| Ok(make(ledger, &of, overview::today(ledger, now)?))).await?;
    let revision = made.map_err(refused)?;
    let Some(base) = publish else { return Ok(Json(revision)) };
    if base != revision.base {
        return Err(DeskFault::MenuMoved.into());
    }
    let body = revision.menu.to_json().into_bytes();
    documents::check(Stream::Menu, &body).map_err(DeskFault::Menu)?;
    match write(office, DeskWish::PublishMenu { by: clerk.name, shop, base, body, why }).await? {
        DeskDone::Menu(Some(done)) => Ok(Json(Revision { published: Some(done.version), ..revision })),
        DeskDone::Menu(None) => Err(DeskFault::MenuMoved.into()),
        _ => Err(OfficeFault::Internal),
    }
}

fn refused(why: NoRevision) -> OfficeFault {
    match why {
        NoRevision::Ledger(fault) => fault.into(),
        NoRevision::File(fault @ ImportFault::MissingColumns { .. }) => {
            DeskFault::MenuColumns(fault.to_string()).into()
        }
        NoRevision::File(fault) => DeskFault::MenuFile(fault.to_string()).into(),
        NoRevision::Edit => DeskFault::Field("edits").into(),
        NoRevision::Version => OfficeFault::Unknown,
    }
}
