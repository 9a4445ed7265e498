//! What every handler shares: the door to the writer, a reader, the clock, the memories of the gate.

use super::club::pages::Pages;
use crate::gate::crowd::Crowd;
use crate::gate::rate::{Pace, Tries};
use crate::gate::seals::{Nonces, SealFault};
use crate::ledger::counters::Speaker;
use crate::ledger::writer::{Wish, Writer, Written};
use crate::ledger::{Access, Ledger, LedgerFault};
use crate::people::wish::PeopleWish;
use kava::{
    facts::moment::Moment,
    wire::{document::Edition, erasure::Erasure, reply::Place, seal::Seal},
};
use std::{
    net::IpAddr,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

/// What time it is.
pub type Clock = Box<dyn Fn() -> Moment + Send + Sync>;

/// The office as its handlers see it.
pub struct Office {
    clock: Clock,
    chain: String,
    writer: Writer,
    reader: Mutex<Ledger>,
    /// For guests, so that a counter does not wait for them.
    people: Mutex<Ledger>,
    /// The guests' app.
    pages: Pages,
    nonces: Mutex<Nonces>,
    tries: Mutex<Tries>,
    crowd: Crowd,
    /// Of phones that join.
    joins: Mutex<Tries>,
    since: Instant,
    stopping: AtomicBool,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("chain", &self.chain).finish_non_exhaustive()
    }
}

/// A panic while a lock was held leaves memories that are only memories; they are used on.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Office {
    /// The office on this ledger; its writer has started.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn new(path: &Path, writer: Writer) -> Result<Office, LedgerFault> {
        Office::with_clock(path, writer, Box::new(|| Moment(jiff::Timestamp::now().as_millisecond())))
    }

    /// The same by a clock of one's own.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn with_clock(path: &Path, writer: Writer, clock: Clock) -> Result<Office, LedgerFault> {
        let reader = Ledger::open(path, Access::Read)?;
        Ok(Office {
            clock,
            chain: reader.chain()?,
            writer,
            reader: Mutex::new(reader),
            people: Mutex::new(Ledger::open(path, Access::Read)?),
            pages: Pages::embedded(),
            nonces: Mutex::default(),
            tries: Mutex::new(Tries::at(Pace::GUESSES)),
            crowd: Crowd::default(),
            joins: Mutex::new(Tries::at(Pace::JOINS)),
            since: Instant::now(),
            stopping: AtomicBool::new(false),
        })
    }

    /// The same with the guests' app from a folder.
    #[must_use]
    pub fn with_pages(self, pages: Pages) -> Office {
        Office { pages, ..self }
    }

    /// The guests' app.
    #[must_use]
    pub const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Reads what is known of people.
    ///
    /// # Errors
    /// What the closure says.
    pub fn of_people<T>(
        &self,
        read: impl FnOnce(&Ledger) -> Result<T, LedgerFault>,
    ) -> Result<T, LedgerFault> {
        read(&held(&self.people))
    }

    /// The chain whose office this is.
    #[must_use]
    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// Who is served now.
    #[must_use]
    pub const fn crowd(&self) -> &Crowd {
        &self.crowd
    }

    /// The office's clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Hands a wish to the writer and waits until it is durable.
    ///
    /// # Errors
    /// What the ledger says.
    pub async fn write(&self, wish: Wish) -> Result<Written, LedgerFault> {
        self.writer.write(wish, self.now()).await
    }

    /// Makes what is missing of keys, and publishes what has changed of keyrings.
    ///
    /// # Errors
    /// What the ledger says.
    pub async fn keep_keyrings(&self) -> Result<(), LedgerFault> {
        let mut secrets = [[0; 32]; 2];
        for secret in &mut secrets {
            getrandom::fill(secret).map_err(|e| LedgerFault::Other(format!("no random numbers: {e}")))?;
        }
        self.write(Wish::People(PeopleWish::Keyrings { secrets })).await.map(drop)
    }

    /// Whom a key speaks for.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn speaker(&self, key: &str) -> Result<Speaker, LedgerFault> {
        held(&self.reader).speaker(key)
    }

    /// The newest editions for a shop.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn editions(&self, shop: &str) -> Result<Vec<Edition>, LedgerFault> {
        held(&self.reader).editions(shop)
    }

    /// From where on the ledger misses what a counter has sent.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn missing(&self, counter: i64, last: Place) -> Result<Option<Place>, LedgerFault> {
        held(&self.reader).missing(counter, last)
    }

    /// Erasures after the last one that a counter has done.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn erasures_after(&self, id: i64) -> Result<Vec<Erasure>, LedgerFault> {
        held(&self.reader).erasures_after(id)
    }

    /// Whether a counter has still to say which leases it holds.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn asks_for_leases(&self, counter: i64) -> Result<bool, LedgerFault> {
        held(&self.reader).asks_for_leases(counter)
    }

    /// A document for a shop.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn document(&self, digest: &str, shop: &str) -> Result<Option<Vec<u8>>, LedgerFault> {
        held(&self.reader).document(digest, shop)
    }

    /// Remembers a signed request.
    ///
    /// # Errors
    /// When it was made before.
    pub fn take_nonce(&self, seal: &Seal, now: Moment) -> Result<(), SealFault> {
        held(&self.nonces).take(seal, now)
    }

    /// Whether somebody at this address may try a code now.
    #[must_use]
    pub fn may_try(&self, address: IpAddr) -> bool {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        held(&self.tries).may(address, passed)
    }

    /// Whether a phone at this address may join now.
    #[must_use]
    pub fn may_join(&self, address: IpAddr) -> bool {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        held(&self.joins).may(address, passed)
    }

    /// Those who wait for news are answered now.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the office is about to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
