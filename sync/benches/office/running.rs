//! The real office in a process of its own.

use super::{
    counters::{Till, enrol_all},
    goal::{Goal, Limit},
};
use kava::facts::moment::Moment;
use kava_sync::ledger::{Access, Ledger, audit::audit};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

pub(crate) struct Office {
    pub(crate) address: String,
    child: Child,
    folder: tempfile::TempDir,
}

impl Office {
    /// An office where these counters are enrolled.
    pub(crate) fn with(tills: &[Till]) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let db = folder.path().join("office.db");
        let mut ledger = Ledger::open(&db, Access::Create).expect("a ledger");
        ledger.found("chain", &[1; 32], Moment(0)).expect("an office");
        enrol_all(&mut ledger, tills);
        drop(ledger);
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava-sync"));
        command.arg("--db").arg(&db).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("it says where");
        let address = line.trim().strip_prefix("listening on http://").expect("an address").to_owned();
        Office { address, child, folder }
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("office.db")
    }

    /// Memory of the process now and the most it ever had, in MB.
    pub(crate) fn memory(&self) -> [f64; 2] {
        let path = format!("/proc/{}/status", self.child.id());
        let text = fs::read_to_string(path).expect("a status of the process");
        ["VmRSS:", "VmHWM:"].map(|name| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
            let kilobytes = line.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
            kilobytes.expect("a number") / 1024.0
        })
    }

    /// Stops it; everything that was sent must be there, once, and chained.
    pub(crate) fn check(mut self, records: usize) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let mut ledger = Ledger::open(&self.db(), Access::Read).expect("the ledger");
        let report = audit(&mut ledger).expect("an audit");
        assert_eq!(report.findings, [], "the ledger must hold");
        assert_eq!(report.checked.get("records").copied(), Some(records as u64), "all of it, once");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What an office that has nothing to do needs.
pub(crate) fn idle() -> (Value, Vec<Goal>) {
    let office = Office::with(&[]);
    // Nobody ever answers here; it is only waited.
    let (nobody, answer) = std::sync::mpsc::channel::<()>();
    assert!(answer.recv_timeout(Duration::from_secs(2)).is_err());
    drop(nobody);
    let [now, _] = office.memory();
    let goal = Goal { what: "office idle", unit: "MB", found: now, limit: Limit::Most(80.0) };
    (json!({"rss_mb": now}), vec![goal])
}
