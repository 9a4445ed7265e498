//! Tables for whoever reckons elsewhere: CSV with semicolons and decimal commas, as the programs of our shops' tables open it, or a
//! workbook; written while it is read, so that neither a long year nor a slow line fills the memory.

use super::{caller_who_may, fault::DeskFault, look::Which};
use crate::desk::{
    csv, overview,
    receipts::{self, Wanted},
    role::Right,
    sheet::{Form, Sheet, Written},
    shelf,
};
use crate::http::{Office, asked::Query, reply::OfficeFault};
use crate::ledger::Ledger;
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use kava::facts::moment::BusinessDay;
use serde::Deserialize;
use serde_json::Value;
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::mpsc::{self, Receiver};

type Shared = State<Arc<Office>>;

/// Parts of an answer that wait for a slow line.
const PARTS: usize = 4;
/// The most days of receipts in one table.
const DAYS_MAX: i32 = 366;

/// An answer that is still being written.
struct Parts(Receiver<Vec<u8>>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(Bytes::from(part)))))
    }
}

/// As what a table is wished; text where nothing is said.
#[derive(Debug, Deserialize)]
pub(super) struct As {
    #[serde(default, rename = "as")]
    form: Form,
}

impl As {
    pub(super) const fn form(&self) -> Form {
        self.form
    }
}

/// Puts a table before a browser as a file of this name.
fn answer((name, form): (&str, Form), body: Body) -> Response {
    let (kind, ending) = match form {
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let file = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\""));
    let file = file.unwrap_or(HeaderValue::from_static("attachment"));
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, file)], body).into_response()
}

/// A whole table.
pub(super) fn whole(name: &str, form: Form, sheet: &Sheet) -> Response {
    answer((name, form), Body::from(Written::whole(form, sheet)))
}

/// The menu, in the columns in which it can be brought back.
pub(super) async fn menu(
    State(office): Shared,
    (Query(which), Query(As { form })): (Query<Which>, Query<As>),
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Menu).await?;
    let (shop, with_costs) = (which.shop(&caller.clerk.shop), caller.clerk.role.may(Right::Costs));
    let sheet =
        office.of_desk(move |ledger| Ok(csv::menu(&shelf::menu_of(ledger, &shop)?, with_costs))).await?;
    Ok(whole("menu", form, &sheet))
}

/// Campaigns with their budgets.
pub(super) async fn campaigns(
    State(office): Shared,
    Query(As { form }): Query<As>,
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    caller_who_may(&office, &headers, Right::Campaigns).await?;
    let sheet = office.of_desk(|ledger| Ok(csv::campaigns(&ledger.campaigns()?))).await?;
    Ok(whole("campaigns", form, &sheet))
}

/// Which days are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Span {
    from: Option<String>,
    until: Option<String>,
    shop: Option<String>,
    counter: Option<String>,
}

/// A day as a question writes it.
pub(super) fn day_of(text: Option<&String>, name: &'static str) -> Result<Option<BusinessDay>, DeskFault> {
    let read = |day: &String| serde_json::from_value(Value::String(day.clone()));
    text.map(read).transpose().map_err(|_| DeskFault::Field(name))
}

/// The receipts of some days, the newest first. Each page is read by itself: nobody waits for whoever reads slowly.
pub(super) async fn receipts(
    State(office): Shared,
    (Query(span), Query(As { form })): (Query<Span>, Query<As>),
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Receipts).await?;
    let own = caller.clerk.shop;
    let shop = if own.is_empty() { span.shop.clone().unwrap_or_default() } else { own };
    let counter = span.counter.clone().unwrap_or_default();
    let now = office.now();
    let today = office.of_desk(move |ledger| overview::today(ledger, now)).await?;
    let until = day_of(span.until.as_ref(), "until")?.unwrap_or(today);
    let from = day_of(span.from.as_ref(), "from")?.unwrap_or(until);
    if from > until || until.0.saturating_sub(from.0) >= DAYS_MAX {
        return Err(DeskFault::Field("from").into());
    }
    let (sender, parts) = mpsc::channel(PARTS);
    tokio::spawn(async move {
        let mut table = Written::of(form, &csv::RECEIPT);
        let mut wanted = Wanted { shop, counter, day: until, before: String::new() };
        loop {
            let page = wanted.clone();
            let read = move |ledger: &Ledger| receipts::of(ledger, &page);
            // What breaks off breaks off the answer, which then has fewer rows than a whole one; the browser says so.
            let Ok(page) = office.of_reckoning(read).await else { return };
            let has_place = page.receipts.iter().all(|receipt| table.row(&csv::receipt(receipt)));
            if sender.send(table.take()).await.is_err() {
                return;
            }
            match page.receipts.last().filter(|_| page.more) {
                _ if !has_place => break,
                Some(last) => wanted.before.clone_from(&last.receipt),
                None if wanted.day <= from => break,
                None => {
                    wanted.day = BusinessDay(wanted.day.0 - 1);
                    wanted.before.clear();
                }
            }
        }
        // Nobody may listen any more.
        sender.send(table.finish()).await.unwrap_or_default();
    });
    Ok(answer(("receipts", form), Body::new(Parts(parts))))
}
