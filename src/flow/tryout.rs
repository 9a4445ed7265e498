//! Trying what is plugged in: whether it would work now. Nothing is rung up.

use super::counter::Counter;
use crate::facts::slip::Slip;
use crate::ports::{DeviceState, ShiftState};
use std::time::Duration;

/// How long a register that has just refused is asked for the reason, while a guest waits.
const AT_ONCE: Duration = Duration::from_secs(2);

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

/// Why a device would not work now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ailment {
    /// The stable code, by which the screen has words of its own.
    pub code: &'static str,
    /// One sentence with what is wrong and what to do.
    pub text: String,
}

impl Ailment {
    fn new(code: &'static str, text: impl Into<String>) -> Ailment {
        Ailment { code, text: text.into() }
    }
}

impl Counter {
    /// Tries a device; gives its name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn try_out(&mut self, device: Device) -> Result<String, Ailment> {
        match device {
            Device::Register => self.try_register(),
            Device::Printer => self.try_printer(true),
            Device::Drawer => self.try_printer(false),
        }
    }

    /// What keeps the register from ringing up, if it says so at once: for a person who was just refused. A register that
    /// does not answer has no ailment; why it refused is known already.
    pub fn register_ails(&mut self) -> Option<Ailment> {
        ailment(&self.register.probe(AT_ONCE).ok()?)
    }

    fn try_register(&mut self) -> Result<String, Ailment> {
        let name = self.register.name().to_owned();
        let state = self.register.probe(self.settings.register_deadline);
        match ailment(&state.map_err(|why| Ailment::new("register_silent", why))?) {
            Some(why) => Err(Ailment { text: format!("{name}: {}", why.text), ..why }),
            None => Ok(name),
        }
    }

    /// A page, or else the drawer, which hangs at the printer.
    fn try_printer(&mut self, page: bool) -> Result<String, Ailment> {
        let deadline = self.settings.printer_deadline;
        let none = || Ailment::new("printer_none", "no printer is configured");
        let printer = self.printer.as_mut().ok_or_else(none)?;
        let name = printer.name().to_owned();
        let done = if page {
            printer.print_test(&[], deadline)
        } else {
            tracing::info!("the drawer was opened to try it");
            printer.print(&Slip { rows: Vec::new(), open_drawer: true }, deadline)
        };
        done.map(|()| name).map_err(|fault| Ailment::new("printer_silent", fault.to_string()))
    }
}

/// The first thing that keeps a register from ringing up.
#[must_use]
pub fn ailment(state: &DeviceState) -> Option<Ailment> {
    if let Some(by) = &state.blocked_by {
        let text =
            format!("its queue has stopped at {by}; look at its paper and cover, then finish that task");
        return Some(Ailment::new("register_queue", text));
    }
    if state.paper == Some(false) {
        return Some(Ailment::new("register_paper", "it has no paper; put a new roll in"));
    }
    match state.shift {
        Some(ShiftState::Expired) => {
            Some(Ailment::new("register_shift_old", "its shift is open for more than 24 hours; close it"))
        }
        Some(ShiftState::Closed | ShiftState::Open) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_register_from_ringing_up_is_one_code_and_one_sentence() {
        let well = DeviceState { shift: Some(ShiftState::Closed), paper: Some(true), blocked_by: None };
        assert_eq!(ailment(&well), None);
        let table = [
            (
                DeviceState { blocked_by: Some("task 7".into()), ..well.clone() },
                "register_queue",
                "stopped at task 7",
            ),
            (DeviceState { paper: Some(false), ..well.clone() }, "register_paper", "no paper"),
            (DeviceState { shift: Some(ShiftState::Expired), ..well }, "register_shift_old", "24 hours"),
        ];
        for (state, code, says) in table {
            assert!(
                ailment(&state).is_some_and(|why| why.code == code
                    && why.text.contains(says)
                    && !why.text.contains('\n')),
                "{state:?}"
            );
        }
    }
}
