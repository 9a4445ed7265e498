//! A till that is enrolled from its screen, at a real office: what each failure says, and that it carries at once.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "the running programs are used in part")]

mod running;

use kava::faces::barista::command::Command;
use kava::faces::barista::turns::{Turn, Window};
use kava::wiring::engine::{Place, Wish};
use kava::wiring::screen;
use running::{Counter, Office};
use serde_json::Value;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long the courier may take to notice something.
const PATIENCE: Duration = Duration::from_secs(90);

/// A till behind its screen, with every snapshot that it shows.
struct Till {
    window: Window,
    shown: Receiver<Value>,
    serves: Option<JoinHandle<()>>,
    commands: u32,
}

impl Till {
    fn open(db: &Path) -> Till {
        let (show, shown) = channel();
        let window = Window::new(move |snapshot| {
            show.send(serde_json::from_str(&snapshot.json).unwrap()).unwrap_or_default();
        });
        let place = Place { db: db.to_path_buf(), config: None };
        let to_serve = window.clone();
        let serves = thread::spawn(move || {
            screen::open(&place, &Wish::default(), &to_serve).unwrap().serve().unwrap();
        });
        Till { window, shown, serves: Some(serves), commands: 0 }
    }

    fn act(&mut self, command: Command) -> Value {
        self.commands += 1;
        let (answer, answered) = channel();
        let reply = Box::new(move |json: std::sync::Arc<str>| answer.send(json).unwrap());
        assert!(self.window.put(Turn::Do { id: self.commands.to_string(), command, reply }));
        serde_json::from_str(&answered.recv().unwrap()).unwrap()
    }

    /// What the screen says after it was told to enrol.
    fn enrol(&mut self, office: &str, code: &str) -> String {
        let screen = self.act(Command::Enrol { office: office.into(), code: code.into() });
        screen["notice"]["code"].as_str().unwrap().to_owned()
    }

    /// Waits for a snapshot like this.
    fn sees(&self, like: impl Fn(&Value) -> bool) {
        while !like(&self.shown.recv_timeout(PATIENCE).unwrap()) {}
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        if self.window.put(Turn::End) {
            self.serves.take().unwrap().join().unwrap();
        }
    }
}

#[test]
fn a_till_is_let_in_from_its_screen_and_carries_at_once() {
    let office = Office::start();
    let url = office.url();
    let counter = Counter::make(office.folder.path(), "1");
    let spent = office.code("1");
    let twin = Counter { db: office.folder.path().join("twin.db") };
    twin.run(&["init", "--counter", "1"]);
    twin.run(&["enrol", "--office", &url, &spent]);
    let mut till = Till::open(&counter.db);
    let code = office.code("1");
    let table = [
        ("ftp://office", code.as_str(), "enrol_address"),
        ("http://127.0.0.1:1", &code, "enrol_line"),
        (&url, "0000", "enrol_shape"),
        (&url, "0000-0000-0000-0000", "enrol_code"),
        (&url, &spent, "enrol_code_old"),
        (&url, &office.code("2"), "enrol_other"),
        (&format!(" {url} "), &code.to_lowercase().replace('-', ""), "enrolled"),
        (&url, &office.code("1"), "enrol_already"),
    ];
    for (office, code, said) in table {
        assert_eq!(till.enrol(office, code), said, "{office} {code}");
    }
    let waits = till.act(Command::OpenShift);
    assert_eq!(waits["link"], "up");
    till.sees(|screen| screen["queue"] == 0);
    assert_eq!(office.run(&["counters"])["counters"][0]["state"], "active");
}

#[test]
fn a_till_that_the_office_has_shut_out_is_enrolled_anew_without_a_restart() {
    let office = Office::start();
    let counter = Counter::enrolled(&office, "1");
    let mut till = Till::open(&counter.db);
    till.act(Command::OpenShift);
    till.sees(|screen| screen["queue"] == 0);
    office.run(&["revoke", "--shop", "1", "--counter", "1"]);
    till.act(Command::CloseShift { counted_minor: None });
    let code = office.code("1");
    // The courier hears of it first.
    while till.enrol(&office.url(), &code) == "enrol_already" {}
    till.sees(|screen| screen["queue"] == 0);
    assert_eq!(office.run(&["counters"])["counters"][0]["epoch"], 2);
}
