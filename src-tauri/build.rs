//! Which commands the windows may use (capabilities/), and whether there is a screen to put into the program.

use std::path::Path;

/// The commands of `src/ask.rs`; what is not allowed by a capability is refused.
const COMMANDS: &[&str] =
    &["act", "screen", "shelf", "receipts", "health", "export_log", "autostart", "set_autostart"];

#[expect(clippy::panic, clippy::expect_used, reason = "a build that cannot go on says so")]
fn main() {
    let screen = Path::new("../ui/barista/dist/index.html");
    println!("cargo::rerun-if-changed={}", screen.display());
    if !screen.exists() {
        panic!("the barista's screen is not built: run `cargo xtask ui` first");
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).expect("tauri-build");
}
