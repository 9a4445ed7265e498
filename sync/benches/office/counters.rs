//! Counters with a past of their own: real visits of known guests, as the engine writes them down. A few pasts are
//! lived; every counter has one of them under its own name, with receipts of its own and a chain of its own.

use super::Size;
use kava::{
    facts::{
        customer::Consent,
        id::{CounterId, Digest},
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        counter::Settings,
        deliver::{Load, News},
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::Store,
    testing::{
        random::Random,
        shop::{MORNING, SmallShop, furnished, item},
    },
    wire::{
        batch::{self, BATCH_FORMAT, BatchHead, Hashed},
        bundle::public_of,
        pack::pack,
        record::{FIRST_PREV_HASH, payload_hash},
        reply::{Acked, Enrol},
    },
};
use kava_sync::ledger::{
    Ledger,
    counters::{Let, add_code, enrol},
};
use std::{ops::Range, thread};

/// Guests of one counter.
const GUESTS: i64 = 60;

/// What a counter has told in its life.
pub(crate) struct Past {
    pub(crate) records: Vec<Hashed>,
}

impl Past {
    /// Lives them, as many at a time as there are processors.
    pub(crate) fn live(size: Size) -> Vec<Past> {
        in_threads(0..size.pasts, &|nth| Past::one(nth, size.purchases))
    }

    fn one(nth: usize, purchases: usize) -> Past {
        let store = furnished(Store::in_memory().expect("a store")).expect("a shop");
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
        let mut records = Vec::new();
        while let Some(load) = Load::next(small.counter.store()).expect("a load") {
            let last = load.last();
            let acked = Acked { epoch: last.epoch, acked: last.seq, new: 0, again: 0, dead: Vec::new() };
            small.counter.hear(&News::Acked(acked), at).expect("heard");
            records.extend(load.records().to_vec());
        }
        Past { records }
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

/// A counter's name, its key, and what it has to send, packed.
pub(crate) struct Till {
    name: String,
    pub(crate) secret: [u8; 32],
    pub(crate) bodies: Vec<Vec<u8>>,
    /// Records of each body.
    pub(crate) sizes: Vec<usize>,
    pub(crate) purchases: usize,
    pub(crate) records: usize,
}

impl Till {
    /// So many counters, each with the first sales of a past, in batches of so many records.
    pub(crate) fn from_pasts(pasts: &[Past], count: usize, (sales, batch): (usize, usize)) -> Vec<Till> {
        in_threads(0..count, &|nth| {
            Till::new(nth, &pasts.get(nth % pasts.len()).expect("a past").records, (sales, batch))
        })
    }

    /// So many more after those, with a whole past in small batches.
    pub(crate) fn after(pasts: &[Past], before: usize, (count, batch): (usize, usize)) -> Vec<Till> {
        let past = |nth: usize| &pasts.get(nth % pasts.len()).expect("a past").records;
        in_threads(before..before + count, &|nth| Till::new(nth, past(nth), (400, batch)))
    }

    fn new(nth: usize, past: &[Hashed], (sales, batch): (usize, usize)) -> Till {
        let name = format!("till-{nth}");
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&(nth as u64 + 1).to_le_bytes());
        let mut records = renamed(past, nth, &name);
        let ends: Vec<usize> = (1..)
            .zip(&records)
            .filter(|(_, one)| one.record.header.kind == "sale")
            .map(|(place, _)| place)
            .collect();
        // The sale after the last one wanted is not told of, and nothing behind it.
        let most = ends.get(sales).map_or(records.len(), |place| place - 1);
        records.truncate(most);
        let bodies = records.chunks(batch).map(|chunk| packed(&name, chunk)).collect();
        let sizes = records.chunks(batch).map(<[Hashed]>::len).collect();
        Till { name, secret, bodies, sizes, purchases: count_of(&records, "sale"), records: records.len() }
    }
}

/// The same past at another counter: other receipts, another chain.
fn renamed(past: &[Hashed], nth: usize, name: &str) -> Vec<Hashed> {
    let mut prev_hash = Digest::new(FIRST_PREV_HASH);
    let mut renamed = Vec::with_capacity(past.len());
    let mut receipt = String::new();
    for one in past {
        let mut record = one.record.clone();
        let payload = String::from_utf8(record.payload.unwrap_or_default()).expect("text");
        if record.header.kind == "sale" {
            let json: serde_json::Value = serde_json::from_str(&payload).expect("JSON");
            json.get("receipt")
                .and_then(|receipt| receipt.as_str())
                .expect("a receipt")
                .clone_into(&mut receipt);
        }
        let own = receipt.get(..receipt.len().saturating_sub(4)).map(|head| format!("{head}{nth:04x}"));
        let payload = match own {
            Some(own) if !receipt.is_empty() => payload.replace(&receipt, &own),
            _ => payload,
        };
        record.header.counter = CounterId::new(name);
        record.header.prev_hash = prev_hash;
        let salt = record.salt.clone().unwrap_or_default();
        record.header.payload_hash = payload_hash(&salt, payload.as_bytes());
        record.payload = Some(payload.into_bytes());
        let hash = record.header.hash();
        prev_hash = hash.clone();
        renamed.push(Hashed { record, hash });
    }
    renamed
}

fn packed(name: &str, records: &[Hashed]) -> Vec<u8> {
    let first = &records.first().expect("a record").record.header;
    let head = BatchHead {
        v: BATCH_FORMAT,
        chain: first.chain.clone(),
        shop: first.shop.clone(),
        counter: CounterId::new(name),
        epoch: first.epoch,
        first: first.seq,
        count: records.len(),
        unanchored: false,
        erased: None,
    };
    pack(batch::write(&head, records).as_bytes()).expect("packed")
}

/// Those of one kind.
pub(crate) fn of_kind(records: &[Hashed], kind: &str) -> Vec<Hashed> {
    records.iter().filter(|one| one.record.header.kind == kind).cloned().collect()
}

/// How many there are of one kind.
pub(crate) fn count_of(records: &[Hashed], kind: &str) -> usize {
    records.iter().filter(|one| one.record.header.kind == kind).count()
}

/// Lets all of them in.
pub(crate) fn enrol_all(ledger: &mut Ledger, tills: &[Till]) {
    for (nth, till) in tills.iter().enumerate() {
        let mut code = [0; 32];
        code[..8].copy_from_slice(&(nth as u64).to_le_bytes());
        ledger
            .change(|change| add_code(change, &code, ("shop", &till.name), (Moment(0), Moment(1))))
            .expect("a code");
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

/// Makes one of each, on all processors.
fn in_threads<T: Send>(of: Range<usize>, make: &(impl Fn(usize) -> T + Sync)) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<usize> = of.collect();
    let share = all.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = all
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(|nth| make(*nth)).collect::<Vec<T>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("a thread")).collect()
    })
}
