//! Some shops with a counter each and their office in one process, day by day: real tills and their messengers, the office's real
//! handlers, no socket.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use kava::{
    facts::{
        id::{CounterId, ShopId},
        models::{BgNbd, Bundle, GammaGamma, ValueModel},
        moment::{DAY_MS, Moment},
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        Counter,
        counter::Settings,
        deliver::{Load, Messenger, Standing},
        enrol::{Wish, enrol},
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::{Ask, Idempotency, Reply, Uplink},
    store::{Access as StoreAccess, Durability, Store, setting::set_shop},
    testing::{
        random::Random,
        scripted::ScriptedRegister,
        shop::{MORNING, furnished, item, shop},
    },
    wire::bundle,
};
use kava_sync::{
    desk::rolls,
    gate::code,
    http::{Office, Peer, routes},
    ledger::{Access, Ledger, counters::add_code, rolls::Plan, writer::Writer},
};
use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tower::ServiceExt;

/// The office's signing key.
const SECRET: [u8; 32] = [5; 32];
/// Guests of a shop, and of the one that is [`Street::lively`].
const GUESTS: (i64, i64) = (12, 70);

/// The line to the office: a call.
#[derive(Clone)]
struct Line {
    routes: Router,
    runtime: Arc<tokio::runtime::Runtime>,
    address: u8,
}

impl Uplink for Line {
    fn exchange(&mut self, ask: &Ask, _deadline: Duration) -> Result<Reply, String> {
        let mut request = Request::builder().method(ask.method).uri(&ask.path);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Body::from(ask.body.clone())).unwrap();
        request.extensions_mut().insert(Peer(Ipv4Addr::new(10, 0, 0, self.address).into()));
        let routes = self.routes.clone();
        self.runtime.block_on(async {
            let response = routes.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            Ok(Reply { status, body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec() })
        })
    }
}

struct Till {
    shop: String,
    counter: Counter,
    messenger: Messenger,
}

pub(crate) struct Street {
    pub(crate) ledger: Ledger,
    tills: Vec<Till>,
    clock: Arc<AtomicI64>,
    random: Random,
    /// A shop with many guests.
    pub(crate) lively: String,
    /// A guest comes on one of so many days.
    pub(crate) habit: i64,
    /// The day of now.
    day: i64,
    _folder: tempfile::TempDir,
}

impl Street {
    pub(crate) fn open(shops: u8, seed: u64) -> Street {
        println!("seed {seed}");
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("office.db");
        let mut ledger = Ledger::open(&db, Access::Create).unwrap();
        ledger.found("chain", &SECRET, Moment(0)).unwrap();
        let clock = Arc::new(AtomicI64::new(MORNING.0));
        let (writer, _) = Writer::start(&db).unwrap();
        let told = Arc::clone(&clock);
        let office =
            Office::with_clock(&db, writer, Box::new(move || Moment(told.load(Ordering::Relaxed)))).unwrap();
        let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap());
        let routes = routes(Arc::new(office));
        let tills = (0..shops)
            .map(|nth| {
                let line = Line { routes: routes.clone(), runtime: runtime.clone(), address: nth };
                till(&folder.path().join(format!("{nth}.db")), nth, (&mut ledger, line))
            })
            .collect();
        Street {
            ledger,
            tills,
            clock,
            random: Random::new(seed),
            lively: String::new(),
            habit: 3,
            day: 0,
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        MORNING.later(self.day * DAY_MS)
    }

    /// So many days of trade; every evening the tills tell the office and hear what is new, and every night the office looks.
    pub(crate) fn live(&mut self, days: i64) {
        for _ in 0..days {
            for (nth, till) in self.tills.iter_mut().enumerate() {
                let guests = if till.shop == self.lively { GUESTS.1 } else { GUESTS.0 };
                for guest in 0..guests {
                    if self.random.once_in(self.habit) {
                        let at = MORNING.later(self.day * DAY_MS + guest * 60_000);
                        buy(&mut till.counter, &format!("guest-{nth}-{guest}"), at);
                    }
                }
            }
            self.day += 1;
            // In the night, an hour before the next morning.
            let now = self.now().later(-3_600_000);
            self.clock.store(now.0, Ordering::Relaxed);
            self.tills.iter_mut().for_each(|till| till.carry(now));
            rolls::look(&mut self.ledger, "", now).unwrap();
            self.tills.iter_mut().for_each(|till| till.carry(now));
        }
    }

