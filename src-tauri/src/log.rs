//! What is written down of a day: a file a day beside the database, the last fourteen of them, without personal
//! data.

use kava::wiring::engine::Place;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Two weeks of days.
const FILES_MAX: usize = 14;

/// Opens the log; what waits is written when the guard goes. Without a place to write there is no log, and the
/// counter sells all the same.
pub fn open(place: &Place) -> Option<WorkerGuard> {
    let folder = place.db.parent()?.join("log");
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
