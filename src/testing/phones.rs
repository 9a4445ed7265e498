//! Guests with phones, and codes that must not be accepted: for campaigns and benchmarks of the code.

use super::random::Random;
use super::shop::{DAY_MS, MORNING, SmallShop, furnished, item, shop};
use crate::facts::customer::Consent;
use crate::facts::id::{ChainId, CustomerId};
use crate::facts::moment::Moment;
use crate::facts::purchase::PaymentKind;
use crate::flow::counter::Settings;
use crate::flow::quote::{Choice, QuoteWish};
use crate::flow::settle::Pays;
use crate::flow::{Counter, FlowFault};
use crate::ports::Idempotency;
use crate::store::{Store, codes};
use crate::wire::bundle::public_of;
use crate::wire::code::{Algorithm, Pass, Phone, Proof, Pseudonym, SignedPass, clock, pass};
use std::collections::BTreeMap;

/// Secret of the office that the counter believes, and of one whose key was withdrawn.
pub const OFFICE: [u8; 32] = [7; 32];
const OLD_OFFICE: [u8; 32] = [17; 32];

/// Somebody with a phone.
#[derive(Debug, Clone)]
pub struct PhoneGuest {
    /// Their phone.
    pub phone: Phone,
    /// Its pass.
    pub pass: SignedPass,
    /// By how much its clock is ahead of the true time, milliseconds.
    pub skew_ms: i64,
}

impl PhoneGuest {
    /// A guest with this number; every second one has a phone that signs with P-256.
    #[must_use]
    pub fn new(number: u64, issued: Moment, skew_ms: i64) -> Option<PhoneGuest> {
        PhoneGuest::signed(number, issued, skew_ms, (&shop().chain, 1, &OFFICE))
    }

    fn signed(
        number: u64,
        issued: Moment,
        skew_ms: i64,
        (chain, key, office): (&ChainId, u8, &[u8; 32]),
    ) -> Option<PhoneGuest> {
        let algorithm = if number.is_multiple_of(2) { Algorithm::Ed25519 } else { Algorithm::P256 };
        let phone = Phone::new(algorithm, pass::tag(&[b"phone", &number.to_be_bytes()]))?;
        let wish = Pass {
            chain: pass::chain_tag(chain),
            key,
            pseudonym: Pseudonym(pass::tag(&[b"guest", &number.to_be_bytes()])),
            issued,
            days: 90,
            consent: Consent::PERSONAL,
            phone: phone.key(),
            base: None,
            voucher: None,
        };
        let pass = wish.sign(office).ok()?;
        Some(PhoneGuest { phone, pass, skew_ms })
    }

    /// What is on the screen at a true time.
    #[must_use]
    pub fn shows(&self, at: Moment, nonce: u32) -> String {
        let proof = Proof { step: clock::step(at.later(self.skew_ms)), nonce, card: 0 };
        self.phone.show(&self.pass, proof)
    }

    /// Their pseudonym as a customer.
    #[must_use]
    pub fn customer(&self) -> CustomerId {
        self.pass.pass.pseudonym.customer()
    }
}

/// A counter that believes the office, in memory.
///
/// # Errors
/// When the database fails.
pub fn counter() -> Result<Counter, FlowFault> {
    let mut store = furnished(Store::in_memory()?)?;
    store.change(|change| {
        codes::add_office_key(change, 1, &public_of(&OFFICE), MORNING)?;
        codes::add_office_key(change, 2, &public_of(&OLD_OFFICE), MORNING)?;
        codes::revoke_office_key(change, 2, MORNING.later(-DAY_MS)).map(drop)
    })?;
    Ok(SmallShop::on(store, Idempotency::ClientKey, Settings::default())?.counter)
}

