//! What every handler shares: the door to the writer, a reader, the clock, the memories of the gate.

mod read;

use super::pages::Pages;
use crate::gate::crowd::Crowd;
use crate::gate::rate::{Pace, Tries, household};
use crate::gate::seals::{Nonces, SealFault};
use crate::ledger::counters::Speaker;
use crate::ledger::words::CounterWord;
use crate::ledger::writer::{Wish, Writer, Written};
use crate::ledger::{Access, Ledger, LedgerFault};
use crate::people::wish::PeopleWish;
use kava::{
    facts::{
        id::{CounterId, ShopId},
        moment::Moment,
    },
    wire::{document::Edition, erasure::Erasure, reply::Place, seal::Seal},
};
use std::{
    collections::BTreeMap,
    net::IpAddr,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Instant,
};
use tokio::sync::Semaphore;

/// Passwords that are computed at a time.
const PASSWORDS_AT_A_TIME: usize = 2;

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
    /// For those who work here, so that neither counters nor guests wait for them.
    desk: Mutex<Ledger>,
    /// For what reads so much that other clerks should not wait for it.
    reckoning: Mutex<Ledger>,
    /// The guests' app, and the clerks'.
    club_pages: Pages,
    desk_pages: Pages,
    nonces: Mutex<Nonces>,
    tries: Mutex<Tries>,
    crowd: Crowd,
    /// Of phones that join.
    joins: Mutex<Tries>,
    /// Of clerks who look, who log in from an address, and under a name.
    looks: Mutex<Tries>,
    logins: Mutex<Tries>,
    names: Mutex<Tries<String>>,
    /// Of whoever is half in, with a clerk's password or session, and has to prove the rest.
    proofs: Mutex<Tries<i64>>,
    /// So many passwords are computed at a time: each takes memory.
    hashing: Semaphore,
    /// What counters said of themselves and was not kept yet.
    words: Mutex<BTreeMap<i64, CounterWord>>,
    /// Who has this may read the figures from elsewhere.
    metrics_token: Option<String>,
    speaks_tls: bool,
    /// Answers by the first digit of their status, from 1 to 5.
    answered: [AtomicI64; 5],
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

