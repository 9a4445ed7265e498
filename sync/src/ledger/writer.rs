//! The one thread that writes. Requests that wait together share one transaction and one wait for the disk; each
//! hears what became of it only after the commit.

use super::{
    append::{Taken, append},
    counters::{Let, enrol},
    documents::{self, Published},
    erasure::{self, Erased},
    fault::LedgerFault,
    leases,
    open::{Access, Ledger},
    sweep::Sweep,
    words::{self, CounterWord},
};
use crate::desk::{
    self,
    wish::{DeskDone, DeskWish},
};
use crate::people::{
    leave,
    wish::{self, PeopleDone, PeopleWish},
};
use kava::{
    facts::{id::CustomerId, moment::Moment},
    wire::{
        batch::{BatchHead, Received},
        document::Stream,
        lease::{Ask, Granted},
        reply::Enrol,
    },
};
use rusqlite::Transaction;
use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::oneshot;

/// Requests that may wait; whoever comes then is told to come later.
const WAITING_MAX: usize = 1_024;
/// Records in one transaction: beyond it a commit takes longer than a counter likes to wait.
const RECORDS_A_COMMIT: usize = 1_000;
/// A wish of at most so many records goes before larger ones: somebody has just sold something.
const SMALL_RECORDS: usize = 50;

/// What can be written.
#[derive(Debug)]
pub enum Wish {
    /// A batch of a counter.
    Append {
        /// Row of the counter.
        counter: i64,
        /// The first line.
        head: BatchHead,
        /// The records.
        lines: Vec<Received>,
    },
    /// A counter asks to be let in.
    Enrol {
        /// What it says.
        asked: Enrol,
        /// Hash of the code.
        code: [u8; 32],
        /// Its public key.
        public: [u8; 32],
    },
    /// A counter asks for parts of budgets.
    Lend {
        /// Row of the counter.
        counter: i64,
        /// What it asks.
        ask: Ask,
    },
    /// A counter has done an erasure that is unknown here.
    HearErased {
        /// Row of the counter.
        counter: i64,
        /// The erasure.
        done: i64,
    },
    /// A customer is erased.
    Erase(CustomerId),
    /// A document goes down.
    Publish {
        /// Its stream.
        stream: Stream,
        /// The shop, or empty for all.
        shop: String,
        /// The document.
        body: Vec<u8>,
    },
    /// Something about people.
    People(PeopleWish),
    /// Something at the desk.
    Desk(DeskWish),
    /// What counters say of themselves, by their rows.
    Words(BTreeMap<i64, CounterWord>),
}

impl Wish {
    /// Whether it frees what must not be found any more.
    const fn frees(&self) -> bool {
        matches!(self, Wish::Erase(_) | Wish::People(PeopleWish::Erase { .. }))
    }
}

/// What became of it.
#[derive(Debug)]
pub enum Written {
    /// Of a batch.
    Taken(Taken),
    /// Of an enrolment.
    Let(Let),
    /// Of a question for parts of budgets.
    Granted(Granted),
    /// It is noted.
    Noted,
    /// Of a customer who was erased.
    Erased(Erased),
    /// Of a document.
    Published(Published),
    /// About people.
    People(PeopleDone),
    /// At the desk.
    Desk(DeskDone),
}

type Answer = Result<Written, LedgerFault>;

struct Request {
    wish: Wish,
    now: Moment,
    answer: oneshot::Sender<Answer>,
}

/// The door to the writing thread. Cheap to clone; the thread ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Writer {
    door: SyncSender<Request>,
}

impl Writer {
    /// Starts the thread on an existing ledger.
    ///
    /// # Errors
    /// When the ledger does not open or the system gives no thread.
    pub fn start(path: &Path) -> Result<(Writer, JoinHandle<()>), LedgerFault> {
        let ledger = Ledger::open(path, Access::Write)?;
        let (door, requests) = sync_channel(WAITING_MAX);
        let path = path.to_path_buf();
        let thread = std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || serve(ledger, &path, &requests))
            .map_err(|e| LedgerFault::Other(format!("no thread for the ledger: {e}")))?;
        Ok((Writer { door }, thread))
    }

    /// Hands a wish in and waits until it is durable.
    ///
    /// # Errors
    /// [`LedgerFault::Busy`] when too many wait; what the ledger says.
    pub async fn write(&self, wish: Wish, now: Moment) -> Answer {
        let (answer, heard) = oneshot::channel();
        self.door.try_send(Request { wish, now, answer }).map_err(|e| match e {
            TrySendError::Full(_) => LedgerFault::Busy,
            TrySendError::Disconnected(_) => LedgerFault::Stopping,
        })?;
        heard.await.unwrap_or(Err(LedgerFault::Stopping))
    }
}

