//! The counter with a window: built, tested on a display that nobody sees, packed for installing.

use crate::{
    clean, machine,
    node::npm,
    screens,
    step::{Steps, cargo, root, watch},
};
use anyhow::{Context, Result, bail};
use std::{fs, path::Path, path::PathBuf, process::Command, process::ExitCode};

/// The package; cargo leaves it out unless it is named, since it needs WebKit.
pub const PACKAGE: &str = "kava-desktop";

#[derive(clap::Args)]
pub struct WindowArgs {
    /// Then installs it in a clean Debian, made in this folder: enrols there, sells offline, syncs. Needs root
    #[arg(long = "try", value_name = "FOLDER")]
    on: Option<PathBuf>,
}

/// `cargo xtask window`: the installable packages under `target/release/bundle/`, each with the window and `kava`.
pub fn pack(args: &WindowArgs) -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    machine::prepare_window()?;
    screens::built()?;
    println!("== kava and kava-sync");
    let mut programs = cargo();
    programs.args(["build", "--release", "--workspace", "--exclude", PACKAGE, "--bins"]);
    if !programs.status()?.success() {
        bail!("kava does not build");
    }
    println!("== the packages");
    tauri(&["build", "--no-bundle"])?;
    let release = screens::target().join("release");
    // A shop has no debugger; the lines are in the log's own words.
    for program in ["kava", PACKAGE] {
        stripped(&release.join(program), &release.join("packed").join(program))?;
    }
    fs::copy(release.join("packed").join(PACKAGE), release.join(PACKAGE))?;
    tauri(&["bundle", "--bundles", "deb,rpm"])?;
    let packages = packages(&release.join("bundle"))?;
    for package in &packages {
        if package.extension().is_some_and(|kind| kind == "deb") {
            packed_tighter(package)?;
        }
        println!("{} {:.1} MB", package.display(), size_mb(package)?);
    }
    if let Some(folder) = &args.on {
        let deb = packages.iter().find(|path| path.extension().is_some_and(|kind| kind == "deb"));
        clean::tried(folder, deb.context("there is no .deb")?, &release.join("kava-sync"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs Tauri's tool, which looks for `src-tauri` below where it is started.
fn tauri(words: &[&str]) -> Result<()> {
    let mut tool = npm(&[&["exec", "--prefix", "ui", "--", "tauri"], words].concat());
    tool.current_dir(root()).env("CI", "true");
    if !watch(&mut tool, &mut |line| println!("{line}"))? {
        bail!("tauri {} failed", words.join(" "));
    }
    Ok(())
}

/// Copies a program without what only a debugger reads.
fn stripped(program: &Path, copy: &Path) -> Result<()> {
    fs::create_dir_all(copy.parent().context("a file lies in a folder")?)?;
    let mut strip = Command::new("strip");
    strip.args(["--strip-unneeded", "-o"]).arg(copy).arg(program);
    if !strip.status().context("strip does not start; it is in binutils")?.success() {
        bail!("{} cannot be stripped", program.display());
    }
    Ok(())
}

/// Packs a `.deb` anew as Debian packs its own, with xz: Tauri's tool knows gzip alone, which is half as large again.
fn packed_tighter(package: &Path) -> Result<()> {
    let folder = package.with_extension("unpacked");
    for words in [&["-R"][..], &["--root-owner-group", "-Zxz", "-b"]] {
        let places = if words == ["-R"] { [package, &folder] } else { [folder.as_path(), package] };
        let mut dpkg = Command::new("dpkg-deb");
        dpkg.args(words).args(places).stdout(std::process::Stdio::null());
        if !dpkg.status().context("dpkg-deb does not start; it is in dpkg")?.success() {
            bail!("{} cannot be packed anew", package.display());
        }
    }
    fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))
}

/// What lies ready for installing.
fn packages(bundle: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in ["deb", "rpm"] {
        let files = fs::read_dir(bundle.join(kind)).with_context(|| format!("there is no .{kind}"))?;
        found.extend(
            files
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|end| end == kind)),
        );
    }
    Ok(found)
}

fn size_mb(path: &Path) -> Result<f64> {
    let bytes = u32::try_from(fs::metadata(path)?.len()).context("a package of more than 4 GB")?;
    Ok(f64::from(bytes) / 1e6)
}

/// Builds the program with the screen in it, and says where it is.
pub fn built() -> Result<PathBuf> {
    machine::prepare_window()?;
    let mut build = cargo();
    build.args(["build", "--quiet", "-p", PACKAGE]);
    println!("== building {PACKAGE}");
    if !build.status()?.success() {
        bail!("{PACKAGE} does not build");
    }
    Ok(program())
}

/// Lints, and a day of a shop in the real window. The screen is built by the steps before.
pub fn test(steps: &mut Steps) -> Result<()> {
    steps.cargo("window: lints", &["clippy", "-p", PACKAGE, "--all-targets", "--", "-D", "warnings"])?;
    steps.cargo("window: build", &["build", "-p", PACKAGE])?;
    steps.command("window: a day of a shop", &mut under_display("window"))
}

/// A script of the screens on a display that nobody sees, with the programs that were built.
pub fn under_display(script: &str) -> Command {
    let mut command = Command::new("xvfb-run");
    command.args(["-a", "-s", "-screen 0 1366x768x24", "npm", "run", script]).current_dir(root().join("ui"));
    command.envs(npm(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("KAVA_BIN", screens::program()).env("KAVA_DESKTOP", program());
    command
}

/// Where cargo puts the program.
fn program() -> PathBuf {
    screens::program().with_file_name(PACKAGE)
}
