//! The package on a clean machine: a Debian that has nothing yet, in a folder of its own. There it is installed as a
//! shop would do it, and driven through its window.

use crate::{
    node::npm,
    step::{root, watch},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest Debian that the package is for.
const SUITE: &str = "bookworm";
/// What a machine has before anything is installed, in the order in which it is put there.
const MOUNTS: [(&str, &str, &str); 4] = [
    ("proc", "proc", "proc"),
    ("sysfs", "sysfs", "sys"),
    ("devpts", "devpts", "dev/pts"),
    ("tmpfs", "shm", "dev/shm"),
];
/// What drives the window; a shop needs none of it.
const DRIVER: &str = "#!/bin/sh\nexec chroot \"$(dirname \"$0\")\" env TAURI_AUTOMATION=true \
    TAURI_WEBVIEW_AUTOMATION=true xvfb-run -a -s '-screen 0 1366x768x24' WebKitWebDriver \"$@\"\n";

/// Installs the package there, enrols at an office, sells without it, and sends what waits. Needs root.
pub fn tried(folder: &Path, package: &Path, office: &Path) -> Result<()> {
    let machine = Machine::make(folder)?;
    println!("== the package on {SUITE} in {}", folder.display());
    machine.install(package)?;
    let driver = machine.root.join("driver");
    fs::write(&driver, DRIVER)?;
    run(Command::new("chmod").arg("755").arg(&driver))?;
    let mut day = npm(&["run", "clean"]);
    day.env("KAVA_CLEAN", &machine.root).env("KAVA_SYNC_BIN", office);
    day.env("KAVA_WEBDRIVER", &driver).env("KAVA_DESKTOP", "/usr/bin/kava-desktop");
    ensure!(watch(&mut day, &mut |line| println!("{line}"))?, "the package does not do there what it should");
    Ok(())
}

/// A Debian in a folder, with what its kernel gives mounted as long as this lives.
struct Machine {
    root: PathBuf,
    mounted: Vec<PathBuf>,
}

impl Machine {
    fn make(folder: &Path) -> Result<Machine> {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let mut machine = Machine { root: folder.canonicalize()?, mounted: Vec::new() };
        if !machine.root.join("etc/debian_version").exists() {
            let mut make = Command::new("debootstrap");
            make.args(["--variant=minbase", SUITE]).arg(&machine.root);
            run(&mut make).context("a clean machine cannot be made; debootstrap and root are needed")?;
        }
        fs::copy("/etc/resolv.conf", machine.root.join("etc/resolv.conf"))?;
        for (kind, name, place) in MOUNTS {
            let place = machine.root.join(place);
            fs::create_dir_all(&place)?;
            run(Command::new("mount").args(["-t", kind, name]).arg(&place))?;
            machine.mounted.push(place);
        }
        Ok(machine)
    }

    /// The package with all that it says it needs, and nothing else; then what drives it.
    fn install(&self, package: &Path) -> Result<()> {
        fs::copy(package, self.root.join("tmp/kava.deb"))?;
        self.run(&["apt-get", "update", "-qq"])?;
        let install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
        self.run(&[&install[..], &["--reinstall", "/tmp/kava.deb"]].concat())?;
        self.run(&["kava-desktop", "--version"])?;
        self.run(&[&install[..], &["xvfb", "xauth", "webkit2gtk-driver"]].concat())
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        run(Command::new("chroot").arg(&self.root).args(words).env("DEBIAN_FRONTEND", "noninteractive"))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for place in self.mounted.iter().rev() {
            if let Err(why) = run(Command::new("umount").arg(place)) {
                eprintln!("{} is still mounted: {why:#}", place.display());
            }
        }
    }
}

fn run(command: &mut Command) -> Result<()> {
    command.current_dir(root());
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{program} does not start"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}
