//! Sums of a day: what was taken, how, the tax in it, and by which programme guests saved.

use super::books::Booked;
use crate::ledger::{Ledger, LedgerFault};
use kava::{
    facts::{campaign::Campaign, id::OfferId, offer::Reason, purchase::PurchaseKind},
    wire::record::kind,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sums of receipts for which money was taken, and of what was given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Receipts.
    pub receipts: i64,
    /// At list prices.
    pub list_minor: i64,
    /// What guests saved.
    pub saved_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// Refunds.
    pub refunds: i64,
    /// What was given back.
    pub refunded_minor: i64,
}

/// What was paid in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paid {
    /// A kind of payment; `unknown` of receipts whose guest was erased.
    pub kind: String,
    /// Taken.
    pub taken_minor: i64,
    /// Given back.
    pub back_minor: i64,
}

/// Tax of one rate, of sales less refunds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taxed {
    /// The rate in basis points; nothing of receipts whose guest was erased.
    pub tax_bp: Option<i64>,
    /// What was paid less what was given back.
    pub net_minor: i64,
    /// The tax that this contains; nothing where the rate is not known.
    pub tax_minor: Option<i64>,
}

/// What guests saved by one programme, on receipts of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// `base`, `personal`, `campaign`, `coupon`, `staff`, `corporate`, `other`, `unknown`, or `refunds` for what went back with refunds.
    pub programme: &'static str,
    /// What the campaign is called.
    pub title: Option<String>,
    /// Receipts, or refunds.
    pub receipts: i64,
    /// Saved, or with refunds lost again (below zero).
    pub saved_minor: i64,
}

/// Adds them up.
pub(super) fn totals(day: &[&Booked]) -> Totals {
    let mut totals = Totals::default();
    for one in day {
        if one.is_refund {
            totals.refunds += 1;
            totals.refunded_minor += one.net;
        } else {
            totals.receipts += 1;
            totals.list_minor += one.list;
            totals.saved_minor += one.discount;
            totals.net_minor += one.net;
        }
    }
    totals
}

/// By kind of payment.
pub(super) fn paid(day: &[&Booked]) -> Vec<Paid> {
    let mut kinds: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for one in day {
        let known = one.payments.iter().map(|payment| (payment.kind.code(), payment.amount.0));
        for (kind, minor) in known.chain([("unknown", one.net - one.paid())]).filter(|(_, minor)| *minor != 0)
        {
            let (taken, back) = kinds.entry(kind).or_default();
            if one.is_refund { *back += minor } else { *taken += minor }
        }
    }
    let shown =
        |(kind, (taken_minor, back_minor)): (&str, _)| Paid { kind: kind.into(), taken_minor, back_minor };
    kinds.into_iter().map(shown).collect()
}

/// By rate of tax.
pub(super) fn taxed(day: &[&Booked]) -> Vec<Taxed> {
    let mut rates: BTreeMap<Option<i64>, (i64, i64)> = BTreeMap::new();
    for one in day {
        let sign = if one.is_refund { -1 } else { 1 };
        match &one.told {
            Some(told) => {
                for line in &told.lines {
                    let (net, tax) = rates.entry(Some(line.product.tax_bp)).or_default();
                    *net += sign * line.net.0;
                    *tax += sign * line.tax.0;
                }
            }
            None => rates.entry(None).or_default().0 += sign * one.net,
        }
    }
    let shown = |(tax_bp, (net_minor, tax)): (Option<i64>, (i64, i64))| Taxed {
        tax_bp,
        net_minor,
        tax_minor: tax_bp.map(|_| tax),
    };
    rates.into_iter().map(shown).collect()
}

/// By programme.
pub(super) fn saved(ledger: &Ledger, day: &[&Booked]) -> Result<Vec<Saved>, LedgerFault> {
    let campaigns: BTreeMap<String, Campaign> =
        ledger.campaigns()?.into_iter().map(|one| (one.campaign.id.to_string(), one.campaign)).collect();
    let mut by: BTreeMap<(&'static str, Option<String>), (i64, i64)> = BTreeMap::new();
    for one in day.iter().filter(|one| one.discount != 0) {
        let (of, sign) = if one.is_refund {
            (("refunds", None), -1)
        } else {
            (programme(ledger.connection(), one, &campaigns)?, 1)
        };
        let (receipts, minor) = by.entry(of).or_default();
        *receipts += 1;
        *minor += sign * one.discount;
    }
    let shown =
        |((programme, title), (receipts, saved_minor))| Saved { programme, title, receipts, saved_minor };
    Ok(by.into_iter().map(shown).collect())
}

/// By which programme a receipt was discounted.
fn programme(
    books: &Connection,
    one: &Booked,
    campaigns: &BTreeMap<String, Campaign>,
) -> Result<(&'static str, Option<String>), LedgerFault> {
    let Some(told) = &one.told else { return Ok(("unknown", None)) };
    match told.kind.as_deref().and_then(PurchaseKind::from_code) {
        Some(PurchaseKind::Staff) => return Ok(("staff", None)),
        Some(PurchaseKind::Corporate) => return Ok(("corporate", None)),
        _ => {}
    }
    let Some(offer) = &told.offer else { return Ok(("other", None)) };
    if let Some(id) = Campaign::of_offer(&OfferId::new(&**offer)) {
        let campaign = campaigns.get(id.as_str());
        let is_coupon = campaign.is_some_and(|campaign| campaign.coupon.is_some());
        let title = campaign.map_or_else(|| id.to_string(), |campaign| campaign.title.clone());
        return Ok((if is_coupon { "coupon" } else { "campaign" }, Some(title)));
    }
    let reason = reason(books, one)?;
    let of = |one: Reason| reason.as_deref() == Some(one.code());
    let programme = match () {
        () if of(Reason::StatusBase) => "base",
        () if of(Reason::Promised) => "promised",
        () => "personal",
    };
    Ok((programme, None))
}

/// Why the counter made the offer that was chosen: its decision was written behind the sale, in the same commit.
fn reason(books: &Connection, one: &Booked) -> Result<Option<String>, LedgerFault> {
    #[derive(Deserialize)]
    struct Decided {
        receipt: String,
        chosen: Option<Chosen>,
    }
    #[derive(Deserialize)]
    struct Chosen {
        reason: String,
    }
    let sql = "SELECT payload FROM record WHERE counter = ? AND epoch = ? AND seq = ? AND kind = ? AND payload IS NOT NULL";
    let (epoch, seq) = one.place;
    let found: Option<Vec<u8>> = books
        .prepare_cached(sql)?
        .query_row(params![one.counter, epoch, seq + 1, kind::DECISION], |row| row.get(0))
        .optional()?;
    let decided = found.and_then(|payload| serde_json::from_slice::<Decided>(&payload).ok());
    let own = decided.filter(|decided| decided.receipt == one.receipt);
    Ok(own.and_then(|decided| decided.chosen).map(|chosen| chosen.reason))
}
