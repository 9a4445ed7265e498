//! Greet: who is it, what could we offer. Writes only what a guest brings along: somebody unknown, a pass.

use super::answers::{FeaturesShown, GreetedCustomer, Greeting, LikeShown, OfferShown};
use super::calm;
use super::counter::Counter;
use super::decision::{Exposure, Guest};
use super::fault::FlowFault;
use super::identify::Identified;
use super::open_visit::OpenVisit;
use crate::facts::assignment::Assignment;
use crate::facts::at_till::OrderSeen;
use crate::facts::customer::Rights;
use crate::facts::id::{CategoryId, Sku, VisitId};
use crate::facts::moment::{BusinessDay, DAY_MS, LocalMoment, Moment, ShopDay};
use crate::facts::money::WHOLE_BP;
use crate::steps::features::{self, Reading};
use crate::steps::offer::likely::{self, Likely};
use crate::steps::offer::{self, Draw, PastArm, Situation};
use crate::steps::segment;
use crate::steps::taste::{self, Around, Like, Taste};
use crate::steps::value;
use crate::store::customers::Known;

impl Counter {
    /// Greets a guest with a code, or somebody without one.
    ///
    /// # Errors
    /// When the code is no code or belongs to nobody here; the sale can go on without it.
    pub fn greet(&mut self, code: Option<&str>, at: Moment) -> Result<Greeting, FlowFault> {
        let (now, _) = self.local(at);
        let Some(code) = code else { return Ok(self.greet_nobody(now)) };
        let guest = self.identify(code, now)?;
        if !guest.known.customer.consent.programme {
            return Ok(self.greet_nobody(now));
        }
        match self.open_visit_of(guest.known.row, now).map(|(id, visit)| (id.clone(), visit.guest.clone())) {
            Some((id, Some(open))) if open.rights >= guest.rights => {
                self.greet_again(&id, (&open, at), &guest)
            }
            // A better code than the one before opens a new visit; nothing of the old one was promised. The order is the same.
            Some((id, _)) => {
                let order = self.visit(&id)?.order.clone();
                self.forget_visit(&id);
                let greeting = self.greet_known(&guest, now)?;
                self.order_seen(&greeting.visit, order)?;
                Ok(greeting)
            }
            None => self.greet_known(&guest, now),
        }
    }

    /// The same guest while their visit is open: the same visit, and one code more that is used with it.
    fn greet_again(
        &mut self,
        id: &VisitId,
        (open, at): (&Guest, Moment),
        guest: &Identified,
    ) -> Result<Greeting, FlowFault> {
        let mut cards = open.situation.cards.clone();
        let wanted = guest.wanted(&mut cards);
        let taste = self.taste_of(&guest.known, &open.situation.reading, open.situation.at)?;
        let told = self.staffing.told();
        let visit = self.visit_mut(id)?;
        visit.codes.extend(guest.code.filter(|code| !visit.codes.iter().any(|shown| shown.is_same(code))));
        visit.wanted = wanted.or(visit.wanted.take());
        visit.barista = told.or(visit.barista.take());
        let wanted = visit.wanted.clone();
        let greeting = self.greeting(id.clone(), &guest.known, open, &taste);
        let owed = self.store.owed(guest.known.row)?;
        self.with_coupons(Greeting { wanted, owed, known_by: Some(guest.by), ..greeting }, open, at)
    }

    fn greet_nobody(&mut self, now: LocalMoment) -> Greeting {
        let visit = self.ids.visit();
        self.open_visit(visit.clone(), OpenVisit::new(now, None, None));
        Greeting {
            visit,
            customer: None,
            usual: Vec::new(),
            likes: Vec::new(),
            offers: Vec::new(),
            elsewhere: Vec::new(),
            owed: Vec::new(),
            wanted: None,
            known_by: None,
            rights: Rights::Full,
            policy: self.policy_digest.clone(),
            bundle: self.bundle_at(now.at).0,
            holdout: false,
            arm: None,
            probabilities: std::collections::BTreeMap::new(),
        }
    }

