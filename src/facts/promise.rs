//! What an older programme promised a guest: at least so much off, until a day. Not an offer of anybody's choosing, but a debt
//! of the shop's; the guard's floor is above it all the same.

use super::moment::BusinessDay;
use serde::{Deserialize, Serialize};

/// A share that a guest was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// At least so much off, basis points.
    pub depth_bp: i64,
    /// The last day of trade on which it is kept.
    pub until: BusinessDay,
}

impl Promise {
    /// Whether it is to be kept on this day.
    #[must_use]
    pub fn holds_on(&self, day: BusinessDay) -> bool {
        self.depth_bp > 0 && day <= self.until
    }
}
