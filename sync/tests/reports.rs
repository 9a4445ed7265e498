//! Reports of the embedded warehouse say what a second pair of eyes counts in the same records, and to whom they may.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod clerks;
mod counter_series;
mod described;
mod running;

use books::{Books, NOW};
use clerks::{enter, get, with_menu};
use counter_series::Series;
use kava::{
    facts::{
        basket::{Item, PricedBasket, Quantity},
        campaign::Campaign,
        id::{CustomerId, OfferId, ReceiptId, ShopId},
        menu::Menu,
        moment::{BusinessDay, DAY_MS, LocalMoment, Moment},
        money::Money,
        policy::Policy,
        purchase::{Payment, PaymentKind, Purchase, PurchaseKind},
    },
    steps::{charge, guard},
    testing::{
        random::Random,
        shop::{item, products},
    },
};
use kava_sync::desk::{
    days,
    reports::{self, Asked, REPORTS, Report},
};
use running::{Counter, Till};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DAYS: i64 = 40;

fn menu() -> Menu {
    // One product whose cost nobody knows, and one that is weighed.
    let unknown = products().into_iter().map(|mut product| {
        if product.sku.as_str() == "tea" {
            product.cost = None;
        }
        product
    });
    Menu::new(unknown)
}

fn basket(random: &mut Random) -> Vec<Item> {
    let skus = ["latte", "tea", "bun"];
    let lines = random.between(1, 3);
    (0..lines).map(|_| item(random.pick(&skus).unwrap(), random.between(1, 3))).collect()
}

fn sale(random: &mut Random, nth: i64, at: Moment) -> Purchase {
    let (day, menu) = (at.utc_day(), menu());
    let priced = PricedBasket::new(&basket(random), &menu).unwrap();
    let mut lines = charge::price(&guard::full_price(&priced, &Policy::default(), day));
    let offer =
        random.once_in(2).then(|| OfferId::new(["v1.3", "campaign.autumn"][usize::from(random.once_in(3))]));
    if offer.is_some() {
        for line in &mut lines {
            line.discount = Money(line.list.0 / 10);
            line.net = line.list.minus(line.discount);
            line.tax = Money(line.net.0 / 6);
        }
    }
    let paid = Money::total(lines.iter().map(|line| line.net));
    let cash = Money(random.between(0, paid.0));
    let pay = |kind, amount| Payment { kind, amount };
    Purchase {
        receipt: ReceiptId::new(format!("r{nth:06}")),
        shop: ShopId::new("1"),
        kind: if random.once_in(12) { PurchaseKind::Comp } else { PurchaseKind::Sale },
        customer: random.once_in(2).then(|| CustomerId::new(format!("c{}", random.between(0, 20)))),
        when: LocalMoment { at, utc_offset_min: 180, business_day: day, hour: 0 },
        lines,
        payments: vec![pay(PaymentKind::Cash, cash), pay(PaymentKind::Card, paid.minus(cash))],
        offer,
        policy_version: 1,
        cup: Money(670),
        register_ref: None,
    }
}

/// Sales of forty days, each with its decision beside it, and what a guest's segment became.
fn told(random: &mut Random) -> (Books, Vec<Purchase>, Vec<Value>) {
    let (mut books, mut series) = (Books::new(), Series::new());
    let (mut sales, mut decisions) = (Vec::new(), Vec::new());
    for nth in 0..300 {
        let at = NOW.later(-DAY_MS * random.between(0, DAYS - 1) - random.between(0, 3_600_000));
        let when = (at, at.utc_day());
        let sold = sale(random, nth, at);
        series.add_at(when, "sale", &serde_json::to_string(&sold).unwrap());
        let guest = sold.customer.as_ref().map(|customer| {
            let arm = ["small", "large"][usize::from(random.once_in(2))];
            let offers = vec![json!({"id": "o"}); usize::try_from(random.between(0, 4)).unwrap()];
            json!({"situation": {"customer": customer, "segment": "regular"},
                "draw": {"arm": arm, "holdout": random.once_in(5), "offers": offers}})
        });
        let refusals: Vec<_> =
            (0..random.between(0, 2)).map(|line| json!({"code": "floor", "line": line})).collect();
        let reason = random.pick(&["status_base", "promised", "often_here"]).unwrap();
        let chosen = sold.offer.as_ref().map(|offer| json!({"id": offer, "reason": reason}));
        let decision =
            json!({"receipt": sold.receipt, "guest": guest, "refusals": refusals, "chosen": chosen});
        series.add_at(when, "decision", &decision.to_string());
        if let Some(customer) = sold.customer.as_ref().filter(|_| random.once_in(4)) {
            let moved = json!({"customer": customer, "before": "new", "after": "regular"});
            series.add_at(when, "segment", &moved.to_string());
        }
        sales.push(sold);
        decisions.push(decision);
    }
    books.send(&series, 1);
    (books, sales, decisions)
}

fn asked(days: (BusinessDay, BusinessDay)) -> Asked {
    Asked { days, shop: String::new(), with_costs: true }
}

