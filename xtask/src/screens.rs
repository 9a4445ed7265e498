//! The screens in `ui/`: built, and tested in a real browser against the real program.

use crate::{
    machine,
    node::npm,
    step::{Steps, root, watch},
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
    steps.cargo("programs for the browser", &["build", "--workspace", "--exclude", PACKAGE, "--bins"])?;
    steps.command("screens: in the browser", npm(&["run", "browser"]).env("KAVA_BIN", program()))
}

/// Where cargo puts `kava`.
pub fn program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    root().join(target).join("debug/kava")
}
