//! What is written down of a day: a file a day beside the database, the last fourteen of them, without personal
//! data.

use kava::wiring::engine::Place;
use std::fmt::Write as _;
use std::path::PathBuf;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Two weeks of days.
const FILES_MAX: usize = 14;

/// Where the log is, if it has a place.
fn folder(place: &Place) -> Option<PathBuf> {
    Some(place.db.parent()?.join("log"))
}

/// Writes all that is kept, with what is said of the counter before it, into one file in the user's downloads; gives
/// its path.
///
/// # Errors
/// One sentence when there is no place to write.
pub fn export(place: &Place, health: &str) -> Result<String, String> {
    let downloads =
        dirs::download_dir().or_else(dirs::home_dir).ok_or("this user has no folder for downloads")?;
    let to = downloads.join("kava-log.txt");
    std::fs::write(&to, together(health, &files(place)))
        .map_err(|why| format!("{} cannot be written: {why}", to.display()))?;
    Ok(to.display().to_string())
}

/// One text of all days. A day that cannot be read is named, since whoever looks for a fault would take it for a quiet one;
/// a damaged letter leaves no day out.
fn together(health: &str, files: &[PathBuf]) -> String {
    let mut text = format!("{health}\n");
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
            // Writing into a text does not fail.
            Err(why) => writeln!(text, "{} cannot be read: {why}", file.display()).unwrap_or_default(),
        }
    }
    text
}

/// The files of all days, oldest first.
fn files(place: &Place) -> Vec<PathBuf> {
    let entries = folder(place).and_then(|folder| std::fs::read_dir(folder).ok());
    let mut files: Vec<PathBuf> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Opens the log; what waits is written when the guard goes. Without a place to write there is no log, and the
/// counter sells all the same.
pub fn open(place: &Place) -> Option<WorkerGuard> {
    let folder = folder(place)?;
    std::fs::create_dir_all(&folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("counter")
        .filename_suffix("log")
        .max_log_files(FILES_MAX)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_env("KAVA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).init();
    Some(guard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_cannot_be_read_is_named_among_the_others() {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let text = together("all is well", &[here.join("no-such-day.log"), here.join("Cargo.toml")]);
        assert!(text.starts_with("all is well\n"), "{text}");
        assert!(text.contains("no-such-day.log cannot be read") && text.contains("kava-desktop"), "{text}");
    }
}
