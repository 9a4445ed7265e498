//! The README's moving picture: a sale in the desktop program, made from the program itself.

use crate::{machine, screens, step::root, step::watch, window};
use anyhow::{Context, Result, bail, ensure};
use std::{fs, path::PathBuf, process::Command, process::ExitCode};

/// Where it stands, and how large it may be.
const PICTURE: &str = "docs/walk.gif";
const BYTES_MAX: u64 = 2_000_000;
/// As it is made small: wide enough to be read in a README, with the colours that a calm screen has.
const SMALL: [&str; 8] = ["-resize", "960x", "-colors", "64", "-layers", "optimize", "-loop", "0"];

pub fn run() -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    screens::built()?;
    screens::programs()?;
    let desktop = window::built()?;
    let frames = root().join("target/walk");
    if frames.exists() {
        fs::remove_dir_all(&frames)?;
    }
    let mut walk = window::under_display("walk");
    walk.env("KAVA_WALK", &frames).env("KAVA_DESKTOP", desktop);
    ensure!(watch(&mut walk, &mut |line| println!("{line}"))?, "the walk did not come to its end");
    let mut join = Command::new("convert");
    for frame in pictures(&frames)? {
        let name = frame.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (_, lasts) = name.split_once('-').context("a picture's name says how long it lasts")?;
        join.args(["-delay", lasts]).arg(frame);
    }
    let joined = join.args(SMALL).arg(root().join(PICTURE)).status();
    if !joined.context("convert does not start; it is in imagemagick")?.success() {
        bail!("the pictures cannot be put together");
    }
    let bytes = fs::metadata(root().join(PICTURE))?.len();
    println!("{PICTURE}: {bytes} bytes");
    ensure!(bytes <= BYTES_MAX, "it is larger than {BYTES_MAX} bytes");
    Ok(ExitCode::SUCCESS)
}

/// The pictures in their order.
fn pictures(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    found.sort();
    Ok(found)
}
