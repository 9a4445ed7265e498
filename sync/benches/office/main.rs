//! What the office takes: purchases a second that are acknowledged durable, with many counters on the same machine
//! and the disk's own speed beside it; and how many bytes a purchase sends up. One JSON object on stdout.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at the first surprise"
)]

mod counters;
mod probe;

use counters::{Till, enrol_all};
use kava::flow::deliver::{Load, Messenger};
use kava_sync::{
    http::{Office, routes},
    ledger::{Access, Ledger, audit::audit, writer::Writer},
};
use serde_json::json;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

/// Counters that send at the same time, purchases of each, records in a batch.
struct Size {
    counters: usize,
    purchases: usize,
    batch: usize,
}

fn main() {
    let quick = std::env::args().any(|word| word == "--quick");
    let size = if quick {
        Size { counters: 8, purchases: 100, batch: 200 }
    } else {
        Size { counters: 32, purchases: 1_000, batch: 200 }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let probe = probe::fdatasync(folder.path(), if quick { 200 } else { 2_000 });
    let tills: Vec<Till> = in_threads(size.counters, |n| Till::with_past(n, size.purchases, size.batch));
    let bytes = bytes(&tills);
    let ingest = ingest(folder.path(), tills, &size);
    println!("{}", json!({"fdatasync": probe, "bytes": bytes, "ingest": ingest}));
}

fn in_threads<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let make = &make;
        let threads: Vec<_> = (0..count).map(|n| scope.spawn(move || make(n))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    })
}

/// Bytes up, of batches as they travel.
fn bytes(tills: &[Till]) -> serde_json::Value {
    let loads: Vec<&Load> = tills.iter().flat_map(|till| &till.loads).collect();
    let packed: usize = loads.iter().map(|load| load.packed(false).expect("packed").len()).sum();
    let count = |kind: &str| loads.iter().map(|load| of_kind(load, kind)).sum::<usize>();
    let records: usize = loads.iter().map(|load| load.len()).sum();
    json!({
        "sales": count("sale"), "decisions": count("decision"), "records": records, "bytes": packed,
        "per_purchase_with_its_decision": packed as f64 / count("sale") as f64,
        "per_record": packed as f64 / records as f64,
    })
}

/// Starts an office on a free port inside this process, lets everybody send at once, audits.
fn ingest(folder: &Path, tills: Vec<Till>, size: &Size) -> serde_json::Value {
    let db = folder.join("office.db");
    let mut ledger = Ledger::open(&db, Access::Create).expect("a ledger");
    ledger.found("chain", &[1; 32], kava::facts::moment::Moment(0)).expect("an office");
    enrol_all(&mut ledger, &tills);
    drop(ledger);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (writer, _thread) = Writer::start(&db).expect("a writer");
    let office = Arc::new(Office::new(&db, writer).expect("an office"));
    let address = runtime.block_on(listen(&office));
    let url = format!("http://{address}");
    let (sales, records) = tills
        .iter()
        .flat_map(|till| &till.loads)
        .fold((0, 0), |(sales, records), load| (sales + of_kind(load, "sale"), records + load.len()));
    let start = Arc::new(Barrier::new(tills.len() + 1));
    let threads: Vec<_> = tills
        .into_iter()
        .map(|till| {
            let (start, mut messenger) = (Arc::clone(&start), till.messenger(&url));
            thread::spawn(move || {
                start.wait();
                till.loads.iter().map(|load| timed(&mut messenger, load)).collect::<Vec<_>>()
            })
        })
        .collect();
    start.wait();
    let begun = Instant::now();
    let mut acks: Vec<Duration> =
        threads.into_iter().flat_map(|thread| thread.join().expect("a counter")).collect();
    let took = begun.elapsed().as_secs_f64();
    acks.sort_unstable();
    let at = |share: usize| acks.get(acks.len() * share / 100).map_or(0.0, |ack| ack.as_secs_f64() * 1e3);
    let report = audit(&mut Ledger::open(&db, Access::Read).expect("the ledger")).expect("an audit");
    assert_eq!(report.findings, [], "the ledger must hold");
    assert_eq!(report.checked.get("records").copied(), Some(records as u64), "all of it, once");
    json!({
        "counters": size.counters, "batch": size.batch, "purchases": sales, "records": records, "seconds": took,
        "purchases_per_second": sales as f64 / took, "records_per_second": records as f64 / took,
        "ack_ms": {"p50": at(50), "p99": at(99)},
    })
}

async fn listen(office: &Arc<Office>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = routes(Arc::clone(office));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn of_kind(load: &Load, kind: &str) -> usize {
    load.records().iter().filter(|one| one.record.header.kind == kind).count()
}

fn timed(messenger: &mut Messenger, load: &Load) -> Duration {
    let begun = Instant::now();
    let now = kava::facts::moment::Moment(jiff::Timestamp::now().as_millisecond());
    messenger.send(load, now).expect("acknowledged");
    begun.elapsed()
}
