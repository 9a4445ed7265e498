//! The windows: the till for the barista, and one for the guest.

use crate::place::Look;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager, Monitor, Runtime, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

const TILL: &str = "till";
const DISPLAY: &str = "display";

/// What is remembered of the till's window: where it stood and how large it was. Whether it fills the screen is said
/// anew at each start, and the guest's window goes to the guest's screen, wherever that is today.
pub fn remembered<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(REMEMBERED)
        .with_denylist(&[DISPLAY])
        .build()
}

const REMEMBERED: StateFlags = StateFlags::POSITION.union(StateFlags::SIZE);

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
        .on_navigation(is_own)
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
        .on_navigation(is_own)
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

/// Whether an address is of this program's own pages. A web server of this machine is a stranger like any other.
fn is_own(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // A scheme of one's own is not to be had there, so WebView2 is served under this name.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        _ => false,
    }
}

/// Without the till there is nothing to do, so that closing its window ends the program, the guest's window with it.
pub fn happened(app: &AppHandle, label: &str, event: &WindowEvent) {
    if label == TILL && matches!(event, WindowEvent::Destroyed) {
        app.exit(0);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_pages_are_shown() {
        let table = [
            ("tauri://localhost/", true),
            ("tauri://localhost/display", true),
            ("http://tauri.localhost/", cfg!(windows)),
            ("http://localhost/", false),
            ("http://localhost:8481/", false),
            ("https://localhost/", false),
            ("tauri://elsewhere/", false),
            ("tauri.localhost://localhost/", false),
            ("file:///etc/hosts", false),
            ("about:blank", false),
            ("data:text/html,tauri://localhost", false),
        ];
        for (address, own) in table {
            assert_eq!(address.parse().map(|url| is_own(&url)), Ok(own), "{address}");
        }
    }

    #[test]
    fn a_till_that_was_full_screen_once_need_not_be_so_again() {
        assert_eq!(REMEMBERED.bits(), (StateFlags::POSITION | StateFlags::SIZE).bits());
    }
}
