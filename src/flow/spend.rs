//! Spending of campaigns: which of them may be offered now, what a sale takes of a lease in its two commits, and what
//! the office is told of it.

use super::counter::Counter;
use super::coupon;
use super::fault::FlowFault;
use super::open_visit::OpenVisit;
use crate::facts::campaign::{Amount, Campaign};
use crate::facts::id::{CampaignId, LeaseId, OfferId, ReceiptId};
use crate::facts::moment::{LocalMoment, Moment};
use crate::facts::money::Money;
use crate::facts::offer::Offer;
use crate::facts::shop::Shop;
use crate::steps::charge::Charge;
use crate::store::leases::{self, OpenLease, Used};
use crate::store::records::{self, Entry};
use crate::store::{Change, StoreFault};
use crate::wire::holdout::is_kept_from;
use crate::wire::lease::{Closed, Granted, Spend};
use crate::wire::record::{ClockTrust, kind};

impl Counter {
    /// Offers of campaigns that this counter could pay for now; with a clock that has jumped back none, because
    /// nobody knows then which leases have ended.
    pub(super) fn campaign_offers(&self, open: &OpenVisit, at: Moment) -> Result<Vec<Offer>, FlowFault> {
        if self.campaigns.is_empty() || self.local(at).1 == ClockTrust::Jumped {
            return Ok(Vec::new());
        }
        let name = coupon::name_of(open.guest.as_ref());
        let kept_from = |campaign: &Campaign| {
            open.guest.as_ref().is_some_and(|guest| is_kept_from(campaign, &guest.situation.customer))
        };
        let mut offers = Vec::new();
        for campaign in self.campaigns.iter().filter(|one| one.from <= at && at < one.until) {
            if self.is_for(campaign, name.as_ref())
                && !kept_from(campaign)
                && self.may_use(campaign, open.customer)?
                && self.lease_for(&campaign.id, Amount::one(Money(1)), at)?.is_some()
            {
                offers.push(campaign.offer());
            }
        }
        Ok(offers)
    }

    fn may_use(&self, campaign: &Campaign, customer: Option<i64>) -> Result<bool, FlowFault> {
        Ok(match (campaign.per_customer, customer) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(most), Some(customer)) => self.store.uses_of(&campaign.id, customer)? < most,
        })
    }

    /// A lease from which so much may be spent now.
    pub(super) fn lease_for(
        &self,
        campaign: &CampaignId,
        need: Amount,
        at: Moment,
    ) -> Result<Option<LeaseId>, FlowFault> {
        let good = |lease: &OpenLease| at < lease.ends && lease.left.covers(need);
        Ok(self.store.open_leases(campaign)?.into_iter().find(good).map(|lease| lease.id))
    }

    /// Whether an offer's discount can be paid here: every offer but a campaign's can.
    pub(super) fn can_pay(&self, offer: &Offer, discount: Money, at: Moment) -> Result<bool, FlowFault> {
        match Campaign::of_offer(&offer.id) {
            Some(campaign) if discount.0 > 0 => {
                Ok(self.lease_for(&campaign, Amount::one(discount), at)?.is_some())
            }
            _ => Ok(true),
        }
    }

    /// The lease that a charge of this customer will take from; nothing for a charge of no campaign.
    ///
    /// # Errors
    /// [`FlowFault::OfferExpired`] when the campaign has too little left here, or the customer has used it as often
    /// as anybody may since the basket was quoted: it is quoted anew.
    pub(super) fn lease_of(
        &self,
        (charge, customer): (&Charge, Option<i64>),
        at: Moment,
    ) -> Result<Option<(LeaseId, Amount)>, FlowFault> {
        let Some(offer) = charge.offer().filter(|_| charge.discount().0 > 0) else { return Ok(None) };
        let Some(id) = Campaign::of_offer(offer) else { return Ok(None) };
        let need = Amount::one(charge.discount());
        // One that was taken back meanwhile has no limit here any more, only its lease.
        let campaign = self.campaigns.iter().find(|one| one.id == id);
        let may = match campaign {
            Some(campaign) => campaign.lives_in(&self.shop.shop) && self.may_use(campaign, customer)?,
            None => true,
        };
        match self.lease_for(&id, need, at)?.filter(|_| may) {
            Some(lease) => Ok(Some((lease, need))),
            None => Err(FlowFault::OfferExpired(offer.clone())),
        }
    }

    /// What is mixed into the record of a spend; nothing is drawn for a receipt of no campaign.
    pub(super) fn spend_salt(&mut self, offer: Option<&OfferId>) -> Option<[u8; 16]> {
        offer.and_then(Campaign::of_offer).map(|_| self.ids.salt())
    }

    /// Keeps what the office has granted, and closes what has ended.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn take_leases(
        &mut self,
        granted: &Granted,
        asked: Moment,
        at: Moment,
    ) -> Result<bool, FlowFault> {
        let teller = Teller { shop: self.shop.clone(), epoch: self.epoch, when: self.local(at) };
        // A coupon that lives in another shop by now is given back, so that it can be lent there.
        let is_ours = |one: &&Campaign| at < one.until && one.lives_in(&self.shop.shop);
        let running: Vec<CampaignId> =
            self.campaigns.iter().filter(is_ours).map(|one| one.id.clone()).collect();
        let (epoch, ids) = (self.epoch, &mut self.ids);
        let jumped = teller.when.1 == ClockTrust::Jumped;
        let (kept, closed) = self.store.change(|change| {
            let kept = leases::keep(change, &granted.leases, (epoch, asked))?;
            // By a clock that has jumped nothing has ended.
            let closed =
                if jumped { Vec::new() } else { leases::close_ended(change, (epoch, at), &running)? };
            for one in &closed {
                let Used { lease, campaign, amount } = one.clone();
                teller.tell(change, (kind::LEASE, ids.salt()), &Closed { campaign, lease, left: amount })?;
            }
            Ok((kept, closed.len()))
        })?;
        Ok(kept + closed > 0)
    }
}

/// Tells the office in the transaction of what happened.
pub(super) struct Teller {
    pub(super) shop: Shop,
    pub(super) epoch: i64,
    pub(super) when: (LocalMoment, ClockTrust),
}

impl Teller {
    pub(super) fn tell(
        &self,
        change: &Change<'_>,
        (kind, salt): (&str, [u8; 16]),
        what: &impl serde::Serialize,
    ) -> Result<(), StoreFault> {
        let payload = serde_json::to_vec(what).map_err(|error| StoreFault::Other(error.to_string()))?;
        let (when, clock_trust) = self.when;
        let entry = Entry { kind, when, clock_trust, payload: &payload, salt };
        records::append(change, &self.shop, self.epoch, &entry).map(drop)
    }

    /// A receipt has spent, or has given back.
    pub(super) fn spent(
        &self,
        change: &Change<'_>,
        (used, receipt): (Used, &ReceiptId),
        (gives_back, salt): (bool, [u8; 16]),
    ) -> Result<(), StoreFault> {
        let Used { lease, campaign, amount } = used;
        let amount = if gives_back { Amount::ZERO.minus(amount) } else { amount };
        let spend = Spend { campaign, lease, receipt: receipt.to_string(), amount };
        self.tell(change, (kind::SPEND, salt), &spend)
    }
}
