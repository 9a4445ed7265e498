//! Trying what is plugged in: whether it would work now. Nothing is rung up.

use super::counter::Counter;
use crate::facts::slip::Slip;
use crate::ports::{DeviceState, ShiftState};

/// What can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// The register is asked how it is.
    Register,
    /// The printer prints a page of letters, lines and codes.
    Printer,
    /// The drawer opens.
    Drawer,
}

impl Counter {
    /// Tries a device; gives its name.
    ///
    /// # Errors
    /// One sentence with what is wrong and what to do.
    pub fn try_out(&mut self, device: Device) -> Result<String, String> {
        match device {
            Device::Register => self.try_register(),
            Device::Printer => self.try_printer(true),
            Device::Drawer => self.try_printer(false),
        }
    }

    fn try_register(&mut self) -> Result<String, String> {
        let name = self.register.name().to_owned();
        match ailment(&self.register.probe(self.settings.register_deadline)?) {
            Some(why) => Err(format!("{name}: {why}")),
            None => Ok(name),
        }
    }

    /// A page, or else the drawer, which hangs at the printer.
    fn try_printer(&mut self, page: bool) -> Result<String, String> {
        let deadline = self.settings.printer_deadline;
        let printer = self.printer.as_mut().ok_or("no printer is configured")?;
        let name = printer.name().to_owned();
        let done = if page {
            printer.print_test(&[], deadline)
        } else {
            tracing::info!("the drawer was opened to try it");
            printer.print(&Slip { rows: Vec::new(), open_drawer: true }, deadline)
        };
        done.map(|()| name).map_err(|fault| fault.to_string())
    }
}

/// The first thing that keeps a register from ringing up: one sentence with what to do.
#[must_use]
pub fn ailment(state: &DeviceState) -> Option<String> {
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
