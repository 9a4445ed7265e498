//! A counter of nothing but steps: offer, guard, charge and features, with guests kept in memory. For policies
//! that need no database; `tests/towns.rs` shows that it sells what the real engine sells.

use super::oracle::Plan;
use super::rules::Candidate;
use super::shelf::{FIRST_DAY, Shelf};
use super::till::{Call, Shown, Sold, SoldLine, Till, Wanted};
use crate::facts::basket::PricedBasket;
use crate::facts::customer::{Features, VisitFact, VisitOrder};
use crate::facts::id::{ArmId, CounterId, CustomerId, VisitId};
use crate::facts::menu::Menu;
use crate::facts::moment::{BusinessDay, DAY_MS, Moment};
use crate::facts::money::Money;
use crate::facts::offer::{Card, Offer};
use crate::facts::policy::Policy;
use crate::facts::purchase::PurchaseLine;
use crate::steps::guard::CapsLeft;
use crate::steps::offer::{self, Draw, Situation, Strategy};
use crate::steps::{charge, features, guard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is kept of one guest.
#[derive(Debug, Clone, Default)]
struct Kept {
    features: Features,
    cards: Vec<Card>,
}

/// The counter.
#[derive(Debug)]
pub struct Street {
    candidate: Candidate,
    plan: Option<Arc<Plan>>,
    policy: Policy,
    menu: Menu,
    open_days: i32,
    today: i32,
    kept: BTreeMap<u32, Kept>,
    open: Option<(Situation, Draw)>,
}

impl Street {
    /// A counter on its first day. With a plan the oracle decides, and the candidate says its base alone.
    ///
    /// # Errors
    /// When the strategy needs tastes, models or an experiment, which are only in the database.
    pub fn new(candidate: Candidate, plan: Option<Arc<Plan>>) -> Result<Street, String> {
        match candidate.strategy {
            Strategy::None | Strategy::Flat(_) | Strategy::Rfm(_) | Strategy::Stamps(_) => Ok(Street {
                candidate,
                plan,
                policy: candidate.policy(),
                menu: Menu::default(),
                open_days: 0,
                today: -1,
                kept: BTreeMap::new(),
                open: None,
            }),
            other => Err(format!("{other:?} needs the whole engine")),
        }
    }

    fn situation(&self, call: &Call<'_>, kept: &Kept) -> Situation {
        let day = BusinessDay(FIRST_DAY.0 + call.day);
        let at = call.at();
        Situation {
            visit: VisitId::new(format!("v{}-{}", call.guest.number, call.visits)),
            customer: CustomerId::new(&call.guest.id),
            at,
            business_day: day,
            // Four in the morning in Minsk.
            day_ends: Moment(i64::from(day.0 + 1) * DAY_MS + 3_600_000),
            personal: true,
            segment: String::new(),
            reading: features::read(&kept.features, day, self.open_day(call.day)),
            epoch: 0,
            strategy: self.candidate.strategy,
            favourite: None,
            novelty: None,
            cards: kept.cards.iter().filter(|card| at < card.offer.until).cloned().collect(),
            opened: None,
            assigned: None,
            past_arms: Vec::new(),
            memory_bp: None,
            likely: None,
            menu_moved: false,
            promised: None,
        }
    }

    /// A day counts as open once something was sold; before that it has the next number.
    const fn open_day(&self, day: i32) -> i32 {
        if self.today == day { self.open_days } else { self.open_days + 1 }
    }
}

impl Till for Street {
    fn sell_from(&mut self, shelf: &Shelf, _day: i32) -> Result<(), String> {
        self.menu = shelf.menu().clone();
        Ok(())
    }

    fn greet(&mut self, call: &Call<'_>) -> Result<Vec<Shown>, String> {
        let kept = self.kept.get(&call.guest.number).cloned().unwrap_or_default();
        let situation = self.situation(call, &kept);
        let mut draw = offer::draw(&situation, &self.policy, None);
        if let Some(plan) = &self.plan {
            draw.offers = plan.offers(call, &situation);
        }
        let shown = draw.offers.iter().map(Shown::from).collect();
        self.open = Some((situation, draw));
        Ok(shown)
    }

    fn sell(&mut self, call: &Call<'_>, wanted: &Wanted) -> Result<Sold, String> {
        let (situation, draw) = self.open.take().ok_or("nobody was greeted")?;
        let basket = PricedBasket::new(&wanted.items, &self.menu).map_err(|fault| fault.to_string())?;
        let chosen = wanted.card.as_ref().and_then(|card| draw.offers.iter().find(|o| o.id == card.id));
        let caps = CapsLeft::whole(&self.policy);
        let approved = guard::approve(&basket, chosen, &self.policy, situation.business_day, caps);
        let lines = charge::price(&approved);
        let next = match &self.plan {
            Some(plan) => plan.next(call, &situation),
            None => offer::next_card(&situation, &draw, &self.policy),
        };
        self.open_days = self.open_day(call.day);
        self.today = call.day;
        let kept = self.kept.entry(call.guest.number).or_default();
        kept.features = features::fold(
            std::mem::take(&mut kept.features),
            &visit_fact(&lines, &situation, call, self.open_days),
            &self.policy,
        );
        let discount = Money::total(lines.iter().map(|line| line.discount));
        let used = chosen.filter(|_| discount.0 > 0).map(|offer| offer.id.clone());
        kept.cards.retain(|card| Some(&card.offer.id) != used.as_ref() && situation.at < card.offer.until);
        if kept.cards.is_empty()
            && let Some(offer) = next
        {
            kept.cards.push(card(offer, &situation));
        }
        Ok(Sold {
            lines: lines.iter().map(sold_line).collect(),
            next: kept.cards.iter().map(|card| Shown::from(&card.offer)).collect(),
        })
    }

    fn end_week(&mut self, _day: i32) -> Result<(), String> {
        Ok(())
    }
}

/// A priced line as the town sees it.
#[must_use]
pub fn sold_line(line: &PurchaseLine) -> SoldLine {
    SoldLine { list: line.list.0, net: line.net.0, floor: line.floor.map(|floor| floor.0) }
}

fn card(offer: Offer, situation: &Situation) -> Card {
    Card {
        offer,
        customer: situation.customer.clone(),
        arm: ArmId::new("town"),
        bundle: None,
        decided_by: CounterId::new("till"),
    }
}

fn visit_fact(lines: &[PurchaseLine], situation: &Situation, call: &Call<'_>, open_day: i32) -> VisitFact {
    VisitFact {
        order: VisitOrder { at: situation.at, counter: "till".into(), epoch: 1, seq: i64::from(call.visits) },
        business_day: situation.business_day,
        open_day,
        hour: u8::try_from(call.minute / 60).unwrap_or(0),
        net_by_category: lines.iter().map(|line| (line.product.category.clone(), line.net)).collect(),
        saved: Money::total(lines.iter().map(|line| line.discount)),
        list: Money::total(lines.iter().map(|line| line.list)),
        drinks: 1,
        cup: Money(690),
    }
}
