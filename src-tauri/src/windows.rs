//! The windows: the till for the barista, and one for the guest.

use crate::place::Look;
use tauri::{AppHandle, Manager, Monitor, WebviewUrl, WebviewWindowBuilder};

const TILL: &str = "till";
const DISPLAY: &str = "display";

/// Opens what is wanted.
///
/// # Errors
/// When the system opens no window.
pub fn open(app: &AppHandle, look: Look) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, TILL, WebviewUrl::default())
        .title("Kava")
        .inner_size(1366.0, 768.0)
        .min_inner_size(800.0, 600.0)
        .fullscreen(look.kiosk)
        .decorations(!look.kiosk)
        // Nothing from elsewhere is ever shown.
        .on_navigation(|url| is_own(url.host_str()))
        .build()?;
    if look.display {
        open_display(app)?;
    }
    Ok(())
}

/// The guest's window: on a screen of its own where there is one, else a window that can be moved.
fn open_display(app: &AppHandle) -> tauri::Result<()> {
    let display = WebviewWindowBuilder::new(app, DISPLAY, WebviewUrl::App("display".into()))
        .title("Kava")
        .inner_size(800.0, 600.0)
        .on_navigation(|url| is_own(url.host_str()))
        .build()?;
    let till = app.get_webview_window(TILL).map(|till| till.current_monitor()).transpose()?.flatten();
    let others = app
        .available_monitors()?
        .into_iter()
        .filter(|one| Some(one.name()) != till.as_ref().map(Monitor::name));
    if let Some(other) = others.min_by_key(|one| (one.position().x, one.position().y)) {
        display.set_position(*other.position())?;
        display.set_fullscreen(true)?;
    }
    Ok(())
}

fn is_own(host: Option<&str>) -> bool {
    matches!(host, Some("localhost" | "tauri.localhost"))
}

/// Brings the barista's window to the front.
pub fn front(app: &AppHandle) {
    if let Some(till) = app.get_webview_window(TILL) {
        // Where the desktop does not let it, the person finds the window themselves.
        let shown = till.unminimize().and_then(|()| till.set_focus());
        if let Err(why) = shown {
            tracing::warn!(%why, "the window does not come to the front");
        }
    }
}
