//! Counters and their office in one process, on a clock of their own and a network that loses, doubles, delays and
//! cuts off; programs that crash, disks that are put back from a backup, clocks that jump, registers that lose an
//! answer, guests who join and want to be forgotten, tills that tell their neighbours, and burn. Everything follows from a seed. What runs is the real code on
//! both sides: engine, store, messenger; handlers, gate, ledger.

pub(crate) mod carrier;
pub(crate) mod coupon;
pub(crate) mod head_office;
pub(crate) mod judge;
pub(crate) mod network;
pub(crate) mod next_door;
pub(crate) mod till;
pub(crate) mod visits;
pub(crate) mod witness;

use coupon::CouponGuest;
use head_office::HeadOffice;
use kava::testing::random::Random;
use kava::{
    facts::{
        campaign::{Amount, Campaign, DayLimit},
        id::CampaignId,
        menu::Menu,
        moment::Moment,
        money::Money,
        offer::Scope,
    },
    testing::shop::MORNING,
};
use network::{Net, Shared};
use next_door::Lan;
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
    /// The office lends of a campaign whatever it costs on a day.
    DayWithoutLimit,
    /// A coupon that moves is lent in its new shop while a counter of the old one still has it.
    CouponMovesAtOnce,
    /// A counter says to its neighbours that the office has everything, and they keep no copies.
    CopiesForgottenEarly,
}

/// How large a run is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tills: usize,
    pub(crate) steps: u32,
    /// The longest time between two steps.
    pub(crate) pause_ms: i64,
    /// What the campaign may cost on a day.
    pub(crate) per_day: Option<i64>,
    /// Guests with a coupon each.
    pub(crate) coupons: u64,
    /// Tills of a shop talk with each other, and some burn.
    pub(crate) next_door: bool,
}

impl Size {
    /// Hours of a day, in which only the whole budget is counted.
    pub(crate) const fn of(tills: usize, steps: u32) -> Size {
        Size { tills, steps, pause_ms: 90_000, per_day: None, coupons: 0, next_door: false }
    }
}

/// Everything at the end.
pub(crate) struct World {
    pub(crate) seed: u64,
    dice: Random,
    net: Shared,
    lan: Lan,
    size: Size,
    tills: Vec<Till>,
    coupons: Vec<CouponGuest>,
    office_restored: bool,
    /// The menu that was published last, and who was erased.
    menu: Option<Menu>,
    erased: BTreeSet<String>,
    early: BTreeSet<String>,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(seed: u64, size: Size, defect: Defect) -> World {
        let folder = folder();
        let office = HeadOffice::open(folder.path(), defect);
        office.add_campaign(&campaign(size.per_day));
        let coupons: Vec<_> = (0..size.coupons).map(CouponGuest::new).collect();
        coupons.iter().for_each(|one| office.add_campaign(&one.coupon()));
        let net = Arc::new(Mutex::new(Net::new(seed, office, size.tills)));
        let tills = (0..size.tills).map(|nth| Till::open(folder.path(), nth, (&net, defect))).collect();
        World {
            seed,
            dice: Random::new(seed ^ 0x5eed),
            net,
            lan: Lan::new(seed, size.tills, defect),
            size,
            tills,
            coupons,
            office_restored: false,
            menu: None,
            erased: BTreeSet::new(),
            early: BTreeSet::new(),
            _folder: folder,
        }
    }

    fn at(&self) -> Moment {
        self.net.lock().unwrap().now()
    }

    /// Lets everything happen that can.
    pub(crate) fn live(&mut self) {
        for step in 0..self.size.steps {
            if step % LOOK == 0 {
                let early = self.let_go_too_early();
                self.early.extend(early);
            }
            let pause = self.dice.between(100, self.size.pause_ms);
            self.net.lock().unwrap().pass(pause);
            if !self.coupons.is_empty() && self.dice.once_in(4) {
                self.about_coupons();
                continue;
            }
            if self.size.next_door && self.dice.once_in(3) {
                self.about_neighbours();
                continue;
            }
            match self.dice.between(0, 199) {
                0..=188 => self.at_a_till(),
                189..=191 => self.menu = Some(self.publish()),
                192 => self.somebody_leaves(),
                193..=197 => self.net.lock().unwrap().office.crash(),
                198 => self.net.lock().unwrap().office.back_up(),
                _ => self.office_goes_back(),
            }
        }
    }

    fn any_till(&mut self) -> usize {
        usize::try_from(self.dice.between(0, self.tills.len() as i64 - 1)).unwrap()
    }

