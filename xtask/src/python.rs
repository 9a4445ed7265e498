//! A Python of its own for what the system's lacks.

use crate::step::root;
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// A Python in a folder under the root with what a requirements file names.
///
/// # Errors
/// When it cannot be made or a package cannot be installed.
pub fn with(requirements: &str, folder: &str) -> Result<PathBuf> {
    let folder = root().join(folder);
    let python = folder.join("bin/python");
    if !python.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status()?;
        ensure!(made.success(), "python3 -m venv fails; install python3-venv");
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    let done = install.arg(root().join(requirements)).status()?;
    ensure!(done.success(), "{requirements} cannot be installed");
    Ok(python)
}
