//! One receipt: what was sold, what a counter decided, and where it stands in the ledger.

use crate::ledger::{Ledger, LedgerFault};
use kava::{
    facts::{
        id::OfferId,
        menu::to_hex,
        moment::Moment,
        money::Money,
        offer::{Offer, Scope},
        purchase::{Payment, Purchase, PurchaseLine},
    },
    steps::{guard::Refusal, offer::Draw},
    wire::record::kind,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// A receipt.
#[derive(Debug, Serialize)]
pub struct ReceiptShown {
    /// Its id.
    pub receipt: String,
    /// Where.
    pub shop: String,
    /// Which counter.
    pub counter: String,
    /// When.
    pub at: Moment,
    /// Minutes to add to UTC for the shop's wall clock.
    pub utc_offset_min: i32,
    /// At list prices.
    pub list_minor: i64,
    /// What the guest saved.
    pub saved_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// Whether its payload was emptied because its guest was erased; sums are all that is left then.
    pub erased: bool,
    /// What was sold.
    #[serde(flatten)]
    pub sold: Option<Sold>,
    /// What was given back.
    pub refunds: Vec<RefundShown>,
    /// Its record.
    pub record: RecordShown,
    /// What the counter decided.
    pub decision: Option<DecisionShown>,
}

/// What was sold.
#[derive(Debug, Serialize)]
pub struct Sold {
    /// Why goods left the counter.
    pub kind: &'static str,
    /// The guest's pseudonym, if they were known.
    pub customer: Option<String>,
    /// The offer that was honoured.
    pub offer: Option<OfferId>,
    /// How it was paid.
    pub payments: Vec<Payment>,
    /// Its lines.
    pub lines: Vec<LineShown>,
}

/// A line.
#[derive(Debug, Serialize)]
pub struct LineShown {
    /// Its number.
    pub line: u16,
    /// Product and extras.
    pub name: String,
    /// How many, as text.
    pub qty: String,
    /// At list price.
    pub list_minor: i64,
    /// Its discount.
    pub discount_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// What it must have brought, and what one of it cost; for whoever may see that.
    #[serde(flatten)]
    pub costs: Option<LineCosts>,
}

/// Floor and cost of a line.
#[derive(Debug, Serialize)]
pub struct LineCosts {
    /// What it must have brought; nothing where no cost was known.
    pub floor_minor: Option<i64>,
    /// What one of it cost, without extras.
    pub cost_minor: Option<i64>,
}

/// What was given back.
#[derive(Debug, Serialize)]
pub struct RefundShown {
    /// Its own id.
    pub receipt: String,
    /// When.
    pub at: Moment,
    /// How much.
    pub net_minor: i64,
}

/// Where it stands in the ledger.
#[derive(Debug, Serialize)]
pub struct RecordShown {
    /// Epoch of the counter's series.
    pub epoch: i64,
    /// Number in it.
    pub seq: i64,
    /// Hash of its header.
    pub hash: String,
    /// Hash of the record before.
    pub prev_hash: String,
    /// Hash of salt and payload.
    pub payload_hash: String,
    /// When it came.
    pub received: Moment,
}

/// What the counter decided.
#[derive(Debug, Serialize)]
pub struct DecisionShown {
    /// Segment of the guest; nothing for somebody unknown.
    pub segment: Option<String>,
    /// The arm that the lot gave.
    pub arm: Option<String>,
    /// Whether the guest was of those who get the published base only.
    pub holdout: Option<bool>,
    /// The cards.
    pub offers: Vec<OfferShown>,
    /// Which was chosen.
    pub chosen: Option<OfferShown>,
    /// What the guard cut, and why.
    pub refusals: Vec<Refusal>,
    /// The card for the next visit.
    pub next: Option<OfferShown>,
    /// Digests of what was in force.
    pub policy: String,
    /// Of the menu.
    pub menu: String,
    /// Of the models, if there were any.
    pub bundle: Option<String>,
}

/// An offer.
#[derive(Debug, Serialize)]
pub struct OfferShown {
    /// Its id.
    pub id: OfferId,
    /// What it covers.
    pub scope: Scope,
    /// Its depth in basis points.
    pub depth_bp: i64,
    /// Until when it is good.
    pub until: Moment,
    /// Why, a key of the catalogue.
    pub reason: &'static str,
}

impl From<Offer> for OfferShown {
    fn from(offer: Offer) -> OfferShown {
        let Offer { id, scope, depth_bp, until, reason, .. } = offer;
        OfferShown { id, scope, depth_bp, until, reason: reason.code() }
    }
}

const SALE: &str = "SELECT c.shop, c.counter, r.at, r.utc_offset_min, p.list, p.discount, p.net, r.payload,
        r.epoch, r.seq, r.hash, r.prev_hash, r.payload_hash, r.received, r.counter
    FROM receipt p JOIN record r ON r.counter = p.counter AND r.epoch = p.epoch AND r.seq = p.seq
    JOIN counter c ON c.id = p.counter WHERE p.kind = 'sale' AND p.receipt = ?1 AND (c.shop = ?2 OR ?2 = '')";

/// A receipt of a shop, or of any with an empty one; nothing where there is none.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    receipt: &str,
    (shop, with_costs): (&str, bool),
) -> Result<Option<ReceiptShown>, LedgerFault> {
    let connection = ledger.connection();
    let mut statement = connection.prepare_cached(SALE)?;
    let found = statement.query_row([receipt, shop], |row| {
        let payload: Option<Vec<u8>> = row.get(7)?;
        Ok((head(row, receipt)?, payload, row.get::<_, i64>(14)?))
    });
    let Some((mut shown, payload, counter)) = found.optional()? else { return Ok(None) };
    shown.erased = payload.is_none();
    let purchase = payload.and_then(|payload| serde_json::from_slice::<Purchase>(&payload).ok());
    shown.sold = purchase.map(|purchase| sold(purchase, with_costs));
    shown.refunds = refunds(connection, receipt)?;
    shown.decision = decision(connection, (counter, &shown.record), receipt)?;
    Ok(Some(shown))
}

