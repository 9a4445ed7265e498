//! Value fitted on published purchases: the parameters others found, and forecasts that hold.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and says what it saw"
)]

use flate2::read::GzDecoder;
use kava::facts::customer::PurchaseDay;
use kava::facts::models::BgNbd;
use kava::facts::money::Money;
use kava::learn::value::holdout::{Tested, measure};
use kava::learn::value::{Guests, Task, fit, purchases, spend};
use kava::steps::value::{History, expected_purchases};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

fn folder(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KAVA_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
        .join(name);
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

/// Weeks from the first day of 1997 on, and dollars, of each customer of the CDNOW sample.
fn cdnow(folder: &std::path::Path) -> BTreeMap<String, Vec<(f64, f64)>> {
    let text = std::fs::read_to_string(folder.join("CDNOW_sample.txt")).unwrap();
    let mut customers: BTreeMap<String, BTreeMap<i32, f64>> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [_, customer, day, _, dollars] = cells[..] else { continue };
        let day = kava::facts::moment::BusinessDay::of(jiff::civil::Date::strptime("%Y%m%d", day).unwrap()).0;
        *customers.entry(customer.to_owned()).or_default().entry(day).or_default() +=
            dollars.parse::<f64>().unwrap();
    }
    let weeks = |day: i32| f64::from(day - 9_862) / 7.0;
    let of = |days: BTreeMap<i32, f64>| days.into_iter().map(|(day, spend)| (weeks(day), spend)).collect();
    customers.into_iter().map(|(customer, days)| (customer, of(days))).collect()
}

/// The first 39 weeks of the sample as both models see it, and purchases in the next 39.
fn tested(customers: &BTreeMap<String, Vec<(f64, f64)>>) -> Vec<Tested> {
    const CUT: f64 = 272.0 / 7.0;
    let of = |days: &Vec<(f64, f64)>| {
        let (before, after): (Vec<_>, Vec<_>) = days.iter().partition(|(week, _)| *week <= CUT);
        let repeats = before.len() - 1;
        let spent: f64 = before[1..].iter().map(|(_, spend)| spend).sum();
        let spend = (spent > 0.0).then(|| spent / repeats as f64);
        let before = History {
            repeats: repeats as u32,
            last: before[repeats].0 - before[0].0,
            age: CUT - before[0].0,
            spend,
        };
        Tested { before, later: after.len() as u32 }
    };
    customers.values().map(of).collect()
}

#[test]
fn cdnow_gives_the_published_parameters_and_forecast() {
    let Some(folder) = folder("cdnow") else { return };
    let tested = tested(&cdnow(&folder));
    let histories: Vec<History> = tested.iter().map(|guest| guest.before).collect();
    assert_eq!(histories.len(), 2_357);
    let found = purchases::fit(&histories, 1).unwrap();
    eprintln!("{found:?}");
    let BgNbd { r, alpha, a, b } = found.model;
    for (name, got, published) in
        [("r", r, 0.2426), ("alpha", alpha, 4.4135), ("a", a, 0.7929), ("b", b, 2.4258)]
    {
        assert!((got / published - 1.0).abs() < 0.005, "{name} is {got}, published {published}");
    }
    assert!(found.log_likelihood >= -9_582.5, "{}", found.log_likelihood);
    let known = History { repeats: 2, last: 30.43, age: 38.86, spend: None };
    let expected = expected_purchases(&found.model, &known, 39.0);
    assert!((expected - 1.226).abs() < 0.002, "{expected}");
    let holdout = measure(&tested, &found.model, 39.0).unwrap();
    eprintln!("{holdout:?}");
    assert_eq!(holdout.actual, 1_882);
    assert!(holdout.mae <= 0.79, "{holdout:?}");
    let paid = histories.iter().filter(|seen| seen.spend.is_some()).count();
    let spend = spend::fit(&histories).unwrap();
    eprintln!("{paid} paid, {spend:?}");
    for (name, got, published) in [("p", spend.p, 6.25), ("q", spend.q, 3.74), ("v", spend.v, 15.45)] {
        assert!((got / published - 1.0).abs() < 0.005, "{name} is {got}, published {published}");
    }
}

/// Days with a purchase of each customer of the online shop: customer known, quantity and price above 0.
fn online_retail(folder: &std::path::Path) -> BTreeMap<String, Vec<PurchaseDay>> {
    let file = std::fs::File::open(folder.join("online_retail.csv.gz")).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let names = rows.headers().unwrap().clone();
    let column = |name: &str| names.iter().position(|known| known == name).unwrap();
    let [quantity, day, price, customer] = ["Quantity", "InvoiceDate", "UnitPrice", "CustomerID"].map(column);
    let mut open: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for row in rows.records() {
        let row = row.unwrap();
        let (quantity, price): (f64, f64) = (row[quantity].parse().unwrap(), row[price].parse().unwrap());
        if !row[customer].is_empty() && quantity > 0.0 && price > 0.0 {
            let day = open.entry(row[day][..10].to_owned()).or_default();
            *day.entry(row[customer].to_owned()).or_default() += quantity * price * 100.0;
        }
    }
    let mut customers: BTreeMap<String, Vec<PurchaseDay>> = BTreeMap::new();
    for (open_day, day) in (1..).zip(open.into_values()) {
        for (customer, pence) in day {
            let day = PurchaseDay { open_day, net: Money(pence.round() as i64) };
            customers.entry(customer).or_default().push(day);
        }
    }
    customers
}

