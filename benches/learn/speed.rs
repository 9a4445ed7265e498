//! As fast: a million points of eight numbers for K-Means, a hundred thousand of four for DBSCAN.

use crate::Goal;
use crate::Measured;
use crate::peers::{Peers, number};
use crate::points::scattered;
use anyhow::{Context, Result};
use kava::learn::cluster::fit;
use kava::learn::dense::{groups_in, labels};
use kava::learn::sample::generator;
use serde_json::{Value, json};
use std::time::Instant;

const ROUNDS: u64 = 3;
const K: usize = 8;

/// Fit times beside the peer's in the same run.
pub fn measure(peers: &Peers) -> Result<Option<Measured>> {
    let mut goals = Vec::new();
    let many = scattered(1_000_000, 8, 12, 1);
    let (seconds, inertia) = median(|round| {
        fit(&many, K, 1, &mut generator(round, 1)).map(|found| found.inertia).context("no clusters")
    })?;
    let mut k_means =
        json!({ "points": 1_000_000, "width": 8, "k": K, "seconds": seconds, "inertia": inertia });
    let peer = peers.ask("kmeans", &many, &[K.to_string(), "1".to_owned()])?;
    beside("K-Means, 1,000,000 x 8", &mut k_means, peer.map(|peer| peer.said), &mut goals)?;
    drop(many);
    let some = scattered(100_000, 4, 12, 2);
    let (eps, min_points) = (0.35, 8);
    let (seconds, groups) =
        median(|_| labels(&some, min_points, eps).map(|found| groups_in(&found)).context("no labels"))?;
    let mut dbscan = json!({
        "points": 100_000, "width": 4, "eps": eps, "min_points": min_points, "seconds": seconds, "groups": groups,
    });
    let peer = peers.ask("dbscan", &some, &[eps.to_string(), min_points.to_string()])?;
    beside("DBSCAN, 100,000 x 4", &mut dbscan, peer.map(|peer| peer.said), &mut goals)?;
    Ok(Some((json!({ "k_means": k_means, "dbscan": dbscan }), goals)))
}

/// The middle one of some rounds' seconds, and what the last round found.
fn median<T>(mut of: impl FnMut(u64) -> Result<T>) -> Result<(f64, T)> {
    let mut seconds = Vec::new();
    let mut last = None;
    for round in 0..ROUNDS {
        let begun = Instant::now();
        last = Some(of(round)?);
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.get(seconds.len() / 2).copied().context("no rounds")?;
    Ok((middle, last.context("no rounds")?))
}

fn beside(name: &str, figures: &mut Value, peer: Option<Value>, goals: &mut Vec<Goal>) -> Result<()> {
    let Some(peer) = peer else { return Ok(()) };
    let own = number(figures, "seconds")?;
    let theirs = number(&peer, "seconds")?;
    if let Some(figures) = figures.as_object_mut() {
        figures.insert("peer".into(), peer);
        figures.insert("ratio".into(), (own / theirs).into());
    }
    goals.push(Goal {
        name: format!("{name}: seconds / scikit-learn's"),
        limit: 1.0,
        measured: own / theirs,
    });
    Ok(())
}