fn head(row: &Row<'_>, receipt: &str) -> rusqlite::Result<ReceiptShown> {
    let hash = |at| row.get::<_, Vec<u8>>(at).map(|hash| to_hex(&hash));
    Ok(ReceiptShown {
        receipt: receipt.into(),
        shop: row.get(0)?,
        counter: row.get(1)?,
        at: Moment(row.get(2)?),
        utc_offset_min: row.get(3)?,
        list_minor: row.get(4)?,
        saved_minor: row.get(5)?,
        net_minor: row.get(6)?,
        erased: false,
        sold: None,
        refunds: Vec::new(),
        record: RecordShown {
            epoch: row.get(8)?,
            seq: row.get(9)?,
            hash: hash(10)?,
            prev_hash: hash(11)?,
            payload_hash: hash(12)?,
            received: Moment(row.get(13)?),
        },
        decision: None,
    })
}

fn sold(purchase: Purchase, with_costs: bool) -> Sold {
    Sold {
        kind: purchase.kind.code(),
        customer: purchase.customer.map(|customer| customer.to_string()),
        offer: purchase.offer,
        payments: purchase.payments,
        lines: purchase.lines.iter().map(|line| line_shown(line, with_costs)).collect(),
    }
}

fn line_shown(line: &PurchaseLine, with_costs: bool) -> LineShown {
    let names = line.extras.iter().map(|(extra, _)| extra.name.as_str());
    let minor = |money: Option<Money>| money.map(|money| money.0);
    let costs = LineCosts { floor_minor: minor(line.floor), cost_minor: minor(line.product.cost) };
    LineShown {
        line: line.line,
        name: std::iter::once(line.product.name.as_str()).chain(names).collect::<Vec<_>>().join(" + "),
        qty: line.qty.to_string(),
        list_minor: line.list.0,
        discount_minor: line.discount.0,
        net_minor: line.net.0,
        costs: with_costs.then_some(costs),
    }
}

fn refunds(connection: &Connection, receipt: &str) -> Result<Vec<RefundShown>, LedgerFault> {
    let sql = "SELECT p.receipt, r.at, p.net FROM receipt p
        JOIN record r ON r.counter = p.counter AND r.epoch = p.epoch AND r.seq = p.seq
        WHERE p.original = ? ORDER BY r.at";
    let mut statement = connection.prepare_cached(sql)?;
    let refunds = statement.query_map([receipt], |row| {
        Ok(RefundShown { receipt: row.get(0)?, at: Moment(row.get(1)?), net_minor: row.get(2)? })
    })?;
    Ok(refunds.collect::<Result<_, _>>()?)
}

/// What of a decision's payload is read.
#[derive(Deserialize)]
struct Decided {
    receipt: String,
    policy: String,
    menu: String,
    bundle: Option<String>,
    guest: Option<Guest>,
    chosen: Option<Offer>,
    #[serde(default)]
    refusals: Vec<Refusal>,
    next: Option<Offer>,
}

#[derive(Deserialize)]
struct Guest {
    situation: Situation,
    draw: Draw,
}

#[derive(Deserialize)]
struct Situation {
    segment: String,
}

/// The decision that was written in the sale's own commit stands beside it in the series.
fn decision(
    connection: &Connection,
    (counter, record): (i64, &RecordShown),
    receipt: &str,
) -> Result<Option<DecisionShown>, LedgerFault> {
    const NEAR: i64 = 8;
    let sql =
        "SELECT payload FROM record WHERE counter = ? AND epoch = ? AND seq BETWEEN ? AND ? AND kind = ?
        AND payload IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let (first, last) = (record.seq - NEAR, record.seq + NEAR);
    let mut rows = statement.query(params![counter, record.epoch, first, last, kind::DECISION])?;
    while let Some(row) = rows.next()? {
        let payload: Vec<u8> = row.get(0)?;
        if let Ok(decided) = serde_json::from_slice::<Decided>(&payload)
            && decided.receipt == receipt
        {
            return Ok(Some(shown(decided)));
        }
    }
    Ok(None)
}

fn shown(decided: Decided) -> DecisionShown {
    let (segment, draw) = decided.guest.map(|guest| (guest.situation.segment, guest.draw)).unzip();
    DecisionShown {
        segment,
        arm: draw.as_ref().map(|draw| draw.arm.to_string()),
        holdout: draw.as_ref().map(|draw| draw.holdout),
        offers: draw.map(|draw| draw.offers).unwrap_or_default().into_iter().map(OfferShown::from).collect(),
        chosen: decided.chosen.map(OfferShown::from),
        refusals: decided.refusals,
        next: decided.next.map(OfferShown::from),
        policy: decided.policy,
        menu: decided.menu,
        bundle: decided.bundle,
    }
}
