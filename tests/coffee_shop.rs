//! A real month: the coffee chain's purchases imported and sold again as visits. `KAVA_VISITS=all` sells
//! every identified receipt; else the first 1,500.

#![cfg(feature = "cli")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and says what it skips"
)]

use kava::testing::random::Random;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// One receipt of the export: when, who, and (product, pieces).
struct Receipt {
    at: String,
    guest: String,
    lines: Vec<(String, i64)>,
}

fn data() -> Option<PathBuf> {
    let root = std::env::var_os("KAVA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let folder = root.join("coffee-shop");
    if !folder.is_dir() {
        println!("SKIPPED: the data set coffee-shop is not there");
        return None;
    }
    Some(folder)
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv_of(path);
    let names: Vec<String> = reader.next().unwrap();
    reader.map(|row| names.iter().cloned().zip(row).collect()).collect()
}

/// Rows of a plain CSV file in which only descriptions are quoted.
fn csv_of(path: &Path) -> impl Iterator<Item = Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<String>> = text.lines().map(split).collect();
    rows.into_iter()
}

fn split(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.trim_start_matches('\u{feff}').chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(letter),
        }
    }
    cells
}

fn receipts(folder: &Path) -> Vec<Receipt> {
    let mut by_key: BTreeMap<[String; 4], Receipt> = BTreeMap::new();
    for row in table(&folder.join("sales_receipts.csv")).into_iter().filter(|row| row["customer_id"] != "0") {
        let key = ["transaction_date", "transaction_time", "sales_outlet_id", "transaction_id"]
            .map(|name| row[name].clone());
        let at = format!("{}T{}-04:00", key[0], key[1]);
        let receipt = by_key.entry(key).or_insert_with(|| Receipt {
            at,
            guest: row["customer_id"].clone(),
            lines: Vec::new(),
        });
        receipt.lines.push((row["product_id"].clone(), row["quantity"].parse().unwrap()));
    }
    by_key.into_values().collect()
}

/// A counter process that answers JSON lines.
struct Till {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Till {
    fn open(db: &Path, policy: &str) -> Till {
        let words = [
            "counter",
            "--json-lines",
            "--clock",
            "requests",
            "--trust-ids",
            "--seed",
            "7",
            "--durability",
            "off",
        ];
        let mut process = Command::new(env!("CARGO_BIN_EXE_kava"))
            .args(words)
            .args(["--policy", policy, "--db"])
            .arg(db)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Till { process, input, output }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert!(answer.get("error").is_none(), "{request} -> {answer}");
        answer
    }

    /// One visit; gives the quote and the settled receipt.
    fn sell(&mut self, receipt: &Receipt) -> (Value, Value) {
        let at = &receipt.at;
        let greeting = self.ask(&json!({"do": "greet", "code": receipt.guest, "at": at}));
        let basket: Vec<Value> =
            receipt.lines.iter().map(|(sku, qty)| json!({"sku": sku, "qty": qty})).collect();
        let visit = &greeting["visit"];
        let quote =
            self.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": "best", "at": at}));
        (quote, self.ask(&json!({"do": "settle", "visit": visit, "pay": "card", "at": at})))
    }

