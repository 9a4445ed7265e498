//! `cargo xtask test`: every test of the project, and what must hold beside them.

use crate::{
    machine, python, screens,
    step::{Steps, cargo},
    window::{self, PACKAGE},
};
use anyhow::Result;
use std::process::{Command, ExitCode};

pub fn run() -> Result<ExitCode> {
    machine::prepare()?;
    machine::prepare_screens()?;
    machine::prepare_window()?;
    let mut steps = Steps::default();
    steps.cargo("format", &["fmt", "--all", "--check"])?;
    steps.cargo(
        "lints",
        &["clippy", "--workspace", "--exclude", PACKAGE, "--all-targets", "--", "-D", "warnings"],
    )?;
    // Cargo merges features, so what must build with less is built alone.
    steps.cargo("the pure half alone", &["check", "-p", "kava", "--no-default-features"])?;
    steps.cargo("the edge alone", &["check", "-p", "kava", "--no-default-features", "--features", "edge"])?;
    steps.cargo("the office alone", &["build", "-p", "kava-sync"])?;
    if std::env::var_os("CI").is_some() {
        for package in ["kava", "kava-sync"] {
            let words = ["tree", "-p", package, "-e", "features,no-dev", "--depth", "1"];
            steps.cargo(&format!("features of {package}"), &words)?;
        }
    }
    steps.command("tests", &mut tests())?;
    screens::test(&mut steps)?;
    window::test(&mut steps)?;
    let mut docs = cargo();
    docs.args(["doc", "--no-deps", "-p", "kava", "--lib"]).env("RUSTDOCFLAGS", "-D warnings");
    steps.command("documentation", &mut docs)?;
    Ok(steps.end())
}

/// Every test; slips are read back by a barcode reader that is brought along.
fn tests() -> Command {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--exclude", PACKAGE, "--no-fail-fast"]);
    match python::with("tests/simulators/requirements.txt", "target/readers") {
        Ok(python) => {
            tests.env("KAVA_PYTHON", python);
        }
        Err(why) => {
            eprintln!("== NO BARCODE READER, QR and Code 128 on paper stay unread: {why:#}");
        }
    }
    tests
}
