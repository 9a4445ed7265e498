//! Policies in the six towns: tunes the baselines, runs everything on paired luck, writes figures and pictures.
//! Started by `cargo xtask town`.

#![expect(clippy::print_stdout, reason = "a workshop tool speaks to the one who runs it")]
#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another module")]

mod campaign;
mod figures;
mod kept;
mod pictures;
mod recovery;

use anyhow::{Context, Result, bail};
use clap::Parser;
use kava::testing::towns::parameters::{TOWNS, Town};
use std::path::PathBuf;

#[derive(Parser, Debug)]
#[command(name = "cargo xtask town", about = "Months of days in simulated towns")]
struct Args {
    /// Only this town: fitting, other-form, null, uniform, shocks, small
    #[arg(long, value_name = "NAME")]
    town: Option<String>,
    /// So many seeds, from 1 on
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// So many days
    #[arg(long, default_value_t = 180)]
    days: i32,
    /// Policies beside baselines and oracle that run through the whole engine: ladder, learned
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    policy: Vec<String>,
    /// So many seeds for those; they take a hundred times as long
    #[arg(long)]
    engine_seeds: Option<u64>,
    /// Published base under those, basis points [default: the best uniform depth, as tuned]
    #[arg(long)]
    base: Option<i64>,
    /// Where results go
    #[arg(long, default_value = "target/town")]
    out: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let towns: Vec<&'static Town> =
        TOWNS.iter().filter(|town| args.town.as_ref().is_none_or(|name| name == town.name)).collect();
    if towns.is_empty() || args.seeds == 0 || args.days < 1 {
        bail!("no such town, no seed or no day; towns are {:?}", TOWNS.map(|town| town.name));
    }
    std::fs::create_dir_all(&args.out).with_context(|| format!("{}", args.out.display()))?;
    let mut results = Vec::new();
    for town in towns {
        let begun = std::time::Instant::now();
        let ran = campaign::run(town, &args)?;
        let figures = figures::of(town, &ran, args.days, begun.elapsed().as_secs());
        println!("{}", figures::table(&figures));
        pictures::draw(town.name, &ran, &figures, &args.out)?;
        results.push(figures);
    }
    let path = args.out.join("results.json");
    std::fs::write(&path, serde_json::to_string_pretty(&results)? + "\n")?;
    println!("figures and pictures are in {}", args.out.display());
    let unsafe_receipts: u32 =
        results.iter().flat_map(|town| &town.policies).map(|policy| policy.below_floor).sum();
    if unsafe_receipts > 0 {
        bail!("{unsafe_receipts} lines were sold below their floor");
    }
    Ok(())
}
