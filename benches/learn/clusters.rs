//! As well: inertia and labels beside scikit-learn's, agreement with the published groups.

use crate::Goal;
use crate::Measured;
use crate::peers::{Peers, number};
use crate::points::{self, EPS, MIN_POINTS, SETS, Set, labelled};
use anyhow::{Context, Result};
use kava::learn::cluster::{adjusted_rand, fit};
use kava::learn::dense::labels;
use kava::learn::sample::generator;
use ndarray::Array2;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Starts of K-Means, here and there.
const STARTS: usize = 10;
/// Inertia may be this many times the peer's.
const INERTIA_MAX: f64 = 1.005;

/// Nothing where the sets are not there.
pub fn measure(peers: &Peers) -> Result<Option<Measured>> {
    let shared = points::shared();
    if !shared.join("clustering").is_dir() {
        println!("SKIPPED: {} is not there", shared.join("clustering").display());
        return Ok(None);
    }
    let mut seen = serde_json::Map::new();
    let (mut worst, mut wrong): (f64, usize) = (0.0, 0);
    for (name, k) in SETS {
        let set = labelled(&shared.join("clustering").join(format!("{name}.csv")))?;
        let (ratio, mut figures) = k_means(peers, &set.points, k, &set.truth)?;
        let (strangers, dense) = dbscan(peers, &set.points, best_of_grid(&set), &set.truth)?;
        worst = worst.max(ratio.unwrap_or(0.0));
        wrong += strangers.unwrap_or(0);
        figures.insert("dbscan".into(), dense);
        seen.insert(name.to_owned(), figures.into());
    }
    if shared.join("coffee-shop").is_dir() {
        let guests = points::coffee_shop(&peers.folder, &shared)?;
        for k in [2, 4, 8] {
            let (ratio, figures) = k_means(peers, &guests, k, &[])?;
            worst = worst.max(ratio.unwrap_or(0.0));
            seen.insert(format!("coffee-shop, k = {k}"), figures.into());
        }
        let (strangers, dense) = dbscan(peers, &guests, (2.0, 2 * guests.ncols()), &[])?;
        wrong += strangers.unwrap_or(0);
        seen.insert("coffee-shop".into(), json!({ "dbscan": dense }));
    }
    let goals = match peers.python {
        Some(_) => vec![
            Goal {
                name: "K-Means: worst inertia / scikit-learn's".into(),
                limit: INERTIA_MAX,
                measured: worst,
            },
            Goal {
                name: "DBSCAN: labels unlike scikit-learn's".into(),
                limit: 0.0,
                measured: f64::from(u32::try_from(wrong)?),
            },
        ],
        None => Vec::new(),
    };
    Ok(Some((seen.into(), goals)))
}

/// The setting of a small grid that agrees best with the true groups, ties to the first.
fn best_of_grid(set: &Set) -> (f64, usize) {
    let agreement = |(eps, min_points): (f64, usize)| {
        labels(&set.points, min_points, eps)
            .map_or(-1.0, |found| adjusted_rand(&set.truth, &whole(&numbered(&found))))
    };
    EPS.iter()
        .flat_map(|eps| MIN_POINTS.map(|min_points| (*eps, min_points)))
        .map(|setting| (setting, agreement(setting)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or((1.0, 5), |(setting, _)| setting)
}

type Figures = serde_json::Map<String, Value>;

fn k_means(peers: &Peers, points: &Array2<f64>, k: usize, truth: &[usize]) -> Result<(Option<f64>, Figures)> {
    let found = fit(points, k, STARTS, &mut generator(1, 1)).context("the set carries no clusters")?;
    let mut figures = Figures::new();
    figures.insert("k".into(), k.into());
    figures.insert("inertia".into(), found.inertia.into());
    if !truth.is_empty() {
        figures.insert("ari".into(), adjusted_rand(truth, &found.members).into());
    }
    let Some(peer) = peers.ask("kmeans", points, &[k.to_string(), STARTS.to_string()])? else {
        return Ok((None, figures));
    };
    let inertia = number(&peer.said, "inertia")?;
    let ratio = found.inertia / inertia;
    figures.insert("peer".into(), peer.said.get("peer").cloned().unwrap_or_default());
    figures.insert("peer_inertia".into(), inertia.into());
    figures.insert("inertia_ratio".into(), ratio.into());
    if !truth.is_empty() {
        figures.insert("peer_ari".into(), adjusted_rand(truth, &whole(&peer.labels)).into());
    }
    Ok((Some(ratio), figures))
}

fn dbscan(
    peers: &Peers,
    points: &Array2<f64>,
    (eps, min_points): (f64, usize),
    truth: &[usize],
) -> Result<(Option<usize>, Value)> {
    let found = labels(points, min_points, eps).context("the set carries no labels")?;
    let own = numbered(&found);
    let noise = own.iter().filter(|label| **label < 0).count();
    let mut figures = Figures::new();
    figures.insert("eps".into(), eps.into());
    figures.insert("min_points".into(), min_points.into());
    figures.insert("noise".into(), noise.into());
    if !truth.is_empty() {
        figures.insert("ari".into(), adjusted_rand(truth, &whole(&own)).into());
    }
    let words = [eps.to_string(), min_points.to_string()];
    let Some(peer) = peers.ask("dbscan", points, &words)? else {
        return Ok((None, figures.into()));
    };
    let strangers = unlike(&own, &peer.labels, &peer.core);
    figures.insert("unlike_peer".into(), strangers.into());
    if !truth.is_empty() {
        figures.insert("peer_ari".into(), adjusted_rand(truth, &whole(&peer.labels)).into());
    }
    Ok((Some(strangers), figures.into()))
}

/// Groups as numbers, noise as −1.
fn numbered(labels: &[Option<usize>]) -> Vec<i64> {
    labels.iter().map(|label| label.map_or(-1, |group| i64::try_from(group).unwrap_or(-1))).collect()
}

fn whole(labels: &[i64]) -> Vec<usize> {
    labels.iter().map(|label| usize::try_from(label + 1).unwrap_or(0)).collect()
}

/// Core and noise points whose label is not the peer's under the one renaming that core points give; a border
/// point may be in any group, but not noise.
fn unlike(own: &[i64], peer: &[i64], core: &[i64]) -> usize {
    let mut renamed: BTreeMap<i64, i64> = BTreeMap::new();
    let mut back: BTreeMap<i64, i64> = BTreeMap::new();
    let mut strangers = own.len().abs_diff(peer.len());
    for ((own, peer), core) in own.iter().zip(peer).zip(core) {
        let fits = if *core == 1 {
            *renamed.entry(*own).or_insert(*peer) == *peer && *back.entry(*peer).or_insert(*own) == *own
        } else {
            (*own < 0) == (*peer < 0)
        };
        strangers += usize::from(!fits);
    }
    strangers
}
