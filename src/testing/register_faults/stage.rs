//! One schedule: a guest buys, perhaps brings something back, everything goes wrong, then calm returns, the
//! counter is started again, and a person looks where they are told to. What must hold then:
//!
//! * every purchase has exactly one living document on the register, every refund too, with the same total;
//! * no document is without a purchase or refund;
//! * nothing is stuck, and nothing waits for a person where the register can be asked;
//! * a slip is printed once where the register prints none, and says the same total.

use super::network::{CounterDies, Document, Network};
use super::{Adapter, Defect, Tally};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::facts::purchase::{PaymentKind, PurchaseKind};
use crate::facts::shop::Shop;
use crate::facts::slip::SlipRow;
use crate::flow::counter::Settings;
use crate::flow::ids::Ids;
use crate::flow::quote::{Choice, QuoteWish};
use crate::flow::review::Review;
use crate::flow::settle::Pays;
use crate::flow::{Counter, FlowFault};
use crate::ports::Idempotency;
use crate::store::Store;
use crate::store::setting::set_shop;
use crate::testing::mortal::Mortal;
use crate::testing::scripted::ScriptedPrinter;
use crate::testing::shop::{MORNING, furnished, item, shop};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How often a guest whose receipt was refused tries again.
const TRIES_MAX: u32 = 3;
/// How often in a row a counter may die while it starts.
const STARTS_MAX: u32 = 20;

/// A counter, a network and a register for some schedules.
pub struct Stage {
    adapter: Adapter,
    network: Network,
    defect: Defect,
    counter: Option<Counter>,
    printer: ScriptedPrinter,
    seed: u64,
    starts: i64,
    tally: Tally,
    slips_wanted: usize,
}

/// How one request to the counter ended.
enum End<T> {
    Answered(Result<T, FlowFault>),
    Died,
}

