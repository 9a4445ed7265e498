//! Two guests who turned out to be one: visits, phones, cards and consents of both are one account's. Counters hear of it with
//! the next news. Nothing of it can be taken back, so what it will do can be said before.

use super::{
    consent::{self, Answered},
    person::Person,
};
use crate::ledger::{LedgerFault, carried, erasure, noted};
use kava::{
    facts::{carried::Amount, customer::Consent, id::CustomerId, moment::Moment},
    wire::{
        code::Pseudonym,
        merge::{MERGES_A_TIME, Merge},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

/// What a merge does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Who is no guest of their own any more.
    pub from: CustomerId,
    /// Whose everything is afterwards.
    pub into: CustomerId,
    /// Records that are about the first.
    pub records: u64,
    /// Phones of the first.
    pub phones: u64,
    /// What the first is owed.
    pub owed: Vec<Amount>,
    /// What the two agreed to, where they joined by the app.
    pub consents: [Option<Vec<&'static str>>; 2],
    /// What holds afterwards; nothing where neither has joined by the app: then each counter keeps what both have agreed to.
    pub consent: Option<Vec<&'static str>>,
}

/// Why two cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmergeable {
    /// Both names are one guest's already.
    Same,
    /// Nobody is known by this name.
    Unknown(CustomerId),
    /// This guest was erased.
    Erased(CustomerId),
}

impl std::fmt::Display for Unmergeable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unmergeable::Same => f.write_str("both names are one guest's already"),
            Unmergeable::Unknown(name) => {
                write!(f, "nobody is known here as {name}; look at a receipt for the pseudonym")
            }
            Unmergeable::Erased(name) => write!(f, "{name} was erased, and stays so"),
        }
    }
}

/// Whose a name is now.
///
/// # Errors
/// When the database fails.
pub fn now(books: &Connection, name: &CustomerId) -> Result<CustomerId, LedgerFault> {
    let sql = "SELECT into_name FROM merge WHERE name IN (?1, ?2)";
    let by_pass = Pseudonym::of(name).customer();
    let read = |row: &rusqlite::Row<'_>| Ok(CustomerId::new(row.get_ref(0)?.as_str()?));
    let found = books.prepare_cached(sql)?.query_row([name.as_str(), by_pass.as_str()], read).optional()?;
    Ok(found.unwrap_or_else(|| name.clone()))
}

/// Says what merging would do.
///
/// # Errors
/// When the database fails.
pub fn plan(
    books: &Connection,
    (from, into): (&CustomerId, &CustomerId),
    confirmed: bool,
) -> Result<Result<Plan, Unmergeable>, LedgerFault> {
    let (from, into) = (now(books, from)?, now(books, into)?);
    for name in [&from, &into] {
        if erasure::was_erased(books, name)? {
            return Ok(Err(Unmergeable::Erased(name.clone())));
        }
        if !is_known(books, name)? {
            return Ok(Err(Unmergeable::Unknown(name.clone())));
        }
    }
    let names = noted::names(books, &from)?;
    if names.contains(&into) {
        return Ok(Err(Unmergeable::Same));
    }
    let persons = [person(books, &from)?, person(books, &into)?];
    let consent = narrower(persons.each_ref().map(Option::as_ref), confirmed);
    Ok(Ok(Plan {
        records: count(books, "SELECT count(*) FROM of_customer WHERE customer = ?", &names)?,
        phones: count(books, "SELECT count(*) FROM phone WHERE customer = ?", &names)?,
        owed: carried::owed_to(books, &from)?,
        consents: persons.each_ref().map(|person| person.as_ref().map(|person| person.consent.codes())),
        consent: consent.map(Consent::codes),
        from,
        into,
    }))
}

/// What both agree to; with the guest's word what the second has agreed to.
fn narrower(persons: [Option<&Person>; 2], confirmed: bool) -> Option<Consent> {
    match persons.map(|person| person.map(|person| person.consent)) {
        [Some(from), Some(into)] if !confirmed => Some(Consent {
            programme: from.programme && into.programme,
            personalisation: from.personalisation && into.personalisation,
            marketing: from.marketing && into.marketing,
        }),
        [_, Some(into)] => Some(into),
        [from, None] => from,
    }
}