/// Sells a latte to whoever shows this code.
///
/// # Errors
/// When the code is refused.
pub fn sell(counter: &mut Counter, code: &str, at: Moment) -> Result<(), FlowFault> {
    let visit = counter.greet(Some(code), at)?.visit;
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: Default::default() };
    counter.quote(&visit, wish, at)?;
    counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at).map(drop)
}

/// How many codes of a kind were tried, and how many of them the counter took.
pub type Tally = BTreeMap<&'static str, (u64, u64)>;

const KINDS: [&str; 12] = [
    "office forged",
    "phone forged",
    "pass of another phone",
    "one digit altered",
    "three digits altered",
    "cut",
    "random digits",
    "another chain",
    "withdrawn key",
    "from the future",
    "46 to 120 s old",
    "used before",
];

/// Shows so many codes to a counter none of which it may take. Phones are up to 15 s off, the counter is right.
///
/// # Errors
/// When the counter cannot be made, or refuses a live code.
pub fn bad_codes(count: u64, random: &mut Random) -> Result<Tally, FlowFault> {
    let mut counter = counter()?;
    let guests = guests(100, random);
    let mut tally = Tally::new();
    let mut at = MORNING;
    let mut used = Vec::new();
    for guest in &guests {
        let live = guest.shows(at, 1);
        sell(&mut counter, &live, at)?;
        used.push(live);
    }
    for number in 0..count {
        at = at.later(random.between(0, 3));
        let kind = KINDS.get(usize::try_from(number % 12).unwrap_or(0)).copied().unwrap_or_default();
        let Some(guest) = random.pick(&guests) else { continue };
        let bad = bad_code(kind, guest, at, random);
        let digits = match kind {
            "used before" if at.0 - MORNING.0 < 15_000 => random.pick(&used).cloned().unwrap_or(bad),
            "used before" => {
                let live = guest.shows(at, u32::try_from(number).unwrap_or(0));
                // A phone at the edge may be refused when live; then it shows a picture instead.
                if sell(&mut counter, &live, at).is_ok() { live } else { bad }
            }
            _ => bad,
        };
        let accepted = counter.greet(Some(&digits), at).is_ok();
        let (tried, taken) = tally.entry(kind).or_default();
        *tried += 1;
        *taken += u64::from(accepted);
    }
    Ok(tally)
}

/// Guests whose phones are up to 15 s off.
pub fn guests(count: u64, random: &mut Random) -> Vec<PhoneGuest> {
    let issued = MORNING.later(-DAY_MS);
    (0..count).filter_map(|number| PhoneGuest::new(number, issued, random.between(-15_000, 15_000))).collect()
}

fn bad_code(kind: &str, guest: &PhoneGuest, at: Moment, random: &mut Random) -> String {
    let nonce = u32::try_from(random.bits() >> 32).unwrap_or(0);
    let number = random.bits();
    let issued = MORNING.later(-DAY_MS);
    let chain = shop().chain;
    let by = |of: (&ChainId, u8, &[u8; 32])| {
        PhoneGuest::signed(number, issued, guest.skew_ms, of)
            .map_or_else(String::new, |forger| forger.shows(at, nonce))
    };
    match kind {
        "office forged" => by((&chain, 1, &pass::tag(&[b"forger", &number.to_be_bytes()]))),
        "phone forged" | "pass of another phone" => {
            // Somebody has photographed a pass and signs with a phone of their own.
            let own = PhoneGuest::new(
                if kind == "phone forged" { number } else { number % 100 + 1_000 },
                issued,
                0,
            );
            own.map_or_else(String::new, |own| {
                PhoneGuest { phone: own.phone, ..guest.clone() }.shows(at, nonce)
            })
        }
        "one digit altered" => altered(&guest.shows(at, nonce), 1, random),
        "three digits altered" => altered(&guest.shows(at, nonce), 3, random),
        "cut" => {
            let mut live = guest.shows(at, nonce);
            live.truncate(usize::try_from(random.between(33, 480)).unwrap_or(33));
            live
        }
        "random digits" => {
            let (length, kind) = (random.between(31, 697), random.between(1, 2));
            let digits =
                (0..length).map(|_| char::from(b'0' + u8::try_from(random.between(0, 9)).unwrap_or(0)));
            format!("2{kind}{}", digits.collect::<String>())
        }
        "another chain" => by((&ChainId::new("another chain"), 1, &OFFICE)),
        "withdrawn key" => by((&chain, 2, &OLD_OFFICE)),
        "from the future" => guest.shows(at.later(random.between(46_000, 3_600_000)), nonce),
        _ => guest.shows(at.later(-random.between(46_000, 120_000)), nonce),
    }
}

