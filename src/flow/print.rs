//! Print: sends waiting slips. A failed print never undoes a sale; the slip stays in the queue.

use super::counter::Counter;
use crate::ports::PrintFault;

impl Counter {
    /// Whether a slip is wanted on paper: there is a printer, and the register prints none of its own, or
    /// the shop wants ours beside it.
    pub(super) fn prints_slips(&self) -> bool {
        let alone = !self.register.capabilities().prints_receipt;
        self.printer.is_some() && (alone || self.settings.slip_beside_register)
    }

    /// Prints what waits, oldest first, until the printer fails; gives how many slips still wait. A slip
    /// that can never be printed is passed over, or it would hold up all behind it.
    pub fn print_waiting(&mut self) -> usize {
        let Some(printer) = self.printer.as_mut() else { return 0 };
        let jobs = match self.store.print_jobs() {
            Ok(jobs) => jobs,
            Err(fault) => {
                tracing::warn!(%fault, "the print queue cannot be read");
                return 0;
            }
        };
        let mut waiting = jobs.len();
        for job in jobs {
            match printer.print(&job.slip, self.settings.printer_deadline) {
                Ok(()) => {}
                Err(PrintFault::Slip(reason)) => {
                    tracing::error!(job = job.row, reason, "a slip cannot be printed and is passed over");
                }
                Err(PrintFault::Printer(reason)) => {
                    tracing::warn!(
                        printer = printer.name(),
                        reason,
                        waiting,
                        "the sale is kept, its slip waits for the printer"
                    );
                    break;
                }
            }
            if let Err(fault) = self.store.mark_printed(job.row) {
                tracing::warn!(%fault, "a slip was printed but cannot be marked; it may print again");
                break;
            }
            waiting -= 1;
        }
        waiting
    }
}
