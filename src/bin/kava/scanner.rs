//! `kava scanner setup`: shows a code, measures the scanner that reads it, and proposes its configuration.

use crate::global::{Global, NOT_HELD};
use anyhow::{Context, Result, bail};
use kava::devices::scanner::setup::{Measured, SETUP_CODE, SETUP_SILENCE, measure};
use qrcode::{EcLevel, QrCode, render::svg, render::unicode};
use serde_json::json;
use std::{
    io::{Read, Write},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// How long somebody may look for the scanner.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Subcommand, Debug)]
pub enum ScannerCommand {
    /// Shows a code to scan, measures the scanner, and says how to set and configure it
    Setup {
        /// The port of a serial scanner, such as /dev/ttyACM0; without one, a scanner that types
        #[arg(long, value_name = "PATH")]
        port: Option<String>,
        /// Speed of the port
        #[arg(long, default_value_t = 9600)]
        baud: u32,
        /// Draws the code into an SVG file, to be printed or shown on another screen
        #[arg(long, value_name = "FILE")]
        page: Option<PathBuf>,
    },
}

pub fn run(command: &ScannerCommand, global: &Global) -> Result<ExitCode> {
    let ScannerCommand::Setup { port, baud, page } = command;
    let code =
        QrCode::with_error_correction_level(SETUP_CODE, EcLevel::M).context("the code fits no QR code")?;
    if let Some(path) = page {
        let picture = code.render::<svg::Color<'_>>().min_dimensions(400, 400).build();
        std::fs::write(path, picture).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    show(&code, page.is_some())?;
    let heard = match port {
        Some(path) => one_scan(&serial(path, *baud)?)?,
        None => {
            let _plain = Keys::one_by_one();
            one_scan(&keys())?
        }
    };
    match measure(&heard) {
        Ok(seen) => {
            let said = report(&seen, port.as_deref().map(|path| (path, *baud)));
            global.say(&said.0, &said.1)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            global.say(&json!({"measured": null, "why": why}), &why)?;
            Ok(ExitCode::from(NOT_HELD))
        }
    }
}

/// The code goes to stderr, where it does not get into the answer.
fn show(code: &QrCode, on_paper: bool) -> Result<()> {
    let mut picture = code.render::<unicode::Dense1x2>();
    picture.dark_color(unicode::Dense1x2::Dark).light_color(unicode::Dense1x2::Light);
    let words = if on_paper { String::new() } else { picture.build() };
    let mut screen = std::io::stderr().lock();
    writeln!(screen, "{words}\nScan this code once; there is a minute for it.")?;
    Ok(screen.flush()?)
}

/// Bytes with their times, in the order in which they come.
type Arriving = Receiver<std::io::Result<(Duration, Vec<u8>)>>;

fn serial(path: &str, baud: u32) -> Result<Arriving> {
    let port = serialport::new(path, baud)
        .timeout(PATIENCE)
        .open()
        .with_context(|| format!("the scanner's port {path} cannot be opened; is it plugged in?"))?;
    Ok(listen(port))
}

fn keys() -> Arriving {
    listen(std::io::stdin())
}

fn listen(mut from: impl Read + Send + 'static) -> Arriving {
    let (say, hear) = channel();
    thread::spawn(move || {
        let since = Instant::now();
        let mut bytes = [0; 256];
        loop {
            let part = from
                .read(&mut bytes)
                .map(|count| (since.elapsed(), bytes.get(..count).unwrap_or_default().to_vec()));
            let ended = !matches!(&part, Ok((_, part)) if !part.is_empty());
            if say.send(part).is_err() || ended {
                return;
            }
        }
    });
    hear
}

/// Everything until silence.
fn one_scan(arriving: &Arriving) -> Result<Vec<(Duration, u8)>> {
    let mut heard = Vec::new();
    loop {
        let patience = if heard.is_empty() { PATIENCE } else { SETUP_SILENCE };
        match arriving.recv_timeout(patience) {
            Ok(Ok((at, part))) if !part.is_empty() => heard.extend(part.into_iter().map(|byte| (at, byte))),
            Ok(Err(error)) if heard.is_empty() => bail!("the scanner cannot be heard: {error}"),
            Err(RecvTimeoutError::Timeout) if heard.is_empty() => {
                bail!("nothing was scanned within a minute; is the scanner plugged in and on?")
            }
            Ok(_) if heard.is_empty() => bail!("the scanner's input has ended before anything was scanned"),
            Ok(_) | Err(_) => return Ok(heard),
        }
    }
}

/// The measured scanner as JSON and as words.
fn report(seen: &Measured, port: Option<(&str, u32)>) -> (serde_json::Value, String) {
    let configuration = match port {
        Some((path, baud)) => format!("[scanner]\nkind = \"serial\"\npath = {path:?}\nbaud = {baud}\n"),
        None => "[scanner]\nkind = \"stdin\"\n".to_owned(),
    };
    let advice = seen.advice(port.is_none());
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let mut words = format!(
        "prefix {:?}, suffix {:?}, longest gap {} ms, AIM identifier: {}, group separator kept: {}, Cyrillic layout: {}\n",
        seen.prefix,
        seen.suffix,
        seen.gap_max_ms,
        yes(seen.symbology.is_some()),
        yes(seen.keeps_separator),
        yes(seen.cyrillic),
    );
    if advice.is_empty() {
        words.push_str("The scanner is set well.\n");
    }
    for one in &advice {
        words.push_str(&format!("* {one}\n"));
    }
    words.push_str(&format!("\nInto the configuration:\n\n{configuration}"));
    (json!({"measured": seen, "advice": advice, "configuration": configuration}), words)
}

/// A terminal gives keys line by line, which hides their times; `stty` lets it give them one by one. Where there
/// is no `stty`, gaps are those between lines.
struct Keys(Option<String>);

impl Keys {
    fn one_by_one() -> Keys {
        let before = stty(&["-g"]).filter(|_| stty(&["-icanon", "-echo", "-icrnl", "min", "1"]).is_some());
        Keys(before)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // The terminal is the person's; if it cannot be put back, `reset` does it.
            drop(stty(&[before.trim()]));
        }
    }
}

fn stty(words: &[&str]) -> Option<String> {
    let output = Command::new("stty").args(words).stdin(Stdio::inherit()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
