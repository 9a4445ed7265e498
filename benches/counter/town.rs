//! A shop with a long past: customers and purchase lines written in bulk from a seed, kept under
//! `target/bench/` until seed, size or schema change.

use crate::shelf::{self, Shelf, VisitLine};
use anyhow::{Context, Result, ensure};
use kava::facts::customer::Rights;
use kava::facts::customer::{Consent, Features, VisitFact, VisitOrder};
use kava::facts::menu::hex_digest;
use kava::facts::moment::{BusinessDay, Moment, ShopDay};
use kava::facts::money::Money;
use kava::facts::policy::Policy;
use kava::steps::{features, scan, segment};
use kava::store::setting::{set_policy, set_shop};
use kava::store::{Access, Durability, Store, customers::consent_bits, menu};
use kava::testing::{random::Random, shop};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// To be counted up when what is written here changes.
const GENERATOR: u32 = 2;
const MIGRATIONS: &str = include_str!("../../tests/migrations.sha256");
const SOURCE: &str = "import:town";
const DAY_MS: i64 = 86_400_000;
/// The days of the town's past.
pub const DAYS: i64 = 400;
/// The first day after the town's past: 2 November 2026.
pub const TODAY: BusinessDay = BusinessDay(20_759);
/// Nine in the morning of that day in Minsk.
pub const NOW: Moment = Moment(20_759 * DAY_MS + 6 * 3_600_000);

/// How large a town.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub customers: u32,
    pub lines: u64,
}

/// The card that customer number `customer` shows.
pub fn card_of(customer: u32) -> String {
    scan::printed_card(u64::from(customer)).digits().to_owned()
}

/// The customer of a random visit: regulars come more often than others, as 1 / (rank + a five-hundredth).
pub fn visitor(random: &mut Random, size: Size) -> u32 {
    let all = f64::from(size.customers);
    let floor = all / 500.0;
    let rank = floor * ((all + floor) / floor).powf(unit(random)) - floor;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to the number of customers"
    )]
    let rank = rank as u32;
    rank.min(size.customers - 1)
}

#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn unit(random: &mut Random) -> f64 {
    (random.bits() >> 11) as f64 / (1u64 << 53) as f64
}

/// The town's database, made if it is not there.
pub fn database(folder: &Path, seed: u64, size: Size) -> Result<PathBuf> {
    let schema = hex_digest(MIGRATIONS.as_bytes());
    let schema = schema.as_str().get(..8).unwrap_or_default();
    let name = format!("town-{seed}-{}-{}-{schema}-{GENERATOR}.db", size.customers, size.lines);
    let path = folder.join(name);
    if path.exists() {
        return Ok(path);
    }
    let begun = Instant::now();
    let draft = folder.join("town.part");
    remove(&draft)?;
    build(&draft, seed, size).context("the town cannot be built")?;
    std::fs::rename(&draft, &path)?;
    eprintln!("built {} in {} s", path.display(), begun.elapsed().as_secs());
    Ok(path)
}

/// Removes a database with what stands beside it.
pub fn remove(path: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let name = PathBuf::from(name);
        if name.exists() {
            std::fs::remove_file(&name)?;
        }
    }
    Ok(())
}

/// One visit of the past: when and whose. Its lines follow from the seed.
type Visit = (i64, u32);

/// The town's rules: nobody in the holdout, a printed card has all rights.
pub fn policy() -> Policy {
    Policy { holdout: Vec::new(), printed_card: Rights::Full, ..Policy::default() }
}

fn build(path: &Path, seed: u64, size: Size) -> Result<()> {
    let policy = policy();
    let shelf = shelf::stock();
    let mut store = Store::open(path, Access::Create, Durability::Off)?;
    let versions = store.change(|change| {
        set_shop(change, &shop::shop())?;
        set_policy(change, &policy)?;
        let mut versions = Vec::new();
        for product in &shelf.products {
            let version = menu::version_of(change, product)?;
            menu::put_on_sale(change, &product.sku, version)?;
            versions.push(version);
        }
        Ok(versions)
    })?;
    // While there is nothing to fold: what is written below comes from this program's own fold.
    store.refold_if_older(&policy)?;
    drop(store);
    let visits = visits(seed, size);
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
         PRAGMA cache_size = -1000000;",
    )?;
    let past = Past { seed, size, visits, shelf, versions, policy };
    past.write(&mut connection)?;
    drop(connection);
    past.check(path)
}

