//! The release binary from outside: cold start, memory, import, and the guard's campaign.

use crate::epochs;
use crate::figures::{Goal, Times};
use crate::shelf;
use crate::town::{self, NOW, Size};
use anyhow::{Context, Result, ensure};
use kava::testing::random::Random;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

/// The command line that users get.
const KAVA: &str = env!("CARGO_BIN_EXE_kava");

/// A running `kava counter --json-lines`.
struct Face {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Face {
    fn start(database: &Path) -> Result<Face> {
        let mut child = Command::new(KAVA)
            .arg("--db")
            .arg(database)
            .args(["counter", "--json-lines", "--clock", "requests"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().context("no stdin")?;
        let output = BufReader::new(child.stdout.take().context("no stdout")?);
        Ok(Face { child, input, output })
    }

    fn ask(&mut self, request: &Value) -> Result<Value> {
        writeln!(self.input, "{request}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)?;
        ensure!(answer.get("error").is_none(), "{request}: {answer}");
        Ok(answer)
    }

    /// A line of `/proc/<pid>/status` in kilobytes.
    fn kilobytes(&self, name: &str) -> Result<f64> {
        kilobytes(self.child.id(), name)
    }

    fn stop(mut self) -> Result<()> {
        drop(self.input);
        self.child.wait()?;
        Ok(())
    }
}

fn kilobytes(process: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
    Ok(line.trim_start_matches(':').trim_end_matches("kB").trim().parse()?)
}

/// From starting the program to the answer to the first greet.
pub fn cold_start(database: &Path, size: Size, drop_caches: bool) -> Result<(Value, Vec<Goal>)> {
    let mut taken = Vec::new();
    for start in 0..10u32 {
        if drop_caches && start == 0 {
            std::fs::write("/proc/sys/vm/drop_caches", "3").context("only root may drop the page cache")?;
        }
        let card = town::card_of(start * (size.customers / 10));
        let begun = Instant::now();
        let mut face = Face::start(database)?;
        face.ask(&json!({"do": "greet", "code": card, "at": NOW}))?;
        taken.push(begun.elapsed());
        face.stop()?;
    }
    let times = Times::new(&taken);
    let measured = taken.iter().max().map_or(0.0, std::time::Duration::as_secs_f64);
    let goal =
        Goal { name: "start to first greet, slowest of ten", unit: "s", at_most: true, limit: 1.0, measured };
    Ok((times.json(), vec![goal]))
}

/// Memory after a thousand visits over JSON lines.
pub fn memory(database: &Path, size: Size) -> Result<(Value, Vec<Goal>)> {
    const VISITS: usize = 1_000;
    let (shelf, mut random) = (shelf::stock(), Random::new(4));
    let mut face = Face::start(database)?;
    let begun = Instant::now();
    for visit in 0..VISITS {
        let at = NOW.later(i64::try_from(visit)? * 20_000 + 40_000_000);
        let customer = town::visitor(&mut random, size);
        let greeting = face.ask(&json!({"do": "greet", "code": town::card_of(customer), "at": at}))?;
        let visit = greeting.get("visit").cloned().unwrap_or_default();
        let basket = shelf.basket(&mut random, customer);
        face.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": "best", "at": at}))?;
        face.ask(&json!({"do": "settle", "visit": visit, "at": at}))?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (most, now) = (face.kilobytes("VmHWM")? / 1024.0, face.kilobytes("VmRSS")? / 1024.0);
    face.stop()?;
    let goal =
        Goal { name: "memory after 1,000 visits", unit: "MB", at_most: true, limit: 60.0, measured: most };
    Ok((json!({"visits": VISITS, "seconds": seconds, "most_mb": most, "now_mb": now}), vec![goal]))
}

/// A whole `kava learn` on the town and half a year of the experiment, and the most memory it had.
pub fn learn(database: &Path, folder: &Path) -> Result<(Value, Vec<Goal>)> {
    let epochs = epochs::write(database)?;
    let report = folder.join("learn.json");
    let begun = Instant::now();
    let mut child = Command::new(KAVA)
        .arg("--db")
        .arg(database)
        .args(["--json", "learn", "--at", &NOW.to_string(), "--report"])
        .arg(&report)
        .stdout(Stdio::null())
        .spawn()?;
    let mut most: f64 = 0.0;
    // Nothing is ever sent: receiving is how to wait.
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        most = most.max(kilobytes(child.id(), "VmHWM").unwrap_or(0.0) / 1024.0);
        never.recv_timeout(std::time::Duration::from_millis(50)).unwrap_or_default();
    };
    ensure!(status.success(), "kava learn failed");
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    let figures: Value = serde_json::from_str(&std::fs::read_to_string(&report)?)?;
    let goal = |name, unit, limit, measured| Goal { name, unit, at_most: true, limit, measured };
    let goals =
        vec![goal("learn", "minutes", 10.0, minutes), goal("memory of learn", "MB", 8.0 * 1024.0, most)];
    Ok((json!({"minutes": minutes, "most_mb": most, "epochs": epochs, "report": figures}), goals))
}

/// The whole `kava import` of an invoice file, and `sqlite3 .import` of the same file beside it.
pub fn import(root: &Path, folder: &Path, lines: u64) -> Result<(Value, Vec<Goal>)> {
    let work = folder.join("import");
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    std::fs::create_dir_all(&work)?;
    let csv = work.join("online_retail.csv");
    let published = unpack(root, &csv)?;
    if !published {
        invoices(&csv, lines)?;
    }
    let database = work.join("import.db");
    let init = ["init", "--shop", "shop", "--currency", "GBP", "--zone", "Europe/London"];
    run(Command::new(KAVA).arg("--db").arg(&database).args(init))?;
    let mut command = Command::new(KAVA);
    command.arg("--db").arg(&database).args(["--json", "import", "--mapping"]);
    command.arg(root.join("mappings/online-retail.toml")).arg(&work);
    let begun = Instant::now();
    let report: Value = serde_json::from_slice(&run(&mut command)?)?;
    let seconds = begun.elapsed().as_secs_f64();
    let lines = report.pointer("/totals/lines").and_then(Value::as_f64).context("the report has no lines")?;
    let peer = peer(&work, &csv);
    std::fs::remove_dir_all(&work)?;
    let goal =
        Goal { name: "import", unit: "lines/s", at_most: false, limit: 200_000.0, measured: lines / seconds };
    let all = json!({
        "file": if published { "online-retail" } else { "generated" },
        "lines": lines,
        "seconds": seconds,
        "sqlite3_import_seconds": peer,
        "times_sqlite3_import": peer.map(|peer| seconds / peer),
    });
    Ok((all, vec![goal]))
}

/// Puts the published file there, if this machine has it.
fn unpack(root: &Path, csv: &Path) -> Result<bool> {
    let shared = std::env::var_os("KAVA_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let packed = shared.join("online-retail/online_retail.csv.gz");
    if !packed.exists() {
        return Ok(false);
    }
    let text = run(Command::new("gzip").arg("-dc").arg(packed))?;
    std::fs::write(csv, text)?;
    Ok(true)
}

/// An invoice file in the form of the published one.
fn invoices(csv: &Path, lines: u64) -> Result<()> {
    let mut random = Random::new(5);
    let mut file = BufWriter::new(std::fs::File::create(csv)?);
    writeln!(file, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country")?;
    for line in 0..lines {
        let (invoice, product) = (500_000 + line / 20, random.between(1, 4_000));
        let minute = line / 20;
        writeln!(
            file,
            "{invoice},{product:05},THING {product},{},2011-{:02}-{:02} {:02}:{:02}:00,{}.{:02},{},United Kingdom",
            random.between(1, 12),
            1 + minute / 40_320 % 12,
            1 + minute / 1_440 % 28,
            minute / 60 % 24,
            minute % 60,
            product % 12,
            product % 90 + 10,
            12_000 + invoice % 4_300,
        )?;
    }
    Ok(file.flush()?)
}

/// Seconds that `sqlite3` takes to put the file into a table of texts; nothing without `sqlite3`.
fn peer(work: &Path, csv: &Path) -> Option<f64> {
    let begun = Instant::now();
    let script = format!(".mode csv\n.import {} purchase\n", csv.display());
    let mut child = Command::new("sqlite3").arg(work.join("peer.db")).stdin(Stdio::piped()).spawn().ok()?;
    child.stdin.take()?.write_all(script.as_bytes()).ok()?;
    child.wait().ok()?.success().then(|| begun.elapsed().as_secs_f64())
}

/// Random baskets through guard and judge.
pub fn guard(baskets: u64) -> Result<(Value, Vec<Goal>)> {
    let example = Path::new(KAVA).parent().context("the binary stands nowhere")?.join("examples/baskets");
    let begun = Instant::now();
    let found = run(Command::new(example).args([baskets.to_string(), "1".into()]))?;
    let seconds = begun.elapsed().as_secs_f64();
    let campaign: Value = serde_json::from_slice(&found)?;
    let judged = campaign.get("baskets").and_then(Value::as_f64).unwrap_or(0.0);
    let violations = campaign.get("violations").and_then(Value::as_f64).unwrap_or(f64::MAX);
    let goal = Goal {
        name: "baskets below the floor",
        unit: "baskets",
        at_most: true,
        limit: 0.0,
        measured: violations,
    };
    Ok((json!({"campaign": campaign, "seconds": seconds, "baskets_per_s": judged / seconds}), vec![goal]))
}

/// Runs to the end; gives stdout.
fn run(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", output.status);
    Ok(output.stdout)
}
