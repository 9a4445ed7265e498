//! `cargo xtask golden`: the same decisions in debug, in release, and for another processor. Each build compares what it
//! decides, to the bit, with `tests/golden/decisions.json`. `cargo xtask test` runs the first of them.

use crate::step::{Steps, cargo};
use anyhow::Result;
use std::process::ExitCode;

/// The test that decides and compares.
const TEST: [&str; 5] = ["test", "-p", "kava", "--test", "game"];
const NAME: &str = "decisions_are_the_golden_ones";
/// A younger baseline than what rustc takes by itself: other instructions, among them fused ones.
const OTHER_CPU: &str = "x86-64-v3";

pub fn run() -> Result<ExitCode> {
    let mut steps = Steps::default();
    for profile in ["debug", "release"] {
        let mut test = cargo();
        test.args(TEST).args((profile == "release").then_some("--release")).arg(NAME);
        steps.command(profile, &mut test)?;
    }
    if runs_other_cpu() {
        let mut test = cargo();
        test.args(TEST).args(["--release", "--target-dir", "target/v3", NAME]);
        test.env("RUSTFLAGS", format!("-C target-cpu={OTHER_CPU}"));
        steps.command(&format!("release for {OTHER_CPU}"), &mut test)?;
    } else {
        eprintln!("this machine cannot run {OTHER_CPU}; debug and release were compared");
    }
    Ok(steps.end())
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
