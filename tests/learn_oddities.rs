//! Odd shops, learned whole and sold in afterwards: each gets models or a sentence why not, never a panic, and the next
//! sale keeps its floor.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::facts::money::Money;
use kava::facts::purchase::PurchaseKind;
use kava::flow::Counter;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::refit::{Parts, Refitted, Wish, refit};
use kava::store::menu;
use kava::testing::shop::{DAY_MS, MORNING, SmallShop, item, products};
use sale::{sell, shop};
use std::{path::Path, process::Command};

/// Learns every part on a day.
fn learn(shop: &mut SmallShop, day: i64) -> Refitted {
    let now = MORNING.later(day * DAY_MS);
    let wish = Wish { now, seed: 1, fresh_secret: [9; 32], parts: Parts::ALL };
    let done = refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    shop.counter.refresh(now).unwrap();
    done
}

/// Every part that made no model says why, and what was installed can be used.
fn says_why(done: &Refitted, shop: &SmallShop, day: i64) {
    let report = &done.report;
    let bundle = shop.counter.store().bundle_in_force(MORNING.later(day * DAY_MS)).unwrap();
    let has = |part: &dyn Fn(&kava::facts::models::Bundle) -> bool| bundle.as_ref().is_some_and(part);
    if let Some(bundle) = &bundle {
        bundle.check().unwrap();
    }
    let words = [
        (has(&|b| b.segments.is_some()), report.segments.as_ref().unwrap().why.clone()),
        (has(&|b| b.value.is_some()), report.value.as_ref().unwrap().why.clone()),
        (has(&|b| b.tastes.is_some()), report.tastes.as_ref().unwrap().why.clone()),
        (has(&|b| b.response.is_some()), report.response.as_ref().unwrap().why.clone()),
        (has(&|b| b.game.is_some()), report.game.as_ref().map(|game| game.gate.why.clone())),
    ];
    for (part, (has_model, why)) in words.into_iter().enumerate() {
        assert!(has_model || why.is_some_and(|why| why.len() > 10), "part {part} says nothing: {report:?}");
    }
}

/// A guest is greeted and quoted; nothing goes below its floor, and without a cost nothing goes down at all.
fn sells(counter: &mut Counter, guest: &str, day: i64) {
    let at = MORNING.later(day * DAY_MS);
    let greeting = counter.greet(Some(guest), at).unwrap();
    let basket = vec![item("latte", 2), item("bun", 1)];
    let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
    let quote = counter.quote(&greeting.visit, wish, at).unwrap();
    for line in &quote.lines {
        let floor = line.floor_minor.unwrap_or(line.list_minor);
        assert!(line.net_minor >= floor || line.net_minor == line.list_minor, "{line:?}");
    }
    assert!(quote.net_minor > 0 && quote.net_minor <= quote.list_minor, "{quote:?}");
}

#[test]
fn ten_customers_leave_the_rules_and_the_ladder() {
    let mut shop = shop();
    for visit in 0..4 {
        for guest in 0..10 {
            sell(&mut shop.counter, &format!("guest {guest}"), &[("latte", 1)], visit * 3);
        }
    }
    let done = learn(&mut shop, 60);
    says_why(&done, &shop, 60);
    assert!(done.bundle.is_none(), "nothing of ten customers is installed: {:?}", done.report);
    sells(&mut shop.counter, "guest 1", 61);
}

#[test]
fn all_purchases_at_one_instant_are_one_day() {
    let mut shop = shop();
    for visit in 0..4 {
        for guest in 0..40 {
            sell(&mut shop.counter, &format!("guest {guest}"), &[("latte", 1 + visit % 2), ("tea", 1)], 0);
        }
    }
    let done = learn(&mut shop, 40);
    says_why(&done, &shop, 40);
    sells(&mut shop.counter, "guest 1", 41);
}

#[test]
fn one_product_and_guests_who_are_all_alike_are_learned_without_a_surprise() {
    let mut shop = shop();
    for visit in 0..8 {
        for guest in 0..70 {
            sell(&mut shop.counter, &format!("guest {guest}"), &[("latte", 1)], visit * 3);
        }
    }
    let done = learn(&mut shop, 60);
    says_why(&done, &shop, 60);
    sells(&mut shop.counter, "guest 1", 61);
}

#[test]
fn a_category_without_cost_is_learned_from_and_never_discounted() {
    let mut shop = shop();
    let change = shop.counter.store_mut().change(|change| {
        for mut product in products() {
            product.cost = product.cost.filter(|_| product.category.as_str() != "bakery");
            let version = menu::version_of(change, &product)?;
            menu::put_on_sale(change, &product.sku, version)?;
        }
        Ok(())
    });
    change.unwrap();
    shop.counter.refresh(MORNING).unwrap();
    for visit in 0..6 {
        for guest in 0..60 {
            sell(&mut shop.counter, &format!("guest {guest}"), &[("latte", 1), ("bun", 1)], visit * 4);
        }
    }
    let done = learn(&mut shop, 60);
    says_why(&done, &shop, 60);
    let at = MORNING.later(61 * DAY_MS);
    let greeting = shop.counter.greet(Some("guest 7"), at).unwrap();
    let wish = QuoteWish { basket: vec![item("bun", 3)], choice: Choice::Best, kind: PurchaseKind::Sale };
    let quote = shop.counter.quote(&greeting.visit, wish, at).unwrap();
    assert_eq!((quote.discount_minor, quote.net_minor), (0, 3 * 390));
    sells(&mut shop.counter, "guest 1", 61);
}

