//! The courier: a thread that carries what waits to the office and brings back what the office says. It reads the
//! database over a connection of its own; what it brings is handed to the counter's thread, which alone writes.

use super::ask::Asked;
use super::copies::Neighbourly;
use super::deliver::{Hitch, Load, Messenger, News, Standing};
use crate::facts::moment::Moment;
use crate::ports::Clock;
use crate::store::{Access, Durability, Store};
use crate::wire::lease::Ask;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

/// How soon it looks again when everything is sent.
const IDLE: Duration = Duration::from_millis(500);
/// The first pause after a hitch; each further one doubles it.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// The longest pause after a hitch of the line.
const PAUSE_LONGEST: Duration = Duration::from_secs(60);
/// The pause when the counter could not write what was brought: its disk needs time or a person, and the office would
/// only say the same again.
const PAUSE_UNWRITTEN: Duration = Duration::from_secs(5);
/// The pause when a person has to do something.
const PAUSE_REFUSED: Duration = Duration::from_secs(60);
/// Rounds between two looks for what comes down, while nothing is wrong.
const ROUNDS_A_LOOK: u32 = 4;
/// Looks between two questions for parts of budgets.
const LOOKS_AN_ASK: u32 = 10;

/// What the courier brings.
pub type Heard = Box<dyn FnMut(News) -> bool + Send>;

/// The counter's end of the courier. Dropping it lets the courier go home.
#[derive(Debug)]
pub struct Courier {
    done: Sender<bool>,
    _home: SyncSender<()>,
}

/// What a courier needs to set out.
pub struct Errand {
    /// The counter's database.
    pub db: PathBuf,
    /// Who speaks.
    pub messenger: Messenger,
    /// What time it is.
    pub clock: Box<dyn Clock>,
    /// Takes news to the counter's thread; false when nobody listens any more.
    pub heard: Heard,
}

impl std::fmt::Debug for Errand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Errand").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Courier {
    /// Sends the courier out.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(errand: Errand) -> Result<Courier, String> {
        let (done, heard_done) = channel();
        let (home, gone) = sync_channel(0);
        let mut round = Round {
            errand,
            heard_done,
            gone,
            failures: 0,
            rounds: 0,
            looks: 0,
            asked: Asked::default(),
            neighbourly: Neighbourly::default(),
            met: false,
            said: None,
            store: None,
        };
        std::thread::Builder::new()
            .name("courier".into())
            .spawn(move || while round.go() {})
            .map_err(|e| format!("no thread for the courier: {e}"))?;
        Ok(Courier { done, _home: home })
    }

    /// The counter has heard the last news, and whether it could write what follows from it.
    pub fn heard(&self, written: bool) {
        // A courier who has gone home needs no word.
        self.done.send(written).unwrap_or_default();
    }
}

struct Round {
    errand: Errand,
    heard_done: Receiver<bool>,
    gone: Receiver<()>,
    failures: u32,
    rounds: u32,
    looks: u32,
    /// Which coupons were asked for lately.
    asked: Asked,
    neighbourly: Neighbourly,
    /// It was heard what comes down since the line was last lost: first of all whom to erase.
    met: bool,
    said: Option<Hitch>,
    store: Option<Store>,
}

/// How a way there and back ended.
enum Way {
    /// There was no reason to go.
    Idle,
    /// The office has nothing new.
    Looked,
    /// Something was brought; there may be more.
    Brought,
    /// Something was brought that the counter could not write.
    Unwritten,
    /// The counter is gone.
    Gone,
}

impl Round {
    /// One way there and back; false when the counter is gone.
    fn go(&mut self) -> bool {
        match self.carry() {
            Ok(Way::Idle) => self.rest(IDLE),
            Ok(Way::Looked) => self.say(None) && self.rest(IDLE),
            Ok(Way::Brought) => self.say(None) && self.rest(Duration::ZERO),
            Ok(Way::Unwritten) => self.say(None) && self.rest(PAUSE_UNWRITTEN),
            Ok(Way::Gone) => false,
            Err(hitch) if hitch.is_erasures_first() => {
                self.met = false;
                self.rest(Duration::ZERO)
            }
            Err(hitch) => {
                self.met = false;
                let pause = self.pause_after(&hitch);
                self.say(Some(hitch)) && self.rest(pause)
            }
        }
    }

