//! Names of things. An id is text that never contains a line break, so it can stand in a record header.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Makes the id; control characters (line breaks among them) become spaces.
            #[must_use]
            pub fn new(text: impl AsRef<str>) -> Self {
                let text = text.as_ref();
                if text.chars().any(char::is_control) {
                    Self(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().into())
                } else {
                    Self(text.into())
                }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    )*};
}

ids! {
    /// A chain: one office, one country, one currency.
    ChainId,
    /// A shop of the chain.
    ShopId,
    /// A counter: one edge node at one point of sale.
    CounterId,
    /// The pseudonym of a customer. Never a name, phone or e-mail.
    CustomerId,
    /// A stock-keeping unit: one size of one product, or one extra.
    Sku,
    /// A category of the menu, stable across renames of products.
    CategoryId,
    /// One visit, from greet to settle.
    VisitId,
    /// One receipt; made before the register is asked and the same on every retry.
    ReceiptId,
    /// One offer shown to a guest; a card kept for a later visit has the same id.
    OfferId,
    /// A common offer with a budget.
    CampaignId,
    /// A part of a campaign's budget that a counter was lent.
    LeaseId,
    /// Somebody who sells; their name stands in the staff list and nowhere else.
    BaristaId,
    /// A named menu template of the experiment.
    ArmId,
    /// SHA-256 in hexadecimal of something kept for replay: a menu, a policy, a bundle.
    Digest,
}
