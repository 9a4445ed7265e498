//! Bytes that a purchase and a decision send up, in batches of a hundred and more as they travel.

use super::{
    counters::{Past, of_kind},
    goal::{Goal, Limit},
};
use kava::wire::{
    batch::{self, BatchHead, Hashed},
    pack::pack,
};
use serde_json::{Value, json};

/// Records of a batch.
const BATCH: usize = 200;

/// Packs the same records three times: all of them as they follow one another, sales alone, decisions alone. Alone
/// they cannot lean on each other, so each figure is more than its share of the whole.
pub(crate) fn measure(pasts: &[Past]) -> (Value, Vec<Goal>) {
    let all: Vec<Hashed> = pasts.iter().flat_map(|past| past.records.clone()).collect();
    let of = |kind: &str| of_kind(&all, kind);
    let (sales, decisions) = (of("sale"), of("decision"));
    let (sale, decision) = (per_record(&sales), per_record(&decisions));
    let whole = per_record(&all) * all.len() as f64 / sales.len() as f64;
    let goals = vec![
        Goal { what: "bytes up, a purchase", unit: "B", found: sale, limit: Limit::Most(250.0) },
        Goal { what: "bytes up, a decision", unit: "B", found: decision, limit: Limit::Most(350.0) },
    ];
    let seen = json!({
        "sales": sales.len(), "decisions": decisions.len(), "records": all.len(), "batch": BATCH,
        "sale_alone": sale, "decision_alone": decision, "purchase_with_all_that_follows": whole,
    });
    (seen, goals)
}

fn per_record(records: &[Hashed]) -> f64 {
    let chunks = records.chunks(BATCH).filter(|chunk| chunk.len() >= 100);
    let (mut bytes, mut count) = (0, 0);
    for chunk in chunks {
        let Some(first) = chunk.first().map(|one| &one.record.header) else { continue };
        let head = BatchHead {
            v: batch::BATCH_FORMAT,
            chain: first.chain.clone(),
            shop: first.shop.clone(),
            counter: first.counter.clone(),
            epoch: first.epoch,
            first: first.seq,
            count: chunk.len(),
            unanchored: false,
            erased: None,
        };
        bytes += pack(batch::write(&head, chunk).as_bytes()).expect("packed").len();
        count += chunk.len();
    }
    bytes as f64 / f64::from(u32::try_from(count.max(1)).expect("few"))
}
