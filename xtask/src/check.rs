//! `cargo xtask check`: what one runs before a commit, in minutes.

use crate::{machine, step::Steps, window::PACKAGE};
use anyhow::Result;
use std::process::ExitCode;

pub fn run() -> Result<ExitCode> {
    machine::prepare()?;
    let mut steps = Steps::default();
    steps.cargo("format", &["fmt", "--all", "--check"])?;
    steps.cargo(
        "lints",
        &["clippy", "--workspace", "--exclude", PACKAGE, "--all-targets", "--", "-D", "warnings"],
    )?;
    steps
        .cargo("floor plan and house rules", &["test", "-p", "kava", "--test", "rooms", "--test", "house"])?;
    steps.cargo(
        "unit tests",
        &["test", "--workspace", "--exclude", PACKAGE, "--lib", "--bins", "--no-fail-fast"],
    )?;
    Ok(steps.end())
}
