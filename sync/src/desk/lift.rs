//! What the programme and its campaigns earned: guests who have it against those whom a lot keeps from it
//! ([`kava::learn::evaluate::lift`]). A guest is whoever was known at a counter, by pseudonym, in any shop of the chain.
//!
//! Margins are after tax and cost, as at the counter's own learning; of what was given back a like part is taken off.

use super::{
    days::{self, kept_of},
    sold::{self, READ_MAX},
};
use crate::ledger::{Ledger, LedgerFault};
use crate::people::cards::Rules;
use kava::{
    facts::{
        campaign::Campaign,
        id::{CampaignId, CustomerId},
        moment::{BusinessDay, DAY_MS, Moment},
        money::{Money, WHOLE_BP},
        policy::Policy,
    },
    learn::evaluate::lift::{Brought, Lift, Told, Verdict, lift},
    steps::offer::holdout_place,
    wire::holdout::is_kept_from,
};
use serde::Serialize;
use std::{cmp::Reverse, collections::BTreeMap};

/// Days of the programme that are looked at.
pub const DAYS: i32 = 28;
/// Days that are read at most, for campaigns and the time before them.
const DAYS_MAX: i32 = 180;
/// Campaigns that are looked at, the newest first.
const CAMPAIGNS_MAX: usize = 20;

/// What was earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lifts {
    /// The first day of the programme that is looked at.
    pub from: BusinessDay,
    /// The last.
    pub until: BusinessDay,
    /// The programme: personal cards against the published base.
    pub programme: LiftShown,
    /// Campaigns that have begun and keep guests from them.
    pub campaigns: Vec<CampaignLift>,
}

/// A campaign with what it earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CampaignLift {
    /// Its id.
    pub campaign: CampaignId,
    /// What it earned.
    pub lift: LiftShown,
}

/// What something earned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiftShown {
    /// What can be said.
    pub verdict: Verdict,
    /// Guests who have it.
    pub with: usize,
    /// Guests who are kept from it.
    pub kept: usize,
    /// The share of the lot, basis points.
    pub holdout_bp: i64,
    /// Whether the sides are not as the lot would have them.
    pub uneven: bool,
    /// So many more guests are needed.
    pub more_guests: usize,
    /// Figures, where there are enough guests.
    #[serde(flatten)]
    pub figures: Option<LiftFigures>,
}

/// Figures in minor units; what is behind `give_or_take` holds with 95 % at every look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LiftFigures {
    /// What all guests who have it brought more.
    pub earned_minor: i64,
    /// Give or take.
    pub give_or_take_minor: i64,
    /// What a guest brings more.
    pub per_guest_minor: i64,
    /// Give or take.
    pub per_guest_give_or_take_minor: i64,
    /// What a guest with it brought.
    pub with_brings_minor: i64,
    /// What a guest without it brought.
    pub kept_brings_minor: i64,
}

/// A sale to a known guest.
struct Sold {
    guest: usize,
    at: Moment,
    day: BusinessDay,
    margin: f64,
}

/// Known guests and what they bought.
#[derive(Default)]
struct Trade {
    guests: Vec<CustomerId>,
    /// When each was first heard of.
    first: Vec<Moment>,
    sold: Vec<Sold>,
}

/// What was earned up to a day.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, (now, today): (Moment, BusinessDay)) -> Result<Lifts, LedgerFault> {
    let policy = Rules::read(ledger, "")?.policy;
    let first = days::first_to_read(ledger, (today, DAYS_MAX), READ_MAX)?;
    let trade = Trade::read(ledger, (first, today))?;
    let from = BusinessDay(today.0.saturating_sub(DAYS - 1)).max(first);
    let mut campaigns = Vec::new();
    let mut newest = ledger.campaigns()?;
    newest.sort_by_key(|budget| Reverse(budget.campaign.from));
    // Of one that began before what was read only a part is known, and a part is no result.
    newest.retain(|budget| budget.campaign.from.utc_day() >= first);
    for budget in newest {
        let ends = budget.ended.unwrap_or(budget.campaign.until).min(budget.campaign.until).min(now);
        let campaign = budget.campaign;
        if campaign.holdout_bp.is_some() && campaign.from < ends && campaigns.len() < CAMPAIGNS_MAX {
            let lift = trade.of_campaign(&campaign, ends);
            campaigns.push(CampaignLift { campaign: campaign.id, lift });
        }
    }
    Ok(Lifts { from, until: today, programme: trade.of_programme(&policy, (from, today)), campaigns })
}

const GUESTS: &str = "SELECT customer, min(at) FROM of_customer GROUP BY customer ORDER BY customer";

