//! Cancelling, status and rest: what a counter does between sales.

use super::counter::Counter;
use super::fault::FlowFault;
use super::review::Review;
use crate::facts::id::VisitId;
use crate::facts::moment::Moment;
use crate::store::records::{self, Entry};
use crate::wire::record::kind;
use serde::Serialize;

/// The office, as a counter sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficeShown {
    /// Its address.
    pub url: String,
    /// What is between the counter and it; nothing when all is well.
    pub hitch: Option<String>,
    /// Since when it is.
    #[serde(skip)]
    pub since: Option<Moment>,
}

/// How the counter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Version of the program.
    pub version: &'static str,
    /// Shop and counter.
    pub shop: String,
    /// Counter.
    pub counter: String,
    /// Policy in force.
    pub policy: String,
    /// Menu of now.
    pub menu: String,
    /// Products on it.
    pub products: usize,
    /// Bundle in force.
    pub bundle: Option<String>,
    /// Records that wait for the office.
    pub queue: u64,
    /// The office this counter is enrolled at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeShown>,
    /// Charges that are open or need review.
    pub open_charges: usize,
    /// What a person must look at.
    pub reviews: Vec<Review>,
    /// Slips that wait for the printer.
    pub slips_waiting: usize,
    /// Whether a manager's PIN is set.
    pub pin_set: bool,
    /// `open` or `closed`.
    pub shift: &'static str,
    /// The register.
    pub register: String,
    /// The printer.
    pub printer: Option<String>,
}

impl Counter {
    /// Gives a visit up. A charge that is with the register cannot be given up here.
    ///
    /// # Errors
    /// When the visit is not open, is settled, or needs review.
    pub fn cancel(&mut self, visit: &VisitId, at: Moment) -> Result<(), FlowFault> {
        let open = self.open(visit)?;
        let customer = open.guest.as_ref().map(|guest| guest.situation.customer.clone());
        let payload = serde_json::json!({"visit": visit, "customer": customer});
        self.tell(kind::CANCEL, &self.signed(payload, at), at)?;
        self.forget_visit(visit);
        Ok(())
    }

    /// How the counter is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn status(&self, at: Moment) -> Result<Status, FlowFault> {
        Ok(Status {
            version: env!("CARGO_PKG_VERSION"),
            shop: self.shop.shop.to_string(),
            counter: self.shop.counter.to_string(),
            policy: self.policy_digest.to_string(),
            menu: self.menu.digest().to_string(),
            products: self.menu.len(),
            bundle: self.bundle_at(at).0.map(|digest| digest.to_string()),
            queue: self.store.outbox_length()?,
            office: self.store.office_link()?.map(|link| OfficeShown {
                url: link.url,
                hitch: self.between.as_ref().map(|(hitch, _)| hitch.to_string()),
                since: self.between.as_ref().map(|(_, since)| *since),
            }),
            open_charges: self.store.open_charges()?.len(),
            reviews: self.reviews()?,
            slips_waiting: self.store.print_jobs()?.len() + self.cards_waiting.len(),
            pin_set: self.has_pin()?,
            shift: if self.store.shift_is_open()? { "open" } else { "closed" },
            register: self.register.name().to_owned(),
            printer: self.printer.as_ref().map(|printer| printer.name().to_owned()),
        })
    }

    /// What may be done while nobody waits. To be called after an answer was given; a failure is logged, the
    /// next rest tries again.
    pub fn rest(&mut self) {
        if let Err(fault) = self.store.rest() {
            tracing::warn!(%fault, "the log cannot be copied into the database");
        }
    }

    /// Appends one record in a transaction of its own.
    pub(super) fn tell(&mut self, kind: &str, payload: &str, at: Moment) -> Result<(), FlowFault> {
        let (when, clock_trust) = self.local(at);
        let (shop, epoch, salt) = (self.shop.clone(), self.epoch, self.ids.salt());
        self.store.change(|change| {
            records::append(
                change,
                &shop,
                epoch,
                &Entry { kind, when, clock_trust, payload: payload.as_bytes(), salt },
            )
        })?;
        Ok(())
    }
}
