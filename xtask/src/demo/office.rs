//! The demo's office: the real program on a free port, with a switch that cuts it off.

use super::shop::Shop;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// How often the switch is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// The office and the counters' way to it.
pub struct Office {
    program: PathBuf,
    folder: PathBuf,
    address: String,
    child: Option<Child>,
}

impl Office {
    /// Makes the ledger and starts to serve.
    pub fn open(program: PathBuf, folder: &Path) -> Result<Office> {
        let address = "127.0.0.1:0".to_owned();
        let mut office = Office { program, folder: folder.to_path_buf(), address, child: None };
        office.show(&["init"])?;
        office.connect()?;
        Ok(office)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--db").arg(self.folder.join("office.db")).args(words);
        command
    }

    /// Runs a command, shows it with what it says, and fails with it.
    pub fn show(&self, words: &[&str]) -> Result<()> {
        let short: Vec<&str> = words.iter().map(|word| self.short(word)).collect();
        println!("$ kava-sync {}", short.join(" "));
        let output = self.command(words).stderr(Stdio::inherit()).output()?;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            println!("  {}", line.replace(&format!("{}/", self.folder.display()), ""));
        }
        ensure!(output.status.success(), "kava-sync {} ended with {}", words.join(" "), output.status);
        Ok(())
    }

    fn short<'w>(&self, word: &'w str) -> &'w str {
        Path::new(word).strip_prefix(&self.folder).ok().and_then(Path::to_str).unwrap_or(word)
    }

    fn json(&self, words: &[&str]) -> Result<Value> {
        let output = self.command(words).arg("--json").stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "kava-sync {} ended with {}", words.join(" "), output.status);
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The cable is in.
    pub fn connect(&mut self) -> Result<()> {
        let mut child = self.command(&["serve", "--listen", &self.address]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        self.child = Some(child);
        let address = line.trim().strip_prefix("listening on http://");
        self.address =
            address.with_context(|| format!("the office said {line:?}, not its address"))?.to_owned();
        Ok(())
    }

    /// The cable is out: nothing at that address answers any more.
    pub fn cut(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself, with Ctrl-C; then there is nothing to end.
            child.kill().unwrap_or_default();
            child.wait().map(drop).unwrap_or_default();
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets a counter of the shop in.
    pub fn enrol(&self, shop: &Shop, counter: &str) -> Result<()> {
        let made = self.json(&["enrol-code", "--counter", counter])?;
        let code = made.get("code").and_then(Value::as_str).context("the office made no code")?;
        println!("$ kava-sync enrol-code --counter {counter}\n  {code}");
        shop.show(&["enrol", "--office", &self.url(), code])?;
        Ok(())
    }

    /// Puts the shop's menu on its way to every counter.
    pub fn publish_menu_of(&self, shop: &Shop) -> Result<()> {
        let menu = shop.folder.join("menu.json");
        let output = shop.command(&["menu"]).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "kava menu ended with {}", output.status);
        fs::write(&menu, output.stdout)?;
        self.show(&["publish", "menu", &menu.to_string_lossy()])
    }

    /// Checks the whole ledger; gives how many receipts and records it has.
    pub fn audited(&self) -> Result<(i64, i64)> {
        self.show(&["audit"])?;
        let report = self.json(&["audit"])?;
        let count =
            |what: &str| report.pointer(&format!("/checked/{what}")).and_then(Value::as_i64).unwrap_or(0);
        Ok((count("receipts"), count("records")))
    }

    /// From now on the file `cut` in the demo's folder is the switch; the office ends with what is given back.
    pub fn with_switch(mut self) -> Result<Switch> {
        let (stop, stopped) = channel::<()>();
        let switch = self.folder.join("cut");
        let watch =
            thread::Builder::new().name("switch".into()).spawn(move || self.watch(&switch, &stopped))?;
        Ok(Switch { stop: Some(stop), watch: Some(watch) })
    }

    fn watch(&mut self, switch: &Path, stopped: &Receiver<()>) {
        use std::sync::mpsc::RecvTimeoutError::Timeout;
        while stopped.recv_timeout(LOOK) == Err(Timeout) {
            match (switch.exists(), self.child.is_some()) {
                (true, true) => self.cut(),
                (false, false) => {
                    if let Err(why) = self.connect() {
                        eprintln!("the office does not come back: {why:#}");
                        return;
                    }
                }
                _ => {}
            }
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.cut();
    }
}

/// The office behind its switch.
pub struct Switch {
    stop: Option<std::sync::mpsc::Sender<()>>,
    watch: Option<thread::JoinHandle<()>>,
}

impl Drop for Switch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(watch) = self.watch.take()
            && watch.join().is_err()
        {
            eprintln!("the switch failed");
        }
    }
}

/// A second counter of the same shop: no past, no devices, the office's menu.
pub fn second_counter(shop: &Shop, office: &Office) -> Result<Shop> {
    let second = shop.beside("kava-2.db");
    second.show(&[
        "init",
        "--counter",
        "2",
        "--currency",
        "BYN",
        "--language",
        "ru",
        "--title",
        "Кофейня",
    ])?;
    office.enrol(&second, "2")?;
    if !second.show(&["sync"])?.contains("2 documents came") {
        bail!("the second counter got no menu");
    }
    Ok(second)
}
