//! `cargo xtask mutants`: plants one defect at a time in a copy of the tree and runs only the test that must
//! catch it. A test that passes whatever the code does is no test.

mod counter;
mod office;

use crate::step::{Tally, cargo, root, watch};
use anyhow::{Context, Result, bail, ensure};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// One planted defect.
struct Mutant {
    /// What is broken, in words.
    name: &'static str,
    /// Where, relative to the root.
    file: &'static str,
    /// The source as it is; must stand there exactly once.
    from: &'static str,
    /// The source as it must not be; must compile.
    to: &'static str,
    /// Words for `cargo test --workspace` that run the test which must catch it.
    caught_by: &'static [&'static str],
}

/// How a run of the catching test ended.
enum Seen {
    Passed,
    Failed,
    DidNotRun,
}

fn all() -> impl Iterator<Item = &'static Mutant> {
    counter::MUTANTS.iter().chain(office::MUTANTS)
}

pub fn run(only: Option<&str>) -> Result<ExitCode> {
    let wanted =
        |mutant: &&Mutant| only.is_none_or(|word| mutant.name.contains(word) || mutant.file.contains(word));
    let mutants: Vec<&Mutant> = all().filter(wanted).collect();
    ensure!(!mutants.is_empty(), "no mutant has {:?} in its name or file", only.unwrap_or_default());
    let place = root().join("target/mutants");
    let tree = place.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree).with_context(|| format!("{} cannot be removed", tree.display()))?;
    }
    copy(&root(), &tree)?;
    let mut missed = 0;
    for mutant in &mutants {
        let caught = plant(mutant, &tree, &place.join("target")).with_context(|| mutant.name)?;
        println!("{}: {}", mutant.name, if caught { "caught" } else { "NOT CAUGHT" });
        missed += usize::from(!caught);
    }
    println!("{} mutants, {missed} not caught", mutants.len());
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether the test passes on the source as it is and fails on the mutant.
fn plant(mutant: &Mutant, tree: &Path, target: &Path) -> Result<bool> {
    let path = tree.join(mutant.file);
    let whole = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", mutant.file))?;
    let broken = replace(&whole, mutant)?;
    // Written anew, so that it is newer than what an earlier run has built from the mutant.
    fs::write(&path, &whole)?;
    ensure!(
        matches!(test(mutant, tree, target)?, Seen::Passed),
        "the test must pass on the source as it is: cargo test --workspace {}",
        mutant.caught_by.join(" ")
    );
    fs::write(&path, broken)?;
    let seen = test(mutant, tree, target);
    fs::write(&path, whole)?;
    match seen? {
        Seen::Passed => Ok(false),
        Seen::Failed => Ok(true),
        Seen::DidNotRun => {
            bail!("the mutant does not compile, which proves nothing; mend its line in the table")
        }
    }
}

fn replace(whole: &str, mutant: &Mutant) -> Result<String> {
    let found = whole.matches(mutant.from).count();
    ensure!(
        found == 1,
        "{} has the line {:?} {found} times instead of once; mend the table",
        mutant.file,
        mutant.from
    );
    Ok(whole.replace(mutant.from, mutant.to))
}

fn test(mutant: &Mutant, tree: &Path, target: &Path) -> Result<Seen> {
    let mut command = cargo();
    command
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        // Another selection of packages would build other sets of features, and LightGBM anew for each.
        .args(["test", "--quiet", "--workspace"])
        .args(mutant.caught_by);
    let mut tally = Tally::default();
    let succeeded = watch(&mut command, &mut |line| tally.read(line))?;
    Ok(match (succeeded, tally) {
        (true, Tally { passed: 1.., .. }) => Seen::Passed,
        (false, Tally { failed: 1.., .. }) => Seen::Failed,
        _ => Seen::DidNotRun,
    })
}

/// Copies what is built; what is made and what is kept by git stays behind. Times of the files come along,
/// or the copy would be built anew each time.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let path: PathBuf = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if [".git", "target", "node_modules"].iter().any(|left| name == OsStr::new(left)) {
            continue;
        }
        let new = to.join(name);
        if path.is_dir() {
            copy(&path, &new)?;
        } else {
            fs::copy(&path, &new).with_context(|| format!("{} cannot be copied", path.display()))?;
            let times = fs::FileTimes::new().set_modified(fs::metadata(&path)?.modified()?);
            fs::File::options().write(true).open(&new)?.set_times(times)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod units {
    use super::*;

    #[test]
    fn every_mutant_finds_its_line_in_the_sources() {
        for mutant in all() {
            let whole = fs::read_to_string(root().join(mutant.file)).unwrap();
            assert_ne!(replace(&whole, mutant).unwrap(), whole, "{}", mutant.name);
        }
    }

    #[test]
    fn a_line_that_is_gone_or_there_twice_is_named() {
        let mutant = &counter::MUTANTS[0];
        for whole in [String::new(), mutant.from.repeat(2)] {
            let why = replace(&whole, mutant).unwrap_err().to_string();
            assert!(why.contains(mutant.file) && why.contains("instead of once"), "{why}");
        }
    }
}
