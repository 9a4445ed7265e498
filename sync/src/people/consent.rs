//! What a guest agreed to: each purpose alone, with the words that they read and when. Rows are only added; the
//! newest of a purpose holds.

use crate::ledger::LedgerFault;
use kava::facts::moment::Moment;
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

/// What may be agreed to.
pub const PURPOSES: [&str; 3] = ["programme", "personalisation", "marketing"];

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

/// Keeps answers, and what holds now.
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
        let sql =
            "INSERT INTO consent (customer, at, purpose, given, language, words) VALUES (?, ?, ?, ?, ?, ?)";
        let (purpose, given) = (&answer.purpose, answer.given);
        let params = params![customer, now.0, purpose, given, answer.language, answer.words];
        change.prepare_cached(sql)?.execute(params)?;
        // Personalisation is of no use without the programme, and the programme ends with everything.
        let sql = match purpose.as_str() {
            "programme" => {
                "UPDATE person SET programme = ?1, personalisation = personalisation AND ?1 WHERE customer = ?2"
            }
            "personalisation" => "UPDATE person SET personalisation = ?1 WHERE customer = ?2",
            _ => "UPDATE person SET marketing = ?1 WHERE customer = ?2",
        };
        change.prepare_cached(sql)?.execute(params![given, customer])?;
    }
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
