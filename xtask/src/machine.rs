//! What the machine must have, installed where we may, else said in one line.

use crate::{node, step::cargo};
use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A package and what shows that it is there.
type Package = (&'static str, fn() -> bool);

/// What building needs, with what shows that it is there. LightGBM is compiled by cmake and g++, and libclang
/// reads its header; a Python of our own reads slips back.
const PACKAGES: [Package; 6] = [
    ("python3", || runs("python3", &["--version"])),
    ("python3-venv", || runs("python3", &["-c", "import ensurepip, venv"])),
    ("build-essential", || runs("g++", &["--version"])),
    ("make", || runs("make", &["--version"])),
    ("cmake", || runs("cmake", &["--version"])),
    ("libclang-dev", has_libclang),
];
/// What the screens need: built and tested with Node, looked at in Chromium.
const SCREENS: [Package; 3] = [
    ("nodejs", || runs("node", &["--version"])),
    ("npm", || runs("npm", &["--version"])),
    ("chromium", || runs("/usr/bin/chromium", &["--version"])),
];

/// What the counter with a window needs: WebKit, its driver, and a display that nobody sees.
const WINDOW: [Package; 4] = [
    ("libwebkit2gtk-4.1-dev", || runs("pkg-config", &["--exists", "webkit2gtk-4.1"])),
    ("webkit2gtk-driver", || runs("WebKitWebDriver", &["--version"])),
    ("xvfb", || runs("sh", &["-c", "command -v Xvfb"])),
    ("xauth", || runs("sh", &["-c", "command -v xauth"])),
];

/// Installs what is missing.
///
/// # Errors
/// When it may not; the message is the line to run.
pub fn prepare() -> Result<()> {
    toolchain()?;
    install(&PACKAGES)
}

/// Installs what the screens are built and tested with.
///
/// # Errors
/// When it may not; the message is what to do.
pub fn prepare_screens() -> Result<()> {
    install(&SCREENS)?;
    node::prepare()
}

/// Installs what the counter with a window is built and tested with.
///
/// # Errors
/// When it may not; the message is the line to run.
pub fn prepare_window() -> Result<()> {
    install(&WINDOW)
}

fn install(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> =
        packages.iter().filter(|(_, is_there)| !is_there()).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = ["apt-get", "install", "-y", "--no-install-recommends"];
    let words: Vec<&str> = install.into_iter().chain(missing).collect();
    let prefix: &[&str] = if is_root() {
        &[]
    } else if runs("sudo", &["-n", "true"]) {
        &["sudo", "-n"]
    } else {
        bail!("run this first, then try again: sudo {}", words.join(" "));
    };
    let whole: Vec<&str> = prefix.iter().copied().chain(words).collect();
    println!("== {}", whole.join(" "));
    let refreshed = start(&[prefix, &["apt-get", "update"]].concat());
    if !refreshed || !start(&whole) {
        bail!(
            "the packages cannot be installed; run this, then try again: sudo {}",
            whole.join(" ").replace("sudo -n ", "")
        );
    }
    Ok(())
}

/// Formatter and linter belong to the toolchain; a minimal one lacks them.
fn toolchain() -> Result<()> {
    let has = |tool: &str| {
        let mut command = cargo();
        command.args([tool, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if has("fmt") && has("clippy") {
        return Ok(());
    }
    if start(&["rustup", "component", "add", "rustfmt", "clippy"]) && has("fmt") && has("clippy") {
        return Ok(());
    }
    bail!(
        "rustfmt and clippy are missing; run this first, then try again: rustup component add rustfmt clippy"
    )
}

/// The library with its headers, where Debian and others keep it. Elsewhere the build says what it misses.
fn has_libclang() -> bool {
    let named = std::env::var_os("LIBCLANG_PATH").is_some();
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut places = versions
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"))
        .map(|entry| entry.path().join("lib"))
        .chain(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from));
    named || !cfg!(target_os = "linux") || places.any(|place| place.join("libclang.so").exists())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether a program is there and says yes, quietly.
fn runs(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a whole line, seen by the one who waits.
fn start(line: &[&str]) -> bool {
    let Some((program, words)) = line.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command.status().is_ok_and(|status| status.success())
}
