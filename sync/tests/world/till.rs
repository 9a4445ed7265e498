//! A counter: its real store, flow and messenger, on a cable that cannot be trusted.

use super::{
    Defect, SHOPS,
    network::{Line, Shared},
    witness,
};
use kava::{
    facts::{
        id::{CounterId, ShopId},
        moment::{BusinessDay, Moment, ShopTime},
    },
    flow::{
        Counter,
        ask::Asked,
        counter::Settings,
        deliver::Messenger,
        enrol::{Wish, enrol},
        ids::Ids,
    },
    ports::Idempotency,
    store::{
        Access, Durability, Store,
        backup::{Whose, restore},
        setting::set_shop,
    },
    testing::{
        scripted::ScriptedRegister,
        shop::{furnished, shop},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A guest who has joined here.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    pub(crate) code: String,
    pub(crate) name: String,
}

pub(crate) struct Till {
    pub(crate) name: String,
    /// The cash register beside it, which outlives its disk: what was really sold stands there.
    pub(crate) register: ScriptedRegister,
    /// Hashes of records that the office has said it has.
    pub(crate) acknowledged: BTreeSet<String>,
    /// Who has joined here, also those whom its disk has lost.
    pub(crate) guests: Vec<Guest>,
    /// When the office let it in with the key that it has.
    pub(crate) let_in: Moment,
    /// Its disk died once.
    pub(crate) restored: bool,
    pub(super) nth: usize,
    pub(super) counter: Option<Counter>,
    pub(super) messenger: Option<Messenger>,
    pub(super) asked: Asked,
    pub(super) defect: Defect,
    /// Of which receipt how much is the campaign's, if it is rung up, and on which day that truly was.
    pub(super) of_campaign: BTreeMap<String, (i64, i64)>,
    /// Of which receipt which coupon is, if it is rung up.
    pub(super) coupons: BTreeMap<String, String>,
    pub(super) ever: BTreeSet<String>,
    /// It may have let go of records since somebody looked.
    pub(super) has_carried: bool,
    pub(super) db: PathBuf,
    backup: Option<PathBuf>,
    net: Shared,
    ahead_ms: i64,
    ids: Ids,
}

impl Till {
    pub(crate) fn open(folder: &Path, nth: usize, (net, defect): (&Shared, Defect)) -> Till {
        let name = format!("till-{nth}");
        let db = folder.join(format!("{name}.db"));
        let ids = Ids::seeded(7, (i64::try_from(nth).unwrap(), 0));
        let mut till = Till {
            name,
            register: ScriptedRegister::new(Idempotency::ClientKey),
            acknowledged: BTreeSet::new(),
            guests: Vec::new(),
            let_in: Moment(0),
            restored: false,
            nth,
            counter: None,
            messenger: None,
            asked: Asked::default(),
            defect,
            of_campaign: BTreeMap::new(),
            coupons: BTreeMap::new(),
            ever: BTreeSet::new(),
            has_carried: false,
            db,
            backup: None,
            net: net.clone(),
            ahead_ms: 0,
            ids,
        };
        till.set_up([u8::try_from(nth).unwrap() + 1; 32]);
        till
    }

    /// A machine that was never in use becomes this counter.
    fn set_up(&mut self, secret: [u8; 32]) {
        let mut store = furnished(Store::open(&self.db, Access::Create, Durability::Off).unwrap()).unwrap();
        let mut own = shop();
        own.counter = CounterId::new(&self.name);
        own.shop = ShopId::new(SHOPS[self.nth % SHOPS.len()]);
        store.change(|change| set_shop(change, &own)).unwrap();
        self.enrol(store, secret);
    }

    /// The office lets it in, with this key, and it opens.
    fn enrol(&mut self, mut store: Store, secret: [u8; 32]) {
        let (code, now) = {
            let mut net = self.net.lock().unwrap();
            net.calm = true;
            (net.office.code((SHOPS[self.nth % SHOPS.len()], &self.name)), net.now())
        };
        let wish = Wish { url: "http://office", code: &code, trusts: None, secret, now };
        let mut line = Line { net: self.net.clone(), till: self.nth };
        enrol(&mut store, &mut line, &mut self.ids, &wish).unwrap();
        drop(store);
        self.net.lock().unwrap().calm = false;
        self.let_in = now;
        self.start();
    }

    /// Nobody has had it yet.
    fn fresh_secret(&mut self) -> [u8; 32] {
        let mut secret = [0; 32];
        secret.fill_with(|| self.ids.number().to_be_bytes()[7]);
        secret
    }

    /// An office that went back to a backup does not know its key: a person lets it in again.
    pub(crate) fn enrol_again(&mut self) {
        self.counter = None;
        let secret = self.fresh_secret();
        self.enrol(Store::open(&self.db, Access::Write, Durability::Off).unwrap(), secret);
    }

    fn start(&mut self) {
        let store = Store::open(&self.db, Access::Write, Durability::Off).unwrap();
        let link = store.office_link().unwrap().unwrap();
        let line = Line { net: self.net.clone(), till: self.nth };
        let nonces = Ids::seeded(self.ids.number(), (0, 0));
        self.asked = Asked::default();
        self.messenger = Some(Messenger::new(&link, Box::new(line), nonces).unwrap());
        let register = Box::new(self.register.clone());
        let ids = Ids::seeded(self.ids.number(), (0, 0));
        let mut counter = Counter::new(store, register, None, ids, Settings::default()).unwrap();
        counter.resume().unwrap();
        self.counter = Some(counter);
    }

    /// What time it is by the counter's own clock.
    pub(super) fn at(&self, now: Moment) -> Moment {
        now.later(self.ahead_ms)
    }

    /// The counter's business day.
    pub(super) fn day(&self, now: Moment) -> BusinessDay {
        ShopTime::new("Europe/Minsk", 4).unwrap().local(self.at(now)).business_day
    }

    /// What it had in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.counter = None;
        self.start();
    }

    pub(crate) fn jump(&mut self, milliseconds: i64) {
        self.ahead_ms += milliseconds;
    }

    pub(crate) fn back_up(&mut self) {
        let file = self.db.with_extension("backup");
        drop(std::fs::remove_file(&file));
        self.counter.as_mut().unwrap().store_mut().back_up(&file, &mut |_, _| {}).unwrap();
        self.backup = Some(file);
    }

    pub(crate) const fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// The disk has died; the newest backup takes its place.
    pub(crate) fn restore(&mut self) {
        let Some(file) = &self.backup else { return };
        self.ever.extend(witness::hashes(&self.db));
        self.counter = None;
        restore(file, &self.db, Whose::ThisCounter, &mut |_, _| {}).unwrap();
        if self.defect == Defect::LeaseWithoutEpoch {
            let books = rusqlite::Connection::open(&self.db).unwrap();
            let sql =
                "UPDATE lease SET epoch = (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'epoch')";
            books.execute(sql, []).unwrap();
        }
        self.restored = true;
        self.start();
    }

    /// The machine is gone with its disk and its backups; a spare takes its place.
    pub(crate) fn burn(&mut self) {
        self.ever.extend(witness::hashes(&self.db));
        self.counter = None;
        for file in ["db", "db-wal", "db-shm", "backup"] {
            drop(std::fs::remove_file(self.db.with_extension(file)));
        }
        (self.backup, self.restored, self.ahead_ms) = (None, true, 0);
        let secret = self.fresh_secret();
        self.set_up(secret);
    }

    pub(crate) fn queue(&self) -> u64 {
        self.counter.as_ref().unwrap().store().outbox_length().unwrap()
    }

    /// Every record it ever wrote.
    pub(crate) fn hashes(&self) -> BTreeSet<String> {
        self.ever.union(&witness::hashes(&self.db)).cloned().collect()
    }
}
