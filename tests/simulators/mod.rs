//! The simulated register as a process that tests start, disturb and kill.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Longer than anything should take.
pub(crate) const PATIENT: Duration = Duration::from_secs(5);

/// Small deterministic randomness: the seed is the whole story.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// The running simulator; ended with the test.
pub(crate) struct Simulator {
    program: &'static str,
    arguments: Vec<String>,
    child: Child,
    port: u16,
    journal: PathBuf,
    _folder: tempfile::TempDir,
}

#[expect(dead_code, reason = "each test uses a part")]
impl Simulator {
    pub(crate) fn start() -> Simulator {
        Simulator::start_as("register.py", &[])
    }

    pub(crate) fn start_as(program: &'static str, arguments: &[&str]) -> Simulator {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.jsonl");
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let (child, port) = spawn(program, &arguments, 0, &journal);
        Simulator { program, arguments, child, port, journal, _folder: folder }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn restart(&mut self) {
        let (child, port) = spawn(self.program, &self.arguments, self.port, &self.journal);
        assert_eq!(port, self.port);
        self.child = child;
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn journal(&self) -> &Path {
        &self.journal
    }

    pub(crate) fn misbehave(&self, faults: &[&str]) {
        let answer = self.say("/faults", &serde_json::json!({ "next": faults }).to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// What a person does at the register.
    pub(crate) fn person(&self, act: &str, body: &serde_json::Value) -> String {
        let answer = self.say(&format!("/person/{act}"), &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{act}: {answer}");
        answer
    }

    /// Everything in the journal, oldest first; a half line at its end is left out.
    pub(crate) fn entries(&self) -> Vec<serde_json::Value> {
        let content = std::fs::read_to_string(&self.journal).unwrap_or_default();
        content.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    fn say(&self, path: &str, body: &str) -> String {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENT)).unwrap();
        write!(socket, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Totals of what the journal holds under an id: at most one is allowed.
    pub(crate) fn rung_up(&self, id: &str) -> Vec<i64> {
        let content = std::fs::read_to_string(&self.journal).unwrap_or_default();
        let entries = content.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        entries
            .filter(|entry| entry["id"] == id)
            .map(|entry| entry["total_minor"].as_i64().unwrap())
            .collect()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn spawn(program: &str, arguments: &[String], port: u16, journal: &Path) -> (Child, u16) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulators").join(program);
    let mut child = Command::new("python3")
        .arg(program)
        .args(arguments)
        .args(["--port", &port.to_string(), "--journal"])
        .arg(journal)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("python3 does not start: {error}"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("listening on 127.0.0.1:").unwrap_or_else(|| panic!("said {line:?}"));
    (child, port.parse().unwrap())
}