fn person(books: &Connection, name: &CustomerId) -> Result<Option<Person>, LedgerFault> {
    for name in noted::names(books, name)? {
        if let Some(person) = Person::read(books, name.as_str())? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

fn is_known(books: &Connection, name: &CustomerId) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM of_customer WHERE customer = ?1)
        OR EXISTS (SELECT 1 FROM person WHERE customer = ?1)";
    for name in noted::names(books, name)? {
        if books.prepare_cached(sql)?.query_row([name.as_str()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn count(books: &Connection, sql: &str, names: &[CustomerId]) -> Result<u64, LedgerFault> {
    let mut all = 0_u64;
    for name in names {
        let count: i64 = books.prepare_cached(sql)?.query_row([name.as_str()], |row| row.get(0))?;
        all += count.unsigned_abs();
    }
    Ok(all)
}

/// Merges two guests.
///
/// # Errors
/// When the database fails.
pub fn merge(
    change: &Transaction<'_>,
    pair: (&CustomerId, &CustomerId),
    confirmed: bool,
    at: Moment,
) -> Result<Result<Plan, Unmergeable>, LedgerFault> {
    let plan = match plan(change, pair, confirmed)? {
        Ok(plan) => plan,
        Err(why) => return Ok(Err(why)),
    };
    let (from, into) = (noted::names(change, &plan.from)?, plan.into.as_str());
    let persons = [person(change, &plan.from)?, person(change, &plan.into)?];
    join_persons(change, (persons, &plan), at)?;
    for name in &from {
        let name = name.as_str();
        for sql in [
            "UPDATE OR REPLACE of_customer SET customer = ?1 WHERE customer = ?2",
            "UPDATE merge SET into_name = ?1 WHERE into_name = ?2",
        ] {
            change.execute(sql, [into, name])?;
        }
        let sql = "INSERT INTO merge (id, name, into_name, at, confirmed)
            VALUES ((SELECT max(coalesce(max(id) + 1, 1), ?1) FROM merge), ?2, ?3, ?1, ?4)
            ON CONFLICT (name) DO UPDATE SET into_name = excluded.into_name, id = excluded.id";
        change.execute(sql, params![at.0, name, into, confirmed])?;
        let sql = "INSERT INTO other_name (pseudonym, customer) VALUES (?, ?) ON CONFLICT DO NOTHING";
        change.execute(sql, params![Pseudonym::of(&plan.into).0.as_slice(), name])?;
    }
    Ok(Ok(plan))
}

/// Of two who joined by the app one is left, with the phones and answers of both; what the second has not said of themselves
/// is what the first has.
fn join_persons(
    change: &Transaction<'_>,
    (persons, plan): ([Option<Person>; 2], &Plan),
    at: Moment,
) -> Result<(), LedgerFault> {
    let [Some(first), second] = persons else { return Ok(()) };
    let from = first.customer.as_str();
    let into = second.as_ref().map_or_else(|| plan.into.to_string(), |second| second.customer.clone());
    let into = into.as_str();
    let sql = "INSERT INTO person SELECT ?1, joined, version, name, birthday, phone, email, language, programme, personalisation,
        marketing FROM person WHERE customer = ?2
        ON CONFLICT (customer) DO UPDATE SET version = version + 1, joined = min(joined, excluded.joined),
        name = iif(name = '', excluded.name, name), birthday = iif(birthday = '', excluded.birthday, birthday),
        phone = iif(phone = '', excluded.phone, phone), email = iif(email = '', excluded.email, email)";
    change.execute(sql, [into, from])?;
    for sql in [
        "UPDATE phone SET customer = ?1 WHERE customer = ?2",
        "UPDATE consent SET customer = ?1 WHERE customer = ?2",
        "UPDATE OR IGNORE club_event SET customer = ?1 WHERE customer = ?2",
        "DELETE FROM club_event WHERE customer = ?2 AND ?1 <> ?2",
        "DELETE FROM transfer WHERE customer IN (?1, ?2)",
        "DELETE FROM person WHERE customer = ?2 AND ?1 <> ?2",
    ] {
        change.execute(sql, [into, from])?;
    }
    let Some(second) = second else { return Ok(()) };
    let holds = plan.consent.clone().unwrap_or_default();
    let answer = |purpose: &str| Answered {
        purpose: purpose.into(),
        given: false,
        language: second.profile.language.clone(),
        words: "Two accounts are one: the narrower answer of both holds.".into(),
        at: None,
    };
    let ended = second.consent.codes().into_iter().filter(|code| !holds.contains(code));
    let ended: Vec<Answered> = ended.map(answer).collect();
    consent::keep(change, into, &ended, at)
}

/// Merges after one, the oldest first, so many as fit into an answer.
///
/// # Errors
/// When the database fails.
pub fn after(books: &Connection, id: i64) -> Result<Vec<Merge>, LedgerFault> {
    let sql =
        "SELECT m.id, m.name, m.into_name, m.confirmed FROM merge m WHERE m.id > ? ORDER BY m.id LIMIT ?";
    let mut statement = books.prepare_cached(sql)?;
    let most = i64::try_from(MERGES_A_TIME).unwrap_or(i64::MAX);
    let mut rows = statement.query([id, most])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let name =
            |at| -> Result<CustomerId, rusqlite::Error> { Ok(CustomerId::new(row.get::<_, String>(at)?)) };
        let into = name(2)?;
        let consent = person(books, &into)?
            .map(|person| person.consent.codes().into_iter().map(str::to_owned).collect());
        all.push(Merge { id: row.get(0)?, name: name(1)?, into, consent, confirmed: row.get(3)? });
    }
    Ok(all)
}

/// Forgets what somebody was called.
pub(super) fn forget(change: &Transaction<'_>, name: &CustomerId) -> Result<(), LedgerFault> {
    change.execute("DELETE FROM merge WHERE name = ?1 OR into_name = ?1", [name.as_str()])?;
    Ok(())
}
