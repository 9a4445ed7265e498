//! How fast the disk is right now: a write and an fdatasync, again and again.

use serde_json::{Value, json};
use std::{fs::File, io::Write, path::Path, time::Instant};

/// Milliseconds of so many calls.
pub(crate) fn fdatasync(folder: &Path, calls: usize) -> Value {
    let mut file = File::create(folder.join("probe")).expect("a file");
    let mut took: Vec<f64> = (0..calls)
        .map(|_| {
            let begun = Instant::now();
            file.write_all(&[7; 4096]).and_then(|()| file.sync_data()).expect("the disk writes");
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
    json!({"calls": calls, "p50_ms": at(50), "p99_ms": at(99)})
}
