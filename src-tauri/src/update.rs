//! Signed updates. When a shift has ended the program looks whether there is a newer one of itself, and hands it to the system's
//! installer. Off until `counter.toml` names an endpoint and a key; nothing is installed while anybody sells.

use kava::wiring::updates::Source;
use serde::Deserialize;
use std::time::Duration;
use tauri::{AppHandle, Runtime};
use tauri_plugin_updater::{Update, UpdaterExt};

/// How long looking or downloading may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// What of a snapshot says whether anybody sells.
#[derive(Debug, Clone, Deserialize)]
struct Trade {
    shift_open: bool,
    busy: bool,
    cart: Cart,
}

#[derive(Debug, Clone, Deserialize)]
struct Cart {
    lines: Vec<serde::de::IgnoredAny>,
}

/// Whether nobody sells by this snapshot: the shift is closed and nothing is in the cart. What cannot be read is taken for a
/// sale.
pub fn rests(snapshot: &str) -> bool {
    serde_json::from_str(snapshot)
        .is_ok_and(|trade: Trade| !trade.shift_open && !trade.busy && trade.cart.lines.is_empty())
}

/// Sees a shift end. A program that starts with the shift closed looks for nothing: somebody is about to open it.
#[derive(Debug, Default)]
pub struct Gate {
    trades: bool,
}

impl Gate {
    /// Whether the shift has ended with this snapshot.
    pub fn has_ended(&mut self, snapshot: &str) -> bool {
        let rests = rests(snapshot);
        let opened = serde_json::from_str(snapshot).is_ok_and(|trade: Trade| trade.shift_open);
        let ended = self.trades && rests;
        self.trades = opened || (self.trades && !rests);
        ended
    }
}

/// What looking led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Looked {
    /// There is no newer program.
    Newest,
    /// Somebody sells by now; what was found is left for the next time.
    Trading,
    /// This version was installed.
    Installed(String),
}

/// Why no update was installed.
#[derive(Debug)]
pub enum Not {
    /// The endpoint, the line, the package or its signature.
    Updater(tauri_plugin_updater::Error),
    /// The endpoint is no address.
    Address(String),
}

impl std::fmt::Display for Not {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Not::Updater(why) => write!(f, "{why}"),
            Not::Address(why) => f.write_str(why),
        }
    }
}

impl From<tauri_plugin_updater::Error> for Not {
    fn from(why: tauri_plugin_updater::Error) -> Not {
        Not::Updater(why)
    }
}

/// Looks for a newer program, and installs it if its signature is the source's and nobody sells: asked before anything is
/// fetched, and once more before anything is changed.
///
/// # Errors
/// [`Not`]; nothing is changed then.
pub async fn look<R: Runtime>(
    app: &AppHandle<R>,
    source: &Source,
    rests: impl Fn() -> bool,
    install: impl FnOnce(&Update, &[u8]) -> tauri_plugin_updater::Result<()>,
) -> Result<Looked, Not> {
    if !rests() {
        return Ok(Looked::Trading);
    }
    let endpoint =
        source.endpoint.parse().map_err(|why| Not::Address(format!("{}: {why}", source.endpoint)))?;
    let builder = app.updater_builder().endpoints(vec![endpoint])?.pubkey(&source.key);
    let updater = builder.timeout(PATIENCE).no_proxy().build()?;
    let Some(update) = updater.check().await? else { return Ok(Looked::Newest) };
    let package = update.download(|_, _| {}, || {}).await?;
    if !rests() {
        return Ok(Looked::Trading);
    }
    install(&update, &package)?;
    Ok(Looked::Installed(update.version))
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