impl Trade {
    fn read(ledger: &Ledger, (first, last): (BusinessDay, BusinessDay)) -> Result<Trade, LedgerFault> {
        let mut trade = Trade::default();
        let mut places = BTreeMap::<String, usize>::new();
        let mut statement = ledger.connection().prepare_cached(GUESTS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let customer: String = row.get(0)?;
            trade.guests.push(CustomerId::new(&customer));
            trade.first.push(Moment(row.get(1)?));
            places.insert(customer, places.len());
        }
        sold::each(ledger, "", (first, last), |one| {
            let place = one.sale.customer.as_ref().and_then(|guest| places.get(guest.as_str()));
            let Some(guest) = place.copied() else { return };
            let margin =
                stayed(one.net, one.back) * number(Money::total(one.sale.lines.iter().map(kept_of)).0);
            let when = one.sale.when;
            trade.sold.push(Sold { guest, at: when.at, day: when.business_day, margin });
        })?;
        Ok(trade)
    }

    /// What each guest brought in a time and before it.
    fn brought(&self, side: impl Fn(&Sold) -> Option<Side>) -> Vec<Brought> {
        let mut all = vec![Brought::default(); self.guests.len()];
        for sold in &self.sold {
            let Some(brought) = all.get_mut(sold.guest) else { continue };
            match side(sold) {
                Some(Side::During) => brought.during += sold.margin,
                Some(Side::Before) => brought.before += sold.margin,
                None => {}
            }
        }
        all
    }

    /// Guests on each side of a lot; whoever stands on neither is left out.
    fn lift(
        &self,
        brought: &[Brought],
        of: impl Fn(usize, &CustomerId) -> Option<bool>,
        share_bp: i64,
    ) -> LiftShown {
        let (mut with, mut kept) = (Vec::new(), Vec::new());
        for (place, (guest, brought)) in self.guests.iter().zip(brought).enumerate() {
            match of(place, guest) {
                Some(true) => kept.push(*brought),
                Some(false) => with.push(*brought),
                None => {}
            }
        }
        shown(&lift(&with, &kept, number(share_bp) / number(WHOLE_BP)), share_bp)
    }

    /// The programme: what came before is not looked at, since the programme has moved it. Of guests whom the lot let out of the
    /// holdout meanwhile nothing is said.
    fn of_programme(&self, policy: &Policy, (from, until): (BusinessDay, BusinessDay)) -> LiftShown {
        let brought = self.brought(|sold| (sold.day >= from && sold.day <= until).then_some(Side::During));
        // Who was in the holdout when an epoch began stays in it until the epoch ends.
        let epoch = policy.epoch_days.max(policy.weekly_epoch_days);
        let shares = [policy.holdout_bp(BusinessDay(from.0.saturating_sub(epoch))), policy.holdout_bp(until)];
        let (least, most) = (shares[0].min(shares[1]), shares[0].max(shares[1]));
        let of = |_: usize, guest: &CustomerId| match holdout_place(guest) {
            place if place < least => Some(true),
            place if place >= most => Some(false),
            _ => None,
        };
        // Without those who changed sides, the share of the lot is of the rest.
        let share_bp = least * WHOLE_BP / (WHOLE_BP - (most - least)).max(1);
        self.lift(&brought, of, share_bp)
    }

    /// A campaign, with what its guests brought in as long before it began: it cannot have moved that.
    fn of_campaign(&self, campaign: &Campaign, ends: Moment) -> LiftShown {
        let length = ends.0 - campaign.from.0;
        let begins = campaign.from.later(-length.min(i64::from(DAYS_MAX) * DAY_MS));
        let brought = self.brought(|sold| match sold.at {
            at if at >= campaign.from && at < ends => Some(Side::During),
            at if at >= begins && at < campaign.from => Some(Side::Before),
            _ => None,
        });
        let known = |place: usize| self.first.get(place).is_some_and(|first| *first < ends);
        let of = |place: usize, guest: &CustomerId| known(place).then(|| is_kept_from(campaign, guest));
        self.lift(&brought, of, campaign.holdout_bp.unwrap_or(0))
    }
}

/// Where a sale stands to the time that is looked at.
#[derive(Clone, Copy)]
enum Side {
    During,
    Before,
}

fn shown(lift: &Lift, holdout_bp: i64) -> LiftShown {
    let Lift { verdict, with, kept, uneven, more_guests, told } = *lift;
    LiftShown { verdict, with, kept, holdout_bp, uneven, more_guests, figures: told.map(figures) }
}

fn figures(told: Told) -> LiftFigures {
    LiftFigures {
        earned_minor: minor(told.earned),
        give_or_take_minor: minor(told.give_or_take),
        per_guest_minor: minor(told.per_guest),
        per_guest_give_or_take_minor: minor(told.per_guest_give_or_take),
        with_brings_minor: minor(told.with_brings),
        kept_brings_minor: minor(told.kept_brings),
    }
}

/// The part of a receipt that was not given back.
fn stayed(net: i64, back: i64) -> f64 {
    if net > 0 { (number(net - back) / number(net)).clamp(0.0, 1.0) } else { 1.0 }
}

#[expect(clippy::cast_precision_loss, reason = "sums of money are far below 2^53")]
const fn number(minor: i64) -> f64 {
    minor as f64
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to what is exact")]
fn minor(number: f64) -> i64 {
    number.round().clamp(-9e15, 9e15) as i64
}
