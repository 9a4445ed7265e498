//! `cargo xtask demo`: the main job on embedded defaults, with simulated devices.

use anyhow::{Result, bail};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct DemoArgs {
    /// One scripted visit, from scan to receipt, then the end
    #[arg(long)]
    once: bool,
}

pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let what = if args.once { "demo --once" } else { "demo" };
    bail!("{what} is not in this version yet; `kava init` and `kava doctor` are")
}
