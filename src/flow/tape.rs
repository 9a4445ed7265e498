//! Tape: what the register's own journal says comes back into the books. A guest who paid has bought, one who
//! did not has not.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::ports::{TapeEntry, TapeState};
use crate::store::charges::ChargeState;
use crate::store::tape;
use serde::Serialize;

/// What became of the entries of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reconciled {
    /// Read before, nothing new.
    pub known: usize,
    /// Paid, and in the books with the same sum.
    pub paid: usize,
    /// Waited for a person; the journal has decided.
    pub decided: Vec<ReceiptId>,
    /// Cancelled on the register, so taken back in the books.
    pub taken_back: Vec<ReceiptId>,
    /// In the books with another sum: a person must look.
    pub different: Vec<Difference>,
    /// Never sent by this counter.
    pub foreign: Vec<String>,
}

/// One receipt with two sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The receipt.
    pub receipt: ReceiptId,
    /// The register's name for it.
    pub reference: String,
    /// Its sum there.
    pub register_minor: i64,
    /// Its sum here.
    pub books_minor: i64,
}

impl Counter {
    /// Takes the register's journal into the books; reading the same journal twice changes nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tape(&mut self, entries: &[TapeEntry], at: Moment) -> Result<Reconciled, FlowFault> {
        let mut found = Reconciled::default();
        for entry in entries {
            if self.store.knows_entry(entry)? {
                found.known += 1;
                continue;
            }
            let receipt = self.compare(entry, at, &mut found)?;
            self.store.change(|change| tape::keep(change, entry, receipt.as_ref()))?;
        }
        Ok(found)
    }

    /// One entry; gives the receipt it belongs to.
    fn compare(
        &mut self,
        entry: &TapeEntry,
        at: Moment,
        found: &mut Reconciled,
    ) -> Result<Option<ReceiptId>, FlowFault> {
        if let Some(receipt) = self.decide_review(entry, at, found)? {
            return Ok(Some(receipt));
        }
        let day = self.time.local(entry.at).business_day;
        let Some(receipt) = self.store.receipt_called(&entry.reference, day)? else {
            found.foreign.push(entry.reference.clone());
            return Ok(None);
        };
        let stored =
            self.store.purchase(&receipt)?.ok_or_else(|| FlowFault::ReceiptUnknown(receipt.clone()))?;
        let net = stored.purchase.net();
        match entry.state {
            TapeState::Paid if entry.total_minor == net => found.paid += 1,
            TapeState::Paid => found.different.push(Difference {
                receipt: receipt.clone(),
                reference: entry.reference.clone(),
                register_minor: entry.total_minor.0,
                books_minor: net.0,
            }),
            TapeState::Cancelled if self.store.refunded_net(stored.row)? == net => {}
            TapeState::Cancelled => {
                self.taken_back(&receipt, &entry.reference, at)?;
                found.taken_back.push(receipt.clone());
            }
        }
        Ok(Some(receipt))
    }

    /// A receipt that waits for a person under the register's number of this entry.
    fn decide_review(
        &mut self,
        entry: &TapeEntry,
        at: Moment,
        found: &mut Reconciled,
    ) -> Result<Option<ReceiptId>, FlowFault> {
        for kept in self.store.open_charges()? {
            let number = self.register.look(kept.note.as_deref()).number;
            if kept.state != ChargeState::NeedsReview || number.as_deref() != Some(&entry.reference) {
                continue;
            }
            let same = self.to_review(&kept).net_minor == entry.total_minor.0;
            let said = match entry.state {
                TapeState::Paid if same => Some(entry.reference.as_str()),
                // Money was taken, but not this money: only a person can say what happened.
                TapeState::Paid => return Ok(Some(kept.receipt)),
                TapeState::Cancelled => None,
            };
            self.reviewed(&kept.receipt, said, at)?;
            found.decided.push(kept.receipt.clone());
            return Ok(Some(kept.receipt));
        }
        Ok(None)
    }
}
