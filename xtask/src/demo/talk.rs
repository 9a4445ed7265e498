//! A conversation with a running counter in JSON lines.

use super::shop::Shop;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

/// A running counter.
pub struct Talk {
    child: Child,
    ask: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Talk {
    /// Starts the counter.
    pub fn begin(shop: &Shop) -> Result<Talk> {
        let mut command = shop.command(&["counter", "--json-lines"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = child.stdout.take().context("the counter has no output")?;
        Ok(Talk { ask: child.stdin.take(), answers: BufReader::new(answers).lines(), child })
    }

    /// One request, one answer; an error is a deviation.
    pub fn ask(&mut self, request: &Value) -> Result<Value> {
        let answer = self.say(request)?;
        if let Some(error) = answer.get("error") {
            bail!("the counter answered {request} with {error}");
        }
        Ok(answer)
    }

    /// One request that has to be refused; gives the code of the error.
    pub fn refused(&mut self, request: &Value) -> Result<String> {
        let answer = self.say(request)?;
        let code = answer.pointer("/error/code").and_then(Value::as_str);
        code.map(str::to_owned).with_context(|| format!("the counter did not refuse {request}: {answer}"))
    }

    fn say(&mut self, request: &Value) -> Result<Value> {
        let input = self.ask.as_mut().context("the counter has been sent home")?;
        writeln!(input, "{request}")?;
        input.flush()?;
        let line = self.answers.next().context("the counter ended in the middle of the conversation")??;
        Ok(serde_json::from_str(&line)?)
    }

    /// Ends the counter in order.
    pub fn end(mut self) -> Result<()> {
        drop(self.ask.take());
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the counter ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // Without input the counter ends by itself.
        drop(self.ask.take());
        self.child.wait().map(drop).unwrap_or_default();
    }
}
