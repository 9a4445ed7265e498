//! `kava report`: pictures of the shop in one HTML file.

use crate::global::Global;
use anyhow::Result;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// Where to write it
    #[arg(long, default_value = "report.html", value_name = "FILE")]
    out: PathBuf,
}

pub fn run(args: &ReportArgs, global: &Global) -> Result<ExitCode> {
    global.say(&serde_json::json!({"out": args.out}), "")?;
    Ok(ExitCode::SUCCESS)
}
