//! Points to group: published labelled sets, a coffee chain's guests, and points from a seed.

use anyhow::{Context, Result};
use kava::learn::sample::generator;
use kava::learn::space::Space;
use kava::steps::segment;
use kava::store::{Access, Durability, Store};
use ndarray::Array2;
use rand::Rng;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The labelled sets, with the true number of groups.
pub const SETS: [(&str, usize); 11] = [
    ("aggregation", 7),
    ("R15", 15),
    ("D31", 31),
    ("s-set1", 15),
    ("3-spiral", 3),
    ("jain", 2),
    ("compound", 6),
    ("cluto-t4-8k", 7),
    ("zelnik1", 3),
    ("iris", 3),
    ("wine", 3),
];

/// What DBSCAN is tried with: ε.
pub const EPS: [f64; 11] = [0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0, 2.0];
/// What DBSCAN is tried with: min points.
pub const MIN_POINTS: [usize; 4] = [3, 5, 10, 20];

/// Points and, where they are known, their true groups.
pub struct Set {
    pub points: Array2<f64>,
    pub truth: Vec<usize>,
}

/// The folder of published sets.
pub fn shared() -> PathBuf {
    std::env::var_os("KAVA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
}

/// One labelled set, standardised; the label stands last in each line.
pub fn labelled(path: &Path) -> Result<Set> {
    let text = std::fs::read_to_string(path)?;
    let mut names: Vec<&str> = Vec::new();
    let (mut flat, mut truth): (Vec<f64>, Vec<usize>) = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let (point, name) = line.rsplit_once(',').context("a line has one cell")?;
        for cell in point.split(',') {
            flat.push(cell.parse()?);
        }
        truth.push(names.iter().position(|known| *known == name).unwrap_or(names.len()));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let width = flat.len() / truth.len().max(1);
    let mut points = Array2::from_shape_vec((truth.len(), width), flat)?;
    for mut column in points.columns_mut() {
        let mean = column.mean().unwrap_or(0.0);
        let spread = column.std(0.0);
        column.mapv_inplace(|x| if spread > 0.0 { (x - mean) / spread } else { 0.0 });
    }
    Ok(Set { points, truth })
}

/// The coffee chain's guests whom no rule claims, as `kava learn` sees them.
pub fn coffee_shop(folder: &Path, shared: &Path) -> Result<Array2<f64>> {
    let db = folder.join("coffee-shop.db");
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mut name = db.clone().into_os_string();
        name.push(ending);
        std::fs::remove_file(PathBuf::from(name)).unwrap_or_default();
    }
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/coffee-shop.toml");
    let run = |words: &[&std::ffi::OsStr]| -> Result<()> {
        let done = Command::new(env!("CARGO_BIN_EXE_kava")).arg("--db").arg(&db).args(words).output()?;
        anyhow::ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    };
    run(&["init", "--zone", "America/New_York", "--currency", "USD", "--language", "en"].map(AsRef::as_ref))?;
    run(&[
        "import".as_ref(),
        "--mapping".as_ref(),
        mapping.as_os_str(),
        shared.join("coffee-shop").as_os_str(),
    ])?;
    let store = Store::open(&db, Access::Read, Durability::Full)?;
    let (_, today) = store.open_days_until(kava::facts::moment::BusinessDay(i32::MAX))?;
    let core: Vec<_> = store.all_features()?.into_iter().map(|(_, features)| features).collect();
    let core: Vec<_> = core
        .into_iter()
        .filter(|features| segment::assign(features, today, None, "") == segment::REGULAR)
        .collect();
    Ok(Space::of(&core, today, None).points)
}

/// Points around centres drawn from a seed, some of them anywhere.
pub fn scattered(count: usize, width: usize, centres: usize, seed: u64) -> Array2<f64> {
    let mut rng = generator(seed, 0);
    let middle = Array2::from_shape_fn((centres, width), |_| rng.gen_range(-4.0..4.0));
    let mut points = Array2::zeros((count, width));
    for mut row in points.rows_mut() {
        let own = rng.gen_range(0..centres);
        let anywhere = rng.gen_range(0..100) < 3;
        for (axis, x) in row.iter_mut().enumerate() {
            // The sum of four uniform draws is near enough to a bell.
            let bell: f64 = (0..4).map(|_| rng.gen_range(-0.9..0.9)).sum();
            let around = middle.get((own, axis)).copied().unwrap_or(0.0);
            *x = if anywhere { rng.gen_range(-6.0..6.0) } else { around + bell };
        }
    }
    points
}
