//! Tells: each neighbour hears of what is new here as long as its line holds.

use super::{LOOK, Shared, spawn};
use crate::devices::clock::SystemClock;
use crate::facts::id::CounterId;
use crate::flow::neighbour::tell;
use crate::lan::line::Telling;
use crate::ports::Clock;
use crate::store::{Access, Durability, Store};
use crate::wire::neighbour::Tell;
use crate::wire::reply::Place;
use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a neighbour is told that we are there, when there is nothing else to say.
const STILL_HERE: Duration = Duration::from_secs(10);
/// The pause after a line broke.
const PAUSE: Duration = Duration::from_secs(1);
/// The pause after a neighbour has refused what it was told: only a person, or a newer keyring, changes that.
const PAUSE_REFUSED: Duration = Duration::from_secs(60);

/// Knows who is believed, and keeps one thread for each of them whose place is known.
pub(super) fn look_after(shared: &Shared) {
    let mut store: Option<Store> = None;
    let mut tellers: BTreeMap<CounterId, JoinHandle<()>> = BTreeMap::new();
    while !shared.end.rest(LOOK) {
        match neighbours(&mut store, shared) {
            Ok(()) => {}
            Err(why) => tracing::warn!(%why, "who stands in this shop cannot be read"),
        }
        tellers.retain(|_, teller| !teller.is_finished());
        for neighbour in shared.own.believed.now() {
            let to = neighbour.counter;
            if tellers.contains_key(&to) || shared.addresses.of(&to).is_none() {
                continue;
            }
            let (shared, named) = (shared.clone(), to.clone());
            if let Ok(teller) = spawn("neighbour-told", move || keep_telling(&shared, &named)) {
                tellers.insert(to, teller);
            }
        }
    }
}

/// Believes whom the keyring names now.
fn neighbours(kept: &mut Option<Store>, shared: &Shared) -> Result<(), String> {
    let store = match kept.take() {
        Some(store) => store,
        None => opened(shared)?,
    };
    shared.own.believed.replace(store.neighbours().map_err(|fault| fault.to_string())?);
    *kept = Some(store);
    Ok(())
}

fn opened(shared: &Shared) -> Result<Store, String> {
    Store::open(&shared.db, Access::Read, Durability::Full).map_err(|fault| fault.to_string())
}

fn keep_telling(shared: &Shared, to: &CounterId) {
    if let Err(why) = tell_all(shared, to) {
        tracing::debug!(%why, counter = %to, "nothing can be told");
        shared.end.rest(PAUSE);
    }
}

/// Tells one neighbour everything, until the line breaks.
fn tell_all(shared: &Shared, to: &CounterId) -> Result<(), String> {
    let address = shared.addresses.of(to).ok_or("nobody knows where it is")?;
    let mut line = Telling::call(address, &shared.own, to)?;
    let store = opened(shared)?;
    let mut answer = |tell: &Tell| -> Result<Option<Place>, String> {
        let told = line.tell(tell).map_err(|why| why.to_string())?;
        let Some(refused) = told.refused else { return Ok(told.have) };
        tracing::warn!(counter = %to, "a neighbour does not take what is told: {refused}");
        shared.end.rest(PAUSE_REFUSED);
        Err(refused)
    };
    let mut have = answer(&Tell::default())?;
    let (mut said, mut last) = (Instant::now(), Tell::default());
    while !shared.end.has_come() {
        let tell = tell(&store, have, SystemClock.now()).map_err(|fault| fault.to_string())?;
        if tell == last && said.elapsed() < STILL_HERE {
            shared.end.rest(LOOK);
            continue;
        }
        have = answer(&tell)?;
        (said, last) = (Instant::now(), Tell { records: None, ..tell });
    }
    Ok(())
}
