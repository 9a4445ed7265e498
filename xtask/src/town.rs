//! `cargo xtask town`: policies in the simulated towns.

use crate::{machine, step::cargo};
use anyhow::Result;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct TownArgs {
    /// For example: --town null --seeds 4 --days 90 --policy ladder,learned; --help lists all
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORDS")]
    words: Vec<String>,
}

/// Builds for release and runs; figures and pictures go to target/town/.
pub fn run(args: &TownArgs) -> Result<ExitCode> {
    machine::prepare()?;
    let mut town = cargo();
    town.args(["run", "--release", "-p", "kava", "--features", "testing", "--example", "town", "--"]);
    let held = town.args(&args.words).status()?.success();
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
