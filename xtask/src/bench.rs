//! `cargo xtask bench`: every benchmark, peers in the same run.

use crate::step::cargo;
use anyhow::Result;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct BenchArgs {
    /// Only benchmarks whose name contains this: greet, settle, code, start, memory, import, guard
    #[arg(value_name = "NAME")]
    only: Option<String>,
    /// 10,000 customers and 100,000 purchase lines instead of a million and ten million
    #[arg(long)]
    quick: bool,
    /// Also measures with a cold page cache; needs root and slows the whole machine down
    #[arg(long)]
    drop_caches: bool,
}

/// Builds everything for release, then measures. Status 1 when a goal was not held.
pub fn run(args: &BenchArgs) -> Result<ExitCode> {
    // The benchmark starts this example; the binary comes with the benchmark itself.
    let built =
        cargo().args(["build", "--release", "--features", "testing", "--example", "baskets"]).status()?;
    if !built.success() {
        return Ok(ExitCode::from(2));
    }
    let mut bench = cargo();
    bench.args(["bench", "--features", "testing", "--bench", "counter", "--"]);
    bench.args(args.quick.then_some("--quick")).args(args.drop_caches.then_some("--drop-caches"));
    let held = bench.args(&args.only).status()?.success();
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