#[test]
fn refunds_only_leave_a_shop_without_a_past() {
    let mut shop = shop();
    for guest in 0..60 {
        for visit in 0..3 {
            let sold = sell(&mut shop.counter, &format!("guest {guest}"), &[("latte", 1)], visit * 3);
            let at = MORNING.later(visit * 3 * DAY_MS + 60_000);
            shop.counter.refund(&sold.receipt, None, at).unwrap();
        }
    }
    let done = learn(&mut shop, 60);
    says_why(&done, &shop, 60);
    // Epochs that were opened and given back brought nothing, and nobody came back in them.
    let mut ended = 0;
    let store = shop.counter.store();
    store
        .each_ended_epoch(kava::facts::moment::BusinessDay(20_514 + 60), |epoch| {
            ended += 1;
            assert_eq!((epoch.during.days, epoch.during.contribution), (0, Money::ZERO));
            assert!(epoch.by_day.is_empty());
            Ok(())
        })
        .unwrap();
    assert!(ended > 30, "{ended}");
    sells(&mut shop.counter, "guest 1", 61);
}

#[test]
fn sales_dated_in_the_future_are_not_learned_from_before_their_day() {
    let mut shop = shop();
    for guest in 0..60 {
        let guest = format!("guest {guest}");
        for day in [0, 4, 9, 20_000] {
            sell(&mut shop.counter, &guest, &[("latte", 1)], day);
        }
    }
    let done = learn(&mut shop, 50);
    says_why(&done, &shop, 50);
    let rows = done.report.response.unwrap().own_rows;
    assert_eq!(rows, 60, "one ended epoch of each guest");
    sells(&mut shop.counter, "guest 1", 51);
}

#[test]
fn one_customer_with_thousands_of_purchases_among_others_is_one_customer() {
    let mut shop = shop();
    for visit in 0..3 {
        for guest in 0..30 {
            sell(&mut shop.counter, &format!("guest {guest}"), &[("tea", 1)], visit * 5);
        }
    }
    for visit in 0..1_000 {
        sell(&mut shop.counter, "office", &[("latte", 9), ("bun", 9)], visit / 30);
    }
    let done = learn(&mut shop, 70);
    says_why(&done, &shop, 70);
    sells(&mut shop.counter, "office", 71);
}

/// The command line; gives its status and all that it said.
fn kava(db: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kava")).arg("--db").arg(db).args(words).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn an_import_keeps_the_clusters_that_were_learned() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let init = ["init", "--shop", "shop", "--currency", "GBP", "--zone", "Europe/London"];
    assert_eq!(kava(&path, &init).0, 0);
    // Guests of two habits: one mug every third day, or a dozen plates every ninth.
    let lines = |days: std::ops::Range<u32>| {
        let mut text = String::from(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n",
        );
        for (guest, day) in (0..400u32).flat_map(|guest| days.clone().map(move |day| (guest, day))) {
            let (every, sku, name, pieces) = if guest % 2 == 0 {
                (3, "21", "MUG", 1 + guest % 5)
            } else {
                (9, "22", "PLATE", 9 + guest % 7)
            };
            if (day + guest) % every == 0 {
                let (invoice, date) = (500_000 + day * 1_000 + guest, day % 28 + 1);
                let month = day / 28 + 1;
                text += &format!(
                    "{invoice},{sku},{name},{pieces},2011-{month:02}-{date:02} 10:00:00,2.55,{},United Kingdom\n",
                    12_000 + guest
                );
            }
        }
        text
    };
    let import = |name: &str, text: String| {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("online_retail.csv"), text).unwrap();
        let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/online-retail.toml");
        let words = ["import", "--mapping", mapping.to_str().unwrap(), place.to_str().unwrap()];
        let (status, complaint) = kava(&path, &words);
        assert_eq!(status, 0, "{complaint}");
    };
    let clusters = || {
        let store = rusqlite::Connection::open(&path).unwrap();
        let sql = "SELECT segment, count(*) FROM customer WHERE segment LIKE '%spenders%' GROUP BY segment";
        let mut statement = store.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
        rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    import("first", lines(0..84));
    assert_eq!(clusters(), []);
    // Learned today: an import reads the bundle in force today. Days count as open ones, so years are no absence.
    let learned = kava(&path, &["learn", "--only", "segments"]);
    assert_eq!(learned.0, 0, "{}", learned.1);
    let before = clusters();
    assert!(
        before.len() >= 2 && before.iter().map(|one| one.1).sum::<i64>() > 300,
        "{before:?} {}",
        learned.1
    );
    import("second", lines(84..87));
    let after = clusters();
    let names = |all: &[(String, i64)]| all.iter().map(|one| one.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    assert!(after.iter().map(|one| one.1).sum::<i64>() > 300, "{after:?}");
}