fn visits(seed: u64, size: Size) -> Vec<Visit> {
    let mut random = Random::new(seed);
    // A visit has 2.15 lines on average; a few more visits than needed.
    let count = size.lines * 100 / 213;
    let first = i64::from(TODAY.0) - DAYS;
    let when = |random: &mut Random| {
        // Seven in the morning to nine in the evening, three hours ahead of UTC.
        (first + random.between(0, DAYS - 1)) * DAY_MS + random.between(4 * 3_600_000, 18 * 3_600_000 - 1)
    };
    let mut visits: Vec<Visit> = (0..size.customers).map(|customer| (when(&mut random), customer)).collect();
    for _ in visits.len() as u64..count {
        let at = when(&mut random);
        visits.push((at, visitor(&mut random, size)));
    }
    visits.sort_unstable();
    visits
}

/// Everything that is written.
struct Past {
    seed: u64,
    size: Size,
    visits: Vec<Visit>,
    shelf: Shelf,
    versions: Vec<i64>,
    policy: Policy,
}

impl Past {
    fn write(&self, connection: &mut Connection) -> Result<()> {
        // An index over rows that are there is made faster than one that grows with them.
        let indexes: Vec<(String, String)> = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'purchase' AND sql IS NOT NULL")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (name, _) in &indexes {
            connection.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let change = connection.transaction()?;
        self.write_customers(&change)?;
        self.write_purchases(&change)?;
        self.write_days(&change)?;
        change.commit()?;
        for (_, sql) in &indexes {
            connection.execute_batch(sql)?;
        }
        Ok(())
    }

    fn lines(&self, visit: usize, customer: u32) -> Vec<VisitLine> {
        let seed = self.seed.rotate_left(32) ^ visit as u64;
        self.shelf.lines(&mut Random::new(seed), customer)
    }

