//! The report's figures against sums computed by hand, and the page itself.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::moment::BusinessDay;
use kava::facts::money::Money;
use kava::facts::shop::Shop;
use kava::store::report::{DayMoney, Depth, Margin};
use kava::store::setting::set_shop;
use kava::store::{Access, Durability, Store};
use rusqlite::{Transaction, params};
use std::{path::Path, process::Command};

const HOSTILE: &str = "<script>alert(1)</script>";
/// A Monday.
const FIRST: i32 = 20_458;

fn open(path: &Path, language: &str) -> Store {
    let mut store = Store::open(path, Access::Create, Durability::Off).unwrap();
    let shop: Shop = serde_json::from_value(serde_json::json!({
        "chain": "kava", "shop": "1", "counter": "1", "currency": "BYN", "zone": "Europe/Minsk",
        "day_start_hour": 4, "language": language, "title": HOSTILE
    }))
    .unwrap();
    store.change(|change| set_shop(change, &shop)).unwrap();
    store
}

fn product(change: &Transaction<'_>, id: i64, category: &str, price: i64, cost: Option<i64>) {
    let sql =
        "INSERT INTO product_version (id, content, sku, name, category, price, cost, tax_bp, drink, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, 2000, 1, '{}')";
    let name = format!("product {id}");
    change.execute(sql, params![id, name, name, name, category, price, cost]).unwrap();
}

fn purchase(
    change: &Transaction<'_>,
    (id, day, kind): (i64, i32, &str),
    customer: Option<i64>,
    (list, discount): (i64, i64),
) {
    let sql = "INSERT INTO purchase (id, chain, source, receipt, shop, kind, customer, at, counter, epoch, seq,
        utc_offset_min, business_day, hour, list, discount, net, cup, policy_version, payments)
        VALUES (?1, 'kava', 'kava', 'r' || ?1, '1', ?2, ?3, ?1, '1', 1, ?1, 180, ?4, 9, ?5, ?6, ?7, 300, 1, '[]')";
    change.execute(sql, params![id, kind, customer, day, list, discount, list - discount]).unwrap();
}

/// (purchase, version), quantity in thousandths, (list, net, tax).
fn line(change: &Transaction<'_>, (of, version): (i64, i64), qty: i64, (list, net, tax): (i64, i64, i64)) {
    let sql = "INSERT INTO purchase_line (purchase, line, version, qty, list, discount, net, tax) VALUES (?, 1, ?, ?, ?, ?, ?, ?)";
    change.execute(sql, params![of, version, qty, list, list - net, net, tax]).unwrap();
}

