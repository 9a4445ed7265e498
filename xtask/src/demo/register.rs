//! The simulated Alfa-Kassa: a process of its own, which ends with the demo.

use crate::step::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(5);

/// The running simulator.
pub struct Register {
    child: Child,
    port: u16,
    journal: PathBuf,
}

impl Register {
    /// Starts it on a free loopback port with its journal in this folder.
    pub fn start(folder: &Path) -> Result<Register> {
        let journal = folder.join("register.jsonl");
        let mut command = Command::new("python3");
        command.arg(root().join("tests/simulators/alfa_kassa.py")).args(["--port", "0", "--journal"]);
        let child = command.arg(&journal).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let child = child.context("python3 does not start; is it installed?")?;
        // From here on it is ended whatever happens.
        let mut register = Register { child, port: 0, journal };
        let mut line = String::new();
        if let Some(stdout) = register.child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let port = line.trim().strip_prefix("listening on 127.0.0.1:").and_then(|port| port.parse().ok());
        register.port =
            port.with_context(|| format!("the register simulator said {line:?}, not its port"))?;
        Ok(register)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/kassa", self.port)
    }

    /// Plans what goes wrong with its next answers.
    pub fn misbehave(&self, faults: &[&str]) -> Result<()> {
        self.say("POST /faults", &serde_json::json!({"next": faults}).to_string()).map(drop)
    }

    /// A person takes the money for an order on the terminal.
    pub fn pay(&self, order: i64) -> Result<()> {
        self.say("POST /person/pay", &serde_json::json!({"orderNumber": order}).to_string()).map(drop)
    }

    /// What a person takes away from the terminal in the evening.
    pub fn day(&self) -> Result<String> {
        let answer = self.say("GET /person/journal.csv", "")?;
        let (_, body) = answer.split_once("\r\n\r\n").context("the register's answer has no body")?;
        Ok(body.to_owned())
    }

    fn say(&self, request: &str, body: &str) -> Result<String> {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).context("the register is gone")?;
        socket.set_read_timeout(Some(PATIENCE))?;
        write!(socket, "{request} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("the register answered {request} with {answer}");
        }
        Ok(answer)
    }

    /// Everything it has done, oldest first.
    fn journal(&self) -> Result<Vec<Value>> {
        let text = fs::read_to_string(&self.journal).context("the register's journal cannot be read")?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// The one filled order of a receipt: its number, its total, its lines.
    pub fn order(&self, receipt: &str) -> Result<(i64, i64, Vec<Value>)> {
        let journal = self.journal()?;
        let mark =
            format!("#{}", receipt.get(receipt.len().saturating_sub(6)..).unwrap_or(receipt).to_uppercase());
        let of = |entry: &&Value, kind: &str| entry.get("kind").and_then(Value::as_str) == Some(kind);
        let marked = |entry: &&Value| {
            entry.get("comment").and_then(Value::as_str).is_some_and(|comment| comment.starts_with(&mark))
        };
        let orders: Vec<_> = journal.iter().filter(|entry| of(entry, "order") && marked(entry)).collect();
        let [order] = orders.as_slice() else {
            bail!("the register has {} orders {mark} instead of one", orders.len())
        };
        let number = order.get("number").and_then(Value::as_i64).context("the order has no number")?;
        let fills = |entry: &&Value| of(entry, "items") && entry.get("number") == order.get("number");
        let filled: Vec<_> = journal.iter().filter(fills).collect();
        let [items] = filled.as_slice() else { bail!("order {number} was filled {} times", filled.len()) };
        let total = items.get("total_minor").and_then(Value::as_i64).context("the order has no total")?;
        let lines = items.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok((number, total, lines))
    }
}

impl Drop for Register {
    fn drop(&mut self) {
        // It may have ended by itself, with Ctrl-C; then there is nothing to end.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}