/// Does something on a thread that may wait for the disk or compute for long.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LedgerFault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|why| LedgerFault::Other(format!("it broke off: {why}")))
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
            desk: Mutex::new(Ledger::open(path, Access::Read)?),
            reckoning: Mutex::new(Ledger::open(path, Access::Read)?),
            club_pages: Pages::club(),
            desk_pages: Pages::office(),
            nonces: Mutex::default(),
            tries: Mutex::new(Tries::at(Pace::GUESSES)),
            crowd: Crowd::default(),
            joins: Mutex::new(Tries::at(Pace::JOINS)),
            looks: Mutex::new(Tries::at(Pace::LOOKS)),
            logins: Mutex::new(Tries::at(Pace::GUESSES)),
            names: Mutex::new(Tries::at(Pace::NAMES)),
            proofs: Mutex::new(Tries::at(Pace::GUESSES)),
            hashing: Semaphore::new(PASSWORDS_AT_A_TIME),
            words: Mutex::default(),
            metrics_token: None,
            speaks_tls: false,
            answered: Default::default(),
            since: Instant::now(),
            stopping: AtomicBool::new(false),
        })
    }

    /// The same with the guests' app from a folder.
    #[must_use]
    pub fn with_club(self, club_pages: Pages) -> Office {
        Office { club_pages, ..self }
    }

    /// The same with the clerks' app from a folder.
    #[must_use]
    pub fn with_console(self, desk_pages: Pages) -> Office {
        Office { desk_pages, ..self }
    }

    /// The same with a token for whoever reads the figures from elsewhere.
    #[must_use]
    pub fn with_metrics_token(self, metrics_token: Option<String>) -> Office {
        Office { metrics_token, ..self }
    }

    /// The same; whether it speaks TLS itself.
    #[must_use]
    pub fn with_tls(self, speaks_tls: bool) -> Office {
        Office { speaks_tls, ..self }
    }

    /// Whether it speaks TLS itself, without a proxy.
    #[must_use]
    pub const fn speaks_tls(&self) -> bool {
        self.speaks_tls
    }

    /// The token for whoever reads the figures from elsewhere.
    #[must_use]
    pub fn metrics_token(&self) -> Option<&str> {
        self.metrics_token.as_deref()
    }

    /// Counts an answer with this status.
    pub fn count_answer(&self, status: u16) {
        if let Some(count) = self.answered.get(usize::from(status / 100).wrapping_sub(1)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many answers there were, by the first digit of their status.
    #[must_use]
    pub fn answered(&self) -> Vec<(usize, i64)> {
        (1..).zip(&self.answered).map(|(class, count)| (class, count.load(Ordering::Relaxed))).collect()
    }

    /// The guests' app.
    #[must_use]
    pub const fn club_pages(&self) -> &Pages {
        &self.club_pages
    }

    /// The clerks' app.
    #[must_use]
    pub const fn desk_pages(&self) -> &Pages {
        &self.desk_pages
    }

    /// Computes a password, when it is its turn.
    ///
    /// # Errors
    /// When the computing breaks off.
    pub async fn hashed<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, LedgerFault> {
        let _turn = self.hashing.acquire().await.map_err(|_| LedgerFault::Stopping)?;
        aside(compute).await
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

    /// The row of a counter and the public half of a key that speaks for it, or did.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn signer(
        &self,
        whose: (&ShopId, &CounterId),
        key: &str,
    ) -> Result<Option<(i64, [u8; 32])>, LedgerFault> {
        held(&self.reader).signer(whose, key)
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

    /// Whether somebody must hear that a counter has done an erasure which is unknown here.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn is_lost_erasure(&self, done: i64) -> Result<bool, LedgerFault> {
        held(&self.reader).is_lost_erasure(done)
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
        held(&self.tries).may(household(address), self.passed_ms())
    }

    /// Whether a phone at this address may join now.
    #[must_use]
    pub fn may_join(&self, address: IpAddr) -> bool {
        held(&self.joins).may(household(address), self.passed_ms())
    }

    /// Whether a clerk at this address may look now.
    #[must_use]
    pub fn may_look(&self, address: IpAddr) -> bool {
        held(&self.looks).may(household(address), self.passed_ms())
    }

    /// Whether somebody at this address may try a password or a link now.
    #[must_use]
    pub fn may_log_in(&self, address: IpAddr) -> bool {
        held(&self.logins).may(household(address), self.passed_ms())
    }

    /// Whether a password of this clerk may be tried now.
    #[must_use]
    pub fn may_log_in_as(&self, name: &str) -> bool {
        held(&self.names).may(name.to_owned(), self.passed_ms())
    }

    /// Whether somebody who has the clerk's password or session may try digits or the old password now.
    #[must_use]
    pub fn may_prove(&self, clerk: i64) -> bool {
        held(&self.proofs).may(clerk, self.passed_ms())
    }

    fn passed_ms(&self) -> i64 {
        i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Remembers what a counter says of itself.
    pub fn hear_word(&self, counter: i64, word: CounterWord) {
        held(&self.words).insert(counter, word);
    }

    /// What counters said of themselves lately.
    #[must_use]
    pub fn heard_words(&self) -> BTreeMap<i64, CounterWord> {
        held(&self.words).clone()
    }

    /// Keeps what counters said of themselves.
    ///
    /// # Errors
    /// What the ledger says.
    pub async fn keep_words(&self) -> Result<(), LedgerFault> {
        let words = self.heard_words();
        if words.is_empty() {
            return Ok(());
        }
        self.write(Wish::Words(words.clone())).await?;
        held(&self.words).retain(|counter, word| words.get(counter) != Some(word));
        Ok(())
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