/// Two coffees with syrup of which one is given back, one coffee later, a cake without cost, a staff coffee.
fn fill(store: &mut Store) {
    store
        .change(|change| {
            change.execute_batch(
                "INSERT INTO customer (id, key, consent, registered, source) VALUES (1, 'a', 3, 0, 'test')",
            )?;
            product(change, 1, "coffee", 1_200, Some(200));
            product(change, 2, HOSTILE, 500, None);
            product(change, 3, "syrup", 100, Some(30));
            purchase(change, (1, FIRST, "sale"), Some(1), (2_400, 240));
            line(change, (1, 1), 2_000, (2_400, 2_160, 360));
            change.execute_batch("INSERT INTO purchase_extra VALUES (1, 1, 1, 3, 1000)")?;
            purchase(change, (2, FIRST + 5, "sale"), Some(1), (1_200, 0));
            line(change, (2, 1), 1_000, (1_200, 1_200, 200));
            purchase(change, (3, FIRST + 5, "sale"), None, (500, 0));
            line(change, (3, 2), 1_000, (500, 500, 83));
            purchase(change, (4, FIRST + 5, "staff"), Some(1), (1_200, 600));
            line(change, (4, 1), 1_000, (1_200, 600, 100));
            change.execute("INSERT INTO refund VALUES (1, 1, 'back', 9, ?, 1080, NULL)", [FIRST + 6])?;
            change.execute_batch("INSERT INTO refund_line VALUES (1, 1, 1000, 1200, 120, 1080)")?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn figures_of_a_small_shop_are_as_computed_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("kava.db"), "en");
    fill(&mut store);
    let figures = store.shop_figures().unwrap();

    assert_eq!(figures.span, Some((BusinessDay(FIRST), BusinessDay(FIRST + 6))));
    assert_eq!(figures.segments, [("new".to_owned(), 1)]);
    let of_guest = Depth { receipts: 2, discounted: 1, list: Money(3_600), discount: Money(240) };
    let of_nobody = Depth { receipts: 1, discounted: 0, list: Money(500), discount: Money(0) };
    assert_eq!(figures.depths, [(Some("new".to_owned()), of_guest), (None, of_nobody)]);
    // Two coffees remain: list 2 × 1000 without tax; paid 900 + 1000; cost 2 × 200 and one syrup.
    let coffee = Margin { list: Money(2_000), net: Money(1_900), cost: Money(430) };
    assert_eq!(figures.margins.len(), 1, "no margin without a cost: {:?}", figures.margins);
    assert_eq!(figures.margins[0].1, coffee);
    assert_eq!(figures.without_cost, (1, Money(500)));
    let day =
        |receipts, known, net, saved| DayMoney { receipts, known, net: Money(net), saved: Money(saved) };
    let days: Vec<DayMoney> = figures.days.values().copied().collect();
    assert_eq!(days, [day(1, 1, 2_160, 240), day(2, 1, 1_700, 0), day(0, 0, -1_080, -120)]);
    let kinds: Vec<(&str, u64)> = figures.sources.iter().map(|s| (s.kind.as_str(), s.receipts)).collect();
    assert_eq!(kinds, [("sale", 3), ("staff", 1)]);

    let mut seen = Vec::new();
    store.each_visit_days(|days| seen.push(days.to_vec())).unwrap();
    assert_eq!(seen, [[BusinessDay(FIRST), BusinessDay(FIRST + 5)]]);
}

fn report(db: &Path, out: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kava"))
        .args(["--db".as_ref(), db.as_os_str(), "report".as_ref(), "--out".as_ref(), out.as_os_str()])
        .output()
        .unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_page_stands_alone_in_every_language_and_names_cannot_become_markup() {
    let folder = tempfile::tempdir().unwrap();
    for (language, title) in
        [("en", "The shop in pictures"), ("ru", "Кофейня в картинках"), ("be", "Кавярня ў малюнках")]
    {
        let (db, out) =
            (folder.path().join(format!("{language}.db")), folder.path().join(format!("{language}.html")));
        let mut store = open(&db, language);
        fill(&mut store);
        drop(store);
        let (status, said) = report(&db, &out);
        assert_eq!(status, 0, "{said}");
        let page = std::fs::read_to_string(&out).unwrap();
        assert!(page.contains(title) && page.contains(&format!("lang=\"{language}\"")));
        assert!(!page.contains("<script"), "a name became markup");
        assert!(
            !page.contains("src=") && !page.contains("@import") && !page.contains("url("),
            "it loads something"
        );
        assert_eq!(page.matches("<svg").count(), 5, "no repeat visits after six days");
        let body = page.split("</style>").nth(1).unwrap();
        for room in ["report.", "column.", "kind.", "segment."] {
            let mut places = body.match_indices(room).map(|(at, _)| &body[at + room.len()..]);
            let left = places.find(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            assert_eq!(left.map(|rest| &rest[..20]), None, "{language} leaves a key of {room} in the page");
        }
        assert!(!body.contains('{'), "{language} leaves a place to fill");
    }
}

#[test]
fn an_empty_shop_gets_a_page_that_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (db, out) = (folder.path().join("kava.db"), folder.path().join("report.html"));
    drop(open(&db, "en"));
    let (status, said) = report(&db, &out);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("no guest is known yet") && said.contains("no line has a known cost"), "{said}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(page.contains("No sales are stored yet") && !page.contains("<svg"));
}
