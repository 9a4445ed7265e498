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
        let mut store = furnished(Store::open(&db, Access::Create, Durability::Off).unwrap()).unwrap();
        let mut own = shop();
        own.counter = CounterId::new(&name);
        own.shop = ShopId::new(SHOPS[nth % SHOPS.len()]);
        store.change(|change| set_shop(change, &own)).unwrap();
        let mut ids = Ids::seeded(7, (i64::try_from(nth).unwrap(), 0));
        let (code, now) = {
            let mut net = net.lock().unwrap();
            net.calm = true;
            (net.office.code((own.shop.as_str(), &name)), net.now())
        };
        let wish = Wish {
            url: "http://office",
            code: &code,
            trusts: None,
            secret: [u8::try_from(nth).unwrap() + 1; 32],
            now,
        };
        let mut line = Line { net: net.clone(), till: nth };
        enrol(&mut store, &mut line, &mut ids, &wish).unwrap();
        drop(store);
        net.lock().unwrap().calm = false;
        let mut till = Till {
            name,
            register: ScriptedRegister::new(Idempotency::ClientKey),
            acknowledged: BTreeSet::new(),
            guests: Vec::new(),
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
        till.start();
        till
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

    pub(crate) fn queue(&self) -> u64 {
        self.counter.as_ref().unwrap().store().outbox_length().unwrap()
    }

    /// Every record it ever wrote.
    pub(crate) fn hashes(&self) -> BTreeSet<String> {
        self.ever.union(&witness::hashes(&self.db)).cloned().collect()
    }
}