/// Rows by their first cells, with the sums that follow.
fn read(books: &Books, name: &str, keys: usize) -> BTreeMap<String, Vec<Value>> {
    let all = (BusinessDay(0), NOW.utc_day());
    let read = reports::read(&books.ledger, Report::of(name).unwrap(), &asked(all)).unwrap();
    assert!(!read.rows.is_empty() && !read.more, "{name}");
    let of = |row: Vec<Value>| {
        let key: Vec<String> = row[..keys]
            .iter()
            .map(|cell| cell.as_str().map_or_else(|| cell.to_string(), Into::into))
            .collect();
        (key.join("|"), row[keys..].to_vec())
    };
    read.rows.into_iter().map(of).collect()
}

/// Adds numbers under a key.
fn add(to: &mut BTreeMap<String, Vec<i64>>, key: String, numbers: &[i64]) {
    let sums = to.entry(key).or_insert_with(|| vec![0; numbers.len()]);
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

fn same(read: &BTreeMap<String, Vec<Value>>, counted: &BTreeMap<String, Vec<i64>>, what: &str) {
    let counted: BTreeMap<_, Vec<Value>> = counted
        .iter()
        .map(|(key, sums)| (key.clone(), sums.iter().map(|sum| json!(sum)).collect()))
        .collect();
    assert_eq!(read, &counted, "{what}");
}

#[test]
fn every_report_has_its_view_and_every_view_its_columns() {
    let books = Books::new();
    for report in REPORTS {
        let sql = format!("SELECT * FROM report_{} LIMIT 0", report.name);
        let statement = books.ledger.connection().prepare(&sql).unwrap();
        let columns: Vec<&str> =
            statement.column_names().map(|name| if name == "business_day" { "day" } else { name }).collect();
        assert_eq!(columns, report.shown(true).columns, "{}", report.name);
    }
}

#[test]
fn trade_products_hours_payments_offers_and_recognition_are_what_the_sales_add_up_to() {
    let seed = 11;
    let (books, sales, decisions) = told(&mut Random::new(seed));
    let (mut trade, mut hours, mut payments, mut offers, mut products) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (one, decision) in sales.iter().zip(&decisions).filter(|(one, _)| one.kind.is_charged()) {
        let day = one.when.business_day;
        let sum =
            |of: fn(&kava::facts::purchase::PurchaseLine) -> Money| Money::total(one.lines.iter().map(of)).0;
        let (list, saved, net) = (sum(|line| line.list), sum(|line| line.discount), sum(|line| line.net));
        let discounted = i64::from(saved > 0);
        add(&mut trade, format!("{day}|1|1"), &[1, discounted, list, saved, net, 0, 0]);
        let hour = (one.when.at.0 / 60_000 + 180) / 60 % 24;
        add(&mut hours, format!("{day}|1|{hour}"), &[1, discounted, saved, net]);
        for paid in &one.payments {
            add(&mut payments, format!("{day}|1|{}", paid.kind.code()), &[1, paid.amount.0]);
        }
        let programme = match (&one.offer, decision["chosen"]["reason"].as_str()) {
            (None, _) => "null",
            (Some(offer), _) if Campaign::of_offer(offer).is_some() => "campaign",
            (_, Some("status_base")) => "base",
            (_, Some("promised")) => "promised",
            _ => "personal",
        };
        add(&mut offers, format!("{day}|1|{programme}"), &[1, list, saved, net]);
        for line in &one.lines {
            let Quantity(milli) = line.qty;
            let product = &line.product;
            let key = format!("{day}|1|{}|{}|{}", product.sku, product.name, product.category);
            let kept = days::kept_of(line).0;
            add(&mut products, key, &[milli, line.list.0, line.discount.0, line.net.0, line.tax.0, kept]);
        }
    }
    same(&read(&books, "trade", 3), &trade, "trade");
    same(&read(&books, "hours", 3), &hours, "hours");
    same(&read(&books, "payments", 3), &payments, "payments");
    same(&read(&books, "offers", 3), &offers, "offers");
    same(&read(&books, "products", 5), &products, "products");
    assert!(read(&books, "recognised", 2).values().all(|row| row[0] == Value::Null), "nobody said by what");
}

#[test]
fn decisions_refusals_segments_and_cohorts_are_what_was_told_of_guests() {
    let seed = 12;
    let (books, sales, decisions) = told(&mut Random::new(seed));
    let (mut decided, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for (sold, told) in sales.iter().zip(&decisions).filter(|(sold, _)| sold.kind.is_charged()) {
        let (day, saved) =
            (sold.when.business_day, Money::total(sold.lines.iter().map(|line| line.discount)).0);
        let text = |at: &str| told.pointer(at).and_then(Value::as_str).unwrap_or("null").to_owned();
        let count = |at: &str| told.pointer(at).and_then(Value::as_array).map_or(0, Vec::len) as i64;
        let holdout = i64::from(told.pointer("/guest/draw/holdout") == Some(&json!(true)));
        let key =
            format!("{day}|1|{}|{}|{holdout}", text("/guest/situation/segment"), text("/guest/draw/arm"));
        let cut = count("/refusals");
        let row = [
            1,
            count("/guest/draw/offers"),
            i64::from(told["chosen"].is_object()),
            i64::from(cut > 0),
            saved,
        ];
        add(&mut decided, key, &row);
        if cut > 0 {
            add(&mut refused, format!("{day}|1|floor"), &[cut, 1]);
        }
    }
    same(&read(&books, "decisions", 5), &decided, "decisions");
    same(&read(&books, "refusals", 3), &refused, "refusals");
    let moved: i64 = read(&books, "segments", 4).values().map(|row| row[0].as_i64().unwrap()).sum();
    let sql = "SELECT count(*) FROM record WHERE kind = 'segment'";
    let told: i64 = books.ledger.connection().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(moved, told);
    // Everybody is in one cohort, and in its month 0; later months have those who bought then.
    let month = |day: BusinessDay| day.to_string()[..7].to_owned();
    let mut months: BTreeMap<&CustomerId, BTreeSet<String>> = BTreeMap::new();
    for one in &sales {
        if let Some(customer) = &one.customer {
            months.entry(customer).or_default().insert(month(one.when.business_day));
        }
    }
    let cohorts = read(&books, "cohorts", 2);
    let guests = |later: &str| -> i64 {
        let of = cohorts.iter().filter(|(key, _)| key.ends_with(later));
        of.map(|(_, row)| row[0].as_i64().unwrap()).sum()
    };
    assert_eq!(guests("|0"), months.len() as i64);
    assert_eq!(guests("|1"), months.values().filter(|months| months.len() > 1).count() as i64);
    assert!(guests("|1") > 0, "{cohorts:?}");
}

#[test]
fn days_and_shops_narrow_a_report_and_find_their_receipts_by_the_index_of_days() {
    let seed = 13;
    let (books, sales, _) = told(&mut Random::new(seed));
    let today = NOW.utc_day();
    let trade = Report::of("trade").unwrap();
    let of = |days, shop: &str| {
        let asked = Asked { shop: shop.into(), ..asked(days) };
        let rows = reports::read(&books.ledger, trade, &asked).unwrap().rows;
        rows.iter().map(|row| row[3].as_i64().unwrap()).sum::<i64>()
    };
    let sold = |day: BusinessDay| {
        sales.iter().filter(|one| one.when.business_day == day && one.kind.is_charged()).count() as i64
    };
    assert_eq!(of((today, today), ""), sold(today));
    assert_eq!(of((today, today), "1"), sold(today));
    assert_eq!(of((today, today), "2"), 0);
    let plan = |connection: &Connection, name: &str| -> String {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM report_{name} WHERE business_day BETWEEN ? AND ? AND shop = ?"
        );
        let mut statement = connection.prepare(&sql).unwrap();
        let rows = statement.query_map((1, 2, "1"), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    };
    for report in REPORTS.iter().filter(|one| one.shown(true).by_day && one.name != "segments") {
        let plan = plan(books.ledger.connection(), report.name);
        assert!(plan.contains("receipt_day (business_day>? AND business_day<?)"), "{}: {plan}", report.name);
    }
}

#[test]
fn each_role_reads_its_reports_costs_are_hidden_and_a_manager_sees_their_own_shop() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let mut till = Till::open(&counter, &[]);
    till.sell(None);
    till.close();
    counter.run(&["sync"]);
    let names = |who: &str| -> Vec<String> {
        let all = get(&office, "reports", who).body;
        all["reports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&owner).len(), REPORTS.len());
    for name in names(&owner) {
        let read = get(&office, &format!("reports/{name}"), &owner);
        assert_eq!(read.status, 200, "{name}: {}", read.body);
    }
    let trade = get(&office, "reports/trade", &owner).body;
    assert_eq!(trade["rows"][0][3], json!(1), "{trade}");
    assert!(
        get(&office, "reports/products", &owner).body["columns"]
            .as_array()
            .unwrap()
            .contains(&json!("kept_minor"))
    );
    let manager = enter(&office, &["--name", "m", "--role", "shop_manager", "--shop", "2"]);
    assert!(!names(&manager).contains(&"cohorts".to_owned()));
    let theirs = get(&office, "reports/products?shop=1", &manager).body;
    assert!(!theirs["columns"].as_array().unwrap().contains(&json!("kept_minor")), "{theirs}");
    assert_eq!(theirs["rows"], json!([]), "their own shop, whatever they ask");
    let support = enter(&office, &["--name", "s", "--role", "support"]);
    assert_eq!(get(&office, "reports/trade", &support).status, 403);
    assert_eq!(get(&office, "reports/nothing", &owner).status, 404);
    for bad in ["from=2026-13-01", "from=2026-02-01&until=2026-01-01", "from=2020-01-01"] {
        assert_eq!(get(&office, &format!("reports/trade?{bad}"), &owner).code(), "desk_field", "{bad}");
    }
    let said = office.run(&["report", "trade"]);
    assert_eq!(said["rows"], trade["rows"], "the command says the same");
}