    fn greet_known(&mut self, who: &Identified, now: LocalMoment) -> Result<Greeting, FlowFault> {
        let known = &who.known;
        let visit = self.ids.visit();
        let open_day = self.store.open_day_number(now.business_day)?;
        let (digest, bundle) = self.bundle_at(now.at);
        let today = ShopDay { day: now.business_day, number: open_day };
        let features = self.features_of(known, today)?;
        let reading = value::read(&features, today, bundle.and_then(|bundle| bundle.value.as_ref()));
        let taste = self.taste_of(known, &reading, now.at)?;
        let segment = segment::assign(&features, today, bundle, &known.segment);
        let mut situation = self.situation(&visit, known, now, (reading, segment, &taste))?;
        let wanted = who.wanted(&mut situation.cards);
        hold_back(&mut situation, who.rights);
        let policy = &self.policy;
        let draw =
            calm::or_else("offer", || offer::draw(&situation, policy, bundle), || no_offers(&situation));
        let guest = Guest {
            features,
            open_day,
            rights: who.rights,
            previous_segment: known.segment.clone(),
            situation,
            bundle: digest,
            draw,
            exposure: vec![Exposure { channel: "display".into(), at: now.at }],
        };
        let greeting = self.greeting(visit.clone(), known, &guest, &taste);
        let greeting = self.with_coupons(greeting, &guest, now.at)?;
        let wanted = wanted.filter(|wanted| guest.draw.offers.iter().any(|offer| offer.id == *wanted));
        let mut order = OrderSeen::default();
        order.recognised(who.by, 0, now.at);
        let opened = OpenVisit {
            order,
            codes: who.code.into_iter().collect(),
            wanted: wanted.clone(),
            ..OpenVisit::new(now, Some(known.row), Some(guest))
        };
        self.open_visit(visit, opened);
        Ok(Greeting { wanted, owed: self.store.owed(known.row)?, known_by: Some(who.by), ..greeting })
    }

    fn taste_of(&self, known: &Known, reading: &Reading, at: Moment) -> Result<Taste, FlowFault> {
        if !known.customer.consent.personalisation {
            return Ok(Taste::default());
        }
        let past = self.store.past_lines(known.row)?;
        let favourite = offer::favourite(reading).or_else(|| self.shop_favourite.clone());
        let around = Around {
            menu: &self.menu,
            popularity: &self.popularity,
            favourite: favourite.as_ref(),
            model: self.bundle_at(at).1.and_then(|bundle| bundle.tastes.as_ref()),
            card_depth_bp: self.policy.rung(
                self.policy.status(reading.visits).base_bp.saturating_add(self.policy.personal_spread_bp),
            ),
        };
        Ok(calm::or_else("taste", || taste::of(&past, &around), Taste::default))
    }

    fn situation(
        &self,
        visit: &VisitId,
        known: &Known,
        now: LocalMoment,
        (reading, segment, taste): (Reading, String, &Taste),
    ) -> Result<Situation, FlowFault> {
        let (assigned, past_arms) = self.arms_of(known, now.business_day)?;
        let epoch_days = features::epoch_days(&reading, &self.policy).max(1);
        let opened = assigned.as_ref().map_or(now.business_day, |assigned| assigned.from);
        let favourite = offer::favourite(&reading).or_else(|| self.shop_favourite.clone());
        let novelty = offer::novelty(taste);
        let likely = self.likely(taste, favourite.as_ref(), novelty.as_ref(), now.business_day);
        Ok(Situation {
            visit: visit.clone(),
            customer: known.customer.id.clone(),
            at: now.at,
            business_day: now.business_day,
            day_ends: self.day_ends(now),
            personal: known.customer.consent.personalisation,
            segment,
            epoch: assigned
                .as_ref()
                .map_or(i64::from(now.business_day.0.div_euclid(epoch_days)), |assigned| assigned.epoch),
            strategy: self.settings.strategy,
            favourite,
            novelty,
            cards: self.store.cards(known.row, now.at)?,
            reading,
            opened: Some(opened),
            assigned,
            past_arms,
            memory_bp: Some(known.features.discount_memory_bp),
            likely,
            menu_moved: self.menu_has_moved(now.business_day),
            promised: self.store.promise(known.row)?.filter(|promise| promise.holds_on(now.business_day)),
        })
    }

    /// The assignment of the running epoch, and the arms of the epochs before it. One of another experiment
    /// or of an arm that the policy no longer has is over.
    fn arms_of(
        &self,
        known: &Known,
        today: BusinessDay,
    ) -> Result<(Option<Assignment>, Vec<PastArm>), FlowFault> {
        const EPOCHS_REMEMBERED: usize = 8;
        if !self.settings.strategy.draws_arms() {
            return Ok((None, Vec::new()));
        }
        let mut all = self.store.assignments(known.row, today, EPOCHS_REMEMBERED)?;
        let runs = |assignment: &Assignment| {
            let drawn = assignment.holdout || self.policy.arms.iter().any(|arm| arm.id == assignment.arm);
            assignment.holds_on(today) && assignment.experiment == self.policy.experiment && drawn
        };
        let assigned = if all.first().is_some_and(runs) { Some(all.remove(0)) } else { None };
        let past = all.into_iter().map(|old| PastArm { from: old.from, arm: old.arm, segment: old.segment });
        Ok((assigned, past.collect()))
    }

