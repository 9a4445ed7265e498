//! `kava backup` and `kava restore`.

use crate::global::Global;
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kava::store::{
    Access,
    backup::{self, Whose},
};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct FileArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also a backup of another counter: this machine takes its place
    #[arg(long)]
    other_counter: bool,
}

pub fn back_up(args: &FileArgs, global: &Global) -> Result<ExitCode> {
    if args.file.exists() {
        bail!("{} exists already; a backup overwrites nothing, choose another name", args.file.display());
    }
    let mut store = global.open(Access::Read)?;
    let bar = bar();
    let done = store.back_up(&args.file, &mut |pages, all| tell(&bar, pages, all));
    bar.finish_and_clear();
    let done = done?;
    let words =
        format!("{} holds {} records in {} bytes, checked", args.file.display(), done.records, done.bytes);
    global.say(&json!({"file": args.file, "bytes": done.bytes, "records": done.records}), &words)?;
    Ok(ExitCode::SUCCESS)
}

pub fn restore(args: &RestoreArgs, global: &Global) -> Result<ExitCode> {
    let db = global.db()?;
    let bar = bar();
    let whose = if args.other_counter { Whose::AnyCounter } else { Whose::ThisCounter };
    let done = backup::restore(&args.file, &db, whose, &mut |pages, all| tell(&bar, pages, all));
    bar.finish_and_clear();
    let done = done?;
    let aside = done
        .aside
        .as_ref()
        .map_or_else(String::new, |file| format!("; the file in use before is {}", file.display()));
    let words = format!(
        "{} has {} records again and goes on in epoch {}{aside}",
        db.display(),
        done.records,
        done.epoch
    );
    global
        .say(&json!({"db": db, "records": done.records, "epoch": done.epoch, "aside": done.aside}), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// On stderr, and only where a person looks at it.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn tell(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}
