//! `cargo xtask bench`: every benchmark, peers in the same run.

use anyhow::{Result, bail};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct BenchArgs {
    /// Only benchmarks whose name contains this
    #[arg(value_name = "NAME")]
    only: Option<String>,
}

pub fn run(args: &BenchArgs) -> Result<ExitCode> {
    let which = args.only.as_deref().unwrap_or("all");
    bail!("there are no benchmarks in this version yet (asked for: {which})")
}
