//! At hand: what a screen shows beside the sale. Bestsellers of the hour, the latest receipts, and the draft of
//! the sale in front of it, which outlives a crash.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::ReceiptId;
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::purchase::Purchase;
use crate::steps::taste::Popularity;
use crate::store::setting::set_draft;

/// Days before this week whose sales say what sells.
const LOOK_BACK: i32 = 28;
/// Hours that are alike, as first hour and end: morning, day, evening and night.
const DAYPARTS: [(u8, u8); 3] = [(0, 11), (11, 17), (17, 24)];

/// A receipt of this counter, and what was given back of it.
#[derive(Debug, Clone)]
pub struct PastReceipt {
    /// The receipt.
    pub purchase: Purchase,
    /// Given back so far.
    pub refunded: Money,
}

/// A time of day in a week: what sells best is the same all through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daypart {
    /// The week's first day.
    pub monday: BusinessDay,
    /// 0 morning, 1 day, 2 evening and night.
    pub part: usize,
}

impl Counter {
    /// The daypart of a moment.
    #[must_use]
    pub fn daypart(&self, at: Moment) -> Daypart {
        let (now, _) = self.local(at);
        let weekday = i32::try_from(now.business_day.weekday()).unwrap_or(0);
        let part = DAYPARTS.iter().position(|(_, end)| now.hour < *end).unwrap_or(0);
        Daypart { monday: BusinessDay(now.business_day.0 - weekday), part }
    }

    /// Pieces sold at this time of day in the four weeks before, by sku. The same all week, so that what is
    /// placed by it keeps its place.
    ///
    /// # Errors
    /// When the store fails.
    pub fn bestsellers(&self, Daypart { monday, part }: Daypart) -> Result<Popularity, FlowFault> {
        let days = (BusinessDay(monday.0 - LOOK_BACK), monday);
        Ok(self.store.sold(days, DAYPARTS.get(part).copied().unwrap_or((0, 24)))?)
    }

    /// This counter's latest receipts, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn receipts(&self, count: u32) -> Result<Vec<PastReceipt>, FlowFault> {
        let ids = self.store.latest(count)?;
        ids.iter().filter_map(|id| self.receipt(id).transpose()).collect()
    }

    /// One receipt.
    ///
    /// # Errors
    /// When the store fails.
    pub fn receipt(&self, id: &ReceiptId) -> Result<Option<PastReceipt>, FlowFault> {
        let Some(stored) = self.store.purchase(id)? else { return Ok(None) };
        let refunded = self.store.refunded_net(stored.row)?;
        Ok(Some(PastReceipt { purchase: stored.purchase, refunded }))
    }

    /// What was noted of the sale in front of a screen, or nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft(&self) -> Result<Option<String>, FlowFault> {
        Ok(self.store.draft()?)
    }

    /// Notes the sale in front of a screen; an empty text is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_draft(&mut self, text: &str) -> Result<(), FlowFault> {
        Ok(self.store.change(|change| set_draft(change, text))?)
    }
}
