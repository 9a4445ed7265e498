//! The one thread that writes. Requests that wait together share one transaction and one wait for the disk; each
//! hears what became of it only after the commit.

use super::{
    append::{Taken, append},
    counters::{Let, enrol},
    documents::{self, Published},
    fault::LedgerFault,
    open::{Access, Ledger},
};
use kava::{
    facts::moment::Moment,
    wire::{
        batch::{BatchHead, Received},
        document::Stream,
        reply::Enrol,
    },
};
use rusqlite::Transaction;
use std::{
    path::Path,
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
};
use tokio::sync::oneshot;

/// Requests that may wait; whoever comes then is told to come later.
const WAITING_MAX: usize = 1_024;
/// Records in one transaction: beyond it a commit takes longer than a counter likes to wait.
const RECORDS_A_COMMIT: usize = 8_000;

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
    /// A document goes down.
    Publish {
        /// Its stream.
        stream: Stream,
        /// The shop, or empty for all.
        shop: String,
        /// The document.
        body: Vec<u8>,
    },
}

/// What became of it.
#[derive(Debug)]
pub enum Written {
    /// Of a batch.
    Taken(Taken),
    /// Of an enrolment.
    Let(Let),
    /// Of a document.
    Published(Published),
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
    while let Ok(first) = requests.recv() {
        let mut group = vec![first];
        let mut records = group.iter().map(|request| size(&request.wish)).sum::<usize>();
        while records < RECORDS_A_COMMIT
            && let Ok(next) = requests.try_recv()
        {
            records += size(&next.wish);
            group.push(next);
        }
        let answers = write_group(&mut ledger, path, &group);
        for (request, answer) in group.into_iter().zip(answers) {
            // Whoever asked may be gone; the ledger has it all the same, and asking again is harmless.
            drop(request.answer.send(answer));
        }
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
        Wish::Publish { stream, shop, body } => {
            documents::publish(change, (*stream, shop), body, now).map(Written::Published)
        }
    }
}
