//! A guest who asks what is kept of them, and to be erased, helped by somebody at the desk. With the real programs.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod clerks;
mod described;
mod running;

use clerks::{enter, get, post, with_menu};
use kava::{
    facts::{
        customer::Consent,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        counter::{Counter as Engine, Settings},
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store},
    testing::{
        scripted::ScriptedRegister,
        shop::{MORNING, item},
    },
};
use running::Counter;
use serde_json::{Value, json};

/// A guest who joins at a counter and buys once; gives the pseudonym and the receipt.
fn guest(counter: &Counter) -> (String, String) {
    let store = Store::open(&counter.db, Access::Write, Durability::Full).unwrap();
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    let mut engine = Engine::new(store, register, None, Ids::random().unwrap(), Settings::default()).unwrap();
    let joined = engine.register_customer(Consent::PERSONAL, MORNING).unwrap();
    let visit = engine.greet(Some(joined.code.as_str()), MORNING).unwrap().visit;
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
    engine.quote(&visit, wish, MORNING).unwrap();
    let settled = engine.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING).unwrap();
    (joined.customer.to_string(), settled.receipt.to_string())
}

fn deeds(office: &running::Office, owner: &str) -> Vec<(String, String, String)> {
    let said = get(office, "deeds", owner).body;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let of = |one: &Value| (text(one, "clerk"), text(one, "what"), text(one, "of"));
    said["deeds"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn whoever_helps_finds_exports_and_erases_a_guest_and_sees_the_counters_receipt() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let helper = enter(&office, &["--name", "pavel", "--role", "support"]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let (customer, receipt) = guest(&counter);
    counter.run(&["sync"]);
    let whole = get(&office, &format!("receipts/{receipt}"), &owner).body;
    assert_eq!(whole["customer"], json!(customer), "{whole}");
    for asked in [&receipt, &customer] {
        let found = post(&office, "privacy/find", &helper, &json!({"asked": asked})).body;
        assert_eq!(
            (&found["guests"][0]["customer"], &found["guests"][0]["receipts"]),
            (&json!(customer), &json!(1)),
            "{found}"
        );
    }
    let part = &customer[..customer.len() - 1];
    for nobody in ["", part, "%", "+375291112233", "a@b.c"] {
        assert_eq!(
            post(&office, "privacy/find", &helper, &json!({"asked": nobody})).body,
            json!({"guests": []}),
            "{nobody}"
        );
    }
    let export = post(&office, "privacy/export", &helper, &json!({"customer": customer})).body;
    assert_eq!(
        (&export["customer"], &export["receipts"][0]["receipt"]),
        (&json!(customer), &json!(receipt)),
        "{export}"
    );
    assert_eq!(post(&office, "privacy/export", &helper, &json!({"customer": "nobody"})).status, 404);

    let erased = post(&office, "privacy/erase", &helper, &json!({"customer": customer}));
    assert_eq!((erased.status, erased.body["records"].as_i64().unwrap() > 0), (200, true), "{}", erased.body);
    let waits = get(&office, "privacy/erasures", &helper).body;
    let newest = |said: &Value| said["erasures"][0].clone();
    assert_eq!((&newest(&waits)["open"], &newest(&waits)["done"]), (&json!(["1/1"]), &json!([])), "{waits}");
    counter.run(&["sync"]);
    let done = get(&office, "privacy/erasures", &helper).body;
    assert_eq!((&newest(&done)["open"], &newest(&done)["done"][0][0]), (&json!([]), &json!("1/1")), "{done}");
    assert_eq!(
        post(&office, "privacy/find", &helper, &json!({"asked": customer})).body,
        json!({"guests": []})
    );
    assert_eq!(
        post(&office, "privacy/erase", &helper, &json!({"customer": customer})).status,
        404,
        "once is enough"
    );

    let left = deeds(&office, &owner);
    let helped: Vec<&str> =
        left.iter().filter(|deed| deed.0 == "pavel").map(|deed| deed.1.as_str()).collect();
    for what in ["guest_looked_up", "guest_exported", "erased"] {
        assert!(helped.contains(&what), "{what}: {helped:?}");
    }
    assert!(left.iter().all(|deed| !deed.2.contains(&customer)), "no deed says who it was: {left:?}");
    for (name, words) in [
        ("m", &["--role", "marketer"][..]),
        ("a", &["--role", "analyst"]),
        ("s", &["--role", "shop_manager", "--shop", "1"]),
    ] {
        let cookie = enter(&office, &[&["--name", name], words].concat());
        assert_eq!(post(&office, "privacy/find", &cookie, &json!({"asked": receipt})).status, 403, "{name}");
        assert_eq!(get(&office, "privacy/erasures", &cookie).status, 403, "{name}");
    }
}
