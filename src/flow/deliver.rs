//! The conversation with the office. What waits is read, signed and sent; what the office says is heard by the
//! counter, which alone writes. Between the two lies as much time as the line takes, and no sale waits for it.
//!
//! A load leaves the outbox only after the office has said that it is durable there. An answer that is lost is no
//! answer: the same load goes out again, and the office counts what it has already.

use super::counter::Counter;
use super::fault::FlowFault;
use super::ids::Ids;
pub use super::load::Load;
pub use super::standing::Standing;
use crate::facts::campaign::Campaign;
use crate::facts::id::CounterId;
use crate::facts::menu::{Menu, hex_digest};
use crate::facts::moment::Moment;
use crate::facts::policy::Policy;
use crate::ports::{Ask, Reply, Uplink};
use crate::store::bundles::BundleFault;
use crate::store::erasures::Found;
use crate::store::office::{self, OfficeLink};
use crate::store::{codes, leases, neighbours};
use crate::wire::document::{Edition, Newer, Stream};
use crate::wire::erasure::{ERASURES_FIRST, Erasure};
use crate::wire::hex::array_from_hex;
use crate::wire::keyring::Keyring;
use crate::wire::lease::{self, Granted};
use crate::wire::merge::Merge;
use crate::wire::pack::pack;
use crate::wire::reply::{Acked, Place, Refused};
use crate::wire::seal::{Asked, HEADERS, Seal};
use std::time::Duration;

/// How long the office may take to answer.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// What the office has said, for the counter to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Everything up to this place is durable there.
    Acked(Acked),
    /// The office misses everything from this place on.
    Resend(Place),
    /// Customers to erase, and where this counter knows them.
    Erase(Vec<Erasure>, Found),
    /// Guests who turned out to be one.
    Merge(Vec<Merge>),
    /// Parts of budgets that were granted, and when they were asked for.
    Leases(Granted, Moment),
    /// A document to apply.
    Document(Edition, Vec<u8>),
    /// Copies of this neighbour's records are durable there up to this place.
    Copied(CounterId, Place),
    /// What is between us and the office, when that changes; nothing when all is well.
    Between(Option<Hitch>),
}

/// Why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hitch {
    /// There is no line, or the office is busy; later.
    Line(String),
    /// The office refuses; a person must do something.
    Refused {
        /// The office's code.
        code: String,
        /// The office's sentence.
        message: String,
    },
}

impl Hitch {
    /// The office wants customers erased before it takes records.
    #[must_use]
    pub fn is_erasures_first(&self) -> bool {
        matches!(self, Hitch::Refused { code, .. } if code == ERASURES_FIRST)
    }
}

impl std::fmt::Display for Hitch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Hitch::Line(why) => f.write_str(why),
            Hitch::Refused { message, .. } => write!(f, "the office says: {message}"),
        }
    }
}

/// Speaks to the office in a counter's name. Reads no store and writes none.
pub struct Messenger {
    uplink: Box<dyn Uplink>,
    secret: [u8; 32],
    nonces: Ids,
    /// How far the office's clock is ahead of ours; learnt when it refuses a request for its time.
    ahead_ms: i64,
    /// Where the load began that the office could not take because something is missing before it.
    too_far: Option<Place>,
}

impl std::fmt::Debug for Messenger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messenger").field("ahead_ms", &self.ahead_ms).finish_non_exhaustive()
    }
}

impl Messenger {
    /// A messenger on a line; nonces come from these ids.
    ///
    /// # Errors
    /// When the kept key is damaged.
    pub fn new(link: &OfficeLink, uplink: Box<dyn Uplink>, nonces: Ids) -> Result<Messenger, String> {
        let secret = array_from_hex(&link.secret).ok_or("the key for the office is damaged; enrol again")?;
        Ok(Messenger { uplink, secret, nonces, ahead_ms: 0, too_far: None })
    }

    /// A number that differs from counter to counter, for pauses.
    pub(super) fn draw(&mut self) -> u8 {
        self.nonces.salt().first().copied().unwrap_or(0)
    }

