//! The stop list, as a counter keeps it: whoever has the database, has it, and a restart forgets nothing.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::id::Sku;
use crate::facts::moment::Moment;
use crate::store::setting::set_stop_list;

impl Counter {
    /// Puts products on the stop list of today, or takes them off.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stop(&mut self, skus: &[Sku], out: bool, at: Moment) -> Result<(), FlowFault> {
        let today = self.local(at).0.business_day;
        let list = self.store.stop_list()?.after(today, skus, out);
        self.store.change(|change| set_stop_list(change, &list))?;
        self.stop_list = list;
        Ok(())
    }

    /// What is out today.
    #[must_use]
    pub fn stopped(&self, at: Moment) -> Vec<&Sku> {
        self.stop_list.on(self.local(at).0.business_day).collect()
    }
}
