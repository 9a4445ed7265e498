//! What a window may ask: the same questions as over loopback HTTP, and the log in one file.

#![expect(clippy::let_underscore_must_use, reason = "Tauri's macro writes it")]

use crate::autostart;
use crate::log;
use crate::shell::{Shell, Trouble};
use kava::faces::barista::command::Command;
use kava::faces::barista::turns::{Reply, Turn};
use serde::Serialize;
use serde_json::value::RawValue;
use tauri::State;
use tokio::sync::oneshot;

/// A refusal with its code, as `docs/interfaces.md` lists them.
#[derive(Debug, Serialize)]
pub struct Refusal {
    code: &'static str,
    message: String,
    /// The code of what is behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
}

/// JSON that the counter wrote.
type Answer = Result<Box<RawValue>, Refusal>;

/// Does one thing; the snapshot afterwards. Two calls with one id are one.
#[tauri::command]
pub async fn act(shell: State<'_, Shell>, id: String, command: Command) -> Answer {
    ask(&shell, |reply| Turn::Do { id, command, reply }).await
}

/// The latest snapshot; `null` before the first.
#[tauri::command]
pub async fn screen(shell: State<'_, Shell>) -> Result<Option<Box<RawValue>>, Refusal> {
    shell.snapshot().map_err(|why| not_ready(&why))
}

/// The menu as tiles.
#[tauri::command]
pub async fn shelf(shell: State<'_, Shell>) -> Answer {
    ask(&shell, Turn::Shelf).await
}

/// The latest receipts.
#[tauri::command]
pub async fn receipts(shell: State<'_, Shell>) -> Answer {
    ask(&shell, Turn::Receipts).await
}

/// How the counter is.
#[tauri::command]
pub async fn health(shell: State<'_, Shell>) -> Answer {
    ask(&shell, Turn::Health).await
}

/// Writes log and health into one file in the user's downloads, to be sent to whoever helps; gives its path.
#[tauri::command]
pub async fn export_log(shell: State<'_, Shell>) -> Result<String, Refusal> {
    let health = ask(&shell, Turn::Health).await?;
    let file = log::export(shell.place(), health.get());
    file.map_err(|why| refusal("log_not_written", &why))
}

/// Whether this till opens with the machine; `null` where that cannot be set.
#[tauri::command]
pub async fn autostart(shell: State<'_, Shell>) -> Result<Option<bool>, Refusal> {
    Ok(shell.words().and_then(|_| autostart::is_on()))
}

/// Lets this till open with the machine, or no longer; gives whether it does now.
#[tauri::command]
pub async fn set_autostart(shell: State<'_, Shell>, on: bool) -> Result<Option<bool>, Refusal> {
    let words = shell.words().ok_or_else(|| refusal("autostart_not_set", "a till to practise on"))?;
    autostart::set(on, words).map_err(|why| refusal("autostart_not_set", &why.to_string()))?;
    Ok(autostart::is_on())
}

async fn ask(shell: &Shell, turn: impl FnOnce(Reply) -> Turn) -> Answer {
    shell.snapshot().map_err(|why| not_ready(&why))?;
    let (send, answer) = oneshot::channel();
    // A window that has gone away is not answered.
    let reply: Reply = Box::new(move |text| send.send(text).unwrap_or_default());
    if shell.window().put(turn(reply))
        && let Ok(text) = answer.await
        && let Ok(json) = RawValue::from_string(text.to_string())
    {
        return Ok(json);
    }
    Err(refusal("counter_ended", "the counter has ended; start it again"))
}

fn refusal(code: &'static str, message: &str) -> Refusal {
    Refusal { code, message: message.into(), cause: None }
}

fn not_ready(why: &Trouble) -> Refusal {
    Refusal { cause: Some(why.code), ..refusal("counter_not_ready", &why.message) }
}
