//! The demo's shop: the program, a fresh database, the town's past, the devices.

use super::register::Register;
use crate::step::{cargo, root};
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::moment::{BusinessDay, Moment, ShopTime},
    testing::town::{MAPPING, Plan, Town},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Everything in the town follows from it.
const SEED: u64 = 20;
const ZONE: &str = "Europe/Minsk";

/// A folder with everything of the demo, and the program.
pub struct Shop {
    program: PathBuf,
    pub folder: PathBuf,
    db: &'static str,
    /// The counter with the devices.
    furnished: bool,
}

/// Builds `kava` and `kava-sync` in one go, so that what both need is built once, and says where they are.
pub fn build() -> Result<(PathBuf, PathBuf)> {
    let mut command = cargo();
    command.args([
        "build",
        "--quiet",
        "-p",
        "kava",
        "-p",
        "kava-sync",
        "--bin",
        "kava",
        "--bin",
        "kava-sync",
    ]);
    command.args(["--message-format", "json-render-diagnostics"]);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("kava does not build");
    }
    let built: Vec<PathBuf> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|said| said.get("executable")?.as_str().map(PathBuf::from))
        .collect();
    let find = |name: &str| {
        let found = built.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
        found.cloned().with_context(|| format!("cargo did not say where it put {name}"))
    };
    Ok((find("kava")?, find("kava-sync")?))
}

impl Shop {
    /// A fresh folder; what an earlier demo left is gone.
    pub fn empty(program: PathBuf) -> Result<Shop> {
        let folder = root().join("target/demo");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        fs::create_dir_all(folder.join("town"))
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Shop { program, folder, db: "kava.db", furnished: true })
    }

    /// Makes the town, the database and the devices, imports, learns.
    pub fn furnish(&self, register: &Register) -> Result<Town> {
        let town = Town::new(Plan::demo(SEED, yesterday()?));
        println!("== a town from seed {SEED}: {} receipts in 90 days", town.receipts());
        for (name, text) in town.files() {
            self.write(&format!("town/{name}"), &text)?;
        }
        self.write("town/mapping.toml", MAPPING)?;
        let devices = format!(
            "[register]\nkind = \"alfa_kassa\"\nurl = \"{}\"\n\n\
             [printer]\nkind = \"file\"\npath = \"slips.bin\"\npage = \"wpc1251\"\ncolumns = 42\n\
             beside_register = true\n\n\
             [scanner]\nkind = \"stdin\"\n\n\
             # A person at the demo types cards; codes of phones change every fifteen seconds.\n\
             [policy]\nprinted_card = \"full\"\n",
            register.url()
        );
        self.write("counter.toml", &devices)?;
        let init = ["init", "--zone", ZONE, "--currency", "BYN", "--language", "ru", "--title", "Кофейня"];
        self.show(&init)?;
        let (mapping, folder) = (self.path("town/mapping.toml"), self.path("town"));
        let import = ["import", "--mapping", &mapping.to_string_lossy(), &folder.to_string_lossy()];
        if self.show(&import)?.contains("rejects:") {
            bail!("the import rejected rows of the town; there are none that it should");
        }
        self.show(&["learn"])?;
        // The office counts its own keys from 1.
        let file = self.path("issuer.json");
        self.show(&["code", "issuer", "--number", "200", &file.to_string_lossy()])?;
        Ok(town)
    }

    /// The code on a guest's phone, which is made here with a pass of the local issuer.
    pub fn phone_of(&self, customer: &str) -> Result<String> {
        let (phone, issuer) = (self.path("phone.json"), self.path("issuer.json"));
        let (phone, issuer) = (phone.to_string_lossy(), issuer.to_string_lossy());
        self.show(&["code", "phone", &phone, "--issuer", &issuer, "--customer", customer])?;
        let output = self.command(&["code", "show", &phone]).stderr(Stdio::inherit()).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Gives the register's journal to the counter, which must find both orders paid as they were sold.
    pub fn take_tape(&self, text: &str) -> Result<()> {
        self.write("tape.csv", text)?;
        if !self.show(&["tape", &self.path("tape.csv").to_string_lossy()])?.contains("2 paid as sold") {
            bail!("the register's journal does not agree with the books");
        }
        Ok(())
    }

    /// Where the printer writes.
    pub fn slips(&self) -> PathBuf {
        self.path("slips.bin")
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// The real program on this shop's database and devices.
    pub fn command(&self, words: &[&str]) -> Command {
        self.by(&self.program, words)
    }

    /// Another program on this shop's database and devices.
    pub fn by(&self, program: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.arg("--db").arg(self.path(self.db));
        if self.furnished {
            command.arg("--config").arg(self.path("counter.toml"));
        }
        command.args(words);
        command
    }

    /// Another counter of this shop, with a database of its own and a register that no cable reaches.
    pub fn beside(&self, db: &'static str) -> Shop {
        Shop { program: self.program.clone(), folder: self.folder.clone(), db, furnished: false }
    }

    /// What a person types to run a command here.
    pub fn words(&self) -> String {
        format!("{} --db {}", self.program.display(), self.path(self.db).display())
    }

    /// Runs a command, shows it with what it says, and fails with it.
    pub fn show(&self, words: &[&str]) -> Result<String> {
        let shown: Vec<&str> = words.iter().map(|word| self.short(word)).collect();
        println!("$ kava {}", shown.join(" "));
        let output = self.command(words).stderr(Stdio::inherit()).output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        for line in said.lines() {
            println!("  {}", line.replace(&format!("{}/", self.folder.display()), ""));
        }
        if !output.status.success() {
            bail!("kava {} ended with {}", words.join(" "), output.status);
        }
        Ok(said)
    }

    /// Paths of the demo without the machine's part.
    fn short<'w>(&self, word: &'w str) -> &'w str {
        let own = Path::new(word).strip_prefix(&self.folder).ok().and_then(Path::to_str);
        own.unwrap_or(word)
    }

    /// What a strict reader of the printer's bytes sees, from this byte on.
    pub fn decoded_slip(&self, from: usize) -> Result<String> {
        let bytes = fs::read(self.slips()).context("nothing was printed")?;
        let part = self.path("slip.bin");
        fs::write(&part, bytes.get(from..).unwrap_or_default())?;
        let mut command = Command::new("python3");
        command.arg(root().join("tests/simulators/escpos_decode.py")).args(["--columns", "42"]).arg(&part);
        let output = command.output().context("python3 does not start")?;
        if !output.status.success() {
            bail!("the slip cannot be read back: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// The last day of trade that is over, on the wall of the shop.
pub fn yesterday() -> Result<BusinessDay> {
    let time = ShopTime::new(ZONE, 4).map_err(|why| anyhow!(why))?;
    let today = time.local(Moment(jiff::Timestamp::now().as_millisecond())).business_day;
    Ok(BusinessDay(today.0 - 1))
}