    fn close(mut self) {
        drop(self.input);
        assert!(self.process.wait().unwrap().success());
    }
}

fn kava(db: &Path, args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_kava"))
        .args(args)
        .arg("--json")
        .arg("--db")
        .arg(db)
        .output()
        .unwrap();
    assert!(output.status.success(), "kava {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn imported(folder: &Path, data: &Path) -> PathBuf {
    let db = folder.join("kava.db");
    kava(&db, &["init", "--zone", "America/New_York", "--currency", "USD", "--language", "en"]);
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/coffee-shop.toml");
    kava(&db, &["import", "--mapping", mapping.to_str().unwrap(), data.to_str().unwrap()]);
    db
}

/// How many of the month's visits this run sells.
fn how_many(all: usize) -> usize {
    if std::env::var_os("KAVA_VISITS").is_some_and(|value| value == "all") { all } else { 1_500.min(all) }
}

#[test]
fn a_month_of_visits_holds_its_books_replays_and_survives_refunds() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let db = imported(folder.path(), &data);
    let receipts = receipts(&data);
    assert_eq!(receipts.len(), 20_015, "identified receipts of the month");
    let visits = how_many(receipts.len());
    // So that expected spend and segments by a model stand in the decisions that are replayed.
    let learned = kava(&db, &["learn", "--at", "2019-04-29T23:00:00Z"]);
    assert!(learned["value"]["why"].is_null() && learned["bundle"]["release"] == 1, "{learned}");
    let mut till = Till::open(&db, "ladder");
    let sold: Vec<(String, String, usize)> = receipts
        .iter()
        .take(visits)
        .map(|receipt| {
            let settled = till.sell(receipt).1;
            (settled["receipt"].as_str().unwrap().to_owned(), receipt.at.clone(), receipt.lines.len())
        })
        .collect();
    refund_some(&mut till, &sold, visits.min(1_000));
    till.close();
    let audit = kava(&db, &["audit"]);
    assert_eq!(audit["findings"], json!([]), "{audit}");
    assert_eq!(kava(&db, &["replay"])["replayed"], visits);
    expected_spend_is_the_models(&db, &sold[0].0);
    let store =
        kava::store::Store::open(&db, kava::store::Access::Read, kava::store::Durability::Full).unwrap();
    days_are_those_of_the_features(&store);
    let guests: BTreeSet<&String> = receipts.iter().take(visits).map(|receipt| &receipt.guest).collect();
    for guest in guests {
        let known = store.customer(&kava::facts::id::CustomerId::new(guest)).unwrap().unwrap();
        assert_eq!(
            known.features,
            store.refolded(known.row).unwrap(),
            "guest {guest}: incremental is not batch"
        );
    }
}

/// A kept decision holds what the model in force says of the guest's features.
fn expected_spend_is_the_models(db: &Path, receipt: &str) {
    let store =
        kava::store::Store::open(db, kava::store::Access::Read, kava::store::Durability::Full).unwrap();
    let kept = match store.decision(&kava::facts::id::ReceiptId::new(receipt)).unwrap() {
        Some(kava::store::aftermath::KeptDecision::Whole(text)) => text,
        _ => String::new(),
    };
    let decision: kava::flow::decision::Decision = serde_json::from_str(&kept).unwrap();
    let bundle: kava::facts::models::Bundle =
        serde_json::from_str(&store.artifact(&decision.bundle.unwrap()).unwrap()).unwrap();
    assert!(bundle.segments.as_ref().unwrap().with_value);
    let guest = decision.guest.unwrap();
    let today = kava::facts::moment::ShopDay { day: guest.situation.business_day, number: guest.open_day };
    let worth = kava::steps::value::worth(&guest.features, today, &bundle.value.unwrap()).unwrap();
    assert!(worth.clv_minor > 0, "{worth:?}");
    assert_eq!(guest.situation.reading.clv_minor, worth.clv_minor);
}

/// What learning reads of a guest's days is what the counter keeps of them, refunds taken off both.
fn days_are_those_of_the_features(store: &kava::store::Store) {
    let (_, last) = store.open_days_until(kava::facts::moment::BusinessDay(i32::MAX)).unwrap();
    let mut of_days = BTreeMap::new();
    store
        .each_customers_days(|one| {
            of_days.insert(one.customer, kava::steps::value::History::of_days(one.days, last.number));
        })
        .unwrap();
    assert!(of_days.len() > 2_000, "{} guests bought", of_days.len());
    for (key, features) in store.all_features().unwrap() {
        let known = store.customer(&kava::facts::id::CustomerId::new(&key)).unwrap().unwrap();
        let kept = kava::steps::value::history(&features, last);
        assert_eq!(of_days.get(&known.row), Some(&kept), "guest {key}");
    }
}

/// Refunds whole receipts and single lines, more than once where anything is left.
fn refund_some(till: &mut Till, sold: &[(String, String, usize)], count: usize) {
    let mut random = Random::new(20_190_401);
    let mut gone = BTreeSet::new();
    while gone.len() < count {
        let (receipt, at, lines) = random.pick(sold).unwrap();
        if !gone.insert(receipt) {
            continue;
        }
        if random.once_in(2) {
            let line = random.between(1, i64::try_from(*lines).unwrap());
            till.ask(
                &json!({"do": "refund", "receipt": receipt, "lines": [{"line": line, "qty": 1}], "at": at}),
            );
        } else {
            let back = till.ask(&json!({"do": "refund", "receipt": receipt, "lines": null, "at": at}));
            assert_eq!(back["status"], "done");
        }
    }
}

#[test]
fn a_flat_wish_of_30_per_cent_is_cut_where_margins_are_thin_and_granted_on_coffee() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let db = imported(folder.path(), &data);
    let category: BTreeMap<String, String> = table(&data.join("product.csv"))
        .into_iter()
        .map(|row| (row["product_id"].clone(), row["product_category"].clone()))
        .collect();
    let mut till = Till::open(&db, "flat:3000");
    let (mut seen, mut cut) = (BTreeSet::new(), BTreeSet::new());
    for receipt in receipts(&data).iter().take(how_many(usize::MAX)) {
        let quote = till.sell(receipt).0;
        seen.extend(receipt.lines.iter().map(|(sku, _)| category[sku].clone()));
        for refusal in
            quote["refusals"].as_array().unwrap().iter().filter(|refusal| refusal["code"] == "floor")
        {
            let line = usize::try_from(refusal["line"].as_u64().unwrap()).unwrap();
            cut.insert(category[&receipt.lines[line - 1].0].clone());
        }
    }
    till.close();
    let thin = ["Bakery", "Coffee beans", "Drinking Chocolate", "Loose Tea", "Packaged Chocolate"];
    let expected: BTreeSet<String> =
        thin.iter().map(|name| (*name).to_owned()).filter(|name| seen.contains(name)).collect();
    assert_eq!(cut, expected, "of {seen:?}");
    assert!(seen.contains("Coffee"), "coffee was sold and never cut");
}
