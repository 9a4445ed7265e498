//! The lines between this counter and the others of its shop: one thread picks up, one says where, one looks after those
//! that tell. What is heard is handed to the counter's thread, which alone writes.

use super::{NotWired, table};
use crate::devices::clock::SystemClock;
use crate::facts::id::CounterId;
use crate::flow::{Counter, neighbour};
use crate::lan::beacon::{Addresses, Beacon, EVERY};
use crate::lan::line::{Hearing, Telling};
use crate::lan::tls::{self, Believed};
use crate::ports::Clock;
use crate::store::{Access, Durability, Store};
use crate::wire::hex::array_from_hex;
use crate::wire::neighbour::{Tell, Told};
use crate::wire::reply::Place;
use rustls::{ClientConfig, ServerConfig};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How soon after a sale a neighbour hears of it, at most.
const LOOK: Duration = Duration::from_millis(200);
/// How often a neighbour is told that we are there, when there is nothing else to say.
const STILL_HERE: Duration = Duration::from_secs(10);
/// The pause after a line broke.
const PAUSE: Duration = Duration::from_secs(1);
/// The pause after a neighbour has refused what it was told: only a person, or a newer keyring, changes that.
const PAUSE_REFUSED: Duration = Duration::from_secs(60);
/// Lines that are picked up at a time; a shop has a few counters.
const LINES_MOST: usize = 16;

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
pub struct Lines {
    end: End,
    /// Where this counter picks up.
    pub address: SocketAddr,
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end.come();
    }
}

/// Whether the lines are to end; whoever rests hears of it at once.
#[derive(Debug, Clone, Default)]
struct End(Arc<(Mutex<bool>, Condvar)>);