    /// Carries one load, or looks for what comes down.
    fn carry(&mut self) -> Result<Way, Hitch> {
        let now = self.errand.clock.now();
        let unreadable = |fault: crate::store::StoreFault| Hitch::Line(fault.to_string());
        let store = self.open()?;
        let (load, standing) =
            (Load::next(store).map_err(unreadable)?, Standing::of(store).map_err(unreadable)?);
        self.rounds = self.rounds.wrapping_add(1);
        if let Some(load) = load.filter(|_| self.met) {
            let news = self.errand.messenger.send(&load, now)?;
            self.failures = 0;
            return Ok(self.tell(news));
        }
        if self.met && self.said.is_none() && !self.rounds.is_multiple_of(ROUNDS_A_LOOK) {
            return Ok(Way::Idle);
        }
        // No waiting at the office here: a sale that is made meanwhile would wait as well.
        let newer = self.errand.messenger.news(&standing, 0, now)?;
        (self.failures, self.met) = (0, newer.erased.is_empty());
        if !newer.erased.is_empty() {
            let found = self.open()?.find_erased(&newer.erased).map_err(unreadable)?;
            return Ok(self.tell(News::Erase(newer.erased, found)));
        }
        if !newer.merged.is_empty() {
            return Ok(self.tell(News::Merge(newer.merged)));
        }
        if let Some(from) = newer.from {
            return Ok(self.tell(News::Resend(from)));
        }
        for edition in &newer.editions {
            let news = self.errand.messenger.fetch(edition, now)?;
            self.asked.forget();
            match self.tell(news) {
                Way::Brought => {}
                way => return Ok(way),
            }
        }
        match self.ask_for_leases(newer.tell_leases, now)? {
            Way::Looked => self.bring_copies(now),
            way => Ok(way),
        }
    }

    /// Brings what a neighbour wrote who is silent. That the office refuses it holds nothing else up.
    fn bring_copies(&mut self, now: Moment) -> Result<Way, Hitch> {
        let Some(store) = self.store.take() else { return Ok(Way::Looked) };
        let brought = self.neighbourly.go(&mut self.errand.messenger, &store, now);
        self.store = Some(store);
        Ok(brought?.map_or(Way::Looked, |news| self.tell(news)))
    }

    /// Asks for parts of budgets where something is wanted or has ended, and not at every look.
    fn ask_for_leases(&mut self, must: bool, now: Moment) -> Result<Way, Hitch> {
        self.looks = self.looks.wrapping_add(1);
        if !must && self.looks % LOOKS_AN_ASK != 1 {
            return Ok(Way::Looked);
        }
        let store = match self.store.take() {
            Some(store) => store,
            None => return Ok(Way::Looked),
        };
        let ask = Ask::of(&store, (self.errand.messenger.ids(), &self.asked, must), now);
        self.store = Some(store);
        match ask.map_err(|fault| Hitch::Line(fault.to_string()))? {
            Some(ask) => {
                let news = self.errand.messenger.lease(&ask, now)?;
                self.asked.note(&ask, now);
                Ok(self.tell(news))
            }
            None => Ok(Way::Looked),
        }
    }

    /// Says what is between us and the office when that has changed.
    fn say(&mut self, between: Option<Hitch>) -> bool {
        if between == self.said {
            return true;
        }
        self.said.clone_from(&between);
        !matches!(self.tell(News::Between(between)), Way::Gone)
    }

    /// Hands news over and waits until the counter has written it: what is read next must know of it.
    fn tell(&mut self, news: News) -> Way {
        if !(self.errand.heard)(news) {
            return Way::Gone;
        }
        match self.heard_done.recv() {
            Ok(true) => Way::Brought,
            Ok(false) => Way::Unwritten,
            Err(_) => Way::Gone,
        }
    }

    fn open(&mut self) -> Result<&Store, Hitch> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::open(&self.errand.db, Access::Read, Durability::Full)
                .map_err(|fault| Hitch::Line(fault.to_string()))?,
        };
        Ok(self.store.insert(store))
    }

    /// Doubles with each failure, up to a longest, less up to a half that differs from counter to counter: after a
    /// blackout not all of them come at once.
    fn pause_after(&mut self, hitch: &Hitch) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let longest = match hitch {
            Hitch::Line(_) => PAUSE_LONGEST,
            Hitch::Refused { .. } => return PAUSE_REFUSED,
        };
        let doubled = PAUSE_FIRST.saturating_mul(1 << self.failures.min(8).saturating_sub(1)).min(longest);
        let share = self.errand.messenger.draw() % 50;
        doubled - doubled * u32::from(share) / 100
    }

    /// Waits; the counter's end of the courier cuts it short.
    fn rest(&self, pause: Duration) -> bool {
        !matches!(self.gone.recv_timeout(pause), Err(RecvTimeoutError::Disconnected))
    }
}
