//! `kava key`: the keys this counter signs its own bundles with.

use crate::global::Global;
use anyhow::{Result, anyhow, bail};
use kava::{
    facts::moment::Moment,
    store::{
        Access,
        signing_keys::{KeptKey, add_key, retire_keys},
    },
};
use std::process::ExitCode;

#[derive(clap::Subcommand, Debug)]
pub enum KeyCommand {
    /// Makes the first key
    New,
    /// Shows all keys; secrets stay in the database
    List,
    /// Retires the keys in use and makes a new one; bundles signed before stay good
    Rotate,
}

pub fn run(command: &KeyCommand, global: &Global) -> Result<ExitCode> {
    let id = match command {
        KeyCommand::List => {
            let keys = global.open(Access::Read)?.signing_keys()?;
            let words = list(&keys);
            global.say(&serde_json::json!({ "keys": keys }), &words)?;
            return Ok(ExitCode::SUCCESS);
        }
        KeyCommand::New => {
            let mut store = global.open(Access::Write)?;
            if store.signing_secret()?.is_some() {
                bail!("there is a key already; replace it with `kava key rotate`");
            }
            let (secret, at) = (draw()?, now());
            store.change(|change| add_key(change, &secret, at))?
        }
        KeyCommand::Rotate => {
            let mut store = global.open(Access::Write)?;
            let (secret, at) = (draw()?, now());
            store.change(|change| {
                retire_keys(change, at)?;
                add_key(change, &secret, at)
            })?
        }
    };
    global.say(&serde_json::json!({ "key": id }), &format!("Key {id} signs from now on"))?;
    Ok(ExitCode::SUCCESS)
}

/// The instant now, for commands that need no other clock.
pub fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_millisecond())
}

/// 32 bytes from the system's randomness.
pub fn draw() -> Result<[u8; 32]> {
    let mut secret = [0u8; 32];
    getrandom::fill(&mut secret).map_err(|e| anyhow!("the system gives no random numbers: {e}"))?;
    Ok(secret)
}

fn list(keys: &[KeptKey]) -> String {
    if keys.is_empty() {
        return "There is no key yet; `kava learn` or `kava key new` makes one".into();
    }
    let line = |key: &KeptKey| match key.retired {
        Some(retired) => format!("{}  made {}  retired {retired}", key.id, key.made),
        None => format!("{}  made {}  in use", key.id, key.made),
    };
    keys.iter().map(line).collect::<Vec<_>>().join("\n")
}
