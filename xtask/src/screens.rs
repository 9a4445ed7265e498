//! The screens in `ui/`: built, and tested in a real browser against the real program.

use crate::{
    machine,
    node::npm,
    orders,
    step::{Steps, cargo, root, watch},
    window::PACKAGE,
};
use anyhow::{Result, bail};
use std::{path::PathBuf, process::ExitCode};

/// `cargo xtask ui`.
pub fn build() -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    built()?;
    Ok(ExitCode::SUCCESS)
}

/// The programs that the screens are tried with, chosen so that what the tests have built is not built again.
const PROGRAMS: [&str; 5] = ["build", "--workspace", "--exclude", PACKAGE, "--bins"];

/// Builds `kava` and `kava-sync`.
pub fn programs() -> Result<()> {
    println!("== building kava and kava-sync");
    if !cargo().args(PROGRAMS).status()?.success() {
        bail!("kava does not build");
    }
    Ok(())
}

/// Builds the barista's screen, the guests' app and the console.
pub fn built() -> Result<()> {
    for words in [&["ci"][..], &["run", "build"]] {
        println!("== npm {}", words.join(" "));
        if !watch(&mut npm(words), &mut |line| println!("{line}"))? {
            bail!("npm {} failed in ui/", words.join(" "));
        }
    }
    Ok(())
}

/// Where the built screen of the barista is.
pub fn folder() -> PathBuf {
    root().join("ui/barista/dist")
}

/// Lint, types, unit tests, and a day of a shop in Chromium. `kava` itself is built by the tests before.
pub fn test(steps: &mut Steps) -> Result<()> {
    steps.command("screens: packages", &mut npm(&["ci"]))?;
    steps.command("screens: build", &mut npm(&["run", "build"]))?;
    steps.command("screens: lint", &mut npm(&["run", "lint"]))?;
    steps.command("screens: types", &mut npm(&["run", "types"]))?;
    steps.command("screens: unit tests", &mut npm(&["run", "unit"]))?;
    steps.cargo("programs for the browser", &PROGRAMS)?;
    steps.command("screens: in the browser", npm(&["run", "browser"]).env("KAVA_BIN", program()))?;
    steps.command("screens: recorded orders", &mut orders::replay(orders::FEW)?)?;
    steps.command("screens: a newcomer at the office", &mut orders::in_town("newcomer")?)
}

/// Where cargo puts everything.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |own| root().join(own))
}

/// Where cargo puts `kava`.
pub fn program() -> PathBuf {
    target().join("debug/kava")
}
