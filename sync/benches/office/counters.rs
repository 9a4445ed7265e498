//! Counters with a past of their own: real visits of known guests, as the engine writes them down.

use kava::{
    facts::{
        customer::Consent,
        id::CounterId,
        menu::to_hex,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        counter::Settings,
        deliver::{Load, Messenger, News},
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Store, office::OfficeLink, setting::set_shop},
    testing::{
        random::Random,
        shop::{MORNING, SmallShop, furnished, item, shop},
    },
    uplink::HttpUplink,
    wire::{
        bundle::public_of,
        reply::{Acked, Enrol},
    },
};
use kava_sync::ledger::{
    Ledger,
    counters::{Let, enrol},
};

/// Guests of one counter.
const GUESTS: i64 = 60;

/// A counter's name, its key, and what it has to send.
pub(crate) struct Till {
    name: String,
    secret: [u8; 32],
    pub(crate) loads: Vec<Load>,
}

impl Till {
    /// A counter that has sold so many times.
    pub(crate) fn with_past(nth: usize, purchases: usize, batch: usize) -> Till {
        let name = format!("till-{nth}");
        let mut store = furnished(Store::in_memory().expect("a store")).expect("a shop");
        let mut own = shop();
        own.counter = CounterId::new(&name);
        store.change(|change| set_shop(change, &own)).expect("a name");
        let mut small = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).expect("a counter");
        let mut dice = Random::new(nth as u64 + 1);
        let mut at = MORNING;
        let codes: Vec<String> = (0..GUESTS)
            .map(|_| small.counter.register_customer(Consent::PERSONAL, at).expect("a guest").code)
            .collect();
        for _ in 0..purchases {
            at = at.later(dice.between(60_000, 240_000));
            visit(&mut small, (&mut dice, &codes), at);
        }
        let mut loads = Vec::new();
        while let Some(load) = Load::at_most(batch, small.counter.store()).expect("a load") {
            let last = load.last();
            let acked = Acked { epoch: last.epoch, acked: last.seq, new: 0, again: 0, dead: Vec::new() };
            small.counter.hear(&News::Acked(acked), at).expect("heard");
            loads.push(load);
        }
        Till { name, secret: [u8::try_from(nth % 200).expect("few") + 1; 32], loads }
    }

    pub(crate) fn messenger(&self, url: &str) -> Messenger {
        let link = OfficeLink {
            url: url.to_owned(),
            secret: to_hex(&self.secret),
            office: String::new(),
            enrolled: Moment(0),
        };
        let uplink = HttpUplink::new(url).expect("an address");
        Messenger::new(&link, Box::new(uplink), Ids::random().expect("randomness")).expect("a messenger")
    }
}

fn visit(small: &mut SmallShop, (dice, codes): (&mut Random, &[String]), at: Moment) {
    let code = dice.pick(codes).map(String::as_str);
    let greeting = small.counter.greet(code, at).expect("a greeting");
    let skus = ["latte", "tea", "bun"];
    let basket =
        (0..dice.between(1, 3)).map(|_| item(dice.pick(&skus).copied().unwrap_or("tea"), 1)).collect();
    let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
    small.counter.quote(&greeting.visit, wish, at).expect("a quote");
    small.counter.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at).expect("settled");
}

/// Lets all of them in.
pub(crate) fn enrol_all(ledger: &mut Ledger, tills: &[Till]) {
    for (nth, till) in tills.iter().enumerate() {
        let code = [u8::try_from(nth).expect("few"); 32];
        ledger.add_code(&code, ("shop", &till.name), (Moment(0), Moment(1))).expect("a code");
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "chain".into(),
            shop: "shop".into(),
            counter: till.name.as_str().into(),
            epoch: 1,
        };
        let public = public_of(&till.secret);
        let let_in =
            ledger.change(|change| enrol(change, (&asked, &code, &public), Moment(0))).expect("let in");
        assert!(matches!(let_in, Let::In(_)), "{let_in:?}");
    }
}
