//! `kava-desktop`: the counter in a window. A thin shell: the screen is `ui/barista`, everything true is computed in
//! `kava`; here is only how the two reach each other.
//!
//! * [`ask`] what a window may ask; [`shell`] the thread that owns the till; [`windows`] what is opened, and where.
//! * [`update`] a newer program after the shift; [`mod@autostart`] the till opens with the machine.

#![expect(unreachable_pub, reason = "a binary has no outside; pub means used by another module")]
#![cfg_attr(windows, windows_subsystem = "windows")]

mod ask;
mod autostart;
mod log;
mod place;
mod shell;
mod update;
mod windows;

use clap::Parser;
use shell::Shell;
use std::process::ExitCode;
use tauri::{Manager, RunEvent};

fn main() -> ExitCode {
    let line = place::Line::parse();
    let place = match line.place() {
        Ok(place) => place,
        Err(why) => return place::complain(&why),
    };
    let _kept_until_the_end = log::open(&place);
    let mut builder = tauri::Builder::default();
    if line.is_usual_till() {
        // Its database has one writer; who starts the program again wants its window.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| windows::front(app)));
    }
    let built = builder
        .plugin(windows::remembered())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(tauri::generate_handler![
            ask::act,
            ask::screen,
            ask::shelf,
            ask::receipts,
            ask::health,
            ask::export_log,
            ask::autostart,
            ask::set_autostart
        ])
        .setup(move |app| {
            app.manage(Shell::start(app.handle(), (place, line.words()), line.wish())?);
            windows::open(app.handle(), line.look())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::WindowEvent { label, event, .. } => windows::happened(app, &label, &event),
                RunEvent::Exit => app.state::<Shell>().end(),
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(why) => place::complain(&why.to_string()),
    }
}
