//! Asks a real office whatever its description allows, and more, and looks at what it answers: never a fault of its own,
//! nothing that is not described. The requests are schemathesis's; `xtask/fuzz/hooks.py` lets them in.

use crate::{
    machine, python, screens,
    step::{root, watch},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
};

/// What is held against every answer.
const CHECKS: &str =
    "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance";

#[derive(clap::Args)]
pub struct FuzzArgs {
    /// Requests of each operation and kind, at most
    #[arg(long, default_value_t = 200)]
    count: u32,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(args: &FuzzArgs) -> Result<ExitCode> {
    machine::prepare()?;
    screens::programs()?;
    let python = python::with("xtask/fuzz/requirements.txt", "target/fuzz/python")?;
    let folder = root().join("target/fuzz");
    let office = Office::start(&folder.join("office.db"))?;
    println!("== {} requests of each kind at {} from seed {}", args.count, office.address, args.seed);
    let mut fuzz = Command::new(python.with_file_name("schemathesis"));
    fuzz.arg("run").arg(format!("{}/api/openapi.json", office.address));
    fuzz.args(["-n", &args.count.to_string(), "--seed", &args.seed.to_string(), "--checks", CHECKS]);
    fuzz.args(["--suppress-health-check=all", "--generation-database=none", "--no-color"]);
    fuzz.env("SCHEMATHESIS_HOOKS", root().join("xtask/fuzz/hooks.py")).current_dir(&folder);
    fuzz.env("KAVA_OFFICE", &office.address)
        .env("KAVA_LINK", &office.link)
        .env("KAVA_ENROL_CODE", &office.code);
    if !watch(&mut fuzz, &mut |line| println!("{line}"))? {
        bail!("the office answered something that it should not");
    }
    Ok(ExitCode::SUCCESS)
}

/// A running office to which nobody has come yet.
struct Office {
    program: Child,
    address: String,
    /// The secret of the first owner's link.
    link: String,
    /// A counter's one-time code.
    code: String,
}

impl Office {
    fn start(db: &Path) -> Result<Office> {
        for ending in ["db", "db-wal", "db-shm"] {
            // What is not there need not go.
            drop(fs::remove_file(db.with_extension(ending)));
        }
        let kava_sync = screens::program().with_file_name("kava-sync");
        let mut serve = Command::new(&kava_sync);
        serve.arg("--db").arg(db).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut program = serve.spawn().context("the office does not start")?;
        let said = program.stdout.take().context("the office says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let mut word = |before: &str| -> Result<String> {
            let line = lines.next().context("the office says too little")??;
            let (_, word) = line.split_once(before).with_context(|| format!("{line} has no {before}"))?;
            Ok(word.trim().to_owned())
        };
        let (address, link) = (word("listening on ")?, word("#enter=")?);
        let code =
            Command::new(&kava_sync).arg("--db").arg(db).args(["enrol-code", "--counter", "1"]).output()?;
        ensure!(code.status.success(), "no code to enrol with: {}", String::from_utf8_lossy(&code.stderr));
        let code = String::from_utf8(code.stdout)?.lines().next().unwrap_or_default().trim().to_owned();
        Ok(Office { program, address, link, code })
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        drop(self.program.kill());
        drop(self.program.wait());
    }
}