    /// A bundle that takes guests for so many times as lively as they are is given out, with stages of so many days.
    pub(crate) fn give(&mut self, times: f64, days: i64) -> i64 {
        let now = self.now().later(-3_600_000);
        let bundle = Bundle {
            v: 1,
            issuer: "office".into(),
            release: now.0.unsigned_abs() / 60_000,
            made: now,
            not_after: now.later(120 * DAY_MS),
            products: Vec::new(),
            segments: None,
            value: Some(value(times)),
            tastes: None,
            response: None,
            game: None,
        };
        let text = bundle::sign(&bundle, &SECRET);
        let plan = Plan { line: "", body: text.as_bytes(), report: None, days, at_once: false };
        let given = self.ledger.change(|change| rolls::give(change, ("test", &plan), now));
        given.unwrap().0.version
    }

    /// The release that each shop has in force, 0 for none.
    pub(crate) fn releases(&self) -> BTreeMap<String, u64> {
        let of = |till: &Till| {
            let bundle = till.counter.store().bundle_in_force(self.now()).unwrap();
            (till.shop.clone(), bundle.map_or(0, |bundle| bundle.release))
        };
        self.tills.iter().map(of).collect()
    }

    /// How lively each shop's models take guests for.
    pub(crate) fn alphas(&self) -> Vec<f64> {
        let of = |till: &Till| {
            let bundle = till.counter.store().bundle_in_force(self.now()).unwrap();
            bundle.and_then(|bundle| bundle.value).map_or(0.0, |value| value.bg_nbd.alpha)
        };
        self.tills.iter().map(of).collect()
    }
}

/// Guests buy on every third day.
pub(crate) fn value(times: f64) -> ValueModel {
    ValueModel {
        horizon_days: 365,
        horizon_open_days: 365,
        bg_nbd: BgNbd { r: 50.0, alpha: 150.0 / times, a: 0.01, b: 10.0 },
        gamma_gamma: GammaGamma { p: 6.0, q: 4.0, v: 600.0 },
    }
}

fn till(db: &Path, nth: u8, (ledger, mut line): (&mut Ledger, Line)) -> Till {
    let mut store = furnished(Store::open(db, StoreAccess::Create, Durability::Off).unwrap()).unwrap();
    let mut own = shop();
    (own.shop, own.counter) = (ShopId::new(format!("shop-{nth}")), CounterId::new("1"));
    store.change(|change| set_shop(change, &own)).unwrap();
    let fresh = code::fresh().unwrap();
    let hash = code::hash(&fresh).unwrap();
    let until = (MORNING, MORNING.later(code::GOOD_FOR_MS));
    ledger.change(|change| add_code(change, &hash, (own.shop.as_str(), "1"), until)).unwrap();
    let mut ids = Ids::seeded(u64::from(nth), (1, 0));
    let wish = Wish { url: "http://office", code: &fresh, trusts: None, secret: [nth + 1; 32], now: MORNING };
    enrol(&mut store, &mut line, &mut ids, &wish).unwrap();
    let link = store.office_link().unwrap().unwrap();
    let messenger = Messenger::new(&link, Box::new(line), Ids::seeded(u64::from(nth), (2, 0))).unwrap();
    let settings = Settings { trust_ids: true, ..Settings::default() };
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    let counter = Counter::new(store, register, None, Ids::seeded(u64::from(nth), (3, 0)), settings).unwrap();
    Till { shop: own.shop.to_string(), counter, messenger }
}

impl Till {
    /// Tells the office everything, and hears what is new.
    fn carry(&mut self, now: Moment) {
        while let Some(load) = Load::at_most(500, self.counter.store()).unwrap() {
            let news = self.messenger.send(&load, now).unwrap();
            self.counter.hear(&news, now).unwrap();
        }
        let standing = Standing::of(self.counter.store()).unwrap();
        let newer = self.messenger.news(&standing, 0, now).unwrap();
        for edition in &newer.editions {
            let news = self.messenger.fetch(edition, now).unwrap();
            self.counter.hear(&news, now).unwrap();
        }
    }
}

fn buy(counter: &mut Counter, guest: &str, at: Moment) {
    let visit = counter.greet(Some(guest), at).unwrap().visit;
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
    counter.quote(&visit, wish, at).unwrap();
    counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
}
