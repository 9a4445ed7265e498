//! Recorded orders of a town, sold again at the barista's screen: how many taps they take.

use crate::{
    demo::shop,
    machine,
    node::npm,
    screens,
    step::{root, watch},
};
use anyhow::{Context, Result, bail};
use kava::testing::town::{MAPPING, Plan, Town};
use std::{fs, process::Command, process::ExitCode};

/// Everything in the town follows from it.
const SEED: u64 = 41;
/// As many as `cargo xtask test` sells.
pub const FEW: u32 = 60;

#[derive(clap::Args)]
pub struct OrdersArgs {
    /// How many of the last orders; what was before them is the counter's past
    #[arg(long, default_value_t = 1_000)]
    count: u32,
}

pub fn run(args: &OrdersArgs) -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    screens::built()?;
    screens::programs()?;
    println!("== {} orders of a town from seed {SEED}", args.count);
    if !watch(&mut replay(args.count)?, &mut |line| println!("{line}"))? {
        bail!("the recorded orders did not go as they should");
    }
    Ok(ExitCode::SUCCESS)
}

/// The command that sells the last orders of a town.
pub fn replay(count: u32) -> Result<Command> {
    let mut command = in_town("orders")?;
    command.env("KAVA_ORDERS_COUNT", count.to_string());
    Ok(command)
}

/// Writes a town's export and gives the command that runs a script of `ui/` with it.
pub fn in_town(script: &str) -> Result<Command> {
    let folder = root().join("target/orders");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let town = Town::new(Plan::demo(SEED, shop::yesterday()?));
    for (name, text) in town.files().into_iter().chain([("mapping.toml", MAPPING.to_owned())]) {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let mut command = npm(&["run", script]);
    command.env("KAVA_ORDERS", folder).env("KAVA_BIN", screens::program());
    Ok(command)
}
