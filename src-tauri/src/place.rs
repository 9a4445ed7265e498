//! Where the counter's files are, and how its window is to look.

use kava::wiring::engine::{Place, Wish};
use std::path::PathBuf;
use std::process::ExitCode;

/// The counter in a window
#[derive(clap::Parser, Debug)]
#[command(name = "kava-desktop", version)]
pub struct Line {
    /// SQLite file [default: kava.db in the user's data directory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Configuration of devices and policy, TOML [default: counter.toml beside the database]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Nothing but the till on the screen
    #[arg(long)]
    kiosk: bool,
    /// A second window for the guest
    #[arg(long)]
    display: bool,
    /// To practise on: a copy of the database, made afresh; no device and no office is ever spoken to
    #[arg(long)]
    training: bool,
}

/// How the windows look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Nothing but the till on the screen.
    pub kiosk: bool,
    /// A second window for the guest.
    pub display: bool,
}

impl Line {
    /// Database and configuration.
    ///
    /// # Errors
    /// One sentence when the system knows no place for files.
    pub fn place(&self) -> Result<Place, String> {
        let usual = || usual_db().ok_or("there is no data directory; name a file with --db");
        let db = self.db.clone().map_or_else(usual, Ok)?;
        let beside = db.with_file_name("counter.toml");
        let config = self.config.clone().or_else(|| beside.exists().then_some(beside));
        Ok(Place { db, config })
    }

    /// Whether this is the machine's own till. Another database, or a copy to practise on, may be open beside it.
    pub fn is_usual_till(&self) -> bool {
        !self.training && self.db.as_ref().is_none_or(|db| Some(db) == usual_db().as_ref())
    }

    /// How the counter is put together.
    pub fn wish(&self) -> Wish {
        Wish { training: self.training, ..Wish::default() }
    }

    /// The words with which this till is opened again; nothing for one to practise on, which nobody opens with the machine.
    pub fn words(&self) -> Option<Vec<String>> {
        if self.training {
            return None;
        }
        let file = |name: &str, path: &Option<PathBuf>| {
            let whole = path.as_ref().and_then(|path| std::path::absolute(path).ok());
            whole.map(|path| vec![name.to_owned(), path.to_string_lossy().into_owned()])
        };
        let flag = |name: &str, given: bool| given.then(|| vec![name.to_owned()]);
        let words = [
            file("--db", &self.db),
            file("--config", &self.config),
            flag("--kiosk", self.kiosk),
            flag("--display", self.display),
        ];
        Some(words.into_iter().flatten().flatten().collect())
    }

    /// How the windows look.
    pub const fn look(&self) -> Look {
        Look { kiosk: self.kiosk, display: self.display }
    }
}

/// Where the database is when nobody says otherwise.
fn usual_db() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join("kava/kava.db"))
}

/// One line on stderr, and the exit status for bad input.
#[expect(clippy::print_stderr, reason = "there is no window yet that could say it")]
pub fn complain(why: &str) -> ExitCode {
    eprintln!("kava-desktop: {why}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_till_is_opened_with_the_machine_as_it_is_open_now() {
        let words = |given: &[&str]| Line::parse_from(["kava-desktop"].iter().chain(given)).words();
        let here = std::path::absolute("second.db").unwrap_or_default().to_string_lossy().into_owned();
        assert_eq!(words(&[]), Some(Vec::new()));
        assert_eq!(words(&["--display", "--kiosk"]), Some(vec!["--kiosk".into(), "--display".into()]));
        assert_eq!(words(&["--db", "second.db"]), Some(vec!["--db".into(), here]));
        assert_eq!(words(&["--training"]), None);
    }

    #[test]
    fn only_the_machines_own_till_is_there_once() {
        let usual = usual_db().map(|db| db.to_string_lossy().into_owned()).unwrap_or_default();
        let table: [(&[&str], bool); 6] = [
            (&[], true),
            (&["--kiosk", "--display"], true),
            (&["--config", "other.toml"], true),
            (&["--db", &usual], true),
            (&["--db", "second.db"], false),
            (&["--training"], false),
        ];
        for (words, alone) in table {
            let line = Line::parse_from(["kava-desktop"].iter().chain(words));
            assert_eq!(line.is_usual_till(), alone, "{words:?}");
        }
    }
}
