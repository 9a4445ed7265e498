//! After a blackout: a thousand counters come back within a few seconds, each with a day's sales, while others that
//! were never away sell on. How soon is everything durable, and how long do those wait who have one sale to tell of?

use super::{
    Size,
    counters::{Past, Till},
    goal::{Goal, Limit, percentile},
    line::Line,
    running::Office,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Within this time all of them notice that the office is back.
const NOTICED: Duration = Duration::from_secs(2);
/// One sale of an online counter, and its pause to the next.
const SALE: usize = 3;
const PAUSE: Duration = Duration::from_secs(2);

pub(crate) fn measure(pasts: &[Past], size: Size) -> (Value, Vec<Goal>) {
    let mut tills = Till::from_pasts(pasts, size.back, (size.queued, 1_000));
    // So many that they do not run out of sales while the others drain.
    tills.extend(Till::after(pasts, size.back, (size.online, SALE)));
    let office = Office::with(&tills);
    let online = tills.split_off(size.back);
    let sales: usize = tills.iter().map(|till| till.purchases).sum();
    let queued: usize = tills.iter().map(|till| till.records).sum();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let begun = Instant::now();
    let (mut drained, mut waits, sent, away) = runtime.block_on(both(tills, online, &office.address));
    let took = begun.elapsed().as_secs_f64();
    let [_, most] = office.memory();
    office.check(queued + sent);
    drained.sort_by(f64::total_cmp);
    waits.sort_by(f64::total_cmp);
    let (drain, p99) = (percentile(&drained, 100), percentile(&waits, 99));
    let goals = vec![
        Goal { what: "storm, all drained", unit: "s", found: drain, limit: Limit::Most(120.0) },
        Goal { what: "storm, online counters, p99", unit: "ms", found: p99, limit: Limit::Most(500.0) },
        Goal { what: "storm, office's memory, most", unit: "MB", found: most, limit: Limit::Most(512.0) },
    ];
    let seen = json!({
        "back": size.back, "queued_each": size.queued, "sales": sales, "records": queued, "online": size.online,
        "drained_s": {"p50": percentile(&drained, 50), "most": drain}, "sent_away": away, "seconds": took,
        "online_ms": {"acks": waits.len(), "p50": percentile(&waits, 50), "p99": p99, "most": percentile(&waits, 100)},
        "rss_most_mb": most,
    });
    (seen, goals)
}

type Seen = (Vec<f64>, Vec<f64>, usize, u32);

async fn both(back: Vec<Till>, online: Vec<Till>, address: &str) -> Seen {
    let over = Arc::new(AtomicBool::new(false));
    let count = u32::try_from(back.len().max(1)).expect("few");
    let sellers = u32::try_from(online.len().max(1)).expect("few");
    let selling: Vec<_> = (0..sellers)
        .zip(online)
        .map(|(nth, till)| {
            let (over, line) = (Arc::clone(&over), Line::new(address, till.secret));
            tokio::spawn(sell(till, line, (PAUSE * nth / sellers, over)))
        })
        .collect();
    let begun = tokio::time::Instant::now();
    let returning: Vec<_> = (0..count)
        .zip(back)
        .map(|(nth, till)| {
            let mut line = Line::new(address, till.secret);
            tokio::spawn(async move {
                tokio::time::sleep_until(begun + NOTICED * nth / count).await;
                let mut away = 0;
                for body in &till.bodies {
                    away += line.deliver(body).await.1;
                }
                (begun.elapsed().as_secs_f64(), away)
            })
        })
        .collect();
    let (mut drained, mut away) = (Vec::new(), 0);
    for counter in returning {
        let (at, sent_away) = counter.await.expect("a counter");
        drained.push(at);
        away += sent_away;
    }
    over.store(true, Ordering::Relaxed);
    let (mut waits, mut sent) = (Vec::new(), 0);
    for counter in selling {
        let (own, records) = counter.await.expect("a counter");
        waits.extend(own);
        sent += records;
    }
    (drained, waits, sent, away)
}

/// Tells of one sale after the other until the others are done.
async fn sell(till: Till, mut line: Line, (first, over): (Duration, Arc<AtomicBool>)) -> (Vec<f64>, usize) {
    let (mut waits, mut sent) = (Vec::new(), 0);
    let mut due = tokio::time::Instant::now() + first;
    for (body, records) in till.bodies.iter().zip(&till.sizes) {
        tokio::time::sleep_until(due).await;
        if over.load(Ordering::Relaxed) {
            break;
        }
        line.deliver(body).await;
        waits.push(due.elapsed().as_secs_f64() * 1e3);
        sent += records;
        due += PAUSE;
    }
    (waits, sent)
}
