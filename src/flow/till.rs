//! Till: shift and drawer. Books, register and drawer are compared when a shift ends; whatever the register
//! says, the shift ends in the books and sales stay possible.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::ports::{Idempotency, RegisterSums, ShiftFault, ShiftWork};
use crate::steps::charge::ChargeFault;
use crate::steps::receipt::{ReportRows, report};
use crate::store::aftermath;
use crate::store::shifts::{self, CashMove, CashUnderWay};
pub use crate::store::shifts::{ShiftDifference, ShiftSummary};
use crate::wire::record::kind;
use serde::Serialize;

/// How cash put in or taken out has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CashMoved {
    /// Its own id.
    pub id: ReceiptId,
    /// Above zero: put in. Below: taken out.
    pub minor: i64,
    /// Cash that should be in the drawer now.
    pub drawer_minor: i64,
    /// Why the register did not do its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_fault: Option<String>,
}

impl Counter {
    /// Opens the shift, here and on a register that can be told; a shift that is open stays open.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_shift(&mut self, at: Moment) -> Result<Option<String>, FlowFault> {
        if !self.store.open_shift(at)? {
            return Ok(None);
        }
        self.tell(kind::SHIFT, &self.signed(serde_json::json!({"shift": "opened"}), at), at)?;
        Ok(self.work(ShiftWork::Open, at).1)
    }

    /// The sums of the shift so far, beside what the register says.
    ///
    /// # Errors
    /// When the store fails.
    pub fn report_x(&mut self, at: Moment) -> Result<ShiftSummary, FlowFault> {
        let summary = self.store.shift_sums(at)?;
        let summary = self.beside_register(summary, ShiftWork::ReportX, at);
        self.print_report("slip.report_x", &summary, at)?;
        Ok(summary)
    }

    /// Closes the shift; gives its sums beside the register's and the cash that was counted. Sales stay
    /// possible with the shift closed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn close_shift(&mut self, counted: Option<Money>, at: Moment) -> Result<ShiftSummary, FlowFault> {
        let mut summary = self.store.shift_sums(at)?;
        summary.counted_minor = counted.map(Money::minor);
        let summary = self.beside_register(summary, ShiftWork::Close, at);
        self.store.close_shift(at, &summary)?;
        let payload = serde_json::json!({"shift": "closed", "summary": summary});
        self.tell(kind::SHIFT, &self.signed(payload, at), at)?;
        self.sign_off()?;
        self.print_report("slip.report_z", &summary, at)?;
        Ok(summary)
    }

    /// Puts cash into the drawer (above zero) or takes it out (below), here and on a register that can be
    /// told, and opens the drawer.
    ///
    /// # Errors
    /// When it is nothing, the register refuses, or the store fails.
    pub fn move_cash(&mut self, amount: Money, reason: &str, at: Moment) -> Result<CashMoved, FlowFault> {
        if amount == Money::ZERO {
            return Err(ChargeFault::PaymentNotPositive(amount).into());
        }
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(120).collect();
        let cash = CashUnderWay { id: self.ids.receipt(at).to_string(), at, amount, reason };
        let (when, _) = self.local(at);
        // Kept before the register is asked: a counter that dies in between asks again, or says so.
        self.store.change(|change| {
            let CashUnderWay { id, amount, reason, .. } = cash.clone();
            let register_ref = Some(shifts::CASH_ASKED.into());
            shifts::add_cash_move(change, &CashMove { id, when, amount, reason, register_ref })
        })?;
        self.move_at_register(&cash)
    }

    /// Finishes cash moves that were with the register when the counter went down. A register that knows our id
    /// is told again; of any other nobody knows, and the difference shows when the shift ends.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn resume_cash(&mut self) -> Result<(), FlowFault> {
        let can = self.register.capabilities();
        for cash in self.store.cash_under_way()? {
            let outcome = if can.shift_control && can.idempotency != Idempotency::ClientKey {
                let why = ShiftFault::Unknown("the counter went down in between".into());
                self.book_cash(&cash, Some(why.to_string()))
            } else {
                self.move_at_register(&cash)
            };
            match outcome {
                Ok(moved) => {
                    tracing::warn!(id = %moved.id, fault = ?moved.register_fault, "cash was under way")
                }
                Err(fault @ FlowFault::RegisterRefused { .. }) => {
                    tracing::warn!(%fault, "cash was not moved")
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn move_at_register(&mut self, cash: &CashUnderWay) -> Result<CashMoved, FlowFault> {
        let id = ReceiptId::new(&cash.id);
        let work = if cash.amount.0 > 0 {
            ShiftWork::CashIn(cash.amount)
        } else {
            ShiftWork::CashOut(Money::ZERO.minus(cash.amount))
        };
        match self.register.shift(work, &id, self.settings.register_deadline) {
            Ok(_) | Err(ShiftFault::NotAble) => self.book_cash(cash, None),
            Err(ShiftFault::Refused(reason)) => {
                self.store.change(|change| shifts::forget_cash_move(change, &cash.id))?;
                Err(FlowFault::RegisterRefused { receipt: id, reason })
            }
            Err(fault @ ShiftFault::Unknown(_)) => self.book_cash(cash, Some(fault.to_string())),
        }
    }

    /// The register's answer is known, or will never be: record and slip.
    fn book_cash(
        &mut self,
        cash: &CashUnderWay,
        register_fault: Option<String>,
    ) -> Result<CashMoved, FlowFault> {
        let (id, at) = (ReceiptId::new(&cash.id), cash.at);
        let (when, _) = self.local(at);
        let slip = report(&ReportRows::cash(cash.amount, &cash.reason), &self.shop, &when, self.words);
        let paper = self.printer.is_some();
        let state = if register_fault.is_some() { shifts::CASH_UNKNOWN } else { shifts::CASH_DONE };
        self.store.change(|change| {
            shifts::mark_cash_move(change, &cash.id, state)?;
            aftermath::add_print_job(change, &id, at, (&slip, paper))
        })?;
        let minor = cash.amount;
        let payload = serde_json::json!({"shift": "cash", "id": id, "minor": minor, "reason": cash.reason});
        self.tell(kind::SHIFT, &self.signed(payload, at), at)?;
        self.print_waiting();
        let drawer_minor = self.store.shift_sums(at)?.drawer_minor;
        Ok(CashMoved { id, minor: minor.0, drawer_minor, register_fault })
    }

    /// Asks the register, and says in words what it did not do.
    fn work(&mut self, work: ShiftWork, at: Moment) -> (Option<RegisterSums>, Option<String>) {
        let id = self.ids.receipt(at);
        match self.register.shift(work, &id, self.settings.register_deadline) {
            Ok(sums) => (Some(sums), None),
            Err(ShiftFault::NotAble) => (None, None),
            Err(fault) => {
                tracing::warn!(%fault, ?work, "the register's shift");
                (None, Some(fault.to_string()))
            }
        }
    }

    fn beside_register(&mut self, mut summary: ShiftSummary, work: ShiftWork, at: Moment) -> ShiftSummary {
        (summary.register, summary.register_fault) = self.work(work, at);
        summary.differences = differences(&summary);
        summary
    }

    fn print_report(&mut self, title: &str, summary: &ShiftSummary, at: Moment) -> Result<(), FlowFault> {
        let (when, _) = self.local(at);
        let rows = ReportRows::shift(title, &facts_of(summary));
        let slip = report(&rows, &self.shop, &when, self.words);
        let (id, paper) = (self.ids.receipt(at), self.printer.is_some());
        self.store.change(|change| aftermath::add_print_job(change, &id, at, (&slip, paper)))?;
        self.print_waiting();
        Ok(())
    }
}

/// Everything that should be equal and is not.
fn differences(summary: &ShiftSummary) -> Vec<ShiftDifference> {
    let paid = summary.paid.values().sum::<i64>();
    let register = summary.register.clone().unwrap_or_default();
    let minor = |money: Option<Money>| money.map(Money::minor);
    let pairs = [
        ("payments", summary.net_minor - summary.refunded_minor, Some(paid)),
        ("receipts", summary.receipts + summary.refunds, register.receipts),
        ("sales", summary.net_minor, minor(register.sales)),
        ("refunds", summary.refunded_minor, minor(register.refunds)),
        ("register_cash", summary.drawer_minor, minor(register.cash)),
        ("counted_cash", summary.drawer_minor, summary.counted_minor),
    ];
    pairs
        .into_iter()
        .filter_map(|(what, books, found)| Some((what, books, found?)))
        .filter(|(_, books, found)| books != found)
        .map(|(what, books_minor, found_minor)| ShiftDifference {
            what: what.into(),
            books_minor,
            found_minor,
        })
        .collect()
}

/// The rows of a report: a key of the words and an amount.
fn facts_of(summary: &ShiftSummary) -> Vec<(String, String)> {
    let money = |minor: i64| Money(minor).to_string();
    let mut rows = vec![
        ("slip.receipts".to_owned(), summary.receipts.to_string()),
        ("slip.list".to_owned(), money(summary.net_minor + summary.discount_minor)),
        ("slip.discounts".to_owned(), format!("-{}", Money(summary.discount_minor))),
        ("slip.total".to_owned(), money(summary.net_minor)),
        ("slip.refunded".to_owned(), money(summary.refunded_minor)),
    ];
    rows.extend(summary.paid.iter().map(|(kind, minor)| (format!("pay.{kind}"), money(*minor))));
    rows.push(("slip.cash_in".to_owned(), money(summary.cash_in_minor)));
    rows.push(("slip.cash_out".to_owned(), money(summary.cash_out_minor)));
    rows.push(("slip.drawer".to_owned(), money(summary.drawer_minor)));
    rows.extend(summary.counted_minor.map(|minor| ("slip.counted".to_owned(), money(minor))));
    for one in &summary.differences {
        let text = format!("{} / {}", Money(one.books_minor), Money(one.found_minor));
        rows.push((format!("slip.differs_{}", one.what), text));
    }
    rows
}
