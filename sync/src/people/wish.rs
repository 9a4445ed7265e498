//! What can be written about people, as it goes through the one thread that writes.

use super::{
    consent::{self, Answered},
    events::{self, Event},
    join::{self, Joined, Newcomer},
    keys, leave,
    person::{self, Edit, Person},
};
use crate::ledger::LedgerFault;
use kava::{
    facts::{id::CustomerId, moment::Moment},
    wire::code::PhoneId,
};
use rusqlite::Transaction;

/// What is wished.
#[derive(Debug)]
pub enum PeopleWish {
    /// A phone wants in.
    Join(Box<Newcomer>),
    /// A profile is edited.
    Edit {
        /// Whose.
        customer: String,
        /// What it is to be.
        edit: Edit,
    },
    /// Somebody has answered what they agree to.
    Answer {
        /// Who.
        customer: String,
        /// The answers.
        answers: Vec<Answered>,
    },
    /// A phone tells what was shown and chosen.
    Tell {
        /// Whose.
        customer: String,
        /// The phone.
        phone: PhoneId,
        /// What.
        events: Vec<Event>,
    },
    /// An account wants to go to another phone.
    Transfer {
        /// Whose.
        customer: String,
        /// The code that brings it there.
        code: String,
    },
    /// Somebody leaves.
    Erase {
        /// Who.
        customer: CustomerId,
    },
    /// Keyrings are looked at: what is missing is made, what has changed is published.
    Keyrings {
        /// For a key and for the secret of short codes, where there are none.
        secrets: [[u8; 32]; 2],
    },
}

impl PeopleWish {
    /// The member of whom something is to be kept.
    fn customer(&self) -> Option<&str> {
        match self {
            PeopleWish::Edit { customer, .. }
            | PeopleWish::Answer { customer, .. }
            | PeopleWish::Tell { customer, .. }
            | PeopleWish::Transfer { customer, .. } => Some(customer),
            PeopleWish::Join(_) | PeopleWish::Erase { .. } | PeopleWish::Keyrings { .. } => None,
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleDone {
    /// Of a phone.
    Joined(Joined),
    /// Of an edit: whether it was of the newest version.
    Edited(bool),
    /// It is written.
    Kept,
}

/// Writes it.
///
/// # Errors
/// When the database fails.
pub fn write(change: &Transaction<'_>, wish: &PeopleWish, now: Moment) -> Result<PeopleDone, LedgerFault> {
    // Somebody may have left between the question and now; nothing of them comes back.
    if let Some(customer) = wish.customer()
        && Person::read(change, customer)?.is_none()
    {
        return Ok(PeopleDone::Kept);
    }
    match wish {
        PeopleWish::Join(newcomer) => return join::join(change, newcomer, now).map(PeopleDone::Joined),
        PeopleWish::Edit { customer, edit } => {
            return person::edit(change, customer, edit).map(PeopleDone::Edited);
        }
        PeopleWish::Answer { customer, answers } => consent::keep(change, customer, answers, now)?,
        PeopleWish::Tell { customer, phone, events } => events::keep(change, (customer, phone), events, now)?,
        PeopleWish::Transfer { customer, code } => join::offer_transfer(change, customer, code, now)?,
        PeopleWish::Erase { customer } => {
            leave::erase(change, customer, now)?;
        }
        PeopleWish::Keyrings { secrets } => {
            keys::ensure(change, secrets, now)?;
            keys::publish(change, now)?;
        }
    }
    Ok(PeopleDone::Kept)
}
