//! What a guest agreed to: each purpose alone, with the words that they read and when. Rows are only added; the
//! newest of a purpose holds.

use super::person::Person;
use crate::ledger::LedgerFault;
use kava::facts::{customer::Consent, moment::Moment};
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

/// What may be agreed to.
pub const PURPOSES: [&str; 3] = [PROGRAMME, "personalisation", "marketing"];
/// Taking part at all, without which nothing else is agreed to.
const PROGRAMME: &str = "programme";

/// One answer of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// One of [`PURPOSES`].
    pub purpose: String,
    /// Yes or no.
    pub given: bool,
    /// Language of the words.
    pub language: String,
    /// The words that were read.
    pub words: String,
    /// When it came to the office.
    #[serde(default, skip_deserializing)]
    pub at: Option<Moment>,
}

impl Answered {
    /// Whether it is about something that may be asked, in words that may be kept.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        const WORDS_MAX: usize = 4_000;
        PURPOSES.contains(&self.purpose.as_str())
            && !self.words.trim().is_empty()
            && self.words.len() <= WORDS_MAX
            && self.language.len() <= 8
    }
}

/// Keeps answers, and what holds now. Without the programme nothing else holds: whoever leaves it is asked for the other
/// purposes again when they come back.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    customer: &str,
    answers: &[Answered],
    now: Moment,
) -> Result<(), LedgerFault> {
    for answer in answers {
        keep_one(change, customer, answer, now)?;
    }
    let Some(person) = Person::read(change, customer)? else { return Ok(()) };
    let Consent { programme, personalisation, marketing } = person.consent;
    let left = answers.iter().rfind(|answer| answer.purpose == PROGRAMME && !answer.given);
    for (purpose, given) in [("personalisation", personalisation), ("marketing", marketing)] {
        if !programme && given {
            // The words by which it ended are those of the programme, where it was left just now.
            let (language, words) = left.map_or_else(
                || (person.profile.language.clone(), String::new()),
                |left| (left.language.clone(), left.words.clone()),
            );
            let ended = Answered { purpose: purpose.into(), given: false, language, words, at: None };
            keep_one(change, customer, &ended, now)?;
        }
    }
    Ok(())
}

fn keep_one(
    change: &Transaction<'_>,
    customer: &str,
    answer: &Answered,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO consent (customer, at, purpose, given, language, words) VALUES (?, ?, ?, ?, ?, ?)";
    let (purpose, given) = (&answer.purpose, answer.given);
    let params = params![customer, now.0, purpose, given, answer.language, answer.words];
    change.prepare_cached(sql)?.execute(params)?;
    let sql = match purpose.as_str() {
        PROGRAMME => "UPDATE person SET programme = ? WHERE customer = ?",
        "personalisation" => "UPDATE person SET personalisation = ? WHERE customer = ?",
        _ => "UPDATE person SET marketing = ? WHERE customer = ?",
    };
    change.prepare_cached(sql)?.execute(params![given, customer])?;
    Ok(())
}

/// Everything a guest was asked and has answered, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn of(connection: &Connection, customer: &str) -> Result<Vec<Answered>, LedgerFault> {
    let sql = "SELECT purpose, given, language, words, at FROM consent WHERE customer = ? ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let answers = statement.query_map([customer], |row| {
        Ok(Answered {
            purpose: row.get(0)?,
            given: row.get(1)?,
            language: row.get(2)?,
            words: row.get(3)?,
            at: Some(Moment(row.get(4)?)),
        })
    })?;
    Ok(answers.collect::<Result<_, _>>()?)
}
