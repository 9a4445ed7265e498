//! What this counter asks of the office: parts of campaigns' budgets, and coupons that live in its shop.

use super::ids::Ids;
use crate::facts::campaign::{Amount, Campaign, FIRST_USES, target};
use crate::facts::id::{CampaignId, LeaseId};
use crate::facts::menu::to_hex;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::store::leases::OpenLease;
use crate::store::{Store, StoreFault};
use crate::wire::lease::{Ask, Want};
use std::collections::BTreeMap;

/// How long a coupon is not asked for again: whoever has it keeps it for days, and there may be thousands.
const COUPON_PAUSE_MS: i64 = 600_000;

/// When each coupon was asked for; another counter has those that did not come.
#[derive(Debug, Default)]
pub struct Asked(BTreeMap<CampaignId, Moment>);

impl Asked {
    /// Notes what was asked, and forgets what was asked long ago.
    pub fn note(&mut self, ask: &Ask, at: Moment) {
        self.0.retain(|_, asked| is_soon(*asked, at));
        let coupons = ask.wants.iter().filter(|want| want.coupon);
        self.0.extend(coupons.map(|want| (want.campaign.clone(), at)));
    }

    /// A campaign has changed; a coupon may live in another shop now.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    fn lately(&self, campaign: &CampaignId, at: Moment) -> bool {
        self.0.get(campaign).is_some_and(|asked| is_soon(*asked, at))
    }
}

/// A clock that was set back must not keep anybody from asking.
fn is_soon(asked: Moment, at: Moment) -> bool {
    (0..COUPON_PAUSE_MS).contains(&(at.0 - asked.0))
}

impl Ask {
    /// What this counter asks for now; nothing when it has what it needs and nothing to close. Only when all of its
    /// series was sent is anything lent: the office must know what was spent before. With `must` the office is told
    /// what is held in any case.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(
        store: &Store,
        (ids, asked, must): (&mut Ids, &Asked, bool),
        at: Moment,
    ) -> Result<Option<Ask>, StoreFault> {
        let shop = store.shop()?.shop;
        let mut campaigns = store.campaigns()?;
        campaigns.retain(|one| one.lives_in(&shop));
        let holds = store.held_leases()?;
        if campaigns.is_empty() && holds.is_empty() && !must {
            return Ok(None);
        }
        let mut wants = Vec::new();
        let soon = |one: &&Campaign| one.from <= at.later(3_600_000) && at < one.until;
        let waits = |one: &Campaign| one.coupon.is_some() && asked.lately(&one.id, at);
        for campaign in campaigns.iter().filter(soon).filter(|one| !waits(one)) {
            wants.extend(want(store, campaign, (ids, at))?);
        }
        let to_close =
            holds.iter().any(|held| !campaigns.iter().any(|one| one.id == held.campaign && at < one.until));
        let ended = store.campaigns()?.iter().try_fold(false, |any, one| {
            Ok::<bool, StoreFault>(any || store.open_leases(&one.id)?.iter().any(|lease| lease.ends <= at))
        })?;
        let last = store.all_sent()?;
        let anything = must || !wants.is_empty() || to_close || ended;
        let epoch = store.epoch()?;
        Ok(anything.then_some(Ask { epoch, last, wants, holds }))
    }
}

fn want(
    store: &Store,
    campaign: &Campaign,
    (ids, at): (&mut Ids, Moment),
) -> Result<Option<Want>, StoreFault> {
    if campaign.coupon.is_some() {
        return want_coupon(store, campaign, (ids, at));
    }
    let spent = store.spent_lately(&campaign.id, at)?;
    let cup = store.cup("9999", &store.menu()?)?;
    let list = if spent.uses > 0 {
        Money(spent.money.0 / spent.uses)
    } else {
        Money(cup.0 * campaign.depth_bp / 10_000)
    };
    let unit = list.max(Money(1));
    let first = Amount { money: Money(unit.0 * FIRST_USES), uses: FIRST_USES };
    let expected = spent.most(first);
    // A use is paid from one lease, so what is too little for one counts for nothing, however often it is there.
    let good = |lease: &OpenLease| at < lease.ends && lease.left.covers(Amount::one(unit));
    let leases = store.open_leases(&campaign.id)?.into_iter().filter(good);
    let left = leases.fold(Amount::ZERO, |all, one| all.plus(one.left));
    // Below half of what it should have it asks; not for every cup.
    let half = target(expected, unit).hundredths(50);
    if left.covers(half) {
        return Ok(None);
    }
    let id = LeaseId::new(to_hex(&ids.salt()));
    Ok(Some(Want { id, campaign: campaign.id.clone(), expected, unit, left, coupon: false, holdout: true }))
}

/// A coupon is wanted whole, unless it is here.
fn want_coupon(
    store: &Store,
    campaign: &Campaign,
    (ids, at): (&mut Ids, Moment),
) -> Result<Option<Want>, StoreFault> {
    let is_here = |lease: &OpenLease| at < lease.ends;
    if store.open_leases(&campaign.id)?.iter().any(is_here) {
        return Ok(None);
    }
    let (expected, unit) = (campaign.budget, campaign.budget.money);
    let id = LeaseId::new(to_hex(&ids.salt()));
    Ok(Some(Want {
        id,
        campaign: campaign.id.clone(),
        expected,
        unit,
        left: Amount::ZERO,
        coupon: true,
        holdout: true,
    }))
}
