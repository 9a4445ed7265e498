//! What a guest may take along, and how they leave: everything that names them is gone, their phones are withdrawn.

use super::{
    consent::{self, Answered},
    events::{self, Event},
    home::{ReceiptShown, receipt},
    keys, merge,
    past::{Decided, Past},
    person::{Person, Profile},
};
use crate::ledger::{
    LedgerFault,
    erasure::{self, Erased},
    noted,
};
use kava::facts::{
    customer::Consent,
    id::CustomerId,
    moment::Moment,
    offer::{Offer, Scope},
};
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

/// Everything that the office has of a guest.
#[derive(Debug, Serialize)]
pub struct Export {
    /// When it was put together.
    pub made: Moment,
    /// The pseudonym under which the ledger knows them.
    pub customer: String,
    /// Since when.
    pub joined: Moment,
    /// What they say of themselves.
    pub profile: Profile,
    /// What they were asked and have answered.
    pub consents: Vec<Answered>,
    /// Their phones.
    pub phones: Vec<PhoneShown>,
    /// Every receipt.
    pub receipts: Vec<ReceiptShown>,
    /// What counters decided at each visit.
    pub decisions: Vec<DecisionTold>,
    /// What was shown and chosen on the phone.
    pub events: Vec<Event>,
}

/// What a counter decided for a guest at a visit.
#[derive(Debug, Serialize)]
pub struct DecisionTold {
    /// The visit's receipt.
    pub receipt: String,
    /// When the guest was greeted.
    pub at: Moment,
    /// The segment that they were found in.
    pub segment: String,
    /// The menu of cards that the lot gave them.
    pub arm: String,
    /// Whether they were of those who get the published base only, so that others can be compared with them.
    pub holdout: bool,
    /// The cards that were shown.
    pub cards: Vec<CardTold>,
    /// The card for the next visit.
    pub next: Option<CardTold>,
}

/// A card as it was shown.
#[derive(Debug, Serialize)]
pub struct CardTold {
    /// What it covered.
    pub scope: Scope,
    /// Its depth in basis points.
    pub depth_bp: i64,
    /// Until when it was good.
    pub until: Moment,
}

impl From<&Offer> for CardTold {
    fn from(offer: &Offer) -> CardTold {
        CardTold { scope: offer.scope.clone(), depth_bp: offer.depth_bp, until: offer.until }
    }
}

impl From<&Decided> for DecisionTold {
    fn from(decided: &Decided) -> DecisionTold {
        let (situation, draw) = (&decided.guest.situation, &decided.guest.draw);
        DecisionTold {
            receipt: decided.receipt.to_string(),
            at: situation.at,
            segment: situation.segment.clone(),
            arm: draw.arm.to_string(),
            holdout: draw.holdout,
            cards: draw.offers.iter().map(CardTold::from).collect(),
            next: decided.next.as_ref().map(CardTold::from),
        }
    }
}

/// A phone of a guest.
#[derive(Debug, Serialize)]
pub struct PhoneShown {
    /// When it was added.
    pub added: Moment,
    /// When it has last told something.
    pub seen: Moment,
}

/// Puts it together.
///
/// # Errors
/// When the database fails.
pub fn export(connection: &Connection, person: &Person, now: Moment) -> Result<Export, LedgerFault> {
    let customer = &person.customer;
    let sql = "SELECT added, seen FROM phone WHERE customer = ? ORDER BY added";
    let mut phones = connection.prepare_cached(sql)?;
    let read =
        |row: &rusqlite::Row<'_>| Ok(PhoneShown { added: Moment(row.get(0)?), seen: Moment(row.get(1)?) });
    let phones = phones.query_map([customer], read)?.collect::<Result<_, _>>()?;
    let past = Past::read(connection, customer)?;
    Ok(Export {
        made: now,
        customer: customer.clone(),
        joined: person.joined,
        profile: person.profile.clone(),
        consents: consent::of(connection, customer)?,
        phones,
        receipts: past.bought.iter().map(receipt).collect(),
        decisions: past.decided.values().map(DecisionTold::from).collect(),
        events: events::of(connection, customer)?,
    })
}

/// The same of whoever the ledger knows by this pseudonym, also where they never joined by the app; nothing where nobody is known.
///
/// # Errors
/// When the database fails.
pub fn export_of(
    connection: &Connection,
    customer: &str,
    now: Moment,
) -> Result<Option<Export>, LedgerFault> {
    if let Some(person) = Person::read(connection, customer)? {
        return export(connection, &person, now).map(Some);
    }
    let sql = "SELECT min(at) FROM of_customer WHERE customer = ?";
    let first: Option<i64> = connection.prepare_cached(sql)?.query_row([customer], |row| row.get(0))?;
    let Some(first) = first else { return Ok(None) };
    let unknown = Person {
        customer: customer.to_owned(),
        joined: Moment(first),
        version: 0,
        // Whoever never said their language reads the one that counters greet in.
        profile: Profile { language: "ru".into(), ..Profile::default() },
        consent: Consent::default(),
    };
    export(connection, &unknown, now).map(Some)
}

/// Erases a customer, from people and from the ledger, under every name, and withdraws their phones; counters hear of it with the next
/// keyring. The bytes are gone only after [`crate::ledger::Ledger::overwrite_freed`].
///
/// # Errors
/// When the database fails.
pub fn erase(change: &Transaction<'_>, customer: &CustomerId, now: Moment) -> Result<Erased, LedgerFault> {
    let customer = &merge::now(change, customer)?;
    for name in noted::names(change, customer)? {
        merge::forget(change, &name)?;
        let name = name.as_str();
        let sql = "INSERT INTO withdrawn_phone (id, at) SELECT id, ? FROM phone WHERE customer = ? ON CONFLICT DO NOTHING";
        change.execute(sql, params![now.0, name])?;
        for sql in [
            "DELETE FROM phone WHERE customer = ?",
            "DELETE FROM consent WHERE customer = ?",
            "DELETE FROM transfer WHERE customer = ?",
            "DELETE FROM club_event WHERE customer = ?",
            "DELETE FROM person WHERE customer = ?",
        ] {
            change.execute(sql, [name])?;
        }
    }
    keys::publish(change, now)?;
    erasure::erase(change, customer, now)
}