impl Stage {
    /// A fresh shop.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(adapter: Adapter, network: Network, defect: Defect, seed: u64) -> Result<Stage, String> {
        let mut store = Store::in_memory().and_then(furnished).map_err(|fault| fault.to_string())?;
        let shop = Shop { currency: adapter.currency().into(), ..shop() };
        store.change(|change| set_shop(change, &shop)).map_err(|fault| fault.to_string())?;
        let mut stage = Stage {
            adapter,
            network,
            defect,
            counter: None,
            printer: ScriptedPrinter::default(),
            seed,
            starts: 0,
            tally: Tally::default(),
            slips_wanted: 0,
        };
        stage.start(store)?;
        Ok(stage)
    }

    /// What was seen.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { faults: self.network.struck(), ..self.tally }
    }

    /// A counter as it is after its program has started: the adapter remembers nothing.
    fn start(&mut self, store: Store) -> Result<(), String> {
        self.starts += 1;
        let register = self.adapter.register(Box::new(self.network.clone()));
        let register = Mortal::new(register, self.network.clone(), self.defect);
        let settings = Settings { trust_ids: true, ..Settings::default() };
        let ids = Ids::seeded(self.seed, (self.starts, 0));
        let counter =
            Counter::new(store, Box::new(register), Some(Box::new(self.printer.clone())), ids, settings);
        self.counter = Some(counter.map_err(|fault| fault.to_string())?);
        Ok(())
    }

    fn start_again(&mut self) -> Result<(), String> {
        let store = self.counter.take().ok_or("the counter is gone")?.into_store();
        self.start(store)
    }

    /// One request; a death of the counter is caught where its process would end.
    fn ask<T>(
        &mut self,
        request: impl FnOnce(&mut Counter) -> Result<T, FlowFault>,
    ) -> Result<End<T>, String> {
        let counter = self.counter.as_mut().ok_or("the counter is gone")?;
        match catch_unwind(AssertUnwindSafe(|| request(counter))) {
            Ok(answer) => Ok(End::Answered(answer)),
            Err(thrown) if thrown.is::<CounterDies>() => {
                self.tally.crashes += 1;
                Ok(End::Died)
            }
            Err(thrown) => resume_unwind(thrown),
        }
    }

    /// Runs one schedule.
    ///
    /// # Errors
    /// What did not hold.
    pub fn schedule(&mut self) -> Result<(), String> {
        self.tally.schedules += 1;
        let from = self.network.at_register(|documents| documents.len());
        let receipts = self.buy()?;
        self.make_calm()?;
        let sold = self.judge(&receipts, from)?;
        if let Some(receipt) = sold.filter(|_| self.network.draw(1, 3) == 1) {
            self.bring_back(&receipt)?;
        }
        self.check_paper()
    }

    /// A guest buys; gives every receipt the counter may have made.
    fn buy(&mut self) -> Result<Vec<ReceiptId>, String> {
        let guest = format!("guest {}", self.network.draw(1, 9));
        let mut basket = vec![item("latte", self.network.draw(1, 3)), item("bun", self.network.draw(1, 3))];
        basket.truncate(usize::try_from(self.network.draw(1, 2)).unwrap_or(1));
        let before = self.receipts()?;
        self.network.plan();
        for _ in 0..TRIES_MAX {
            let (guest, basket) = (guest.clone(), basket.clone());
            let end = self.ask(move |counter| {
                let visit = counter.greet(Some(&guest), MORNING)?.visit;
                let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
                counter.quote(&visit, wish, MORNING)?;
                counter.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING)
            })?;
            match end {
                End::Answered(Err(FlowFault::RegisterRefused { .. })) => {}
                End::Answered(Err(fault)) => return Err(format!("the sale failed: {fault}")),
                End::Answered(Ok(_)) | End::Died => break,
            }
        }
        Ok(self.receipts()?.into_iter().filter(|receipt| !before.contains(receipt)).collect())
    }

    /// Every receipt that has a charge.
    fn receipts(&self) -> Result<Vec<ReceiptId>, String> {
        let counter = self.counter.as_ref().ok_or("the counter is gone")?;
        counter.store().charged_receipts().map_err(|fault| fault.to_string())
    }

    /// The counter may die a few times more while it starts; then all trouble ends, and it is started once
    /// more and asks for what is open.
    fn make_calm(&mut self) -> Result<(), String> {
        for start in 0..STARTS_MAX {
            if start == 3 || self.network.draw(1, 2) == 1 {
                self.network.calm();
            }
            self.start_again()?;
            if let End::Answered(resumed) = self.ask(Counter::resume)? {
                resumed.map_err(|fault| format!("it does not start: {fault}"))?;
                break;
            }
        }
        self.network.calm();
        match self.ask(Counter::resume)? {
            End::Answered(resumed) => {
                resumed.map(drop).map_err(|fault| format!("it does not resume: {fault}"))
            }
            End::Died => Err("it died in calm weather".into()),
        }
    }

    /// A person answers what waits for them; then books and register are compared. Gives what was sold.
    fn judge(&mut self, receipts: &[ReceiptId], from: usize) -> Result<Option<ReceiptId>, String> {
        for review in self.reviews()? {
            self.look(&review, from, true)?;
        }
        let mut sold = None;
        let mut totals = Vec::new();
        let counter = self.counter.as_ref().ok_or("the counter is gone")?;
        for receipt in receipts {
            if let Some(stored) = counter.store().purchase(receipt).map_err(|fault| fault.to_string())? {
                totals.push(stored.purchase.net());
                self.slips_wanted += 1;
                self.tally.sales += 1;
                check_slip(counter, receipt, stored.purchase.net())?;
                sold = Some(receipt.clone());
            }
        }
        let found = living(&self.network, from, true);
        if found != totals || totals.len() > 1 {
            return Err(format!("the register has {found:?}, the books have {totals:?}"));
        }
        self.check_nothing_open()?;
        Ok(sold)
    }

    fn reviews(&self) -> Result<Vec<Review>, String> {
        let counter = self.counter.as_ref().ok_or("the counter is gone")?;
        counter.reviews().map_err(|fault| fault.to_string())
    }

    /// What a person does who is told to look: the one right document is said to be there, all others are
    /// cancelled on the register.
    fn look(&mut self, review: &Review, from: usize, sale: bool) -> Result<(), String> {
        self.tally.reviews += 1;
        let (net, by_hand) = (Money(review.net_minor), self.refunds_by_hand() && !sale);
        if review.look.contains('{') || review.look.starts_with("look.") {
            return Err(format!("nobody can do what {:?} says", review.look));
        }
        let right = self.network.at_register(|documents| {
            if by_hand {
                documents.push(Document { total: net, sale: false, struck: false });
            }
            let mut right = false;
            for document in
                documents.iter_mut().skip(from).filter(|document| document.sale == sale && !document.struck)
            {
                document.struck = right || document.total != net;
                right |= !document.struck;
            }
            right
        });
        let odd =
            self.network.at_register(|documents| documents.iter().skip(from).any(|document| document.struck));
        if self.can_be_asked() && !odd {
            return Err(format!(
                "receipt {} waits for a person, but the register can be asked",
                review.receipt
            ));
        }
        let receipt = review.receipt.clone();
        let said = right.then_some("seen by a person");
        match self.ask(move |counter| counter.reviewed(&receipt, said, MORNING))? {
            End::Answered(answer) => answer.map(drop).map_err(|fault| format!("the review failed: {fault}")),
            End::Died => Err("it died in calm weather".into()),
        }
    }

    /// A guest brings everything back.
    fn bring_back(&mut self, receipt: &ReceiptId) -> Result<(), String> {
        let from = self.network.at_register(|documents| documents.len());
        self.network.plan();
        for _ in 0..TRIES_MAX {
            let receipt = receipt.clone();
            match self.ask(move |counter| counter.refund(&receipt, None, MORNING))? {
                End::Answered(Err(FlowFault::RegisterRefused { .. } | FlowFault::NeedsReview(_))) => {}
                End::Answered(Err(fault)) if fault.code() == "refund_nothing_left" => break,
                End::Answered(Err(fault)) => return Err(format!("the refund failed: {fault}")),
                End::Answered(Ok(_)) | End::Died => break,
            }
        }
        self.make_calm()?;
        for review in self.reviews()? {
            self.look(&review, from, false)?;
        }
        let counter = self.counter.as_ref().ok_or("the counter is gone")?;
        let stored = counter.store().purchase(receipt).map_err(|fault| fault.to_string())?;
        let row = stored.ok_or("the purchase is gone")?.row;
        let back = counter.store().refunded_net(row).map_err(|fault| fault.to_string())?;
        let expected: Vec<Money> = if back.0 > 0 { vec![back] } else { Vec::new() };
        let found = living(&self.network, from, false);
        if found != expected {
            return Err(format!("the register gave back {found:?}, the books {expected:?}"));
        }
        self.slips_wanted += expected.len();
        self.tally.refunds += u64::from(back.0 > 0);
        self.check_nothing_open()
    }

    fn check_nothing_open(&self) -> Result<(), String> {
        let counter = self.counter.as_ref().ok_or("the counter is gone")?;
        let open = counter.store().open_charges().map_err(|fault| fault.to_string())?;
        if open.is_empty() { Ok(()) } else { Err(format!("{} charges are stuck", open.len())) }
    }

    fn check_paper(&self) -> Result<(), String> {
        let wanted = if self.prints_itself() { 0 } else { self.slips_wanted };
        let printed = self.printer.slips().len();
        if printed == wanted {
            Ok(())
        } else {
            Err(format!("{printed} slips were printed instead of {wanted}"))
        }
    }

    fn capabilities(&self) -> crate::ports::RegisterCapabilities {
        self.adapter.register(Box::new(self.network.clone())).capabilities()
    }

    fn can_be_asked(&self) -> bool {
        self.capabilities().idempotency != Idempotency::None
    }

    fn prints_itself(&self) -> bool {
        self.capabilities().prints_receipt
    }

    fn refunds_by_hand(&self) -> bool {
        !self.capabilities().refund
    }
}

/// Totals of the documents that nobody has struck.
fn living(network: &Network, from: usize, sale: bool) -> Vec<Money> {
    network.at_register(|documents| {
        let alive = documents.iter().skip(from).filter(|document| document.sale == sale && !document.struck);
        alive.map(|document| document.total).collect()
    })
}

/// The slip that is kept says what was paid.
fn check_slip(counter: &Counter, receipt: &ReceiptId, net: Money) -> Result<(), String> {
    let slips = counter.store().slips_of(receipt).map_err(|fault| fault.to_string())?;
    let says =
        |row: &SlipRow| matches!(row, SlipRow::Pair { right, strong: true, .. } if *right == net.to_string());
    match slips.as_slice() {
        [slip] if slip.rows.iter().any(says) => Ok(()),
        _ => Err(format!("{} slips of {receipt}, or none says {net}", slips.len())),
    }
}
