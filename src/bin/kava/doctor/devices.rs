//! What doctor says about the devices: one sentence for each that is configured.

use super::{Findings, Level};
use crate::global::Global;
use kava::devices::config::{self, Devices, DevicesConfig, ScannerConfig};
use kava::devices::manual::ManualAnswer;
use kava::devices::port;
use kava::ports::{DeviceState, Paper, ShiftState};
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
            let wrong = ailment(&state);
            let bad = format!("{name}: {}", wrong.clone().unwrap_or_default());
            findings.judge("register", wrong.is_none(), format!("{name} answers"), bad);
        }
    }
}

/// The first thing that keeps a register from ringing up.
fn ailment(state: &DeviceState) -> Option<String> {
    if let Some(by) = &state.blocked_by {
        return Some(format!(
            "its queue has stopped at {by}; look at its paper and cover, then finish that task"
        ));
    }
    if state.paper == Some(false) {
        return Some("it has no paper; put a new roll in".into());
    }
    match state.shift {
        Some(ShiftState::Expired) => Some("its shift is open for more than 24 hours; close it".into()),
        Some(ShiftState::Closed | ShiftState::Open) | None => None,
    }
}

fn printer(devices: &mut Devices, findings: &mut Findings) {
    let Some(printer) = devices.printer.as_mut() else { return };
    let answer = printer.probe(PATIENCE);
    let bad = answer.as_ref().err().cloned().unwrap_or_default();
    findings.judge("printer", answer.is_ok(), format!("{} takes slips", printer.name()), bad);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_register_from_ringing_up_is_one_sentence() {
        let well = DeviceState { shift: Some(ShiftState::Closed), paper: Some(true), blocked_by: None };
        assert_eq!(ailment(&well), None);
        let table = [
            (DeviceState { blocked_by: Some("task 7".into()), ..well.clone() }, "stopped at task 7"),
            (DeviceState { paper: Some(false), ..well.clone() }, "no paper"),
            (DeviceState { shift: Some(ShiftState::Expired), ..well }, "24 hours"),
        ];
        for (state, says) in table {
            assert!(
                ailment(&state).is_some_and(|text| text.contains(says) && !text.contains('\n')),
                "{state:?}"
            );
        }
    }
}
