//! Percentiles, goals, and the probe of the disk that all waiting is compared with.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Sorted times in microseconds.
#[derive(Debug, Clone)]
pub struct Times(Vec<u64>);

impl Times {
    pub fn new(taken: &[Duration]) -> Times {
        let mut times: Vec<u64> = taken.iter().map(|time| micros(*time)).collect();
        times.sort_unstable();
        Times(times)
    }

    /// The time that so many in a thousand do not exceed.
    pub fn permille(&self, part: usize) -> u64 {
        let rank = (self.0.len() * part).div_ceil(1000).max(1) - 1;
        self.0.get(rank).or(self.0.last()).copied().unwrap_or(0)
    }

    pub fn json(&self) -> Value {
        json!({
            "samples": self.0.len(),
            "p50_us": self.permille(500),
            "p99_us": self.permille(990),
            "p999_us": self.permille(999),
            "max_us": self.permille(1000),
        })
    }
}

pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// One line of the result: what was promised and what was seen, both in one unit.
#[derive(Debug, Clone)]
pub struct Goal {
    pub name: &'static str,
    pub unit: &'static str,
    /// At most this much, or at least.
    pub at_most: bool,
    pub limit: f64,
    pub measured: f64,
}

impl Goal {
    pub fn held(&self) -> bool {
        if self.at_most { self.measured <= self.limit } else { self.measured >= self.limit }
    }

    /// How much of what is allowed was used; 1 is all of it.
    pub fn used(&self) -> f64 {
        match (self.at_most, self.limit > 0.0) {
            (true, true) => self.measured / self.limit,
            (true, false) => self.measured,
            (false, _) => self.limit / self.measured,
        }
    }

    pub fn json(&self) -> Value {
        json!({
            "goal": self.name,
            "unit": self.unit,
            "is": if self.at_most { "at most" } else { "at least" },
            "limit": rounded(self.limit),
            "measured": rounded(self.measured),
            "held": self.held(),
        })
    }
}

/// Three decimals, none above a thousand.
pub fn rounded(number: f64) -> f64 {
    if number.abs() >= 1000.0 { number.round() } else { (number * 1000.0).round() / 1000.0 }
}

/// Milliseconds of microseconds.
pub fn ms(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1000.0
}

/// Two thousand writes of a page into a file that has its size already, each followed by `fdatasync`: the
/// least that one commit can cost on this disk.
pub fn probe(folder: &Path) -> Result<Times> {
    const CALLS: usize = 2_000;
    const PAGES: usize = 1_000;
    let path = folder.join("probe");
    let mut file = std::fs::File::create(&path).context("the probe cannot be written")?;
    let page = [7u8; 4096];
    for _ in 0..PAGES {
        file.write_all(&page)?;
    }
    file.sync_all()?;
    let mut taken = Vec::with_capacity(CALLS);
    for call in 0..CALLS {
        let begun = Instant::now();
        file.seek(SeekFrom::Start((call % PAGES * page.len()) as u64))?;
        file.write_all(&page)?;
        file.sync_data()?;
        taken.push(begun.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(Times::new(&taken))
}