    fn at_a_till(&mut self) {
        let (nth, now) = (self.any_till(), self.at());
        let what = self.dice.between(0, 187);
        if (184..=185).contains(&what) && self.tills[nth].has_backup() {
            self.entrust(nth);
        }
        let (dice, till) = (&mut self.dice, &mut self.tills[nth]);
        match what {
            0..=79 => till.serve(now, dice),
            80..=87 => till.join(now),
            88..=93 => till.give_back(now, dice),
            94..=97 => till.review(now),
            98..=164 => till.carry(now),
            165..=171 => {
                let until = now.later(dice.between(1_000, 6 * 3_600_000));
                self.net.lock().unwrap().cut(nth, until);
            }
            172..=179 => till.restart(),
            180..=183 => till.back_up(),
            184..=185 => till.restore(),
            _ => till.jump(dice.between(-86_400_000, 86_400_000)),
        }
    }

    /// Somebody wants to use a coupon, wherever they are; now and then one moves to another shop.
    fn about_coupons(&mut self) {
        let (now, dice) = (self.at(), &mut self.dice);
        let nth = usize::try_from(dice.between(0, self.coupons.len() as i64 - 1)).unwrap();
        let guest = &mut self.coupons[nth];
        if dice.once_in(8) {
            let shop = SHOPS[usize::try_from(dice.between(0, 1)).unwrap()];
            return self.net.lock().unwrap().office.move_coupon(&guest.id(), shop);
        }
        let till = usize::try_from(dice.between(0, self.tills.len() as i64 - 1)).unwrap();
        self.tills[till].serve_coupon((now, dice), guest);
    }

    fn publish(&mut self) -> Menu {
        let price = self.dice.between(500, 900);
        self.net.lock().unwrap().office.publish_menu(price)
    }

    /// One of those who have joined somewhere wants to be forgotten.
    fn somebody_leaves(&mut self) {
        let nth = self.any_till();
        if let Some(guest) = self.tills[nth].pick(&mut self.dice) {
            self.net.lock().unwrap().office.erase(&guest.name);
            self.erased.insert(guest.name);
        }
    }

    /// What was published or erased since the backup is to be done again, as its handbook says.
    fn office_goes_back(&mut self) {
        let mut net = self.net.lock().unwrap();
        let Some(made) = net.office.restore() else { return };
        self.office_restored = true;
        self.erased.iter().for_each(|name| net.office.erase(name));
        if self.menu.is_some() {
            self.menu = Some(net.office.publish_menu(self.dice.between(500, 900)));
        }
        drop(net);
        self.tills.iter_mut().filter(|till| till.let_in > made).for_each(Till::enrol_again);
    }

    /// The network is whole again; gives what does not hold.
    pub(crate) fn healed(&mut self) -> Vec<String> {
        let mut wrong: Vec<String> = self.early.iter().cloned().collect();
        self.net.lock().unwrap().calm = true;
        self.net.lock().unwrap().pass(86_400_000);
        let now = self.at();
        for till in &mut self.tills {
            till.review(now);
            let mut rounds = 0;
            // The further looks come when nothing waits any more: the office may miss what was sent, and a counter
            // may have something to say of whom it erased.
            for _ in 0..8 {
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
        if self.size.next_door {
            self.all_talk(now);
        }
        wrong.extend(self.judge());
        wrong
    }

    /// How much happened, to see that the run was not empty: sales, and what was given of the campaign.
    pub(crate) fn happened(&self) -> (usize, i64) {
        let sold = self.tills.iter().map(|till| till.register.tape().rung_up.len()).sum();
        (sold, self.tills.iter().map(Till::spent).sum())
    }

    /// Coupons that were used, and given back perhaps.
    pub(crate) fn coupons_used(&self) -> usize {
        self.tills.iter().map(|till| till.coupons.len()).sum()
    }
}

/// So little that counters run out of it.
const BUDGET: i64 = 3_000;

fn campaign(per_day: Option<i64>) -> Campaign {
    Campaign {
        id: CampaignId::new("sim"),
        title: "Simulation".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from: BEGIN,
        until: BEGIN.later(30 * 86_400_000),
        budget: Amount { money: Money(BUDGET), uses: 60 },
        per_customer: None,
        per_day: per_day.map(|minor| DayLimit { money: Some(Money(minor)), uses: None }),
        holdout_bp: None,
        coupon: None,
    }
}

/// In memory where the system has such a place: what is tested here is order, not the disk.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

/// Tills stand in these shops in turn.
pub(crate) const SHOPS: [&str; 2] = ["shop", "other"];

/// How many steps there are between two looks at the outboxes: soon after, what was lost is asked for again.
const LOOK: u32 = 8;

/// The first moment of every run.
pub(crate) const BEGIN: Moment = MORNING;
