//! Coupons: a campaign that is one guest's and good once in the whole chain. It lives in one shop, and there at the counter that
//! was lent it; every other counter says where it is.

use super::answers::{Elsewhere, Greeting, OfferShown};
use super::counter::Counter;
use super::decision::Guest;
use super::fault::FlowFault;
use crate::facts::campaign::{Amount, Campaign, Coupon};
use crate::facts::customer::Rights;
use crate::facts::id::{Digest, OfferId};
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::facts::offer::Offer;
use crate::wire::coupon::whose;
use crate::wire::record::ClockTrust;

/// How coupons name a guest who has brought all that a coupon needs.
pub(super) fn name_of(guest: Option<&Guest>) -> Option<Digest> {
    let guest = guest.filter(|guest| guest.rights == Rights::Full)?;
    Some(whose(&guest.situation.customer))
}

impl Counter {
    /// Whether a campaign is for everybody, or a coupon of the guest of this name that lives in this shop.
    pub(super) fn is_for(&self, campaign: &Campaign, name: Option<&Digest>) -> bool {
        let is_theirs = campaign.coupon.as_ref().is_none_or(|coupon| Some(&coupon.whose) == name);
        is_theirs && campaign.lives_in(&self.shop.shop)
    }

    /// The coupon that makes an offer, if one does.
    fn coupon_of(&self, offer: &OfferId) -> Option<(&Campaign, &Coupon)> {
        let id = Campaign::of_offer(offer)?;
        let campaign = self.campaigns.iter().find(|one| one.id == id)?;
        Some((campaign, campaign.coupon.as_ref()?))
    }

    /// Whether an offer is a coupon: good once, so it is used when somebody asks for it and not because it is the best.
    pub(super) fn is_coupon(&self, offer: &OfferId) -> bool {
        self.coupon_of(offer).is_some()
    }

    /// Why a coupon of this guest cannot be used here, if the offer is one.
    pub(super) fn coupon_refused(
        &self,
        offer: &OfferId,
        guest: Option<&Guest>,
        at: Moment,
    ) -> Option<FlowFault> {
        let name = name_of(guest)?;
        let (campaign, coupon) = self.coupon_of(offer).filter(|(_, coupon)| coupon.whose == name)?;
        Some(if at >= campaign.until {
            FlowFault::OfferExpired(offer.clone())
        } else if campaign.lives_in(&self.shop.shop) {
            FlowFault::CouponNotHere(offer.clone())
        } else {
            FlowFault::CouponElsewhere { offer: offer.clone(), shop: coupon.shop.clone() }
        })
    }

    /// A greeting with the guest's coupons: those that can be used here are cards, of the others it is said where they are.
    pub(super) fn with_coupons(
        &self,
        mut greeting: Greeting,
        guest: &Guest,
        at: Moment,
    ) -> Result<Greeting, FlowFault> {
        let Some(name) = name_of(Some(guest)) else { return Ok(greeting) };
        let is_jumped = self.local(at).1 == ClockTrust::Jumped;
        for campaign in self.campaigns.iter().filter(|one| one.from <= at && at < one.until) {
            let Some(coupon) = campaign.coupon.as_ref().filter(|coupon| coupon.whose == name) else {
                continue;
            };
            if !campaign.lives_in(&self.shop.shop) {
                greeting.elsewhere.push(self.elsewhere(campaign, coupon));
            } else if !is_jumped && self.lease_for(&campaign.id, Amount::one(Money(1)), at)?.is_some() {
                let offer = campaign.offer();
                greeting.offers.push(self.shown(&offer));
            }
        }
        Ok(greeting)
    }

    fn shown(&self, offer: &Offer) -> OfferShown {
        OfferShown::new(offer, self.reason_text(offer))
    }

    fn elsewhere(&self, campaign: &Campaign, coupon: &Coupon) -> Elsewhere {
        let (title, shop) = (campaign.title.clone(), coupon.shop.clone());
        let text = self.words.fill("coupon.elsewhere", &[("title", &title), ("shop", shop.as_str())]);
        Elsewhere { title, shop, text }
    }
}
