//! Half a year of the experiment put into the town's past: arms drawn by the counter's own lot, kept with the
//! decisions of sales that were there, and one arm that does sell more. What learning of response and the game reads.

use crate::shelf;
use crate::town::{self, DAYS, TODAY};
use anyhow::{Context, Result};
use kava::facts::customer::Features;
use kava::facts::id::{CustomerId, ReceiptId, VisitId};
use kava::facts::menu::Menu;
use kava::facts::moment::{BusinessDay, Moment, ShopDay};
use kava::facts::policy::Policy;
use kava::facts::purchase::PurchaseKind;
use kava::flow::decision::{Decision, Guest};
use kava::steps::guard::CapsLeft;
use kava::steps::offer::likely::{self, Known};
use kava::steps::offer::{self, Situation, Strategy};
use kava::steps::taste::Popularity;
use kava::steps::{features, segment, value};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Days before today on which the experiment began.
const BEGAN: i32 = 180;
/// The epoch of the series that the decisions stand in; no other record has it.
const SERIES: i64 = 0;
/// The arm that sells a fifth more.
const SELLS: &str = "next-visit";

/// A sale of the past.
struct Sale {
    row: i64,
    receipt: String,
    customer: i64,
    at: i64,
    day: i32,
}

/// What all decisions have in common.
struct Shop {
    policy: Policy,
    menu: Menu,
    popularity: Popularity,
}

/// Writes the experiment; gives how many epochs of it there are.
pub fn write(database: &Path) -> Result<usize> {
    let shop = Shop {
        policy: town::policy(),
        menu: Menu::new(shelf::stock().products),
        popularity: shelf::stock().products.into_iter().map(|product| (product.sku, 1)).collect(),
    };
    let connection = Connection::open(database)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN")?;
    let features = all_features(&connection)?;
    // Until which day the epoch of a customer runs, and whether its arm sells more.
    let mut running: BTreeMap<i64, (BusinessDay, bool)> = BTreeMap::new();
    let mut epochs = 0;
    let mut sales = connection.prepare(
        "SELECT id, receipt, customer, at, business_day FROM purchase WHERE business_day >= ? AND customer NOT NULL ORDER BY id",
    )?;
    let mut rows = sales.query([TODAY.0 - BEGAN])?;
    while let Some(row) = rows.next()? {
        let sale = Sale {
            row: row.get(0)?,
            receipt: row.get(1)?,
            customer: row.get(2)?,
            at: row.get(3)?,
            day: row.get(4)?,
        };
        let day = BusinessDay(sale.day);
        let known = running.get(&sale.customer).filter(|(until, _)| day < *until).copied();
        let (_, sells) = match known {
            Some(epoch) => epoch,
            None => {
                let own = features.get(&sale.customer).context("a sale of nobody")?;
                epochs += 1;
                let opened = open(&connection, &shop, &sale, own)?;
                running.insert(sale.customer, opened);
                opened
            }
        };
        if sells {
            sell_more(&connection, sale.row)?;
        }
    }
    drop(rows);
    drop(sales);
    connection.execute_batch("COMMIT")?;
    Ok(epochs)
}

fn all_features(connection: &Connection) -> Result<BTreeMap<i64, Features>> {
    let mut statement = connection.prepare("SELECT id, features FROM customer")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (id, text) = row?;
        Ok((id, serde_json::from_str(&text)?))
    })
    .collect()
}

/// The sale becomes the first of an epoch.
fn open(
    connection: &Connection,
    shop: &Shop,
    sale: &Sale,
    features: &Features,
) -> Result<(BusinessDay, bool)> {
    let decision = decide(shop, sale, features);
    let assignment = decision.opens_epoch(&shop.policy).context("nothing was drawn")?;
    let mark = "UPDATE purchase SET source = 'kava', decision_seq = id WHERE id = ?";
    connection.prepare_cached(mark)?.execute([sale.row])?;
    let record = "INSERT INTO record (epoch, seq, v, chain, shop, counter, at, utc_offset_min, business_day, clock_trust,
        kind, payload_hash, prev_hash, hash, salt, payload)
        VALUES (?, ?, 1, 'chain', 'shop', 'till', ?, 180, ?, 'good', 'decision', '', '', '', x'00', ?)";
    let body = decision.to_json().into_bytes();
    connection.prepare_cached(record)?.execute(params![SERIES, sale.row, sale.at, sale.day, body])?;
    let keep = "INSERT INTO assignment (customer, from_day, body) VALUES (?, ?, ?)";
    let body = serde_json::to_string(&assignment)?;
    connection.prepare_cached(keep)?.execute(params![sale.customer, assignment.from.0, body])?;
    Ok((assignment.until, assignment.arm.as_str() == SELLS))
}

fn decide(shop: &Shop, sale: &Sale, features: &Features) -> Decision {
    let day = BusinessDay(sale.day);
    let open_day = sale.day - TODAY.0 + i32::try_from(DAYS).unwrap_or(0) + 1;
    let reading = value::read(features, ShopDay { day, number: open_day }, None);
    let segment = segment::assign(features, ShopDay { day, number: open_day }, None, segment::NEW);
    let favourite = offer::favourite(&reading);
    let known = Known { usual: &[], favourite: favourite.as_ref(), novelty: None };
    let likely = likely::of(known, &shop.popularity, &shop.menu, &shop.policy, day);
    let epoch_days = features::epoch_days(&reading, &shop.policy).max(1);
    let situation = Situation {
        visit: VisitId::new(format!("v{}", sale.row)),
        customer: CustomerId::new(sale.customer.to_string()),
        at: Moment(sale.at),
        business_day: day,
        day_ends: Moment(sale.at + 3_600_000),
        personal: true,
        segment: segment.clone(),
        epoch: i64::from(sale.day.div_euclid(epoch_days)),
        strategy: Strategy::Learned,
        favourite,
        novelty: None,
        cards: Vec::new(),
        reading,
        opened: Some(day),
        assigned: None,
        past_arms: Vec::new(),
        memory_bp: Some(features.discount_memory_bp),
        likely,
        menu_moved: false,
        promised: None,
    };
    let draw = offer::draw(&situation, &shop.policy, None);
    Decision {
        v: 1,
        receipt: ReceiptId::new(&sale.receipt),
        menu: shop.menu.digest(),
        policy: shop.policy.digest(),
        bundle: None,
        guest: Some(Guest {
            features: features.clone(),
            open_day,
            previous_segment: segment,
            situation,
            bundle: None,
            draw,
            exposure: Vec::new(),
            rights: Default::default(),
        }),
        kind: PurchaseKind::Sale,
        basket: Vec::new(),
        chosen: None,
        day,
        caps_left: CapsLeft::whole(&shop.policy),
        lines: Vec::new(),
        refusals: Vec::new(),
        next: None,
        codes: Vec::new(),
    }
}

/// A quarter more at list prices, a fifth more paid: this arm pays, and its discount shows.
fn sell_more(connection: &Connection, purchase: i64) -> Result<()> {
    let lines = "UPDATE purchase_line SET list = list + list / 4, net = net + list / 5,
        discount = list + list / 4 - net - list / 5 WHERE purchase = ?";
    connection.prepare_cached(lines)?.execute([purchase])?;
    Ok(())
}
