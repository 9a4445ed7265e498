//! `cargo xtask golden`: the same decisions in debug, in release, and for another processor. Each build compares what it
//! decides, to the bit, with `tests/golden/decisions.json`. `cargo xtask test` runs the first of them.

use crate::{
    step::{Steps, cargo},
    window::PACKAGE,
};
use anyhow::Result;
use std::process::{Command, ExitCode};

/// The test that decides and compares.
const NAME: &str = "decisions_are_the_golden_ones";
/// A younger baseline than what rustc takes by itself: other instructions, among them fused ones.
const OTHER_CPU: &str = "x86-64-v3";

pub fn run() -> Result<ExitCode> {
    let mut steps = Steps::default();
    // As `cargo xtask test` builds it, so that nothing is built twice.
    let mut debug = cargo();
    debug.args(["test", "--workspace", "--exclude", PACKAGE, "--test", "game", NAME]);
    steps.command("debug", &mut debug)?;
    steps.command("release", &mut release("target/golden"))?;
    if runs_other_cpu() {
        let mut other = release("target/golden-v3");
        other.env("RUSTFLAGS", format!("-C target-cpu={OTHER_CPU}"));
        steps.command(&format!("release for {OTHER_CPU}"), &mut other)?;
    } else {
        eprintln!("this machine cannot run {OTHER_CPU}; debug and release were compared");
    }
    Ok(steps.end())
}

/// Only what decides and what solves the game: the tree trainer would take longer to build than all the rest, and
/// decides nothing.
fn release(target: &str) -> Command {
    let mut test = cargo();
    test.args(["test", "--release", "-p", "kava", "--no-default-features", "--features", "learn,testing"]);
    test.args(["--target-dir", target, "--test", "game", NAME]);
    test
}

/// Whether programs for the other baseline run here.
fn runs_other_cpu() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}
