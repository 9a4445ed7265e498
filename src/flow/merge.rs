//! Merge: two guests whom the office has found to be one are one here, too: cards, visits, what they are owed.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::CustomerId;
use crate::facts::moment::Moment;
use crate::steps::segment;
use crate::store::{aftermath, merges, visits};
use crate::wire::merge::Merge;

impl Counter {
    /// Merges in one commit; gives whether anybody of them was known here. Whoever is being served is greeted again.
    ///
    /// # Errors
    /// When the store fails, or a sale of one of them is rung up and not yet written.
    pub(super) fn merge(&mut self, merges: &[Merge], at: Moment) -> Result<bool, FlowFault> {
        let names: Vec<CustomerId> =
            merges.iter().flat_map(|one| [one.name.clone(), one.into.clone()]).collect();
        self.drop_guests(&names)?;
        // What is owed is told of under the name that brought it.
        super::carry::tell(&mut self.store, &mut self.ids, at)?;
        let day = self.time.local(at).business_day;
        let (policy, bundle) = (self.policy.clone(), self.bundle_at(at).1.cloned());
        Ok(self.store.change(|change| {
            let moved = merges::merge(change, merges, day)?;
            for row in &moved {
                let features = visits::refold(change, *row, &policy)?;
                let today = visits::shop_day(change, day)?;
                let previous = aftermath::segment_of(change, *row)?;
                let segment = segment::assign(&features, today, bundle.as_ref(), &previous);
                aftermath::set_features(change, *row, &features, &segment)?;
            }
            Ok(!moved.is_empty())
        })?)
    }
}