fn altered(live: &str, digits: i64, random: &mut Random) -> String {
    let mut text = live.to_owned().into_bytes();
    let last = i64::try_from(text.len()).unwrap_or(1) - 1;
    for _ in 0..digits {
        let at = usize::try_from(random.between(0, last)).unwrap_or(0);
        let by = u8::try_from(random.between(1, 9)).unwrap_or(1);
        if let Some(digit) = text.get_mut(at) {
            *digit = b'0' + (*digit - b'0' + by) % 10;
        }
    }
    let altered = String::from_utf8(text).unwrap_or_default();
    if altered == live { self::altered(live, 1, random) } else { altered }
}

/// What a month without a network did to a counter whose clock drifts.
#[derive(Debug, Clone, Default)]
pub struct Month {
    /// Live codes shown on the last day.
    pub live: u64,
    /// Of them refused.
    pub refused: u64,
    /// Pictures of codes, 46 to 120 s old, shown on the last day.
    pub aged: u64,
    /// Of them accepted.
    pub accepted: u64,
    /// By how much the counter's clock was behind in the end, milliseconds.
    pub behind_ms: i64,
    /// By how much it believed to be behind.
    pub offset_ms: i64,
}

/// Thirty days offline: the clock loses so much a day, guests come with phones up to 15 s off. Then so many
/// live codes and as many pictures are shown on the last day, over which the counter goes on learning.
///
/// # Errors
/// When the database fails.
pub fn month(
    visits_a_day: i64,
    drift_ms_a_day: i64,
    shown: u64,
    random: &mut Random,
) -> Result<Month, FlowFault> {
    let mut counter = counter()?;
    let guests = guests(600, random);
    let mut month = Month::default();
    let mut nonce = 0;
    let per_visit = shown.div_ceil(visits_a_day.unsigned_abs().max(1));
    for visit in 0..31 * visits_a_day {
        let at = MORNING.later(visit * DAY_MS / visits_a_day + random.between(0, 60_000));
        let behind = (at.0 - MORNING.0) * drift_ms_a_day / DAY_MS;
        let own = |true_time: Moment| true_time.later(-behind);
        let Some(guest) = random.pick(&guests) else { continue };
        nonce += 1;
        // What is refused in the month is not counted here; the guest shows another code.
        sell(&mut counter, &guest.shows(at, nonce), own(at)).unwrap_or_default();
        if visit < 30 * visits_a_day {
            continue;
        }
        let trust = counter.store().trust(own(at))?;
        (month.behind_ms, month.offset_ms) = (behind, trust.clock.offset_ms);
        for _ in 0..per_visit {
            nonce += 1;
            let Some(guest) = random.pick(&guests) else { continue };
            let taken = |code: String, now: Moment| {
                crate::wire::code::Seen::read(&code).and_then(|seen| seen.verify(&trust, own(now))).is_ok()
            };
            let begun = at.later(random.between(0, 86_400));
            let live = guest.shows(begun, nonce);
            month.live += 1;
            month.refused += u64::from(!taken(live.clone(), begun.later(random.between(100, 900))));
            month.aged += 1;
            month.accepted += u64::from(taken(live, begun.later(random.between(46_000, 120_000))));
        }
    }
    Ok(month)
}
