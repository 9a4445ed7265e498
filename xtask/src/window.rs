//! The counter with a window: built, tested on a display that nobody sees, packed for installing.

use crate::{
    machine,
    node::npm,
    screens,
    step::{Steps, cargo, root, watch},
};
use anyhow::{Result, bail};
use std::{path::PathBuf, process::Command, process::ExitCode};

/// The package; cargo leaves it out unless it is named, since it needs WebKit.
pub const PACKAGE: &str = "kava-desktop";

/// `cargo xtask window`: the installable package under `target/release/bundle/`.
pub fn pack() -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    machine::prepare_window()?;
    screens::built()?;
    // Tauri's tool looks for `src-tauri` below where it is started.
    let mut tauri = npm(&["exec", "--prefix", "ui", "--", "tauri", "build", "--bundles", "deb,rpm"]);
    tauri.current_dir(root()).env("CI", "true");
    println!("== the package");
    if !watch(&mut tauri, &mut |line| println!("{line}"))? {
        bail!("the package cannot be made");
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the program with the screen in it, and says where it is.
pub fn built() -> Result<PathBuf> {
    machine::prepare_window()?;
    let mut build = cargo();
    build.args(["build", "--quiet", "-p", PACKAGE]);
    println!("== building {PACKAGE}");
    if !build.status()?.success() {
        bail!("{PACKAGE} does not build");
    }
    Ok(program())
}

/// Lints, and a day of a shop in the real window. The screen is built by the steps before.
pub fn test(steps: &mut Steps) -> Result<()> {
    steps.cargo("window: lints", &["clippy", "-p", PACKAGE, "--all-targets", "--", "-D", "warnings"])?;
    steps.cargo("window: build", &["build", "-p", PACKAGE])?;
    let mut day = Command::new("xvfb-run");
    day.args(["-a", "-s", "-screen 0 1366x768x24", "npm", "run", "window"]).current_dir(root().join("ui"));
    day.envs(npm(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    day.env("KAVA_BIN", screens::program()).env("KAVA_DESKTOP", program());
    steps.command("window: a day of a shop", &mut day)
}

/// Where cargo puts the program.
fn program() -> PathBuf {
    screens::program().with_file_name(PACKAGE)
}
