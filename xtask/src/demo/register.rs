//! The simulated cash register: a process of its own, which ends with the demo.

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
        command.arg(root().join("tests/simulators/register.py")).args(["--port", "0", "--journal"]);
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
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Plans what goes wrong with its next answer.
    pub fn misbehave(&self, fault: &str) -> Result<()> {
        self.say("POST /faults", &serde_json::json!({"next": [fault]}).to_string()).map(drop)
    }

    /// Whether somebody who lost its answer has asked what became of a receipt.
    pub fn was_asked_again(&self) -> Result<bool> {
        let answer = self.say("GET /v1/state", "")?;
        let (_, body) = answer.split_once("\r\n\r\n").context("the register's answer has no body")?;
        let state: Value = serde_json::from_str(body)?;
        Ok(state.get("questions").and_then(Value::as_u64).is_some_and(|questions| questions > 0))
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

    /// Everything it has rung up, oldest first.
    pub fn journal(&self) -> Result<Vec<Value>> {
        let text = fs::read_to_string(&self.journal).context("the register's journal cannot be read")?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}

impl Drop for Register {
    fn drop(&mut self) {
        // It may have ended by itself, with Ctrl-C; then there is nothing to end.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}
