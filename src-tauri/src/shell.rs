//! The thread that owns the till, and the latest snapshot for whoever looks.

use crate::update::{self, Gate, Looked};
use kava::faces::barista::turns::{Shown, Turn, Window};
use kava::wiring::engine::{Place, Wish};
use kava::wiring::screen;
use kava::wiring::updates::{self, Source};
use serde_json::value::RawValue;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tauri::{AppHandle, Emitter};

/// The name under which snapshots reach the windows.
const NEWS: &str = "screen";
/// The name under which the windows hear that nothing can be sold.
const TROUBLE: &str = "trouble";
/// How long the end waits for what the till is doing; what it does not finish is finished at the next start.
const FAREWELL: Duration = Duration::from_secs(5);

/// The till and its windows.
pub struct Shell {
    window: Window,
    place: Place,
    /// With which words this till is opened again.
    words: Option<Vec<String>>,
    seen: Arc<Mutex<Seen>>,
    /// Closed when the thread ends.
    ended: Mutex<Receiver<()>>,
}

/// What there is to be seen.
#[derive(Default)]
struct Seen {
    snapshot: Option<Box<RawValue>>,
    trouble: Option<Trouble>,
}

/// Why nothing can be sold.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Trouble {
    /// The stable code, by which the screen has words of its own.
    pub code: &'static str,
    /// One sentence, for whoever helps.
    pub message: String,
}

impl Shell {
    /// Starts the thread that owns the till. The window does not wait for it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        app: &AppHandle,
        (place, words): (Place, Option<Vec<String>>),
        wish: Wish,
    ) -> std::io::Result<Shell> {
        let seen = Arc::<Mutex<Seen>>::default();
        let source = source(&place, wish.training);
        let window = Window::new(publish(app.clone(), Arc::clone(&seen), source));
        let kept = place.clone();
        let (to_serve, to_tell, handle) = (window.clone(), Arc::clone(&seen), app.clone());
        let (alive, ended) = channel::<()>();
        thread::Builder::new().name("till".into()).spawn(move || {
            let _until_the_end = alive;
            let opened = screen::open(&place, &wish, &to_serve);
            if let Err(why) = opened.and_then(screen::Behind::serve) {
                tracing::error!(%why, "nothing can be sold");
                let trouble = Trouble { code: why.code(), message: why.to_string() };
                lock(&to_tell).trouble = Some(trouble.clone());
                tell(&handle, TROUBLE, &trouble);
            }
        })?;
        Ok(Shell { window, place: kept, words, seen, ended: Mutex::new(ended) })
    }

    /// The latest snapshot; nothing before the first.
    ///
    /// # Errors
    /// Why nothing can be sold.
    pub fn snapshot(&self) -> Result<Option<Box<RawValue>>, Trouble> {
        let seen = lock(&self.seen);
        match &seen.trouble {
            Some(why) => Err(why.clone()),
            None => Ok(seen.snapshot.clone()),
        }
    }

    /// Where the till is asked.
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// Where the counter's files are.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// With which words this till is opened again; nothing for one to practise on.
    pub fn words(&self) -> Option<&[String]> {
        self.words.as_deref()
    }

    /// Lets the till finish what it does.
    pub fn end(&self) {
        let told = self.window.put(Turn::End);
        if told && lock(&self.ended).recv_timeout(FAREWELL) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the till is still busy; the next start finishes what it does");
        }
    }
}

/// Where updates come from. A till to practise on looks for none, and one whose table is wrong sells all the same.
fn source(place: &Place, training: bool) -> Option<Source> {
    let read = updates::source(place.config.as_deref().filter(|_| !training));
    read.inspect_err(|why| tracing::error!(%why, "no updates are looked for")).ok().flatten()
}

/// Keeps a snapshot and gives it to all windows; when a shift has ended, looks for a newer program.
fn publish(app: AppHandle, seen: Arc<Mutex<Seen>>, source: Option<Source>) -> impl Fn(Shown) + Send + Sync {
    let gate = Mutex::new(Gate::default());
    move |shown| match RawValue::from_string(shown.json.to_string()) {
        Ok(json) => {
            lock(&seen).snapshot = Some(json.clone());
            tell(&app, NEWS, &json);
            if let Some(source) = &source
                && lock(&gate).has_ended(json.get())
            {
                renew(app.clone(), source.clone(), Arc::clone(&seen));
            }
        }
        Err(why) => tracing::error!(%why, "a snapshot is no JSON"),
    }
}

/// Looks for a newer program beside everything else. One that was installed is opened at once, unless somebody sells by then.
fn renew(app: AppHandle, source: Source, seen: Arc<Mutex<Seen>>) {
    tauri::async_runtime::spawn(async move {
        let rests = || lock(&seen).snapshot.as_ref().is_some_and(|snapshot| update::rests(snapshot.get()));
        match update::look(&app, &source, rests, |update, package| update.install(package)).await {
            Ok(Looked::Installed(version)) => {
                tracing::info!(version, "a newer program is installed");
                if rests() {
                    app.request_restart();
                }
            }
            Ok(found) => tracing::info!(?found, "looked for a newer program"),
            Err(why) => tracing::warn!(%why, "no newer program is installed"),
        }
    });
}

/// A window that is closing hears nothing, and needs nothing.
fn tell(app: &AppHandle, name: &str, what: &(impl serde::Serialize + Clone)) {
    if let Err(why) = app.emit(name, what) {
        tracing::debug!(%why, name, "nobody hears it");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
