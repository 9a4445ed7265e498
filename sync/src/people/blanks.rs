//! Blank memberships on a sheet of paper, handed out where there is no network and claimed later on a guest's phone. Nothing of
//! them is kept here: who has the paper has the only secret that claims it, and the office takes the first claim.

use super::keys::{issuer, setting};
use crate::ledger::LedgerFault;
use kava::{
    facts::{id::ChainId, moment::Moment},
    wire::code::{Blank, Pseudonym, blank::claim_hash, pass::chain_tag},
};
use rusqlite::Connection;

/// The most that one command makes.
pub const BLANKS_MOST: usize = 1_000;

/// What is random about one blank: its pseudonym, and the secret that claims it.
pub type Drawn = ([u8; 16], [u8; 16]);

/// What guests call the chain, as a sheet says it.
///
/// # Errors
/// When the database fails.
pub fn title(books: &Connection) -> Result<String, LedgerFault> {
    Ok(setting(books, "title")?.unwrap_or_default())
}

/// Signs a blank for each of what was drawn, good for so many days; gives the digits that stand on paper.
///
/// # Errors
/// When there is no key that signs, or the database fails.
pub fn make(books: &Connection, drawn: &[Drawn], days: u16, now: Moment) -> Result<Vec<String>, LedgerFault> {
    let issuer = issuer(books)?;
    let chain = chain_tag(&ChainId::new(setting(books, "chain")?.unwrap_or_default()));
    let one = |(pseudonym, secret): &Drawn| {
        let blank = Blank {
            chain,
            key: issuer.number,
            pseudonym: Pseudonym(*pseudonym),
            issued: now,
            days,
            claim: claim_hash(secret),
        };
        Blank::digits(&blank.sign(&issuer.secret), secret)
    };
    Ok(drawn.iter().map(one).collect())
}
