//! Running one command after the other and counting what the tests say.

use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

/// What the tests said so far. A step that is no test and fails counts as one failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

impl Tally {
    /// Adds a line of a test binary or of Vitest, if it is the one that says how many.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
            self.add(counts.split(';'));
        } else if let Some(counts) = line.strip_prefix("Tests  ") {
            // `Tests  1 failed | 19 passed | 2 skipped (22)`
            self.add(counts.split('(').next().unwrap_or_default().split('|'));
        }
    }

    fn add<'l>(&mut self, counts: impl Iterator<Item = &'l str>) {
        for part in counts {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let number: u64 = number.parse().unwrap_or(0);
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" | "skipped" | "todo" => self.ignored += number,
                _ => {}
            }
        }
    }
}

/// Steps in a row; a failing one does not stop the next.
#[derive(Debug, Default)]
pub struct Steps {
    tally: Tally,
    failures: Vec<String>,
}

impl Steps {
    /// Runs `cargo` with these words.
    pub fn cargo(&mut self, name: &str, words: &[&str]) -> Result<()> {
        self.command(name, cargo().args(words))
    }

    /// Runs a command, shows what it says and counts its test results.
    pub fn command(&mut self, name: &str, command: &mut Command) -> Result<()> {
        println!("== {name}");
        let begun = Instant::now();
        let before = self.tally;
        let succeeded = watch(command, &mut |line| {
            println!("{line}");
            self.tally.read(line);
        })?;
        if !succeeded {
            self.failures.push(name.to_owned());
            if self.tally.failed == before.failed {
                self.tally.failed += 1;
            }
        }
        let how = if succeeded { "done" } else { "FAILED" };
        println!("== {name}: {how} in {} s", begun.elapsed().as_secs());
        Ok(())
    }

    /// The last words: what failed, and the count.
    pub fn end(self) -> ExitCode {
        for name in &self.failures {
            println!("failed: {name}");
        }
        let Tally { passed, failed, ignored } = self.tally;
        if ignored > 0 {
            println!("{ignored} ignored");
        }
        println!("{passed} passed, {failed} failed");
        if failed == 0 && self.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs a command line by line; says whether it succeeded. Its stderr goes straight through.
pub fn watch(command: &mut Command, each: &mut dyn FnMut(&str)) -> Result<bool> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{program} cannot be started; is it installed?"))?;
    if let Some(stdout) = child.stdout.take() {
        // A test may print what is no text; it must not end the run.
        for line in BufReader::new(stdout).split(b'\n') {
            each(String::from_utf8_lossy(&line?).trim_end_matches('\r'));
        }
    }
    Ok(child.wait()?.success())
}

/// The `cargo` that runs us, in the root of the project.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // Handed down by the outer cargo; the inner one finds its own.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
        command.env_remove(name);
    }
    if std::env::var_os("CI").is_some() {
        command.env("CARGO_TERM_COLOR", "never").env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// The root of the project.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

#[cfg(test)]
mod units {
    use super::*;

    #[test]
    fn test_results_are_counted_and_nothing_else() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s",
            "test a_test_result ... ok",
            "the test result: 9 passed",
            "      Tests  1 failed | 19 passed | 2 skipped (22)",
            "      Tests  5 passed (5)",
            " Test Files  1 passed (1)",
            "     \u{2713} Tests  9 passed",
            "",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 35, failed: 3, ignored: 3 });
    }

    #[test]
    fn a_failing_step_that_is_no_test_counts_as_one() {
        let mut steps = Steps::default();
        steps.cargo("no such command", &["no-such-command-of-cargo"]).unwrap();
        assert_eq!(steps.tally, Tally { passed: 0, failed: 1, ignored: 0 });
        assert_eq!(steps.failures, ["no such command"]);
    }
}
