//! Percentiles, goals, and the probe of the disk that all waiting is compared with.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
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

/// Writes a page into a file that has its size already and waits for `fdatasync`: the least that one commit
/// can cost on this disk.
#[derive(Debug)]
pub struct Probe {
    file: File,
    path: PathBuf,
    calls: u64,
}

impl Probe {
    const PAGE: [u8; 4096] = [7; 4096];
    const PAGES: u64 = 1_000;

    pub fn open(folder: &Path) -> Result<Probe> {
        let path = folder.join("probe");
        let mut file = File::create(&path).context("the probe cannot be written")?;
        for _ in 0..Probe::PAGES {
            file.write_all(&Probe::PAGE)?;
        }
        file.sync_all()?;
        Ok(Probe { file, path, calls: 0 })
    }

    pub fn call(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.file.seek(SeekFrom::Start(self.calls % Probe::PAGES * 4096))?;
        self.file.write_all(&Probe::PAGE)?;
        self.file.sync_data()?;
        self.calls += 1;
        Ok(begun.elapsed())
    }

    /// Two thousand calls in a row, which every run begins with.
    pub fn run(&mut self) -> Result<Times> {
        Ok(Times::new(&(0..2_000).map(|_| self.call()).collect::<Result<Vec<_>>>()?))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            eprintln!("{}: {error}", self.path.display());
        }
    }
}
