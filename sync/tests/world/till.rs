//! A counter: its real store, flow and messenger, on a cable that cannot be trusted.

use super::{
    Defect,
    network::{Line, Shared},
};
use kava::{
    facts::{
        id::CounterId,
        moment::{Moment, ShopTime},
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        Counter,
        counter::Settings,
        deliver::{Load, Messenger, News, Standing},
        enrol::{Wish, enrol},
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{
        Access, Durability, Store,
        backup::{Whose, restore},
        records::{Entry, append},
        setting::set_shop,
    },
    testing::{
        scripted::ScriptedRegister,
        shop::{furnished, item, shop},
    },
    wire::{batch::Hashed, lease::Ask, record::ClockTrust, reply::Acked},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

pub(crate) struct Till {
    pub(crate) name: String,
    /// Every receipt it ever gave, also those that went with a disk.
    pub(crate) sold: BTreeSet<String>,
    /// What it has given of the campaign, whatever became of its disk.
    pub(crate) spent: i64,
    /// Receipts that the office has said it has.
    pub(crate) acknowledged: BTreeSet<String>,
    nth: usize,
    db: PathBuf,
    backup: Option<PathBuf>,
    counter: Option<Counter>,
    messenger: Option<Messenger>,
    net: Shared,
    defect: Defect,
    ahead_ms: i64,
    ever: BTreeSet<String>,
    ids: Ids,
}

impl Till {
    pub(crate) fn open(folder: &Path, nth: usize, (net, defect): (&Shared, Defect)) -> Till {
        let name = format!("till-{nth}");
        let db = folder.join(format!("{name}.db"));
        let mut store = furnished(Store::open(&db, Access::Create, Durability::Off).unwrap()).unwrap();
        let mut own = shop();
        own.counter = CounterId::new(&name);
        store.change(|change| set_shop(change, &own)).unwrap();
        let mut ids = Ids::seeded(7, (i64::try_from(nth).unwrap(), 0));
        let (code, now) = {
            let mut net = net.lock().unwrap();
            net.calm = true;
            (net.office.code(&name), net.now())
        };
        let wish =
            Wish { url: "http://office", code: &code, secret: [u8::try_from(nth).unwrap() + 1; 32], now };
        let mut line = Line { net: net.clone(), till: nth };
        enrol(&mut store, &mut line, &mut ids, &wish).unwrap();
        drop(store);
        net.lock().unwrap().calm = false;
        let mut till = Till {
            name,
            sold: BTreeSet::new(),
            spent: 0,
            acknowledged: BTreeSet::new(),
            nth,
            db,
            backup: None,
            counter: None,
            messenger: None,
            net: net.clone(),
            defect,
            ahead_ms: 0,
            ever: BTreeSet::new(),
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
        self.messenger = Some(Messenger::new(&link, Box::new(line), nonces).unwrap());
        let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
        let ids = Ids::seeded(self.ids.number(), (0, 0));
        self.counter = Some(Counter::new(store, register, None, ids, Settings::default()).unwrap());
    }

    /// What it had in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.counter = None;
        self.start();
    }

    /// A sale is here its record: what else there is in the transaction never leaves the counter.
    pub(crate) fn sell(&mut self, now: Moment) {
        let at = now.later(self.ahead_ms);
        let receipt = self.ids.receipt(at).to_string();
        let payload =
            format!("{{\"receipt\":\"{receipt}\",\"lines\":[{{\"list\":670,\"discount\":0,\"net\":670}}]}}");
        let when = ShopTime::new("Europe/Minsk", 4).unwrap().local(at);
        let salt = self.ids.salt();
        let store = self.counter.as_mut().unwrap().store_mut();
        let (own, epoch) = (store.shop().unwrap(), store.epoch().unwrap());
        let entry =
            Entry { kind: "sale", when, clock_trust: ClockTrust::Ok, payload: payload.as_bytes(), salt };
        store.change(|change| append(change, &own, epoch, &entry)).unwrap();
        self.sold.insert(receipt);
    }

    /// A whole visit of a stranger, who gets what the campaign gives.
    pub(crate) fn serve(&mut self, now: Moment) {
        let at = now.later(self.ahead_ms);
        let counter = self.counter.as_mut().unwrap();
        let visit = counter.greet(None, at).unwrap().visit;
        let basket = vec![item("latte", 1), item("tea", 1)];
        let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
        counter.quote(&visit, wish, at).unwrap();
        let settled = counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
        self.sold.insert(settled.receipt.to_string());
        self.spent += settled.saved_minor;
    }

    /// One way to the office and back, as the courier goes it.
    pub(crate) fn carry(&mut self, now: Moment) {
        let at = now.later(self.ahead_ms);
        let counter = self.counter.as_mut().unwrap();
        let messenger = self.messenger.as_mut().unwrap();
        let Some(load) = Load::at_most(40, counter.store()).unwrap() else {
            let standing = Standing::of(counter.store()).unwrap();
            let Ok(newer) = messenger.news(&standing, 0, at) else { return };
            if let Some(from) = newer.from {
                counter.hear(&News::Resend(from), at).unwrap();
                return;
            }
            for edition in &newer.editions {
                let Ok(news) = messenger.fetch(edition, at) else { return };
                counter.hear(&news, at).unwrap();
            }
            let ask = Ask::of(counter.store(), (messenger.ids(), newer.tell_leases), at).unwrap();
            if let Some(news) = ask.and_then(|ask| messenger.lease(&ask, at).ok()) {
                counter.hear(&news, at).unwrap();
            }
            return;
        };
        self.ever.extend(load.records().iter().map(|one| one.hash.to_string()));
        let last = load.last();
        let all = Acked { epoch: last.epoch, acked: last.seq, new: 0, again: 0, dead: Vec::new() };
        if self.defect == Defect::CursorBeforeAck {
            counter.hear(&News::Acked(all.clone()), at).unwrap();
        }
        let Ok(mut news) = messenger.send(&load, at) else { return };
        if self.defect == Defect::CursorBeyondLoad && matches!(news, News::Acked(_)) {
            news = News::Acked(Acked { acked: i64::MAX, ..all });
        }
        if matches!(news, News::Acked(_)) {
            self.acknowledged.extend(load.records().iter().filter_map(receipt_of));
        }
        counter.hear(&news, at).unwrap();
        if self.defect == Defect::CursorBeyondLoad {
            self.sell(now);
            let counter = self.counter.as_mut().unwrap();
            counter.hear(&news, at).unwrap();
        }
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
        self.ever.extend(hashes(&self.db));
        self.counter = None;
        restore(file, &self.db, Whose::ThisCounter, &mut |_, _| {}).unwrap();
        if self.defect == Defect::LeaseWithoutEpoch {
            let books = rusqlite::Connection::open(&self.db).unwrap();
            let sql =
                "UPDATE lease SET epoch = (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'epoch')";
            books.execute(sql, []).unwrap();
        }
        self.start();
    }

    pub(crate) fn queue(&self) -> u64 {
        self.counter.as_ref().unwrap().store().outbox_length().unwrap()
    }

    /// Receipts that are in its database now.
    pub(crate) fn kept(&self) -> BTreeSet<String> {
        texts(&self.db, "SELECT json_extract(payload, '$.receipt') FROM record WHERE kind = 'sale'")
    }

    /// Receipts that it has let go of: the office has said that it has them.
    pub(crate) fn let_go(&self) -> BTreeSet<String> {
        let sql = "SELECT json_extract(payload, '$.receipt') FROM record r
            WHERE kind = 'sale' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.epoch = r.epoch AND o.seq = r.seq)";
        texts(&self.db, sql)
    }

    /// Every record it ever wrote.
    pub(crate) fn hashes(&self) -> BTreeSet<String> {
        self.ever.union(&hashes(&self.db)).cloned().collect()
    }
}

fn receipt_of(one: &Hashed) -> Option<String> {
    let payload: serde_json::Value = serde_json::from_slice(one.record.payload.as_ref().unwrap()).unwrap();
    (one.record.header.kind == "sale").then(|| payload["receipt"].as_str().unwrap().to_owned())
}

fn hashes(db: &Path) -> BTreeSet<String> {
    texts(db, "SELECT hash FROM record")
}

fn texts(db: &Path, sql: &str) -> BTreeSet<String> {
    let books = rusqlite::Connection::open(db).unwrap();
    let mut statement = books.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