    /// What the guest will likely take, priced. Kept for the ladder too: its logs are what values are learned
    /// from.
    fn likely(
        &self,
        taste: &Taste,
        favourite: Option<&CategoryId>,
        novelty: Option<&Sku>,
        day: BusinessDay,
    ) -> Option<Likely> {
        if !self.settings.strategy.draws_arms() {
            return None;
        }
        let known = likely::Known { usual: &taste.usual, favourite, novelty };
        likely::of(known, &self.popularity, &self.menu, &self.policy, day)
    }

    fn like_text(&self, like: &Like) -> String {
        let name = |sku: &Sku| self.menu.get(sku).map_or_else(|| sku.to_string(), |own| own.name.clone());
        let with = like.with.as_ref().map(name).unwrap_or_default();
        self.words.fill(&format!("like.{}", like.why), &[("with", &with)])
    }

    /// The first instant of the next day of trade.
    fn day_ends(&self, now: LocalMoment) -> Moment {
        let tomorrow = BusinessDay(now.business_day.0 + 1).date();
        let hour = i8::try_from(self.shop.day_start_hour).unwrap_or(0);
        self.time.instant(tomorrow.at(hour, 0, 0, 0)).unwrap_or(now.at.later(DAY_MS))
    }

    fn greeting(&self, visit: VisitId, known: &Known, guest: &Guest, taste: &Taste) -> Greeting {
        let reading = &guest.situation.reading;
        Greeting {
            visit,
            customer: Some(GreetedCustomer {
                id: known.customer.id.clone(),
                segment: guest.situation.segment.clone(),
                status: self.policy.status(reading.visits).name,
                consent: known.customer.consent.codes(),
                features: shown(reading),
            }),
            usual: taste.usual.clone(),
            likes: taste
                .likes
                .iter()
                .map(|like| LikeShown {
                    sku: like.sku.clone(),
                    score: share(like.score_bp),
                    why: self.like_text(like),
                })
                .collect(),
            offers: guest
                .draw
                .offers
                .iter()
                .map(|offer| OfferShown::new(offer, self.reason_text(offer)))
                .collect(),
            elsewhere: Vec::new(),
            owed: Vec::new(),
            wanted: None,
            known_by: None,
            rights: guest.rights,
            policy: self.policy_digest.clone(),
            bundle: guest.bundle.clone(),
            holdout: guest.draw.holdout,
            arm: Some(guest.draw.arm.clone()),
            probabilities: guest
                .draw
                .probabilities_bp
                .iter()
                .map(|(arm, p)| (arm.clone(), share(*p)))
                .collect(),
        }
    }
}

/// What a code gives no right to is not in the situation, so that a replay needs not know the code.
fn hold_back(situation: &mut Situation, rights: Rights) {
    if rights != Rights::Full {
        situation.cards.clear();
    }
    if rights == Rights::Base {
        situation.personal = false;
    }
}

fn no_offers(situation: &Situation) -> Draw {
    Draw {
        holdout: false,
        arm: "none".into(),
        probabilities_bp: std::collections::BTreeMap::from([("none".into(), WHOLE_BP)]),
        seed: u64::try_from(situation.epoch).unwrap_or(0),
        offers: Vec::new(),
        values_milli: std::collections::BTreeMap::new(),
        spoke: None,
    }
}

fn shown(reading: &Reading) -> FeaturesShown {
    FeaturesShown {
        recency_days: reading.recency_days,
        frequency_per_30d: thousandths(reading.frequency_per_30d_milli),
        aov_minor: reading.aov_minor,
        composition: reading
            .composition_bp
            .iter()
            .map(|(category, bp)| (category.clone(), share(*bp)))
            .collect(),
        clv_minor: reading.clv_minor,
        visits: reading.visits,
        saved_minor: reading.saved_minor,
    }
}

#[expect(clippy::cast_precision_loss, reason = "for showing only; basis points fit")]
fn share(bp: i64) -> f64 {
    bp as f64 / 10_000.0
}

#[expect(clippy::cast_precision_loss, reason = "for showing only; thousandths of visits fit")]
fn thousandths(milli: i64) -> f64 {
    milli as f64 / 1_000.0
}
