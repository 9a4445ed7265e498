//! scikit-learn in a process of its own, on the same points.

use anyhow::{Context, Result, bail};
use ndarray::Array2;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has scikit-learn, if any, and where points are handed over.
pub struct Peers {
    pub python: Option<PathBuf>,
    pub folder: PathBuf,
}

/// What the peer says, and the label of each point.
pub struct Answer {
    pub said: Value,
    pub labels: Vec<i64>,
    /// 1 for each core point of DBSCAN.
    pub core: Vec<i64>,
}

impl Peers {
    /// Asks scikit-learn; nothing without a Python.
    pub fn ask(&self, what: &str, points: &Array2<f64>, words: &[String]) -> Result<Option<Answer>> {
        let Some(python) = &self.python else { return Ok(None) };
        let path = self.folder.join("points.f64");
        let bytes: Vec<u8> = points.iter().flat_map(|x| x.to_le_bytes()).collect();
        std::fs::write(&path, bytes)?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/clustering.py");
        let done = Command::new(python)
            .arg(&script)
            .arg(what)
            .arg(&path)
            .arg(points.ncols().to_string())
            .args(words)
            .output()?;
        if !done.status.success() {
            bail!("{} failed:\n{}", script.display(), String::from_utf8_lossy(&done.stderr));
        }
        let text = String::from_utf8(done.stdout)?;
        let said = serde_json::from_str(text.lines().last().context("the peer said nothing")?)?;
        let core = if what == "dbscan" { numbers(&self.folder.join("points.f64.core"))? } else { Vec::new() };
        Ok(Some(Answer { said, labels: numbers(&self.folder.join("points.f64.labels"))?, core }))
    }
}

/// A number among the figures.
pub fn number(figures: &Value, name: &str) -> Result<f64> {
    figures.get(name).and_then(Value::as_f64).with_context(|| format!("{name} was not told"))
}

fn numbers(path: &Path) -> Result<Vec<i64>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.chunks_exact(8).filter_map(|word| Some(i64::from_le_bytes(word.try_into().ok()?))).collect())
}
