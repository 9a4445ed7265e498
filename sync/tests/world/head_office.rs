//! The office: its real handlers, called without a socket, on a real ledger.

use super::{Defect, witness};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use kava::{
    facts::{
        campaign::Campaign,
        id::{CustomerId, ShopId},
        menu::Menu,
        moment::Moment,
        money::Money,
    },
    ports::{Ask, Reply},
    testing::{phones, shop::products},
    wire::document::Stream,
};
use kava_sync::{
    http::{Office, Peer, routes},
    ledger::{
        Access, Ledger,
        audit::{audit, receipts},
        backup, campaigns,
        counters::add_code,
        coupons, documents, erasure,
        writer::Writer,
    },
    people::keys,
};
use std::{
    collections::BTreeSet,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
};
use tower::ServiceExt;

pub(crate) struct HeadOffice {
    pub(crate) clock: Arc<AtomicI64>,
    runtime: tokio::runtime::Runtime,
    running: Option<(Router, JoinHandle<()>)>,
    db: PathBuf,
    backups: Vec<(PathBuf, Moment)>,
    defect: Defect,
    codes: u8,
}

impl HeadOffice {
    pub(crate) fn open(folder: &Path, defect: Defect) -> HeadOffice {
        let db = folder.join("office.db");
        let mut ledger = Ledger::open(&db, Access::Create).unwrap();
        ledger.found("chain", &[1; 32], Moment(0)).unwrap();
        // With this key the passes of phones are signed.
        ledger.change(|change| keys::add(change, &phones::OFFICE, Moment(0))).unwrap();
        drop(ledger);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let clock = Arc::new(AtomicI64::new(0));
        let mut office =
            HeadOffice { clock, runtime, running: None, db, backups: Vec::new(), defect, codes: 0 };
        office.start();
        office
    }

    fn start(&mut self) {
        let (writer, thread) = Writer::start(&self.db).unwrap();
        let clock = Arc::clone(&self.clock);
        let clock = Box::new(move || Moment(clock.load(Ordering::Relaxed)));
        let office = Arc::new(Office::with_clock(&self.db, writer, clock).unwrap());
        self.running = Some((routes(office), thread));
    }

    fn stop(&mut self) {
        if let Some((routes, thread)) = self.running.take() {
            drop(routes);
            thread.join().unwrap();
        }
    }

    /// What it had in memory is gone.
    pub(crate) fn crash(&mut self) {
        self.stop();
        self.start();
    }

    /// Crashes right after a request. With the planted defect it has answered before it had written, and says so.
    pub(crate) fn crash_after_answering(&mut self) -> bool {
        let early = self.defect == Defect::AckBeforeDurable;
        self.stop();
        if early {
            fs::copy(self.before(), &self.db).unwrap();
            // Left beside the older file, the log would bring back what is to be lost.
            for ending in ["db-wal", "db-shm"] {
                drop(fs::remove_file(self.db.with_extension(ending)));
            }
        }
        self.start();
        early
    }

    fn before(&self) -> PathBuf {
        self.db.with_extension("before")
    }

