//! The stop list, as a counter keeps it: whoever has the database, has it, and a restart forgets nothing.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::Sku;
use crate::facts::moment::Moment;
use crate::facts::stop_list::Said;
use crate::store::setting::set_stop_list;
use crate::wire::neighbour::Stopped;

impl Counter {
    /// Puts products on the stop list of today, or takes them off.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stop(&mut self, skus: &[Sku], out: bool, at: Moment) -> Result<(), FlowFault> {
        let today = self.local(at).0.business_day;
        let list = self.store.stop_list()?.after(today, skus, Said { at, out });
        self.store.change(|change| set_stop_list(change, &list))?;
        self.stop_list = list;
        Ok(())
    }

    /// Hears what has run out or come in at another counter of this shop.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn hear_stopped(&mut self, stopped: &[Stopped]) -> Result<(), FlowFault> {
        let before = self.store.stop_list()?;
        let list = stopped.iter().fold(before.clone(), |list, Stopped { sku, out, day, at }| {
            list.merged(*day, sku, Said { at: *at, out: *out })
        });
        if list != before {
            self.store.change(|change| set_stop_list(change, &list))?;
            self.stop_list = list;
        }
        Ok(())
    }

    /// What is out today.
    #[must_use]
    pub fn stopped(&self, at: Moment) -> Vec<&Sku> {
        self.stop_list.on(self.local(at).0.business_day).collect()
    }
}
