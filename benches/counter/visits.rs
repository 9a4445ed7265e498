//! Greet, quote and settle in this process, on the town's database.

use crate::figures::{Goal, Probe, Times, ms};
use crate::shelf;
use crate::town::{self, NOW, Size};
use anyhow::{Context, Result, ensure};
use kava::facts::purchase::PaymentKind;
use kava::flow::Counter;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::ports::Idempotency;
use kava::steps::offer::Strategy;
use kava::store::{Access, Durability, Store};
use kava::testing::random::Random;
use kava::testing::scripted::ScriptedRegister;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How many visits are measured.
#[derive(Debug, Clone, Copy)]
pub struct Samples {
    pub greets: usize,
    pub settles: usize,
}

/// A counter with the guests that come to it.
pub struct Stand {
    counter: Counter,
    shelf: shelf::Shelf,
    random: Random,
    size: Size,
    at: kava::facts::moment::Moment,
}

impl Stand {
    pub fn open(database: &Path, size: Size, seed: u64, strategy: Strategy) -> Result<Stand> {
        let store = Store::open(database, Access::Write, Durability::Full)?;
        let at = NOW.later(store.newest_record_at()?.map_or(0, |newest| (newest - NOW.0).max(0)));
        let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
        let ids = Ids::random().map_err(anyhow::Error::msg)?;
        let counter = Counter::new(store, register, None, ids, Settings { strategy, ..Settings::default() })?;
        Ok(Stand { counter, shelf: shelf::stock(), random: Random::new(seed), size, at })
    }

    /// Greet and quote; every second guest is drawn from all customers alike, the others as visits are.
    fn visit(&mut self) -> Result<(Duration, kava::facts::id::VisitId)> {
        self.at = self.at.later(20_000);
        let customer = if self.random.once_in(2) {
            town::visitor(&mut self.random, self.size)
        } else {
            u32::try_from(self.random.between(0, i64::from(self.size.customers) - 1))?
        };
        let card = town::card_of(customer);
        let basket = self.shelf.basket(&mut self.random, customer);
        let begun = Instant::now();
        let greeting = self.counter.greet(Some(&card), self.at)?;
        let wish = QuoteWish { basket, choice: Choice::Best, kind: Default::default() };
        self.counter.quote(&greeting.visit, wish, self.at)?;
        let taken = begun.elapsed();
        ensure!(greeting.customer.is_some(), "card {card} opens nobody");
        Ok((taken, greeting.visit))
    }

    pub fn greets(&mut self, count: usize) -> Result<Times> {
        let taken = (0..count).map(|_| Ok(self.visit()?.0)).collect::<Result<Vec<_>>>()?;
        Ok(Times::new(&taken))
    }

    fn settle(&mut self) -> Result<Duration> {
        let (_, visit) = self.visit()?;
        let begun = Instant::now();
        let settled = self.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), self.at)?;
        let taken = begun.elapsed();
        ensure!(settled.segment_after.is_some(), "the sale was not remembered: {settled:?}");
        Ok(taken)
    }
}

/// Greet and quote: warm, beside a writer, and after the page cache was dropped where that was wished.
pub fn greet(database: &Path, size: Size, samples: Samples, drop_caches: bool) -> Result<(Value, Vec<Goal>)> {
    let cold = drop_caches.then(|| -> Result<Value> {
        std::fs::write("/proc/sys/vm/drop_caches", "3").context("only root may drop the page cache")?;
        Ok(Stand::open(database, size, 3, Strategy::Ladder)?.greets(samples.greets / 20)?.json())
    });
    let cold = cold.transpose()?;
    // The file is read once, so that warm means warm.
    std::io::copy(&mut std::fs::File::open(database)?, &mut std::io::sink())?;
    let mut stand = Stand::open(database, size, 1, Strategy::Ladder)?;
    stand.greets(samples.greets / 10)?;
    let read_before = read_from_disk();
    let warm = stand.greets(samples.greets)?;
    // More than a little means that the system had taken the page cache away: not warm after all.
    let read = read_from_disk() - read_before;
    let beside = beside_a_writer(database, || stand.greets(samples.greets / 4))?;
    let goal = |name, times: &Times| Goal {
        name,
        unit: "ms",
        at_most: true,
        limit: 5.0,
        measured: ms(times.permille(990)),
    };
    let goals =
        vec![goal("greet + quote, warm, p99", &warm), goal("greet + quote beside a writer, p99", &beside.0)];
    let all = json!({"warm": warm.json(), "warm_read_bytes": read, "beside_a_writer": beside.0.json(), "writer_commits": beside.1, "cold": cold});
    Ok((all, goals))
}

/// Bytes that this process had to fetch from the disk so far; 0 where the system does not tell.
fn read_from_disk() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("read_bytes: "));
    line.and_then(|bytes| bytes.trim().parse().ok()).unwrap_or(0)
}

/// Measures while another connection commits as fast as the disk lets it, as an import does.
fn beside_a_writer(database: &Path, measure: impl FnOnce() -> Result<Times>) -> Result<(Times, u64)> {
    let connection = Connection::open(database)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let ended = AtomicBool::new(false);
    let done = &ended;
    thread::scope(|scope| {
        let writer = scope.spawn(move || -> Result<u64> {
            let mut commits = 0;
            while !done.load(Ordering::Relaxed) {
                let sql = "INSERT INTO setting (key, value) VALUES ('town', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
                connection.prepare_cached(sql)?.execute([commits.to_string()])?;
                commits += 1;
            }
            Ok(commits)
        });
        let times = measure();
        done.store(true, Ordering::Relaxed);
        let commits = writer.join().map_err(|_| anyhow::anyhow!("the writer died"))??;
        Ok((times?, commits))
    })
}

/// Prepare and settle with a register that answers at once: everything is the engine's. Other programs use the
/// disk too, so the probe is called after every sale and sees the same disk as the sale did.
pub fn settle(
    database: &Path,
    size: Size,
    samples: Samples,
    probe: &mut Probe,
) -> Result<(Value, Vec<Goal>)> {
    let mut stand = Stand::open(database, size, 2, Strategy::Ladder)?;
    for _ in 0..samples.settles / 10 {
        stand.settle()?;
    }
    let (mut taken, mut rests, mut probes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..samples.settles {
        taken.push(stand.settle()?);
        // The faces do the same when the answer is out.
        let begun = Instant::now();
        stand.counter.rest();
        rests.push(begun.elapsed());
        probes.push(probe.call()?);
    }
    let (times, probes) = (Times::new(&taken), Times::new(&probes));
    let goal = Goal {
        name: "prepare + settle, p99",
        unit: "ms",
        at_most: true,
        limit: 2.0 * ms(probes.permille(990)) + 2.0,
        measured: ms(times.permille(990)),
    };
    let all = json!({
        "settle": times.json(),
        "probe_after_each": probes.json(),
        "rest_after_each": Times::new(&rests).json(),
    });
    Ok((all, vec![goal]))
}
