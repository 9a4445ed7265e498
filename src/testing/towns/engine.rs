//! The real counter as a town's till: a store, a scripted register, every verb of the flow, weekly refits.

use super::rules::Candidate;
use super::shelf::Shelf;
use super::till::{Call, Shown, Sold, SoldLine, Till, Wanted, moment};
use crate::facts::id::VisitId;
use crate::facts::moment::Moment;
use crate::facts::policy::Policy;
use crate::facts::purchase::{PaymentKind, PurchaseKind};
use crate::flow::Counter;
use crate::flow::answers::{OfferShown, QuotedLine, SettleStatus};
use crate::flow::counter::Settings;
use crate::flow::ids::Ids;
use crate::flow::quote::{Choice, QuoteWish};
use crate::flow::settle::Pays;
use crate::ports::Idempotency;
use crate::steps::offer::Strategy;
use crate::store::setting::{set_policy, set_shop};
use crate::store::{Access, Durability, Store, menu};
use crate::testing::scripted::ScriptedRegister;
use crate::testing::shop;
use std::path::Path;

/// The counter and the visit that is open.
#[derive(Debug)]
pub struct Engine {
    counter: Counter,
    visit: Option<VisitId>,
    /// Learns each week from this seed on.
    seed: Option<u64>,
    /// What the last weeks' learning said.
    pub learned: Vec<String>,
    /// Weeks that ended with a fitted game in force.
    pub weeks_with_game: u32,
    /// The best way to play the rule in any week: its name, its gain as a share of spend, and the 95 % upper bound.
    pub exploit: Option<(String, f64, f64)>,
}

impl Engine {
    /// A counter on its first day, in a new file or in memory; durability is off. With a seed it learns
    /// every week.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(candidate: Candidate, file: Option<&Path>, seed: Option<u64>) -> Result<Engine, String> {
        Engine::under(&candidate.policy(), candidate.strategy, file, seed)
    }

    /// The same under rules of one's own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn under(
        policy: &Policy,
        strategy: Strategy,
        file: Option<&Path>,
        seed: Option<u64>,
    ) -> Result<Engine, String> {
        let say = |fault: &dyn std::fmt::Display| fault.to_string();
        let mut store = match file {
            Some(path) => Store::open(path, Access::Create, Durability::Off),
            None => Store::in_memory(),
        }
        .map_err(|fault| say(&fault))?;
        let furnished = store.change(|change| {
            set_shop(change, &shop::shop())?;
            set_policy(change, policy)
        });
        furnished.map_err(|fault| say(&fault))?;
        let settings = Settings { strategy, trust_ids: true, ..Settings::default() };
        let ids = Ids::seeded(7, (1, 0));
        let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
        let counter = Counter::new(store, register, None, ids, settings).map_err(|fault| say(&fault))?;
        Ok(Engine { counter, visit: None, seed, learned: Vec::new(), weeks_with_game: 0, exploit: None })
    }

    /// The counter, for looking at its books.
    #[must_use]
    pub const fn counter(&self) -> &Counter {
        &self.counter
    }

    #[cfg(feature = "learn")]
    fn learn(&mut self, day: i32, seed: u64) -> Result<(), String> {
        use crate::flow::refit::{Parts, Wish, refit};
        let now = moment(day, 23 * 60);
        let seed = seed.wrapping_add(day.unsigned_abs().into());
        let wish = Wish { now, seed, fresh_secret: [7; 32], parts: Parts::ALL };
        let done =
            refit(self.counter.store_mut(), &wish, &mut |_, _, _| {}).map_err(|fault| fault.to_string())?;
        let release = done.bundle.as_ref().map_or(0, |(release, _)| *release);
        let game = done.report.game.as_ref().map(|game| (game.own_rows, game.level.clone(), &game.gate.why));
        let found = done.report.game.as_ref().and_then(|game| game.exploit);
        if let Some(found) = found.filter(|found| self.exploit.as_ref().is_none_or(|old| old.2 < found.upper))
        {
            self.exploit = Some((format!("{:?}", found.way), found.gain, found.upper));
        }
        self.learned.push(format!("day {day}: release {release}; game {game:?}"));
        let in_force = self.counter.store().bundle_in_force(now).map_err(|fault| fault.to_string())?;
        self.weeks_with_game += u32::from(in_force.is_some_and(|bundle| bundle.game.is_some()));
        self.refresh(now)
    }

    #[cfg(not(feature = "learn"))]
    fn learn(&mut self, _day: i32, _seed: u64) -> Result<(), String> {
        Err("this build cannot learn; build with feature `learn`".into())
    }

    fn refresh(&mut self, at: Moment) -> Result<(), String> {
        self.counter.refresh(at).map_err(|fault| fault.to_string())
    }
}

impl Till for Engine {
    fn sell_from(&mut self, shelf: &Shelf, day: i32) -> Result<(), String> {
        let put = self.counter.store_mut().change(|change| {
            for product in shelf.menu().iter() {
                let version = menu::version_of(change, product)?;
                menu::put_on_sale(change, &product.sku, version)?;
            }
            Ok(())
        });
        put.map_err(|fault| fault.to_string())?;
        self.refresh(moment(day, 5 * 60))
    }

    fn greet(&mut self, call: &Call<'_>) -> Result<Vec<Shown>, String> {
        let greeted =
            self.counter.greet(Some(&call.guest.id), call.at()).map_err(|fault| fault.to_string())?;
        self.visit = Some(greeted.visit);
        Ok(greeted.offers.iter().map(Shown::from).collect())
    }

    fn sell(&mut self, call: &Call<'_>, wanted: &Wanted) -> Result<Sold, String> {
        let visit = self.visit.take().ok_or("nobody was greeted")?;
        let choice = wanted.card.as_ref().map_or(Choice::None, |card| Choice::Offer(card.id.clone()));
        let wish = QuoteWish { basket: wanted.items.clone(), choice, kind: PurchaseKind::Sale };
        let quote = self.counter.quote(&visit, wish, call.at()).map_err(|fault| fault.to_string())?;
        let settled = self
            .counter
            .settle(&visit, &Pays::Whole(PaymentKind::Card), call.at())
            .map_err(|fault| fault.to_string())?;
        if settled.status != SettleStatus::Done {
            return Err(format!("the sale is {:?}", settled.status));
        }
        Ok(Sold {
            lines: quote.lines.iter().map(SoldLine::from).collect(),
            next: settled.next.iter().map(Shown::from).collect(),
        })
    }

    fn end_week(&mut self, day: i32) -> Result<(), String> {
        match self.seed {
            Some(seed) => self.learn(day, seed),
            None => Ok(()),
        }
    }
}

impl From<&OfferShown> for Shown {
    fn from(offer: &OfferShown) -> Shown {
        Shown {
            id: offer.id.clone(),
            scope: offer.scope.clone(),
            depth_bp: offer.depth_bp,
            until: offer.until,
        }
    }
}

impl From<&QuotedLine> for SoldLine {
    fn from(line: &QuotedLine) -> SoldLine {
        SoldLine { list: line.list_minor, net: line.net_minor, floor: line.floor_minor }
    }
}