impl End {
    fn come(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Rests so long, or until the end; gives whether it has come.
    fn rest(&self, pause: Duration) -> bool {
        let over = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(over, pause, |over| !*over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn has_come(&self) -> bool {
        self.rest(Duration::ZERO)
    }
}

/// What every thread knows.
#[derive(Clone)]
struct Shared {
    db: PathBuf,
    believed: Believed,
    addresses: Addresses,
    end: End,
}

impl Shared {
    fn is_over(&self) -> bool {
        self.end.has_come()
    }

    fn store(&self) -> Result<Store, String> {
        Store::open(&self.db, Access::Read, Durability::Full).map_err(|fault| fault.to_string())
    }
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
    let shop = counter.store().shop()?;
    let listener = bind(wish.listen)
        .map_err(|why| NotWired::configured(format!("[neighbours] listen = \"{}\": {why}", wish.listen)))?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let end = End::default();
    let shared = Shared {
        db: counter.store().path().to_path_buf(),
        believed: Believed::default(),
        addresses: Addresses::default(),
        end: end.clone(),
    };
    for (counter, at) in &wish.at {
        shared.addresses.note(counter.clone(), *at);
    }
    let (server, client) = (tls::server(&secret, &shared.believed)?, tls::client(&secret, &shared.believed)?);
    // Where there is no beacon, as for a second counter on this machine, addresses from the configuration hold.
    match Beacon::new(&shop, address) {
        Ok(beacon) => {
            let shared = shared.clone();
            spawn("beacon", move || shine(&beacon, &shared))?;
        }
        Err(why) => tracing::warn!(%why, "no beacon; neighbours find this counter by their configuration"),
    }
    let listening = shared.clone();
    spawn("neighbours", move || pick_up(&listener, &server, &listening, &Arc::new(heard)))?;
    spawn("neighbours-told", move || look_after(&client, &shared))?;
    Ok(Some(Lines { end, address }))
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

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let begun = thread::Builder::new().name(name.into()).spawn(work);
    begun.map(drop).map_err(|why| format!("no thread for the neighbours: {why}"))
}

/// Says where we are, and notes where others are, until the counter is gone.
fn shine(beacon: &Beacon, shared: &Shared) {
    let mut said: Option<Instant> = None;
    while !shared.is_over() {
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

fn pick_up<H>(listener: &TcpListener, server: &Arc<ServerConfig>, shared: &Shared, heard: &Arc<H>)
where
    H: Fn(Overheard) -> bool + Send + Sync + 'static,
{
    if let Err(why) = listener.set_nonblocking(true) {
        tracing::error!(%why, "neighbours are not heard");
        return;
    }
    let open = Arc::new(AtomicUsize::new(0));
    while !shared.is_over() {
        let Ok((socket, _)) = listener.accept() else {
            shared.end.rest(LOOK);
            continue;
        };
        if open.fetch_add(1, Ordering::Relaxed) >= LINES_MOST || socket.set_nonblocking(false).is_err() {
            open.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (server, shared, heard, open) =
            (Arc::clone(server), shared.clone(), Arc::clone(heard), Arc::clone(&open));
        let work = move || {
            if let Err(why) = listen_to(socket, &server, &shared, heard.as_ref()) {
                tracing::debug!(%why, "a neighbour's line ended");
            }
            open.fetch_sub(1, Ordering::Relaxed);
        };
        if let Err(why) = spawn("neighbour", work) {
            tracing::warn!(%why, "a neighbour is not heard");
        }
    }
}

fn listen_to(
    socket: TcpStream,
    server: &Arc<ServerConfig>,
    shared: &Shared,
    heard: &impl Fn(Overheard) -> bool,
) -> Result<(), String> {
    let mut line = Hearing::pick_up(socket, (server, &shared.believed))?;
    while !shared.is_over() {
        let tell = line.hear().map_err(|why| why.to_string())?;
        let (answer, told) = sync_channel(1);
        let from = line.counter.clone();
        if !heard(Overheard { from, tell, answer }) {
            return Ok(());
        }
        let told = told.recv().map_err(|_| "it could not be written".to_owned())?;
        line.answer(&told).map_err(|why| why.to_string())?;
    }
    Ok(())
}

/// Knows who is believed, and keeps one thread for each of them.
fn look_after(client: &Arc<ClientConfig>, shared: &Shared) {
    let mut told: BTreeMap<CounterId, Arc<AtomicBool>> = BTreeMap::new();
    while !shared.is_over() {
        match shared.store().and_then(|store| store.neighbours().map_err(|fault| fault.to_string())) {
            Ok(neighbours) => shared.believed.replace(neighbours),
            Err(why) => tracing::warn!(%why, "who stands in this shop cannot be read"),
        }
        told.retain(|_, goes_on| goes_on.load(Ordering::Relaxed));
        for neighbour in shared.believed.now() {
            let counter = neighbour.counter;
            if told.contains_key(&counter) || shared.addresses.of(&counter).is_none() {
                continue;
            }
            let goes_on = Arc::new(AtomicBool::new(true));
            let (client, shared, flag, to) =
                (Arc::clone(client), shared.clone(), Arc::clone(&goes_on), counter.clone());
            let work = move || {
                if let Err(why) = tell_all(&client, &shared, &to) {
                    tracing::debug!(%why, counter = %to, "nothing can be told");
                    shared.end.rest(PAUSE);
                }
                flag.store(false, Ordering::Relaxed);
            };
            if spawn("neighbour-told", work).is_ok() {
                told.insert(counter, goes_on);
            }
        }
        shared.end.rest(LOOK);
    }
}

/// Tells one neighbour everything, until the line breaks.
fn tell_all(client: &Arc<ClientConfig>, shared: &Shared, to: &CounterId) -> Result<(), String> {
    let address = shared.addresses.of(to).ok_or("nobody knows where it is")?;
    let mut line = Telling::call(address, (client, &shared.believed), to)?;
    let store = shared.store()?;
    let mut answer = |tell: &Tell| -> Result<Option<Place>, String> {
        let told = line.tell(tell).map_err(|why: io::Error| why.to_string())?;
        let Some(refused) = told.refused else { return Ok(told.have) };
        tracing::warn!(counter = %to, "a neighbour does not take what is told: {refused}");
        shared.end.rest(PAUSE_REFUSED);
        Err(refused)
    };
    let mut have = answer(&Tell::default())?;
    let (mut said, mut last) = (Instant::now(), Tell::default());
    while !shared.is_over() {
        let tell = neighbour::tell(&store, have, SystemClock.now()).map_err(|fault| fault.to_string())?;
        if tell == last && said.elapsed() < STILL_HERE {
            shared.end.rest(LOOK);
            continue;
        }
        have = answer(&tell)?;
        (said, last) = (Instant::now(), Tell { records: None, ..tell });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Listens>, &'static str> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("counter.toml");
        std::fs::write(&path, text).unwrap();
        listens(Some(&path)).map_err(|why| why.code())
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
