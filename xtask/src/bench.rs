//! `cargo xtask bench`: every benchmark, peers in the same run.

use crate::{machine, python, step::cargo};
use anyhow::Result;
use std::process::ExitCode;

/// The benchmarks and what each measures.
const BENCHES: [(&str, &[&str]); 5] = [
    ("counter", &["greet", "engine", "settle", "code", "start", "memory", "learn", "import", "guard"]),
    ("learn", &["clusters", "speed"]),
    ("tastes", &["itemsets", "tastes"]),
    ("response", &["response"]),
    ("office", &["ingest", "bytes", "idle", "storm"]),
];

#[derive(clap::Args)]
pub struct BenchArgs {
    /// Only what has this in its name: greet, engine, settle, code, start, memory, learn, import, guard, clusters, speed,
    /// itemsets, tastes, response, ingest, bytes, idle, storm
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
    machine::prepare()?;
    let mut held = true;
    for (bench, names) in BENCHES {
        let wanted =
            args.only.as_ref().is_none_or(|only| names.iter().any(|name| name.contains(only.as_str())));
        if wanted {
            held &= match bench {
                "counter" => counter(args)?,
                "response" => response(args)?,
                "office" => office(args)?,
                _ => with_peers(bench, args)?,
            };
        }
    }
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn counter(args: &BenchArgs) -> Result<bool> {
    // The benchmark starts this example; the binary comes with the benchmark itself.
    let built =
        cargo().args(["build", "--release", "--features", "testing", "--example", "baskets"]).status()?;
    anyhow::ensure!(built.success(), "the example baskets does not build");
    let mut bench = cargo();
    bench.args(["bench", "--features", "testing", "--bench", "counter", "--"]);
    bench.args(args.quick.then_some("--quick")).args(args.drop_caches.then_some("--drop-caches"));
    Ok(bench.args(&args.only).status()?.success())
}

/// Its peer is a regression of its own, so it needs no Python.
fn response(args: &BenchArgs) -> Result<bool> {
    let mut bench = cargo();
    bench.args(["bench", "--features", "testing", "--bench", "response", "--"]);
    Ok(bench.args(args.quick.then_some("--quick")).status()?.success())
}

/// The office and its load generator share the machine.
fn office(args: &BenchArgs) -> Result<bool> {
    let mut bench = cargo();
    bench.args(["bench", "-p", "kava-sync", "--bench", "office", "--"]);
    Ok(bench.args(args.quick.then_some("--quick")).args(&args.only).status()?.success())
}

fn with_peers(name: &str, args: &BenchArgs) -> Result<bool> {
    let mut bench = cargo();
    bench.args(["bench", "--features", "testing", "--bench", name, "--"]).args(&args.only);
    match python::with("benches/peers/requirements.txt", "target/peers") {
        Ok(python) => {
            bench.arg("--python").arg(python);
        }
        Err(why) => eprintln!("no peers: {why:#}"),
    }
    Ok(bench.status()?.success())
}