    pub(crate) fn handle(&mut self, ask: &Ask) -> Reply {
        if self.defect == Defect::AckBeforeDurable {
            drop(fs::remove_file(self.before()));
            Ledger::open(&self.db, Access::Read).unwrap().back_up(&self.before()).unwrap();
        }
        let mut request = Request::builder().method(ask.method).uri(&ask.path);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Body::from(ask.body.clone())).unwrap();
        // Counters that enrol one after the other come from different addresses.
        request.extensions_mut().insert(Peer(Ipv4Addr::new(10, 0, 0, self.codes).into()));
        let routes = self.running.as_ref().unwrap().0.clone();
        self.runtime.block_on(async {
            let response = routes.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            Reply { status, body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec() }
        })
    }

    pub(crate) fn add_campaign(&self, campaign: &Campaign) {
        let mut ledger = Ledger::open(&self.db, Access::Write).unwrap();
        ledger.change(|change| campaigns::add(change, campaign, Moment(0))).unwrap();
        if self.defect == Defect::DayWithoutLimit {
            self.spoil("UPDATE campaign SET body = json_remove(body, '$.per_day')");
        }
    }

    /// Plants a defect in the books.
    fn spoil(&self, sql: &str) {
        rusqlite::Connection::open(&self.db).unwrap().execute_batch(sql).unwrap();
    }

    /// A coupon lives in this shop from now on.
    pub(crate) fn move_coupon(&self, id: &str, shop: &str) {
        let now = Moment(self.clock.load(Ordering::Relaxed));
        let mut ledger = Ledger::open(&self.db, Access::Write).unwrap();
        ledger.change(|change| coupons::move_to(change, (id, &ShopId::new(shop)), now)).unwrap();
        if self.defect == Defect::CouponMovesAtOnce {
            self.spoil(&format!("UPDATE campaign SET pool_money = 900, pool_uses = 1 WHERE id = '{id}'"));
        }
    }

    /// Everywhere another price of a latte.
    pub(crate) fn publish_menu(&self, minor: i64) -> Menu {
        let mut products = products();
        for product in products.iter_mut().filter(|product| product.sku.as_str() == "latte") {
            product.price = Money(minor);
        }
        let menu = Menu::new(products);
        let now = Moment(self.clock.load(Ordering::Relaxed));
        let mut ledger = Ledger::open(&self.db, Access::Write).unwrap();
        let body = menu.to_json();
        ledger.change(|change| documents::publish(change, (Stream::Menu, ""), body.as_bytes(), now)).unwrap();
        menu
    }

    /// Somebody wants to be forgotten.
    pub(crate) fn erase(&self, name: &str) {
        let now = Moment(self.clock.load(Ordering::Relaxed));
        let mut ledger = Ledger::open(&self.db, Access::Write).unwrap();
        ledger.change(|change| erasure::erase(change, &CustomerId::new(name), now)).unwrap();
        ledger.overwrite_freed().unwrap();
    }

    /// A one-time code for a counter.
    pub(crate) fn code(&mut self, (shop, counter): (&str, &str)) -> String {
        self.codes += 1;
        let code = kava_sync::gate::code::fresh().unwrap();
        let hash = kava_sync::gate::code::hash(&code).unwrap();
        let now = Moment(self.clock.load(Ordering::Relaxed));
        let mut ledger = Ledger::open(&self.db, Access::Write).unwrap();
        let until = (now, now.later(600_000));
        ledger.change(|change| add_code(change, &hash, (shop, counter), until)).unwrap();
        code
    }

    pub(crate) fn back_up(&mut self) {
        let file = self.db.with_extension(format!("backup-{}", self.backups.len()));
        Ledger::open(&self.db, Access::Read).unwrap().back_up(&file).unwrap();
        self.backups.push((file, Moment(self.clock.load(Ordering::Relaxed))));
    }

    /// Goes back to the newest backup and says when it was made, if there is one.
    pub(crate) fn restore(&mut self) -> Option<Moment> {
        let (file, made) = self.backups.last().cloned()?;
        self.stop();
        backup::restore(&file, &self.db, Moment(self.clock.load(Ordering::Relaxed))).unwrap();
        self.start();
        Some(made)
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.db, Access::Read).unwrap()
    }

    pub(crate) fn audit(&self) -> Vec<String> {
        let report = audit(&mut self.ledger()).unwrap();
        report.findings.into_iter().map(|finding| format!("{finding:?}")).collect()
    }

    pub(crate) fn receipts(&self) -> BTreeSet<String> {
        receipts(&self.ledger()).unwrap()
    }

    pub(crate) fn alarms(&self) -> Vec<String> {
        self.ledger()
            .alarms()
            .unwrap()
            .into_iter()
            .map(|alarm| format!("{} {}", alarm.code, alarm.text))
            .collect()
    }

    pub(crate) fn hashes(&self) -> BTreeSet<String> {
        self.texts("SELECT lower(hex(hash)) FROM record")
    }

    /// Place and hash of every record of a counter.
    pub(crate) fn series(&self, counter: &str) -> BTreeSet<String> {
        self.texts(&format!(
            "SELECT r.epoch || ':' || r.seq || ':' || lower(hex(r.hash)) FROM record r
            JOIN counter c ON c.id = r.counter WHERE c.counter = '{counter}'"
        ))
    }

    fn texts(&self, sql: &str) -> BTreeSet<String> {
        let books = rusqlite::Connection::open(&self.db).unwrap();
        let mut statement = books.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Of these names, those that stand anywhere in its files.
    pub(crate) fn residues<'a>(&self, names: &'a BTreeSet<String>) -> Vec<&'a String> {
        witness::residues(&self.db, names)
    }
}

impl Drop for HeadOffice {
    fn drop(&mut self) {
        self.stop();
    }
}
