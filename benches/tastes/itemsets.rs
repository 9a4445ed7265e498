//! Itemsets and rules beside mlxtend and Borgelt's C, in one run on the same baskets.

use crate::Peers;
use anyhow::{Context, Result, ensure};
use kava::learn::tastes::baskets::Baskets;
use kava::learn::tastes::itemsets::{Limits, frequent};
use kava::learn::tastes::rules::rules;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

/// A published set at one support, what the counts must be, and how fast the peers allow us to be.
struct Race {
    name: &'static str,
    file: &'static str,
    separator: char,
    share: f64,
    confidence: f64,
    itemsets: usize,
    /// At least so many times as fast as the faster of mlxtend's two.
    mlxtend: f64,
    /// At most so many times the time of Borgelt's fastest.
    borgelt: f64,
}

const RACES: [Race; 2] = [
    Race {
        name: "groceries, 0.1 %",
        file: "groceries/groceries.csv",
        separator: ',',
        share: 0.001,
        confidence: 0.5,
        itemsets: 13_492,
        mlxtend: 20.0,
        borgelt: 2.5,
    },
    Race {
        name: "T10I4D100K, 0.5 %",
        file: "itemsets/T10I4D100K.dat.gz",
        separator: ' ',
        share: 0.005,
        confidence: 0.5,
        itemsets: 1_073,
        mlxtend: 50.0,
        borgelt: 1.5,
    },
];

const ROUNDS: usize = 25;

/// Whether every goal was held; the result is written to `itemsets.json`.
pub fn measure(shared: &Path, folder: &Path, peers: &Peers) -> Result<bool> {
    let mut held = true;
    let mut races = Vec::new();
    for race in &RACES {
        let seen = race.run(shared, peers).with_context(|| race.name)?;
        held &= seen.get("held").and_then(Value::as_bool).unwrap_or(false);
        races.push(seen);
    }
    let result = json!({ "command": "cargo xtask bench itemsets", "races": races });
    let path = folder.join("itemsets.json");
    std::fs::write(&path, serde_json::to_string_pretty(&result)? + "\n")?;
    println!("{}", path.display());
    Ok(held)
}

impl Race {
    fn run(&self, shared: &Path, peers: &Peers) -> Result<Value> {
        let path = shared.join(self.file);
        let rows = read(&path, self.separator)?;
        let (before, found) = self.ours(&rows);
        ensure!(found.0 == self.itemsets, "{} itemsets instead of {}", found.0, self.itemsets);
        let count = packed(&rows).count_of(self.share);
        let words = [path.display().to_string(), self.separator.to_string(), count.to_string()];
        let theirs = peers.ask("itemsets.py", &words)?;
        let (after, _) = self.ours(&rows);
        let seconds = before.min(after);
        let own = json!({ "seconds": seconds, "itemsets": found.0, "rules": found.1 });
        let mut seen = json!({ "race": self.name, "baskets": rows.len(), "least_count": count, "kava": own });
        println!("{}: {} itemsets and {} rules in {:.4} s", self.name, found.0, found.1, seconds);
        let Some(theirs) = theirs else { return Ok(seen) };
        let fastest = |of: &str| {
            let own = theirs.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with(of));
            own.filter_map(|(_, peer)| peer["seconds"].as_f64()).min_by(f64::total_cmp)
        };
        for (name, peer) in theirs.as_object().into_iter().flatten() {
            println!("  {name:<18} {peer}");
            let counted = peer["itemsets"].as_u64();
            ensure!(
                counted.is_none_or(|count| count == self.itemsets as u64),
                "{name} counts {counted:?} itemsets"
            );
        }
        let (mlxtend, borgelt) = (fastest("mlxtend"), fastest("pyfim"));
        let (mlxtend, borgelt) = mlxtend.zip(borgelt).context("no peer finished")?;
        let (times, part) = (mlxtend / seconds, seconds / borgelt);
        let held = times >= self.mlxtend && part <= self.borgelt;
        println!(
            "  {times:.1} × as fast as mlxtend (goal {}), {part:.2} × the time of Borgelt's C (goal {}): {}",
            self.mlxtend,
            self.borgelt,
            if held { "held" } else { "NOT HELD" }
        );
        let compared = [
            ("peers", theirs),
            ("times_as_fast_as_mlxtend", json!({ "measured": times, "at_least": self.mlxtend })),
            ("time_over_borgelt", json!({ "measured": part, "at_most": self.borgelt })),
            ("held", json!(held)),
        ];
        if let Some(figures) = seen.as_object_mut() {
            figures.extend(compared.map(|(name, figure)| (name.to_owned(), figure)));
        }
        Ok(seen)
    }

    /// Seconds of the fastest round, packing, mining and storing every rule included; itemsets and rules.
    fn ours(&self, rows: &[Vec<u16>]) -> (f64, (usize, usize)) {
        let mut fastest = f64::INFINITY;
        let mut found = (0, 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let baskets = packed(rows);
            let sets = frequent(&baskets, Limits::from_count(baskets.count_of(self.share)));
            let sets = sets.unwrap_or_default();
            let rules = rules(&sets, self.confidence);
            fastest = fastest.min(begun.elapsed().as_secs_f64());
            found = (sets.len(), rules.len());
        }
        (fastest, found)
    }
}

fn packed(rows: &[Vec<u16>]) -> Baskets {
    let mut baskets = Baskets::default();
    for row in rows {
        baskets.push(row.iter().copied());
    }
    baskets
}

fn read(path: &Path, separator: char) -> Result<Vec<Vec<u16>>> {
    let file = std::fs::File::open(path).with_context(|| format!("{} is not there", path.display()))?;
    let mut text = String::new();
    if path.extension().is_some_and(|ending| ending == "gz") {
        flate2::read::GzDecoder::new(file).read_to_string(&mut text)?;
    } else {
        { file }.read_to_string(&mut text)?;
    }
    let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
    text.lines()
        .map(|line| {
            let items = line.split(separator).map(str::trim).filter(|item| !item.is_empty());
            items
                .map(|item| {
                    let next = u16::try_from(numbers.len())?;
                    Ok(*numbers.entry(item).or_insert(next))
                })
                .collect()
        })
        .collect()
}