    /// Sends a load. News is only what the office has said after the whole load was durable there, or what it
    /// misses.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn send(&mut self, load: &Load, now: Moment) -> Result<News, Hitch> {
        // The office has asked for what is before, and there is still nothing before: it cannot be had any more.
        let unanchored = self.too_far == Some(load.first());
        let body = load.packed(unanchored).map_err(|e| Hitch::Line(e.to_string()))?;
        let reply = self.ask("POST", "/api/v1/records", body, (now, DEADLINE))?;
        match reply.status {
            200 => {
                let acked: Acked = read(&reply)?;
                if acked.epoch != load.head.epoch || acked.acked < load.head.first - 1 {
                    return Err(Hitch::Line("the office's answer is about something else".into()));
                }
                self.too_far = None;
                // Whatever it says, nothing leaves that it was not sent.
                Ok(News::Acked(Acked { acked: acked.acked.min(load.last().seq), ..acked }))
            }
            _ => {
                let refused: Refused = read(&reply)?;
                match refused.from {
                    Some(place) if refused.error.code == "series_gap" => {
                        self.too_far = Some(load.first());
                        Ok(News::Resend(place))
                    }
                    _ => Err(hitch(&reply, refused)),
                }
            }
        }
    }

    /// What is newer than the counter has, and what the office misses although it was sent; waits so many seconds at
    /// the office for it.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn news(&mut self, standing: &Standing, wait_s: u64, now: Moment) -> Result<Newer, Hitch> {
        let Standing { have, sent, erased, merged, queue } = standing;
        let last = sent.map_or_else(String::new, |Place { epoch, seq }| format!("&last={epoch}:{seq}"));
        // How this counter is, for those who look after it.
        let (app, clock) = (env!("CARGO_PKG_VERSION"), now.0);
        let path = format!(
            "/api/v1/news?have={have}{last}&erased={erased}&merged={merged}&queue={queue}&app={app}&clock={clock}&wait={wait_s}"
        );
        let deadline = DEADLINE + Duration::from_secs(wait_s);
        let reply = self.ask("GET", &path, Vec::new(), (now, deadline))?;
        if reply.status != 200 {
            return Err(hitch(&reply, read(&reply)?));
        }
        let newer: Newer = read(&reply)?;
        // Nothing can be missing behind the end.
        let from = newer.from.filter(|from| sent.is_some_and(|sent| *from <= sent));
        Ok(Newer { from, ..newer })
    }

    /// Asks for parts of budgets.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn lease(&mut self, ask: &lease::Ask, now: Moment) -> Result<News, Hitch> {
        let body = serde_json::to_vec(ask).map_err(|e| Hitch::Line(e.to_string()))?;
        let body = pack(&body).map_err(|e| Hitch::Line(e.to_string()))?;
        let reply = self.ask("POST", "/api/v1/leases", body, (now, DEADLINE))?;
        match reply.status {
            200 => Ok(News::Leases(read(&reply)?, now)),
            _ => Err(hitch(&reply, read(&reply)?)),
        }
    }

    /// Ids that nobody has drawn before.
    pub const fn ids(&mut self) -> &mut Ids {
        &mut self.nonces
    }

    /// Fetches a document and checks that it is the one that was announced.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn fetch(&mut self, edition: &Edition, now: Moment) -> Result<News, Hitch> {
        let path = format!("/api/v1/documents/{}", edition.digest);
        let reply = self.ask("GET", &path, Vec::new(), (now, DEADLINE))?;
        if reply.status != 200 {
            return Err(hitch(&reply, read(&reply)?));
        }
        if hex_digest(&reply.body) != edition.digest {
            return Err(Hitch::Line(format!("the {} arrived damaged", edition.stream)));
        }
        Ok(News::Document(edition.clone(), reply.body))
    }

    /// One signed question. A clock that is far from the office's is told by how much, once.
    pub(super) fn ask(
        &mut self,
        method: &'static str,
        path: &str,
        body: Vec<u8>,
        (now, deadline): (Moment, Duration),
    ) -> Result<Reply, Hitch> {
        let mut ask = Ask { method, path: path.to_owned(), headers: Vec::new(), body };
        for _ in 0..2 {
            self.seal(&mut ask, now);
            let reply = self.uplink.exchange(&ask, deadline).map_err(Hitch::Line)?;
            let office_time = match reply.status {
                401 => read::<Refused>(&reply)?.office_time,
                _ => None,
            };
            match office_time {
                Some(office) => self.ahead_ms = office.0.saturating_sub(now.0),
                None => return Ok(reply),
            }
        }
        Err(Hitch::Line("the office's clock runs away".into()))
    }

    fn seal(&mut self, ask: &mut Ask, now: Moment) {
        let asked = Asked { method: ask.method, path: &ask.path, body: &ask.body };
        let seal = Seal::new(&self.secret, &asked, now.later(self.ahead_ms), self.nonces.salt());
        ask.headers = HEADERS.into_iter().zip(seal.headers()).collect();
        if !ask.body.is_empty() {
            ask.headers.push(("content-encoding", "zstd".into()));
        }
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(reply: &Reply) -> Result<T, Hitch> {
    serde_json::from_slice(&reply.body).map_err(|_| {
        Hitch::Line(format!("status {} and no answer of an office; check the address", reply.status))
    })
}

/// A busy office is a matter of time, everything else of a person.
pub(super) fn hitch(reply: &Reply, refused: Refused) -> Hitch {
    let (code, message) = (refused.error.code, refused.error.message);
    if reply.status >= 500 || [408, 429].contains(&reply.status) || code == "seal_replayed" {
        Hitch::Line(message)
    } else {
        Hitch::Refused { code, message }
    }
}

impl Counter {
    /// Hears what the office has said. Gives whether anything changed here.
    ///
    /// # Errors
    /// When the store fails; the same is said again then.
    pub fn hear(&mut self, news: &News, at: Moment) -> Result<bool, FlowFault> {
        match news {
            News::Acked(acked) => {
                if !acked.dead.is_empty() {
                    tracing::warn!(records = acked.dead.len(), "the office has put records aside");
                }
                let place = Place { epoch: acked.epoch, seq: acked.acked };
                Ok(self.store.change(|change| office::acknowledge(change, place))? > 0)
            }
            News::Resend(from) => {
                tracing::warn!(epoch = from.epoch, seq = from.seq, "the office asks for records again");
                Ok(self.store.change(|change| office::rewind(change, *from))? > 0)
            }
            News::Erase(erasures, found) => self.erase(erasures, found, at),
            News::Merge(merges) => self.merge(merges, at),
            News::Leases(granted, asked) => self.take_leases(granted, *asked, at),
            News::Copied(counter, upto) => {
                self.store.change(|change| neighbours::forget_copies(change, counter, *upto))?;
                Ok(true)
            }
            News::Document(edition, body) => self.apply(edition, body, at),
            News::Between(hitch) => {
                if let Some(Hitch::Refused { message, .. }) = hitch {
                    tracing::warn!("the office takes nothing from this counter: {message}");
                }
                let since = self.between.as_ref().map_or(at, |(_, since)| *since);
                self.between = hitch.clone().map(|hitch| (hitch, since));
                Ok(false)
            }
        }
    }

    /// Applies a document whole, or refuses it whole and says so; sales go on with what was there.
    fn apply(&mut self, edition: &Edition, body: &[u8], at: Moment) -> Result<bool, FlowFault> {
        let text = String::from_utf8_lossy(body);
        let refused = match Stream::from_code(&edition.stream) {
            Some(Stream::Keys) => self.apply_keys(edition, &text, at)?,
            Some(Stream::Policy) => self.apply_policy(edition, &text)?,
            Some(Stream::Campaigns) => self.apply_campaigns(edition, &text)?,
            Some(Stream::Menu) => self.apply_menu(edition, &text)?,
            Some(Stream::Bundle) => self.apply_bundle(&text, at)?,
            Some(Stream::Staff) => self.apply_staff(edition, &text)?,
            None => Some("this version does not know such a stream".into()),
        };
        if let Some(why) = &refused {
            tracing::warn!(stream = edition.stream, version = edition.version, "refused: {why}");
        }
        self.store.change(|change| office::note_edition(change, edition))?;
        self.refresh(at)?;
        Ok(refused.is_none())
    }

    fn apply_bundle(&mut self, text: &str, at: Moment) -> Result<Option<String>, FlowFault> {
        let today = self.time.local(at).business_day;
        match self.store.install_bundle(text, at, today) {
            Ok(_) => Ok(None),
            Err(BundleFault::Refused(refusal)) => Ok(Some(refusal.to_string())),
            Err(BundleFault::Store(fault)) => Err(fault.into()),
        }
    }

    fn apply_keys(&mut self, edition: &Edition, text: &str, at: Moment) -> Result<Option<String>, FlowFault> {
        match Keyring::read(text) {
            Err(why) => Ok(Some(why)),
            Ok(keyring) => {
                let counter = self.shop.counter.clone();
                self.store.change(|change| {
                    codes::replace_keyring(change, &keyring, at)?;
                    neighbours::replace(change, &counter, &keyring.counters)?;
                    office::note_edition(change, edition)
                })?;
                Ok(None)
            }
        }
    }

    fn apply_policy(&mut self, edition: &Edition, text: &str) -> Result<Option<String>, FlowFault> {
        let read = serde_json::from_str::<Policy>(text).map_err(|e| e.to_string());
        match read.and_then(|policy| policy.check().map(|()| policy)) {
            Err(why) => Ok(Some(why)),
            Ok(policy) => {
                self.store.change(|change| {
                    office::replace_policy(change, &policy)?;
                    office::note_edition(change, edition)
                })?;
                Ok(None)
            }
        }
    }

    fn apply_campaigns(&mut self, edition: &Edition, text: &str) -> Result<Option<String>, FlowFault> {
        let read = serde_json::from_str::<Vec<Campaign>>(text).map_err(|e| e.to_string());
        match read.and_then(|all| all.iter().try_for_each(Campaign::check).map(|()| all)) {
            Err(why) => Ok(Some(why)),
            Ok(campaigns) => {
                self.store.change(|change| {
                    leases::replace_campaigns(change, &campaigns)?;
                    office::note_edition(change, edition)
                })?;
                Ok(None)
            }
        }
    }

    fn apply_menu(&mut self, edition: &Edition, text: &str) -> Result<Option<String>, FlowFault> {
        match Menu::from_json(text) {
            Err(error) => Ok(Some(error.to_string())),
            Ok(menu) if menu.is_empty() => Ok(Some("there is no product on it".into())),
            Ok(menu) => {
                self.store.change(|change| {
                    office::replace_menu(change, &menu)?;
                    office::note_edition(change, edition)
                })?;
                Ok(None)
            }
        }
    }
}
