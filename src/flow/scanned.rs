//! Scanned: where a scan belongs. A guest's code is greeted, a product goes into the basket, with its mark if it
//! has one.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::Sku;
use crate::steps::scan::{self, Symbology};
use serde::Serialize;

/// What a scan is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ScanShown {
    /// A guest's code: greet it.
    Guest {
        /// The code.
        code: String,
    },
    /// One piece of a product: add a line.
    Product {
        /// The product.
        sku: Sku,
        /// The marking code of this piece, which goes on the line.
        #[serde(skip_serializing_if = "Option::is_none")]
        mark: Option<String>,
    },
}

impl Counter {
    /// Tells a scan apart. Digits that may be a trade number or an old card are a product if the menu has it; a
    /// sku of the menu is a product, whatever it looks like.
    ///
    /// # Errors
    /// When it is a product that the menu does not have.
    pub fn scanned(&self, text: &str, symbology: Option<Symbology>) -> Result<ScanShown, FlowFault> {
        let sku = Sku::new(text);
        if self.menu.get(&sku).is_some() {
            return Ok(ScanShown::Product { sku, mark: None });
        }
        let guest = |code: String| ScanShown::Guest { code };
        match scan::sort(text, symbology) {
            scan::Scanned::Guest(code) => Ok(guest(code)),
            scan::Scanned::Either(digits) => Ok(match self.product_of(&digits)? {
                Some(sku) => ScanShown::Product { sku, mark: None },
                None => guest(digits),
            }),
            scan::Scanned::Ean(ean) => match self.product_of(&ean)? {
                Some(sku) => Ok(ScanShown::Product { sku, mark: None }),
                None => Err(FlowFault::EanUnknown(ean)),
            },
            scan::Scanned::Mark(mark) => {
                for ean in mark.eans() {
                    if let Some(sku) = self.product_of(ean)? {
                        return Ok(ScanShown::Product { sku, mark: Some(mark.text) });
                    }
                }
                Err(FlowFault::EanUnknown(mark.gtin))
            }
        }
    }

    /// The product of the menu with this trade number; the number may be its sku.
    fn product_of(&self, ean: &str) -> Result<Option<Sku>, FlowFault> {
        let sku = self.store.sku_of_ean(ean)?.unwrap_or_else(|| Sku::new(ean));
        Ok(self.menu.get(&sku).is_some().then_some(sku))
    }
}
