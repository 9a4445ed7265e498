//! Options every command has, and how a command speaks to people and programs.

use anyhow::{Context, Result};
use kava::{
    store::{Access, Durability, Store},
    wiring::engine::Place,
};
use serde::Serialize;
use std::{io::Write, path::PathBuf, process::ExitCode};

/// The thing asked for did not hold.
pub const NOT_HELD: u8 = 1;
/// Wrong use or bad input.
pub const BAD_INPUT: u8 = 2;

#[derive(clap::Args, Debug)]
pub struct Global {
    /// SQLite file [default: kava.db in the user's data directory]
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Configuration of devices and policy, TOML
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One JSON object on stdout; logs go to stderr
    #[arg(long, global = true)]
    pub json: bool,
}

impl Global {
    /// The database file.
    pub fn db(&self) -> Result<PathBuf> {
        match &self.db {
            Some(path) => Ok(path.clone()),
            None => Ok(dirs::data_dir()
                .context("there is no data directory; name a file with --db")?
                .join("kava/kava.db")),
        }
    }

    /// Database and configuration.
    pub fn place(&self) -> Result<Place> {
        Ok(Place { db: self.db()?, config: self.config.clone() })
    }

    /// Opens the database with full durability.
    pub fn open(&self, access: Access) -> Result<Store> {
        Ok(Store::open(&self.db()?, access, Durability::Full)?)
    }

    /// Says the result: the JSON object with `--json`, else the words.
    pub fn say(&self, json: &impl Serialize, words: &str) -> Result<()> {
        let said = if self.json { serde_json::to_string(json)? } else { words.trim_end().to_owned() };
        match writeln!(std::io::stdout().lock(), "{said}") {
            // Whoever reads has seen enough, as in `kava report | head`.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.context("done, but the answer cannot be written; see where stdout leads"),
        }
    }

    /// Says one line about what went wrong and gives the exit status for bad input.
    pub fn fail(&self, error: &anyhow::Error) -> ExitCode {
        complain(&format!("{error:#}"))
    }
}

/// One line on stderr, and the exit status for bad input.
#[expect(clippy::print_stderr, reason = "stderr is where a command complains")]
pub fn complain(what: &str) -> ExitCode {
    // What was typed may be in the sentence; a screen is not filled with it.
    const SAID_MAX: usize = 2_000;
    let said: String = what.replace('\n', " ").chars().take(SAID_MAX).collect();
    eprintln!("kava: {said}");
    ExitCode::from(BAD_INPUT)
}