#[test]
fn on_the_online_shop_the_forecast_beats_own_rate_mean_and_shrunken_rate() {
    let Some(folder) = folder("online-retail") else { return };
    let customers = online_retail(&folder);
    assert_eq!(customers.len(), 4_338);
    let until = customers.values().flatten().map(|day| day.open_day).max().unwrap();
    let mut guests = Guests::new(Task { until, calendar_days: 374, seed: 1 });
    customers.values().for_each(|days| guests.add(days));
    let fitted = fit(&guests, &mut |_, _, _| {});
    eprintln!("{:#?}", fitted.report);
    assert!(fitted.model.is_some(), "{:?}", fitted.report.why);
    let holdout = fitted.report.holdout.unwrap();
    for (name, other) in [
        ("own rate", holdout.own_rate_mae),
        ("mean", holdout.mean_mae),
        ("shrunken rate", holdout.shrunken_mae),
    ] {
        assert!(holdout.mae < other, "{name}: {} is not below {other}", holdout.mae);
    }
}

const SEEN: Task = Task { until: 90, calendar_days: 90, seed: 1 };

fn day(open_day: i32, minor: i64) -> PurchaseDay {
    PurchaseDay { open_day, net: Money(minor) }
}

/// Guests who come every few days, each at a rhythm of their own, some of whom stop.
fn ordinary(count: i32) -> Guests {
    let mut guests = Guests::new(SEEN);
    for guest in 0..count {
        let (gap, ends) = (2 + guest % 11, if guest % 4 == 0 { 30 + guest % 40 } else { 90 });
        let days: Vec<PurchaseDay> = (0..)
            .map(|visit| 1 + guest % 20 + visit * gap + (visit * 7 + guest) % 2)
            .take_while(|open_day| *open_day <= ends)
            .map(|open_day| day(open_day, 300 + i64::from(guest % 13) * 25 + i64::from(open_day % 3) * 10))
            .collect();
        guests.add(&days);
    }
    guests
}

#[test]
fn too_little_is_refused_in_words() {
    let with = |task: Task, each: &[PurchaseDay], count: usize| {
        let mut guests = Guests::new(task);
        (0..count).for_each(|_| guests.add(each));
        fit(&guests, &mut |_, _, _| {})
    };
    let often: Vec<PurchaseDay> = (1..=90).step_by(5).map(|open_day| day(open_day, 400)).collect();
    let refunded: Vec<PurchaseDay> = often.iter().map(|seen| day(seen.open_day, 0)).collect();
    let one_day = Task { until: 1, calendar_days: 1, ..SEEN };
    let nothing = Task { until: 0, calendar_days: 0, ..SEEN };
    let table = [
        ("ten guests", with(SEEN, &often, 10), "10 guests came back and paid"),
        ("nobody", with(SEEN, &[], 500), "0 guests came back"),
        ("no shop", with(nothing, &[], 0), "open on 0 days"),
        ("one instant", with(one_day, &[day(1, 400)], 500), "open on 1 days"),
        ("nobody came back", with(SEEN, &[day(4, 400)], 500), "0 guests came back"),
        ("everything given back", with(SEEN, &refunded, 500), "0 guests came back and paid"),
        ("dates in the future", with(SEEN, &[day(91, 400), day(95, 400)], 500), "0 guests came back"),
    ];
    for (case, fitted, expected) in table {
        assert_eq!(fitted.model, None, "{case}");
        let why = fitted.report.why.unwrap();
        assert!(why.contains(expected), "{case}: {why}");
    }
}

#[test]
fn guests_who_are_all_alike_and_one_with_ten_thousand_purchases_give_a_usable_model_or_a_reason() {
    let alike = {
        let mut guests = Guests::new(SEEN);
        let days: Vec<PurchaseDay> = (1..=90).step_by(3).map(|open_day| day(open_day, 400)).collect();
        (0..400).for_each(|_| guests.add(&days));
        guests
    };
    let devoted = {
        let mut guests = ordinary(400);
        guests.add(&(-9_909..=90).map(|open_day| day(open_day, 350)).collect::<Vec<_>>());
        guests
    };
    for (case, guests) in [("all alike", alike), ("ten thousand purchases", devoted)] {
        let fitted = fit(&guests, &mut |_, _, _| {});
        eprintln!("{case}: {:?} {:?}", fitted.model, fitted.report.why);
        match fitted.model {
            Some(model) => model.check().unwrap(),
            None => assert!(fitted.report.why.is_some(), "{case}"),
        }
    }
}

#[test]
fn the_same_guests_and_seed_give_the_same_model_to_the_bit() {
    let [one, two] = [ordinary(900), ordinary(900)].map(|guests| fit(&guests, &mut |_, _, _| {}));
    let model = one.model.clone().unwrap();
    assert_eq!(serde_json::to_string(&one.report).unwrap(), serde_json::to_string(&two.report).unwrap());
    let text = serde_json::to_string(&model).unwrap();
    let read: kava::facts::models::ValueModel = serde_json::from_str(&text).unwrap();
    assert_eq!(read, model, "numbers survive reading to the last bit");
}
