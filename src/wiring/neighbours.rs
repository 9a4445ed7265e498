//! The lines between this counter and the others of its shop: one thread picks up (`hears`), one says where, one looks after
//! those that tell (`tells`). What is heard is handed to the counter's thread, which alone writes.

mod end;
mod hears;
mod tells;

use super::{NotWired, table};
use crate::devices::clock::SystemClock;
use crate::facts::id::CounterId;
use crate::flow::Counter;
use crate::lan::beacon::{Addresses, Beacon, EVERY};
use crate::lan::tls::Credentials;
use crate::ports::Clock;
use crate::wire::hex::array_from_hex;
use crate::wire::neighbour::{Tell, Told};
use end::End;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How soon after a sale a neighbour hears of it, at most.
const LOOK: Duration = Duration::from_millis(200);

/// Whether and where this counter picks up, and where others do whose beacons do not come through.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listens {
    /// Such as `0.0.0.0:8485`; beacons use the port of the same number by UDP.
    pub listen: SocketAddr,
    /// Counters by name, such as `{ 2 = "192.168.0.12:8485" }`.
    #[serde(default)]
    pub at: BTreeMap<CounterId, SocketAddr>,
}

/// Reads `[neighbours]` of the configuration; nothing where there is none.
///
/// # Errors
/// When the file cannot be read, or the table says what cannot be.
pub fn listens(config: Option<&Path>) -> Result<Option<Listens>, NotWired> {
    table::read(config, "neighbours")
}

/// What a neighbour tells, and where their answer goes. Who does not answer breaks the line, and the same is told again.
#[derive(Debug)]
pub struct Overheard {
    from: CounterId,
    tell: Tell,
    answer: SyncSender<Told>,
}

/// Writes what a neighbour told, and answers when it is durable.
pub fn hear(counter: &mut Counter, overheard: &Overheard) {
    match counter.hear_neighbour(&overheard.from, &overheard.tell, SystemClock.now()) {
        // Whoever told may be gone meanwhile.
        Ok(told) => drop(overheard.answer.send(told)),
        Err(fault) => {
            tracing::warn!(%fault, counter = %overheard.from, "what a neighbour tells cannot be written")
        }
    }
}

/// The lines; dropping them lets their threads end.
#[derive(Debug)]
pub struct Lines(End);

impl Drop for Lines {
    fn drop(&mut self) {
        self.0.come();
    }
}

/// What every thread knows.
#[derive(Clone)]
struct Shared {
    db: PathBuf,
    own: Credentials,
    addresses: Addresses,
    end: End,
}

/// Opens the lines of an enrolled counter whose configuration asks for them; `heard` takes what is told to the counter's
/// thread and is false when nobody listens any more.
///
/// # Errors
/// When the address cannot be had, the counter's key is damaged, or the system gives no thread.
pub fn open(
    counter: &Counter,
    wish: Option<&Listens>,
    heard: impl Fn(Overheard) -> bool + Send + Sync + 'static,
) -> Result<Option<Lines>, NotWired> {
    let (Some(wish), Some(link)) = (wish, counter.store().office_link()?) else { return Ok(None) };
    let secret =
        array_from_hex(&link.secret).ok_or_else(|| "the counter's key is damaged; enrol again".to_owned())?;
    let listener = bind(wish.listen)
        .map_err(|why| NotWired::configured(format!("[neighbours] listen = \"{}\": {why}", wish.listen)))?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let shared = Shared {
        db: counter.store().path().to_path_buf(),
        own: Credentials::new(&secret)?,
        addresses: Addresses::default(),
        end: End::default(),
    };
    for (counter, at) in &wish.at {
        shared.addresses.note(counter.clone(), *at);
    }
    let lines = Lines(shared.end.clone());
    // Where there is no beacon, as for a second counter on this machine, addresses from the configuration hold.
    match Beacon::new(&counter.store().shop()?, address) {
        Ok(beacon) => {
            let shared = shared.clone();
            spawn("beacon", move || shine(&beacon, &shared))?;
        }
        Err(why) => tracing::warn!(%why, "no beacon; neighbours find this counter by their configuration"),
    }
    let (listening, heard): (_, hears::Heard) = (shared.clone(), Arc::new(heard));
    spawn("neighbours", move || hears::pick_up(&listener, &listening, &heard))?;
    spawn("neighbours-told", move || tells::look_after(&shared))?;
    Ok(Some(lines))
}

/// Lines that were dropped a moment ago, because the counter was enrolled anew, may still have the address.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let begun = Instant::now();
    loop {
        match TcpListener::bind(address) {
            Err(why) if why.kind() == io::ErrorKind::AddrInUse && begun.elapsed() < 3 * LOOK => {
                thread::park_timeout(LOOK / 4);
            }
            bound => return bound,
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, String> {
    let begun = thread::Builder::new().name(name.into()).spawn(work);
    begun.map_err(|why| format!("no thread for the neighbours: {why}"))
}

/// Says where we are, and notes where others are, until the end.
fn shine(beacon: &Beacon, shared: &Shared) {
    let mut said: Option<Instant> = None;
    while !shared.end.has_come() {
        if said.is_none_or(|said| said.elapsed() >= EVERY) {
            said = Some(Instant::now());
            // Without a network there is nobody to hear it.
            drop(beacon.say());
        }
        if let Some((counter, address)) = beacon.hear() {
            shared.addresses.note(counter, address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Listens>, &'static str> {
        table::parse(text, ("counter.toml", "neighbours")).map_err(|why| why.code())
    }

    #[test]
    fn nobody_is_listened_to_until_an_address_is_written_down() {
        assert_eq!(listens(None).unwrap(), None);
        assert_eq!(read("[register]\nkind = \"manual\"\n"), Ok(None));
        let table = "[neighbours]\nlisten = \"127.0.0.1:8485\"\n";
        assert_eq!(read(table).unwrap().unwrap().listen.port(), 8485);
        let at = format!("{table}at = {{ 2 = \"192.168.0.12:8485\" }}\n");
        assert_eq!(read(&at).unwrap().unwrap().at.len(), 1);
        assert_eq!(read("[neighbours]\nlisten = \"everywhere\"\n"), Err("config_invalid"));
        assert_eq!(read(&format!("{table}trust = \"all\"\n")), Err("config_invalid"));
    }
}
