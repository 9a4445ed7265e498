//! Print: sends waiting slips. A failed print never undoes a sale; the slip stays in the queue.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::ports::PrintFault;
use crate::steps::receipt;
use crate::store::aftermath;

impl Counter {
    /// Whether a slip is wanted on paper: there is a printer, and the register prints none of its own, or
    /// the shop wants ours beside it.
    pub(super) fn prints_slips(&self) -> bool {
        let alone = !self.register.capabilities().prints_receipt;
        self.printer.is_some() && (alone || self.settings.slip_beside_register)
    }

    /// Prints the slip of a receipt or refund once more, marked as a copy; the drawer stays closed. Gives how many
    /// slips wait.
    ///
    /// # Errors
    /// When there is no such slip, or the store fails.
    pub fn reprint(&mut self, receipt: &ReceiptId, at: Moment) -> Result<usize, FlowFault> {
        let slip = self.store.slips_of(receipt)?.into_iter().next();
        let slip = slip.ok_or_else(|| FlowFault::ReceiptUnknown(receipt.clone()))?;
        let copy = receipt::copy_of(slip, self.words);
        let wanted = self.printer.is_some();
        self.store.change(|change| aftermath::add_print_job(change, receipt, at, (&copy, wanted)))?;
        Ok(self.print_waiting())
    }

    /// Prints the cards of new customers that wait; gives whether none waits any more.
    pub(super) fn print_cards(&mut self) -> bool {
        let Some(printer) = self.printer.as_mut() else { return self.cards_waiting.is_empty() };
        while let Some(card) = self.cards_waiting.first() {
            match printer.print(card, self.settings.printer_deadline) {
                Ok(()) => {}
                Err(PrintFault::Slip(reason)) => {
                    tracing::error!(reason, "a card cannot be printed and is passed over");
                }
                Err(PrintFault::Printer(reason)) => {
                    tracing::warn!(printer = printer.name(), reason, "a new customer's card waits");
                    return false;
                }
            }
            self.cards_waiting.remove(0);
        }
        true
    }

    /// Prints what waits, oldest first, until the printer fails; gives how many slips still wait. A slip
    /// that can never be printed is passed over, or it would hold up all behind it.
    pub fn print_waiting(&mut self) -> usize {
        let printer_works = self.print_cards();
        let Some(printer) = self.printer.as_mut() else { return 0 };
        let jobs = match self.store.print_jobs() {
            Ok(jobs) => jobs,
            Err(fault) => {
                tracing::warn!(%fault, "the print queue cannot be read");
                return 0;
            }
        };
        let mut waiting = jobs.len();
        if !printer_works {
            return waiting + self.cards_waiting.len();
        }
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
