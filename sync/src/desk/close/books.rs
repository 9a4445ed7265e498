//! Receipts and refunds around a day, as counters told them.

use crate::close::{acquirer::Card, zed::Rung};
use crate::ledger::LedgerFault;
use kava::{
    facts::{
        moment::{BusinessDay, Moment},
        money::Money,
        purchase::{Payment, PaymentKind, PurchaseLine},
    },
    steps::sale::payments_back,
    wire::record::kind,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};

/// A receipt or refund for which money was taken or given back.
#[derive(Debug, Clone)]
pub(super) struct Booked {
    pub(super) counter: i64,
    pub(super) place: (i64, i64),
    pub(super) receipt: String,
    pub(super) at: Moment,
    pub(super) offset_min: i64,
    pub(super) day: BusinessDay,
    pub(super) is_refund: bool,
    pub(super) list: i64,
    pub(super) discount: i64,
    pub(super) net: i64,
    /// What its payload says; nothing where its guest was erased.
    pub(super) told: Option<Told>,
    /// How it was paid, or paid back; nothing where that is not known any more.
    pub(super) payments: Vec<Payment>,
}

/// What of a payload is read.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) lines: Vec<PurchaseLine>,
    #[serde(default)]
    pub(super) payments: Vec<Payment>,
    #[serde(default)]
    pub(super) offer: Option<Arc<str>>,
    #[serde(default)]
    register_ref: Option<String>,
    #[serde(default)]
    original: Option<String>,
}

const BOOKED: &str = "SELECT r.counter, r.epoch, r.seq, r.receipt, x.at, x.utc_offset_min, r.business_day, r.kind, r.list, r.discount,
        r.net, r.original, x.payload
    FROM receipt r INDEXED BY receipt_day JOIN counter c ON c.id = r.counter
    JOIN record x ON x.counter = r.counter AND x.epoch = r.epoch AND x.seq = r.seq
    WHERE r.business_day BETWEEN ?1 AND ?2 AND r.charged AND c.shop = ?3";

/// Reads them in the order of time.
pub(super) fn of(
    books: &Connection,
    shop: &str,
    (first, last): (BusinessDay, BusinessDay),
) -> Result<Vec<Booked>, LedgerFault> {
    let mut statement = books.prepare_cached(BOOKED)?;
    let mut rows = statement.query(params![first.0, last.0, shop])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(booked(books, row)?);
    }
    all.sort_by(|one, other| (one.at, &one.receipt).cmp(&(other.at, &other.receipt)));
    Ok(all)
}

fn booked(books: &Connection, row: &Row<'_>) -> Result<Booked, LedgerFault> {
    let payload: Option<Vec<u8>> = row.get(12)?;
    let told = payload.and_then(|payload| serde_json::from_slice::<Told>(&payload).ok());
    let mut one = Booked {
        counter: row.get(0)?,
        place: (row.get(1)?, row.get(2)?),
        receipt: row.get(3)?,
        at: Moment(row.get(4)?),
        offset_min: row.get(5)?,
        day: BusinessDay(row.get(6)?),
        is_refund: row.get::<_, String>(7)? == kind::REFUND,
        list: row.get(8)?,
        discount: row.get(9)?,
        net: row.get(10)?,
        payments: Vec::new(),
        told,
    };
    one.payments = match (&one.told, one.is_refund) {
        (Some(told), false) => told.payments.clone(),
        (Some(Told { original: Some(original), .. }), true) => paid_back(books, original, &one)?,
        _ => Vec::new(),
    };
    Ok(one)
}

/// How a refund was paid back: as its sale was paid, after what earlier refunds have used up.
fn paid_back(books: &Connection, original: &str, refund: &Booked) -> Result<Vec<Payment>, LedgerFault> {
    let sql = "SELECT x.payload, (SELECT coalesce(sum(b.net), 0) FROM receipt b JOIN record y
                ON y.counter = b.counter AND y.epoch = b.epoch AND y.seq = b.seq
            WHERE b.original = ?1 AND b.kind = 'refund' AND (y.at, b.receipt) < (?2, ?3))
        FROM receipt r JOIN record x ON x.counter = r.counter AND x.epoch = r.epoch AND x.seq = r.seq
        WHERE r.kind = 'sale' AND r.receipt = ?1 AND x.payload IS NOT NULL";
    let read = |row: &Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?));
    let found = books
        .prepare_cached(sql)?
        .query_row(params![original, refund.at.0, refund.receipt], read)
        .optional()?;
    let Some((payload, before)) = found else { return Ok(Vec::new()) };
    let Ok(sale) = serde_json::from_slice::<Told>(&payload) else { return Ok(Vec::new()) };
    Ok(payments_back(&sale.payments, Money(before), Money(refund.net)))
}

impl Booked {
    /// As it is put beside a Z report.
    pub(super) fn rung(&self, reviewed: &BTreeSet<String>) -> Rung {
        let has_number = self.told.as_ref().is_none_or(|told| told.is_numbered() || self.is_refund);
        Rung {
            at: self.at,
            receipt: self.receipt.clone(),
            day: self.day,
            minor: self.net,
            is_refund: self.is_refund,
            is_likely: !has_number || reviewed.contains(&self.receipt),
        }
    }

    /// What of it was paid by card, or back to one.
    pub(super) fn card(&self) -> Option<Card> {
        let of_cards = self.payments.iter().filter(|payment| payment.kind == PaymentKind::Card);
        let sum = Money::total(of_cards.map(|payment| payment.amount)).0;
        let minor = if self.is_refund { -sum } else { sum };
        (sum != 0).then(|| Card { at: self.at, receipt: self.receipt.clone(), minor })
    }

    /// How much of it is known to be paid in some way.
    pub(super) fn paid(&self) -> i64 {
        Money::total(self.payments.iter().map(|payment| payment.amount)).0
    }
}

impl Told {
    fn is_numbered(&self) -> bool {
        self.register_ref.as_ref().is_some_and(|number| !number.is_empty())
    }
}
