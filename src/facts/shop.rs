//! Where this counter stands.

use super::{
    id::{ChainId, CounterId, ShopId},
    moment::ShopTime,
};
use serde::{Deserialize, Serialize};

/// The shop and counter of one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// The chain.
    pub chain: ChainId,
    /// The shop.
    pub shop: ShopId,
    /// The counter in it.
    pub counter: CounterId,
    /// ISO 4217 code such as `BYN`.
    pub currency: String,
    /// IANA zone such as `Europe/Minsk`.
    pub zone: String,
    /// Hour at which the day of trade begins, 0 to 23.
    pub day_start_hour: u8,
    /// `ru`, `be` or `en`.
    pub language: String,
    /// What stands at the top of a receipt.
    pub title: String,
}

impl Shop {
    /// The shop's zone and day.
    ///
    /// # Errors
    /// When zone or hour are impossible.
    pub fn time(&self) -> Result<ShopTime, String> {
        ShopTime::new(&self.zone, self.day_start_hour)
    }

    /// Checks what records and receipts rely on.
    ///
    /// # Errors
    /// One sentence naming the field.
    pub fn check(&self) -> Result<(), String> {
        self.time()?;
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(format!("currency {:?} is not a three-letter code such as BYN", self.currency));
        }
        if !["ru", "be", "en"].contains(&self.language.as_str()) {
            return Err(format!("language {:?} is not one of ru, be, en", self.language));
        }
        if self.chain.as_str().is_empty() || self.shop.as_str().is_empty() || self.counter.as_str().is_empty()
        {
            return Err("chain, shop and counter must not be empty".into());
        }
        Ok(())
    }
}
