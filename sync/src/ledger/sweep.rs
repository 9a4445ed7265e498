//! Overwriting what erased rows have left behind: in the pages, in the log, and in what learning has laid out beside. A mark in
//! the erasing transaction says that it is due, so that a kill in between forgets nobody. The office does it a little at a
//! time behind its answers, so that no counter waits for it.

use super::{
    erasure::{FREED, number},
    fault::LedgerFault,
    mirror,
    open::{Ledger, PATIENCE, set},
};
use kava::store::slack;
use std::time::Duration;

/// How soon it is tried again where somebody's reading was in the way, or the disk is full.
const PAUSE: Duration = Duration::from_secs(1);

impl Ledger {
    /// Whether bytes of somebody who was erased may still stand in the files.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_freed(&self) -> Result<bool, LedgerFault> {
        Ok(number(&self.connection, FREED)? == 1)
    }

    /// Overwrites what was freed, all at once: a second for each gigabyte of the ledger, or less, in transactions that let the
    /// office write between them. Gives whether nobody's reading was in the way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn overwrite_freed(&mut self) -> Result<bool, LedgerFault> {
        mirror::clear(self.path());
        slack::wipe(&mut self.connection)?;
        self.empty_log()
    }

    /// Takes what was freed out of the log as well, after the pages; then nothing is due any more.
    fn empty_log(&mut self) -> Result<bool, LedgerFault> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            self.change(|change| set(change, FREED, "0"))?;
        }
        Ok(busy == 0)
    }

    /// The same without waiting for whoever reads.
    fn empty_log_at_once(&mut self) -> Result<bool, LedgerFault> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let emptied = self.empty_log();
        self.connection.busy_timeout(PATIENCE)?;
        emptied
    }
}

/// How far the office has come with it.
#[derive(Debug)]
pub(super) struct Sweep {
    due: Due,
    /// Something was in the way.
    waits: bool,
}

#[derive(Debug)]
enum Due {
    Nothing,
    /// The pages from this one on, then the log.
    Pages(i64),
    Log,
}

impl Default for Sweep {
    /// Nothing is due.
    fn default() -> Sweep {
        Sweep { due: Due::Nothing, waits: false }
    }
}

impl Sweep {
    /// What is due from before.
    pub(super) fn of(ledger: &Ledger) -> Sweep {
        // A mark that cannot be read is taken for one that is there: to look once more harms nobody.
        let due = if ledger.has_freed().unwrap_or(true) { Due::Pages(1) } else { Due::Nothing };
        Sweep { due, waits: false }
    }

    /// Somebody was erased.
    pub(super) fn begin(&mut self) {
        self.due = Due::Pages(1);
    }

    /// How long to wait for requests before going on; nothing where nothing is due.
    pub(super) const fn patience(&self) -> Option<Duration> {
        match self.due {
            Due::Nothing => None,
            _ if self.waits => Some(PAUSE),
            _ => Some(Duration::ZERO),
        }
    }

    /// There is no ledger to go on with; somebody may come and open it.
    pub(super) const fn rest(&mut self) {
        self.waits = true;
    }

    /// Goes on by one step.
    pub(super) fn go_on(&mut self, ledger: &mut Ledger) {
        let next = match self.due {
            Due::Nothing => return,
            Due::Pages(from) => {
                if from == 1 {
                    mirror::clear(ledger.path());
                }
                let wiped = slack::wipe_from(&mut ledger.connection, from).ok();
                wiped.map(|(_, next)| next.map_or(Due::Log, Due::Pages))
            }
            Due::Log => matches!(ledger.empty_log_at_once(), Ok(true)).then_some(Due::Nothing),
        };
        self.waits = next.is_none();
        if let Some(next) = next {
            self.due = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{
        Access, erasure,
        writer::{Wish, Writer},
    };
    use kava::facts::{id::CustomerId, moment::Moment};
    use std::{collections::BTreeMap, fs, path::Path};

    const NAME: &str = "somebody-who-has-left";

    fn stands(folder: &Path) -> bool {
        let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(NAME.len()).any(|window| window == NAME.as_bytes()))
    }

    /// A ledger that noted somebody, erased them, and was killed before their bytes were overwritten.
    fn killed(file: &Path) {
        let mut ledger = Ledger::open(file, Access::Create).unwrap();
        ledger.found("kava", &[3; 32], Moment(0)).unwrap();
        ledger.change(|change| set(change, "note", NAME)).unwrap();
        ledger.change(|change| set(change, "note", "")).unwrap();
        ledger.change(|change| erasure::erase(change, &CustomerId::new(NAME), Moment(0))).unwrap();
        assert!(ledger.has_freed().unwrap());
        // Whoever still reads keeps the log from being emptied when the ledger closes, as a kill does.
        std::mem::forget(ledger);
    }

    #[tokio::test]
    async fn an_office_that_was_killed_in_between_overwrites_behind_its_answers_when_it_starts_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("office.db");
        killed(&file);
        assert!(stands(folder.path()), "the log has it");
        let (writer, thread) = Writer::start(&file).unwrap();
        // Each answer is followed by a step: the pages, the log, and there is nothing more to do.
        for _ in 0..3 {
            writer.write(Wish::Words(BTreeMap::new()), Moment(0)).await.unwrap();
        }
        drop(writer);
        thread.join().unwrap();
        assert!(!stands(folder.path()));
        assert!(!Ledger::open(&file, Access::Read).unwrap().has_freed().unwrap());
    }

    #[test]
    fn whoever_reads_is_not_waited_for_and_it_goes_on_when_they_are_done() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("office.db");
        killed(&file);
        let mut ledger = Ledger::open(&file, Access::Write).unwrap();
        let reader = Ledger::open(&file, Access::Read).unwrap();
        reader.connection().execute_batch("BEGIN; SELECT count(*) FROM setting").unwrap();
        let mut sweep = Sweep::of(&ledger);
        (0..5).for_each(|_| sweep.go_on(&mut ledger));
        assert_eq!(sweep.patience(), Some(PAUSE), "{sweep:?}");
        assert!(ledger.has_freed().unwrap());
        reader.connection().execute_batch("COMMIT").unwrap();
        sweep.go_on(&mut ledger);
        assert_eq!(sweep.patience(), None, "{sweep:?}");
        assert!(!stands(folder.path()));
    }
}
