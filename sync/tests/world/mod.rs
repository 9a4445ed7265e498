//! Counters and their office in one process, on a clock of their own and a network that loses, doubles, delays and
//! cuts off; programs that crash, disks that are put back from a backup, clocks that jump. Everything follows from a
//! seed. What runs is the real code on both sides: engine, store, messenger; handlers, gate, ledger.

pub(crate) mod head_office;
pub(crate) mod network;
pub(crate) mod till;

use head_office::HeadOffice;
use kava::testing::random::Random;
use kava::{
    facts::{
        campaign::{Amount, Campaign},
        id::CampaignId,
        moment::Moment,
        money::Money,
        offer::Scope,
    },
    testing::shop::MORNING,
};
use network::{Net, Shared};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use till::Till;

/// Defects that are planted to see that they are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// The office says that it has what a crash still takes from it.
    AckBeforeDurable,
    /// The counter lets go of records before the office has answered.
    CursorBeforeAck,
    /// The counter believes an answer that was about something else.
    CursorBeyondLoad,
    /// A counter that went back to a backup spends what it was lent before.
    LeaseWithoutEpoch,
}

/// How large a run is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tills: usize,
    pub(crate) steps: u32,
}

/// Everything at the end.
pub(crate) struct World {
    pub(crate) seed: u64,
    dice: Random,
    net: Shared,
    tills: Vec<Till>,
    office_restored: bool,
    early: BTreeSet<String>,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(seed: u64, size: Size, defect: Defect) -> World {
        let folder = folder();
        let office = HeadOffice::open(folder.path(), defect);
        office.add_campaign(&campaign());
        let net = Arc::new(Mutex::new(Net::new(seed, office, size.tills)));
        let tills = (0..size.tills).map(|nth| Till::open(folder.path(), nth, (&net, defect))).collect();
        World {
            seed,
            dice: Random::new(seed ^ 0x5eed),
            net,
            tills,
            office_restored: false,
            early: BTreeSet::new(),
            _folder: folder,
        }
    }

    fn at(&self) -> Moment {
        self.net.lock().unwrap().now()
    }

    /// Lets everything happen that can.
    pub(crate) fn live(&mut self, steps: u32) {
        for step in 0..steps {
            if step % LOOK == 0 {
                self.early.extend(self.let_go_too_early());
            }
            let pause = self.dice.between(100, 90_000);
            self.net.lock().unwrap().pass(pause);
            let nth = usize::try_from(self.dice.between(0, self.tills.len() as i64 - 1)).unwrap();
            let now = self.at();
            match self.dice.between(0, 199) {
                0..=59 => self.tills[nth].sell(now),
                60..=99 => self.tills[nth].serve(now),
                100..=169 => self.tills[nth].carry(now),
                170..=176 => {
                    let until = now.later(self.dice.between(1_000, 6 * 3_600_000));
                    self.net.lock().unwrap().cut(nth, until);
                }
                177..=184 => self.tills[nth].restart(),
                185..=188 => self.tills[nth].back_up(),
                189..=190 => self.tills[nth].restore(),
                191..=193 => {
                    let jump = self.dice.between(-86_400_000, 86_400_000);
                    self.tills[nth].jump(jump);
                }
                194..=197 => self.net.lock().unwrap().office.crash(),
                198 => self.net.lock().unwrap().office.back_up(),
                _ => self.office_restored |= self.net.lock().unwrap().office.restore(),
            }
        }
    }

    /// The network is whole again; gives what does not hold.
    pub(crate) fn healed(&mut self) -> Vec<String> {
        let mut wrong: Vec<String> = self.early.iter().cloned().collect();
        self.net.lock().unwrap().calm = true;
        self.net.lock().unwrap().pass(86_400_000);
        let now = self.at();
        for till in &mut self.tills {
            let mut rounds = 0;
            // The second look comes when nothing waits any more: the office may miss what was sent.
            for _ in 0..2 {
                till.carry(now);
                while till.queue() > 0 && rounds < 200 {
                    till.carry(now);
                    rounds += 1;
                }
            }
            if till.queue() > 0 {
                wrong.push(format!("I10: {} records are stuck at counter {}", till.queue(), till.name));
            }
        }
        wrong.extend(self.judge());
        wrong
    }

    /// Nothing leaves an outbox before the office has it. An office that went back to a backup has lost it since.
    fn let_go_too_early(&self) -> Vec<String> {
        if self.office_restored {
            return Vec::new();
        }
        let at_office = self.net.lock().unwrap().office.receipts();
        let of = |till: &Till| till.let_go().difference(&at_office).cloned().collect::<Vec<_>>();
        let early = self.tills.iter().flat_map(of);
        early.map(|receipt| format!("outbox: {receipt} was let go of, and the office has it not")).collect()
    }

    /// The invariants that exist so far.
    fn judge(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let net = self.net.lock().unwrap();
        let findings = net.office.audit();
        wrong.extend(findings.into_iter().map(|finding| format!("I7: {finding}")));
        let (at_office, alarms) = (net.office.receipts(), net.office.alarms());
        let mut ever: BTreeSet<String> = BTreeSet::new();
        let mut hashes: BTreeSet<String> = BTreeSet::new();
        for till in &self.tills {
            ever.extend(till.sold.iter().cloned());
            hashes.extend(till.hashes());
            for receipt in till.kept().difference(&at_office) {
                wrong.push(format!("I1: receipt {receipt} of counter {} is not at the office", till.name));
            }
            if !self.office_restored {
                for receipt in till.acknowledged.difference(&at_office) {
                    wrong.push(format!("I1: receipt {receipt} was acknowledged and is gone"));
                }
            }
        }
        for receipt in at_office.difference(&ever) {
            wrong.push(format!("I2: nobody sold receipt {receipt}"));
        }
        for hash in net.office.hashes().difference(&hashes) {
            wrong.push(format!("I2: no counter wrote record {hash}"));
        }
        let spent: i64 = self.tills.iter().map(|till| till.spent).sum();
        // What an office that went back to a backup had lent meanwhile, and a disk that died then, nobody knows.
        if spent > BUDGET && !self.office_restored {
            wrong.push(format!("I6: {spent} of a budget of {BUDGET} was spent"));
        }
        wrong.extend(alarms.into_iter().map(|alarm| format!("alarm: {alarm}")));
        wrong
    }

    /// What was really given of the campaign.
    pub(crate) fn spent(&self) -> i64 {
        self.tills.iter().map(|till| till.spent).sum()
    }

    /// How much happened, to see that the run was not empty.
    pub(crate) fn sold(&self) -> usize {
        self.tills.iter().map(|till| till.sold.len()).sum()
    }
}

/// So little that counters run out of it.
const BUDGET: i64 = 3_000;

fn campaign() -> Campaign {
    Campaign {
        id: CampaignId::new("sim"),
        title: "Simulation".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from: BEGIN,
        until: BEGIN.later(30 * 86_400_000),
        budget: Amount { money: Money(BUDGET), uses: 60 },
        per_customer: None,
    }
}

/// In memory where the system has such a place: what is tested here is order, not the disk.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

/// How many steps there are between two looks at the outboxes: soon after, what was lost is asked for again.
const LOOK: u32 = 8;

/// The first moment of every run.
pub(crate) const BEGIN: Moment = MORNING;
