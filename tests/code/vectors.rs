//! The vectors of `docs/code-vectors.json`, computed from their inputs.

use super::{CHAIN, NOON, OFFICE, wish};
use kava::facts::id::{ArmId, CategoryId, ChainId, CustomerId, OfferId, ShopId, Sku};
use kava::facts::menu::to_hex;
use kava::wire::code::short::{shop_tag, week};
use kava::wire::code::{
    Algorithm, Base, Blank, Pass, Phone, Proof, Pseudonym, Voucher, WeekKey, base, blank, clock, digits,
    pass, proof,
};
use serde_json::{Value, json};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/code-vectors.json");

fn code(algorithm: Algorithm, filled: bool) -> Value {
    let secret = [3; 32];
    let phone = Phone::new(algorithm, secret).unwrap();
    let mut wish: Pass = wish(3, &phone);
    if filled {
        wish.base = Some(Base {
            visits: 42,
            days: 40,
            first_day: 20_000,
            last_day: 20_780,
            first_day_net: 670,
            net: 31_200,
            saved: 2_100,
            cups_milli: 46_000,
            memory: 17,
            dayparts: [200, 30, 20, 5],
            weekdays: [50, 50, 40, 40, 40, 30, 5],
            gaps: vec![7, 6, 8, 7, 7, 9, 5, 7],
            categories: vec![
                (base::category_tag(&CategoryId::new("coffee")), 200),
                (base::category_tag(&CategoryId::new("bakery")), 40),
            ],
        });
        wish.voucher = Some(Voucher {
            number: 0x0123_4567_89ab_cdef,
            earned: true,
            scope: base::VoucherScope::Category(base::category_tag(&CategoryId::new("coffee"))),
            depth_bp: 1_000,
            from: NOON.later(-NOON.0 % 3_600_000),
            days: 14,
            arm: base::arm_tag(&ArmId::new("ladder-mid")),
        });
    }
    let signed = phone.pass(wish, &OFFICE).unwrap();
    let card = if filled { proof::card_tag(&OfferId::new("v0123456789abcdef.next")) } else { 0 };
    let proof = Proof { step: clock::step(NOON), nonce: 0xdead_beef, card };
    let signature = phone.sign(&proof.message(&signed));
    json!({
        "algorithm": algorithm.digit().to_string(), "phone_secret": to_hex(&secret), "phone_public": to_hex(&phone.key().bytes),
        "phone_id": to_hex(&phone.key().id()), "pass": to_hex(&signed.bytes), "at_ms": NOON.0, "step": proof.step,
        "nonce": proof.nonce, "card": proof.card, "message": to_hex(&proof.message(&signed)),
        "signature": to_hex(&signature), "digits": proof.digits(&signed, &signature),
    })
}

fn all() -> Value {
    let (chain, shop) = (ChainId::new(CHAIN), ShopId::new("shop"));
    let key = WeekKey::derive(&OFFICE, &chain, &shop, week(NOON));
    let tag = shop_tag(&chain, &shop);
    let short = |customer: &str| {
        let pseudonym = Pseudonym::of(&CustomerId::new(customer));
        json!({"customer": customer, "pseudonym": to_hex(&pseudonym.0), "short": key.short(tag, pseudonym), "spoken": key.spoken(pseudonym)})
    };
    let secret = [9; 16];
    let blank = Blank {
        chain: pass::chain_tag(&chain),
        key: 1,
        pseudonym: Pseudonym([5; 16]),
        issued: NOON.later(-NOON.0 % 3_600_000),
        days: 200,
        claim: blank::claim_hash(&secret),
    };
    let texts: [&[u8]; 5] = [&[], &[0], &[1, 0], &[255; 7], &[0, 0, 0, 0, 0, 0, 1, 2]];
    json!({
        "digits": texts.map(|bytes| json!({"bytes": to_hex(bytes), "digits": digits::encode(bytes)})),
        "tags": {
            "chain": to_hex(&pass::chain_tag(&chain)), "category coffee": to_hex(&base::category_tag(&CategoryId::new("coffee"))),
            "product latte": to_hex(&base::product_tag(&Sku::new("latte"))), "arm ladder-mid": to_hex(&base::arm_tag(&ArmId::new("ladder-mid"))),
            "card v0123456789abcdef.next": proof::card_tag(&OfferId::new("v0123456789abcdef.next")), "shop": tag,
        },
        "office": {"secret": to_hex(&OFFICE), "public": to_hex(&kava::wire::bundle::public_of(&OFFICE)), "key": 1, "chain": CHAIN},
        "codes": [code(Algorithm::Ed25519, false), code(Algorithm::Ed25519, true), code(Algorithm::P256, false), code(Algorithm::P256, true)],
        "week": {"shop": "shop", "week": key.week, "key": to_hex(&key.secret)},
        "short": [short("anna"), short("c0123456789abcdef0123456789abcdef")],
        "blank": {"secret": to_hex(&secret), "claim": to_hex(&blank.claim), "signed": to_hex(&blank.sign(&OFFICE)), "digits": Blank::digits(&blank.sign(&OFFICE), &secret)},
    })
}

#[test]
fn the_vectors_are_what_they_were() {
    let computed = serde_json::to_string_pretty(&all()).unwrap() + "\n";
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    if kept != computed {
        let beside = std::env::temp_dir().join("code-vectors.json");
        std::fs::write(&beside, &computed).unwrap();
        panic!(
            "docs/code-vectors.json is frozen, and the program computes something else: {}",
            beside.display()
        );
    }
}

#[test]
fn no_code_is_longer_than_seven_hundred_digits() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let digits = code(algorithm, true)["digits"].as_str().unwrap().len();
        println!(
            "{algorithm:?}: {} digits, filled {digits}",
            code(algorithm, false)["digits"].as_str().unwrap().len()
        );
        assert!(digits <= kava::steps::scan::CODE_MAX, "{digits}");
    }
}
