//! How many purchases the office makes durable in a second. Batches come at moments that were fixed before, whether
//! the office keeps up or not, and a wait counts from such a moment: an office that stalls is not asked less.

use super::{
    Size,
    counters::{Past, Till},
    goal::{Goal, Limit, percentile},
    line::Line,
    running::Office,
};
use serde_json::{Value, json};
use std::time::Duration;

/// Records of a batch: some hundred purchases.
const BATCH: usize = 200;

pub(crate) fn measure(pasts: &[Past], size: Size) -> (Value, Vec<Goal>) {
    let tills = Till::from_pasts(pasts, size.counters, (usize::MAX, BATCH));
    let purchases: usize = tills.iter().map(|till| till.purchases).sum();
    let records: usize = tills.iter().map(|till| till.records).sum();
    let whole = Duration::from_secs_f64(purchases as f64 / size.offered as f64);
    let office = Office::with(&tills);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (mut waits, took) = runtime.block_on(send_all(tills, &office.address, whole));
    let [_, most] = office.memory();
    office.check(records);
    waits.sort_by(f64::total_cmp);
    let rate = purchases as f64 / took;
    let p99 = percentile(&waits, 99);
    let goals = vec![
        Goal { what: "ingest", unit: "purchases/s", found: rate, limit: Limit::Least(5_000.0) },
        Goal { what: "ingest, acknowledged durable, p99", unit: "ms", found: p99, limit: Limit::Most(250.0) },
    ];
    let seen = json!({
        "counters": size.counters, "batch": BATCH, "offered_per_second": size.offered, "purchases": purchases,
        "records": records, "seconds": took, "purchases_per_second": rate, "records_per_second": records as f64 / took,
        "ack_ms": {"p50": percentile(&waits, 50), "p99": p99, "most": percentile(&waits, 100)}, "rss_most_mb": most,
    });
    (seen, goals)
}

/// Every counter sends its batches evenly over the whole time, each beginning a little later than the one before;
/// gives the waits in milliseconds, and the seconds from the first moment to the last answer.
async fn send_all(tills: Vec<Till>, address: &str, whole: Duration) -> (Vec<f64>, f64) {
    let count = u32::try_from(tills.len()).expect("few");
    let begun = tokio::time::Instant::now() + Duration::from_millis(500);
    let counters: Vec<_> = (0..count)
        .zip(tills)
        .map(|(nth, till)| {
            let mut line = Line::new(address, till.secret);
            tokio::spawn(async move {
                let each = whole / u32::try_from(till.bodies.len().max(1)).expect("few");
                let mut waits = Vec::new();
                for (turn, body) in (0_u32..).zip(&till.bodies) {
                    let due = begun + each * turn + each * nth / count;
                    tokio::time::sleep_until(due).await;
                    line.deliver(body).await;
                    waits.push(due.elapsed().as_secs_f64() * 1e3);
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for counter in counters {
        waits.extend(counter.await.expect("a counter"));
    }
    (waits, begun.elapsed().as_secs_f64())
}
