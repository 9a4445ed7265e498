//! What doctor says about the devices: one sentence for each that is configured.

use super::{Findings, Level};
use crate::global::Global;
use kava::devices::config::{self, Devices, DevicesConfig, ScannerConfig};
use kava::devices::manual::ManualAnswer;
use kava::devices::port;
use kava::flow::tryout::ailment;
use kava::ports::Paper;
use std::{path::Path, time::Duration};

/// A register that does not say so much in this time is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// `alone`: no counter runs that has the ports open.
pub(super) fn look(global: &Global, alone: bool, findings: &mut Findings) {
    let config = match DevicesConfig::read(global.config.as_deref()) {
        Ok(config) => config,
        Err(fault) => return findings.add(Level::Wrong, "configuration", fault.to_string()),
    };
    // Nothing is rung up here, so nobody is ever asked.
    match config::open(&config, Box::new(|_: &Paper| ManualAnswer::Unsure)) {
        Ok(mut devices) => {
            register(&mut devices, findings);
            printer(&mut devices, findings);
        }
        Err(fault) => findings.add(Level::Wrong, "configuration", fault.to_string()),
    }
    if let ScannerConfig::Serial { path, baud } = &config.scanner {
        scanner(Path::new(path), *baud, alone, findings);
    }
}

fn scanner(path: &Path, baud: u32, alone: bool, findings: &mut Findings) {
    match port::check_serial(path, baud) {
        Ok(()) => findings.add(Level::Ok, "scanner", format!("the scanner's port {} opens", path.display())),
        Err(why) if alone || !path.exists() => {
            findings.add(Level::Wrong, "scanner", format!("the scanner at {why}"));
        }
        Err(why) => {
            findings.add(Level::Note, "scanner", format!("while a counter runs: the scanner at {why}"))
        }
    }
}

fn register(devices: &mut Devices, findings: &mut Findings) {
    let name = devices.register.name().to_owned();
    match devices.register.probe(PATIENCE) {
        Err(why) => findings.add(Level::Wrong, "register", why),
        Ok(state) => {
            let wrong = ailment(&state).map(|why| why.text);
            let bad = format!("{name}: {}", wrong.clone().unwrap_or_default());
            findings.judge("register", wrong.is_none(), format!("{name} answers"), bad);
        }
    }
}

fn printer(devices: &mut Devices, findings: &mut Findings) {
    let Some(printer) = devices.printer.as_mut() else { return };
    let answer = printer.probe(PATIENCE);
    let bad = answer.as_ref().err().cloned().unwrap_or_default();
    findings.judge("printer", answer.is_ok(), format!("{} takes slips", printer.name()), bad);
}
