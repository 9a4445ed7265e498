//! The close of a day: what was recorded beside Z reports and the acquirer's statement, and that statement as somebody brings it.

use super::{
    caller_who_may, export, export::As, fault::DeskFault, look::Which, parsed, sent, sent_as, write,
};
use crate::desk::{
    clerk::Clerk,
    close::{self, Asked, Close, statement, table},
    overview,
    role::Right,
    wish::DeskWish,
};
use crate::http::{Office, asked::Query, reply::OfficeFault};
use crate::ledger::Ledger;
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
};
use kava::{
    facts::moment::BusinessDay,
    import::{ImportFault, menu_file::MenuFile, statement as import},
};
use serde::Deserialize;
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// The most bytes of a statement.
const FILE_MAX: usize = 4 * 1024 * 1024;
const FILE_KIND: &str = "application/octet-stream";

/// Puts a day together; today where none is asked for.
async fn read(
    office: &Arc<Office>,
    (clerk, shop): (&Clerk, String),
    day: Option<BusinessDay>,
) -> Result<Close, OfficeFault> {
    let (now, heard, is_own) = (office.now(), office.heard_words(), !clerk.shop.is_empty());
    let read = move |ledger: &Ledger| {
        let day = day.map_or_else(|| overview::today(ledger, now), Ok)?;
        close::of(ledger, (&Asked { shop, is_own, day }, &heard), now)
    };
    Ok(office.of_reckoning(read).await?)
}

/// The close of a day.
pub(super) async fn day(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Close>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Close).await?;
    let (shop, day) = (which.shop(&caller.clerk.shop), which.day()?);
    read(&office, (&caller.clerk, shop), day).await.map(Json)
}

/// The same as a table.
pub(super) async fn export(
    State(office): Shared,
    (Query(which), Query(form)): (Query<Which>, Query<As>),
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Close).await?;
    let (shop, day) = (which.shop(&caller.clerk.shop), which.day()?);
    let close = read(&office, (&caller.clerk, shop), day).await?;
    let name = format!("close-{}", close.day);
    Ok(export::whole(&name, form.form(), &table::of(&close)))
}

/// What a file of a statement is called.
#[derive(Debug, Deserialize)]
pub(super) struct Called {
    #[serde(default)]
    name: String,
}

/// Takes a statement in a file.
pub(super) async fn statement(
    State(office): Shared,
    (Query(which), Query(Called { name })): (Query<Which>, Query<Called>),
    request: Request,
) -> Result<Json<Close>, OfficeFault> {
    let (headers, body) = sent_as(request, (FILE_KIND, FILE_MAX)).await?;
    let caller = caller_who_may(&office, &headers, Right::Close).await?;
    let (shop, day) = place(&caller.clerk, &which)?;
    let name: String = name.chars().filter(|one| !one.is_control()).take(80).collect();
    let file = MenuFile { name: name.clone(), bytes: body.to_vec() };
    let (said, _) = import::read(file, day).map_err(|fault| not_one(&fault))?;
    if said.rows.is_empty() && said.total.is_none() {
        return Err(DeskFault::Statement("no payment and no total can be read in this file".into()).into());
    }
    let (of, now) = (shop.clone(), office.now());
    let offset = office.of_desk(move |ledger| close::offset_min(ledger, &of)).await?;
    let statement = statement::of_file(said, (&caller.clerk.name, &name), offset, now);
    keep(&office, &caller.clerk, (shop, day, statement)).await
}

/// A total that somebody typed.
#[derive(Debug, Deserialize)]
struct Total {
    #[serde(default)]
    shop: String,
    day: BusinessDay,
    total_minor: i64,
}

/// Takes the total of a statement alone.
pub(super) async fn total(State(office): Shared, request: Request) -> Result<Json<Close>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Close).await?;
    let Total { shop, day, total_minor } = parsed(&body)?;
    let shop = if caller.clerk.shop.is_empty() { shop } else { caller.clerk.shop.clone() };
    if shop.is_empty() {
        return Err(DeskFault::Field("shop").into());
    }
    let statement = statement::Statement {
        made: office.now(),
        made_by: caller.clerk.name.clone(),
        name: String::new(),
        total: Some(total_minor),
        rows: Vec::new(),
    };
    keep(&office, &caller.clerk, (shop, day, statement)).await
}

/// A statement is of one shop and one day, and both are said.
fn place(clerk: &Clerk, which: &Which) -> Result<(String, BusinessDay), DeskFault> {
    let shop = which.shop(&clerk.shop);
    if shop.is_empty() {
        return Err(DeskFault::Field("shop"));
    }
    Ok((shop, which.day()?.ok_or(DeskFault::Field("day"))?))
}

async fn keep(
    office: &Arc<Office>,
    clerk: &Clerk,
    (shop, day, statement): (String, BusinessDay, statement::Statement),
) -> Result<Json<Close>, OfficeFault> {
    write(office, DeskWish::KeepStatement { shop: shop.clone(), day, statement: Box::new(statement) })
        .await?;
    read(office, (clerk, shop), Some(day)).await.map(Json)
}

fn not_one(fault: &ImportFault) -> DeskFault {
    DeskFault::Statement(fault.to_string())
}
