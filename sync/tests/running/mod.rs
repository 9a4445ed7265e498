//! The real programs: an office on a free port, counters beside it.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    sync::OnceLock,
};

/// A running office; it is stopped with the test.
pub(crate) struct Office {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) address: String,
    child: Child,
    /// What it says after where it listens.
    said: Option<BufReader<ChildStdout>>,
}

impl Office {
    pub(crate) fn start() -> Office {
        Office::start_with(&[])
    }

    pub(crate) fn start_with(words: &[&str]) -> Office {
        Office::start_as(words, &[])
    }

    /// With these words in its environment.
    pub(crate) fn start_in(environment: &[(&str, &str)]) -> Office {
        Office::start_as(&[], environment)
    }

    fn start_as(words: &[&str], environment: &[(&str, &str)]) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, address, said) =
            begin(&folder.path().join("office.db"), "127.0.0.1:0", (words, environment));
        Office { folder, address, child, said: Some(said) }
    }

    /// The line after the first, once.
    pub(crate) fn second_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.said.take()?.read_line(&mut line).expect("a line");
        (read > 0).then_some(line)
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.folder.path().join("office.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// The same office at the same address.
    pub(crate) fn start_again(&mut self) {
        let (child, address, said) = begin(&self.db(), &self.address, (&[], &[]));
        (self.child, self.address, self.said) = (child, address, Some(said));
    }

    /// `kava-sync` on this office's ledger; fails with it.
    pub(crate) fn run(&self, words: &[&str]) -> Value {
        let output = self.try_run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    pub(crate) fn try_run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava-sync"));
        command.arg("--db").arg(self.db()).arg("--json").args(words).output().expect("it runs")
    }

    pub(crate) fn code(&self, counter: &str) -> String {
        self.run(&["enrol-code", "--counter", counter])["code"].as_str().expect("a code").to_owned()
    }

    /// One request on a connection of its own.
    pub(crate) fn say(&self, request: &[u8]) -> String {
        let mut socket = TcpStream::connect(&self.address).expect("it listens");
        // An office that refuses may have closed its ear before all was said.
        drop(socket.write_all(request));
        let mut answer = Vec::new();
        drop(socket.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.say(format!("GET {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n").as_bytes())
    }

    /// The same with a cookie.
    pub(crate) fn get_with(&self, path: &str, cookie: &str) -> String {
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n");
        self.say(head.as_bytes())
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &[u8]) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        self.say(&[head.as_bytes(), body].concat())
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn begin(
    db: &Path,
    listen: &str,
    (words, environment): (&[&str], &[(&str, &str)]),
) -> (Child, String, BufReader<ChildStdout>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava-sync"));
    command.envs(environment.iter().copied());
    command.arg("--db").arg(db).args(["serve", "--listen", listen]).args(words).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the office starts");
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("stdout"));
    said.read_line(&mut line).expect("a line");
    let (_, address) = line.trim().split_once("://").expect("the first line says where");
    (child, address.to_owned(), said)
}

/// A counter's database with the real program.
pub(crate) struct Counter {
    pub(crate) db: PathBuf,
}

impl Counter {
    pub(crate) fn make(folder: &Path, counter: &str) -> Counter {
        let made = Counter { db: folder.join(format!("counter-{counter}.db")) };
        made.run(&["init", "--counter", counter]);
        made
    }

    pub(crate) fn enrolled(office: &Office, counter: &str) -> Counter {
        let made = Counter::make(office.folder.path(), counter);
        made.run(&["enrol", "--office", &office.url(), &office.code(counter)]);
        made
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(kava());
        command.arg("--db").arg(&self.db).arg("--json").args(words);
        command
    }

    pub(crate) fn try_run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("it runs")
    }

    pub(crate) fn run(&self, words: &[&str]) -> Value {
        let output = self.try_run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Sells a latte; gives the receipt.
    pub(crate) fn sell(&self) -> String {
        let visit = self.run(&["visit", "--item", "latte"]);
        visit["settle"]["receipt"].as_str().expect("a receipt").to_owned()
    }
}

/// An open till: one request a line, one answer a line.
pub(crate) struct Till {
    child: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Till {
    /// Opens a counter, with more words for the program.
    pub(crate) fn open(counter: &Counter, words: &[&str]) -> Till {
        let mut command = counter.command(&["counter", "--json-lines"]);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the till opens");
        let words = child.stdin.take().expect("stdin");
        let answers = BufReader::new(child.stdout.take().expect("stdout"));
        Till { child, words, answers }
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.words, "{request}").expect("it listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Sells a latte to whoever shows this code; gives what was settled.
    pub(crate) fn sell(&mut self, code: Option<&str>) -> Value {
        let visit = self.ask(&json!({"do": "greet", "code": code}))["visit"].clone();
        let basket = json!([{"sku": "latte", "qty": 1}]);
        self.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": "best"}));
        let settled = self.ask(&json!({"do": "settle", "visit": visit, "pay": "card"}));
        assert_eq!(settled["status"], json!("done"), "{settled}");
        settled
    }

    pub(crate) fn close(self) {
        let Till { mut child, words, .. } = self;
        drop(words);
        assert!(child.wait().expect("it ends").success());
    }

    /// As when the machine burns.
    pub(crate) fn burn(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

/// The counter's program. Tests of the whole workspace have built it; a test run of the office alone has not.
fn kava() -> &'static Path {
    static KAVA: OnceLock<PathBuf> = OnceLock::new();
    KAVA.get_or_init(|| {
        let path = Path::new(env!("CARGO_BIN_EXE_kava-sync")).with_file_name("kava");
        if !path.exists() {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let built = Command::new(cargo).args(["build", "-p", "kava", "--bin", "kava"]).status();
            assert!(built.is_ok_and(|status| status.success()), "kava does not build");
        }
        path
    })
}