    fn write_customers(&self, change: &Connection) -> Result<()> {
        let mut by_customer: Vec<u32> = (0..u32::try_from(self.visits.len())?).collect();
        by_customer.sort_by_key(|visit| self.visits.get(*visit as usize).map(|(_, customer)| *customer));
        let mut add = change.prepare(
            "INSERT INTO customer (id, key, consent, registered, source, features, segment) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut card = change.prepare("INSERT INTO printed_code (code, customer) VALUES (?, ?)")?;
        let mut random = Random::new(self.seed ^ 0xc0de);
        let mut next = by_customer.into_iter().peekable();
        for customer in 0..self.size.customers {
            let mut features = Features::default();
            while let Some(visit) = next.next_if(|visit| self.owner(*visit) == Some(customer)) {
                features = features::fold(features, &self.fact(visit as usize), &self.policy);
            }
            let today = ShopDay { day: TODAY, number: i32::try_from(DAYS)? + 1 };
            let segment = segment::assign(&features, today, None, segment::NEW);
            let row = i64::from(customer) + 1;
            let key = format!("c{:016x}{:016x}", random.bits(), random.bits());
            let registered = features.first_day.unwrap_or(TODAY).0;
            let text = serde_json::to_string(&features)?;
            let consent = consent_bits(Consent::PERSONAL);
            add.execute(params![row, key, consent, registered, SOURCE, text, segment])?;
            card.execute(params![card_of(customer), row])?;
        }
        Ok(())
    }

    fn owner(&self, visit: u32) -> Option<u32> {
        self.visits.get(visit as usize).map(|(_, customer)| *customer)
    }

    fn fact(&self, visit: usize) -> VisitFact {
        let (at, customer) = self.visits.get(visit).copied().unwrap_or_default();
        let lines = self.lines(visit, customer);
        let (day, hour) = day_and_hour(at);
        let mut fact = VisitFact {
            order: VisitOrder { at: Moment(at), counter: "till".into(), epoch: 0, seq: row_of(visit) },
            business_day: BusinessDay(day),
            open_day: day - (TODAY.0 - 400) + 1,
            hour,
            net_by_category: Vec::new(),
            saved: Money::ZERO,
            list: Money::ZERO,
            drinks: 0,
            cup: self.shelf.cup,
        };
        for line in &lines {
            let Some(product) = self.shelf.products.get(line.product) else { continue };
            fact.list = fact.list.plus(line.list);
            fact.saved = fact.saved.plus(line.list.minus(line.net));
            fact.drinks += if product.drink { line.pieces } else { 0 };
            match fact.net_by_category.iter_mut().find(|(category, _)| *category == product.category) {
                Some((_, net)) => *net = net.plus(line.net),
                None => fact.net_by_category.push((product.category.clone(), line.net)),
            }
        }
        fact
    }

    fn write_purchases(&self, change: &Connection) -> Result<()> {
        let mut head = change.prepare(
            "INSERT INTO purchase (id, chain, source, receipt, shop, kind, customer, at, counter, epoch, seq, utc_offset_min,
             business_day, hour, list, discount, net, cup, policy_version, payments)
             VALUES (?, 'chain', ?, ?, 'shop', 'sale', ?, ?, 'till', 0, ?, 180, ?, ?, ?, ?, ?, ?, 0, ?)",
        )?;
        let mut add_line = change.prepare(
            "INSERT INTO purchase_line (purchase, line, version, qty, list, discount, net, tax) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut add_extra = change.prepare(
            "INSERT INTO purchase_extra (purchase, line, nth, version, qty) VALUES (?, ?, 1, ?, 1000)",
        )?;
        let mut popularity = vec![0i64; self.shelf.products.len()];
        for (visit, (at, customer)) in self.visits.iter().enumerate() {
            let row = row_of(visit);
            let lines = self.lines(visit, *customer);
            let (day, hour) = day_and_hour(*at);
            let list = Money::total(lines.iter().map(|line| line.list));
            let net = Money::total(lines.iter().map(|line| line.net));
            let receipt = format!("{at:012x}-{row:012x}");
            let payments = format!(r#"[{{"kind":"card","minor":{}}}]"#, net.0);
            let discount = list.minus(net).0;
            let owner = i64::from(*customer) + 1;
            head.execute(params![
                row,
                SOURCE,
                receipt,
                owner,
                at,
                row,
                day,
                hour,
                list.0,
                discount,
                net.0,
                self.shelf.cup.0,
                payments
            ])?;
            for (number, line) in (1i64..).zip(&lines) {
                let version = self.versions.get(line.product);
                let tax = line.net.0 / 6;
                let discount = line.list.minus(line.net).0;
                add_line.execute((
                    row,
                    number,
                    version,
                    line.pieces * 1000,
                    line.list.0,
                    discount,
                    line.net.0,
                    tax,
                ))?;
                if let Some(extra) = line.extra {
                    add_extra.execute((row, number, self.versions.get(extra)))?;
                }
                if let Some(sum) = popularity.get_mut(line.product) {
                    *sum += line.pieces;
                }
            }
        }
        let mut add = change.prepare("INSERT INTO popularity (sku, pieces) VALUES (?, ?)")?;
        for (product, pieces) in self.shelf.products.iter().zip(popularity) {
            add.execute(params![product.sku.as_str(), pieces])?;
        }
        Ok(())
    }

    fn write_days(&self, change: &Connection) -> Result<()> {
        let first = TODAY.0 - i32::try_from(DAYS)?;
        for day in first..TODAY.0 {
            change.prepare_cached("INSERT INTO open_day (business_day) VALUES (?)")?.execute([day])?;
            let month = BusinessDay(day).date().strftime("%Y-%m").to_string();
            let sql = "INSERT INTO cup (month, price) VALUES (?, ?) ON CONFLICT DO NOTHING";
            change.prepare_cached(sql)?.execute(params![month, self.shelf.cup.0])?;
        }
        Ok(())
    }

    /// What was written must be what the engine itself would compute.
    fn check(&self, path: &Path) -> Result<()> {
        let store = Store::open(path, Access::Write, Durability::Full)?;
        for customer in (0..self.size.customers).step_by((self.size.customers / 20).max(1) as usize) {
            let known = store.customer_by_code(&card_of(customer))?.context("a card opens nobody")?;
            let same = store.refolded(known.row)? == known.features;
            ensure!(same, "customer {customer}: the features are not those of the visits");
        }
        Ok(())
    }
}

fn row_of(visit: usize) -> i64 {
    i64::try_from(visit).unwrap_or(i64::MAX - 1) + 1
}

/// Day of trade and hour in Minsk.
fn day_and_hour(at: i64) -> (i32, u8) {
    let local = at + 3 * 3_600_000;
    let day = i32::try_from(local.div_euclid(DAY_MS)).unwrap_or(0);
    let hour = u8::try_from(local.rem_euclid(DAY_MS) / 3_600_000).unwrap_or(0);
    (day, hour)
}