fn serve(ledger: Ledger, path: &Path, requests: &Receiver<Request>) {
    let mut ledger = Some(ledger);
    let mut waiting = Waiting::default();
    let mut sweep = ledger.as_ref().map_or_else(Sweep::default, Sweep::of);
    while let Some(group) = waiting.next_group(requests, sweep.patience()) {
        if !group.is_empty() {
            let frees = group.iter().any(|request| request.wish.frees());
            let answers = write_group(&mut ledger, path, &group);
            for (request, answer) in group.into_iter().zip(answers) {
                // Whoever asked may be gone; the ledger has it all the same, and asking again is harmless.
                drop(request.answer.send(answer));
            }
            if frees {
                sweep.begin();
            }
        }
        match &mut ledger {
            Some(ledger) => sweep.go_on(ledger),
            None => sweep.rest(),
        }
    }
}

/// Those who wait: small wishes and large ones, each in the order in which they came.
#[derive(Default)]
struct Waiting {
    small: VecDeque<Request>,
    large: VecDeque<Request>,
    /// The group before this one was of small wishes.
    small_had_their_turn: bool,
}

impl Waiting {
    /// What goes into the next transaction; nothing when nobody waits and nobody will come. Small wishes are not kept
    /// waiting by the large ones of their own commit, and large ones have every other turn. Where there is something else to do
    /// it is empty when nobody comes within some time.
    fn next_group(
        &mut self,
        requests: &Receiver<Request>,
        patience: Option<Duration>,
    ) -> Option<Vec<Request>> {
        if self.small.is_empty() && self.large.is_empty() {
            let first = match patience {
                None => requests.recv().ok()?,
                Some(patience) => match requests.recv_timeout(patience) {
                    Ok(request) => request,
                    Err(RecvTimeoutError::Timeout) => return Some(Vec::new()),
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
            };
            self.take(first);
        }
        while self.small.len() + self.large.len() < WAITING_MAX
            && let Ok(request) = requests.try_recv()
        {
            self.take(request);
        }
        let small = !self.small.is_empty() && (self.large.is_empty() || !self.small_had_their_turn);
        self.small_had_their_turn = small;
        let line = if small { &mut self.small } else { &mut self.large };
        let (mut group, mut records) = (Vec::new(), 0);
        while records < RECORDS_A_COMMIT
            && let Some(request) = line.pop_front()
        {
            records += size(&request.wish);
            group.push(request);
        }
        Some(group)
    }

    fn take(&mut self, request: Request) {
        let line = if size(&request.wish) <= SMALL_RECORDS { &mut self.small } else { &mut self.large };
        line.push_back(request);
    }
}

const fn size(wish: &Wish) -> usize {
    match wish {
        Wish::Append { lines, .. } => lines.len(),
        _ => 1,
    }
}

/// Writes a group in one transaction. When it cannot be kept nobody is told that anything was.
fn write_group(ledger: &mut Option<Ledger>, path: &Path, group: &[Request]) -> Vec<Answer> {
    let done = opened(ledger, path).and_then(|ledger| {
        ledger.change(|change| group.iter().map(|request| write_one(change, request)).collect())
    });
    match done {
        Ok(written) => {
            let written: Vec<Written> = written;
            written.into_iter().map(Ok).collect()
        }
        Err(fault) => {
            // After a failed commit what is in memory may not be what is on the disk: begin afresh.
            if !matches!(fault, LedgerFault::Busy | LedgerFault::Full) {
                *ledger = None;
            }
            group.iter().map(|_| Err(fault.clone())).collect()
        }
    }
}

fn opened<'l>(ledger: &'l mut Option<Ledger>, path: &Path) -> Result<&'l mut Ledger, LedgerFault> {
    match ledger {
        Some(ledger) => Ok(ledger),
        None => Ok(ledger.insert(Ledger::open(path, Access::Write)?)),
    }
}

fn write_one(change: &Transaction<'_>, request: &Request) -> Result<Written, LedgerFault> {
    let now = request.now;
    match &request.wish {
        Wish::Append { counter, head, lines } => {
            append(change, *counter, (head, lines), now).map(Written::Taken)
        }
        Wish::Enrol { asked, code, public } => enrol(change, (asked, code, public), now).map(Written::Let),
        Wish::Lend { counter, ask } => leases::lend(change, (*counter, ask), now).map(Written::Granted),
        Wish::HearErased { counter, done } => {
            erasure::hear(change, *counter, *done, now).map(|()| Written::Noted)
        }
        Wish::Erase(customer) => leave::erase(change, customer, now).map(Written::Erased),
        Wish::Publish { stream, shop, body } => {
            documents::publish(change, (*stream, shop), body, now).map(Written::Published)
        }
        Wish::People(wish) => wish::write(change, wish, now).map(Written::People),
        Wish::Desk(wish) => desk::wish::write(change, wish, now).map(Written::Desk),
        Wish::Words(words) => words::keep(change, words).map(|()| Written::Noted),
    }
}
