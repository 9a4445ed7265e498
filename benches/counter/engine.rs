//! What the counter thinks, without the disk: the pure steps of greet and quote on guests of the town, with the
//! bundle that was learned there; and greet and quote as a whole with the same bundle.

use crate::figures::{Goal, Times, ms};
use crate::shelf::{self, Shelf};
use crate::town::{self, DAYS, NOW, Size, TODAY};
use crate::visits::{Samples, Stand};
use anyhow::{Context, Result};
use kava::facts::basket::{Item, PricedBasket};
use kava::facts::id::{CategoryId, VisitId};
use kava::facts::menu::Menu;
use kava::facts::models::Bundle;
use kava::facts::moment::{Moment, ShopDay};
use kava::facts::money::Money;
use kava::facts::policy::Policy;
use kava::facts::purchase::PurchaseLine;
use kava::steps::guard::{self, CapsLeft};
use kava::steps::offer::likely::{self, Known as KnownFor};
use kava::steps::offer::{self, Situation, Strategy};
use kava::steps::taste::{self, Around, PastLine, Popularity};
use kava::steps::{charge, segment, value};
use kava::store::customers::Known;
use kava::store::{Access, Durability, Store};
use kava::testing::random::Random;
use serde_json::{Value, json};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// What every visit of the day has in common.
struct Day {
    bundle: Bundle,
    policy: Policy,
    menu: Menu,
    popularity: Popularity,
    shop_favourite: Option<CategoryId>,
}

/// A guest at the till, as the store gives them.
struct Visit {
    known: Known,
    past: Vec<PastLine>,
    basket: Vec<Item>,
}

/// The steps alone, and greet with quote, under the bundle in force.
pub fn measure(database: &Path, size: Size, samples: Samples) -> Result<(Value, Vec<Goal>)> {
    let day = Day::read(database)?;
    let game = day.bundle.game.as_ref().map(|game| game.level.code());
    let trees = day.bundle.response.as_ref().and_then(|response| response.returning.as_ref());
    let parts = json!({
        "bytes": day.bundle.to_json().len(),
        "clusters": day.bundle.segments.as_ref().map(|segments| segments.clusters.len()),
        "value": day.bundle.value.is_some(),
        "tastes_of": day.bundle.tastes.as_ref().map(|tastes| tastes.products.len()),
        "trees": trees.map(|curve| curve.forest.trees.len()),
        "game": game,
    });
    let steps = steps(database, size, samples.greets, &day)?;
    let mut stand = Stand::open(database, size, 5, Strategy::Learned)?;
    stand.greets(samples.greets / 10)?;
    let whole = stand.greets(samples.greets)?;
    let goals = vec![
        Goal {
            name: "steps of greet + quote alone, p99",
            unit: "µs",
            at_most: true,
            limit: 50.0,
            measured: f64::from(u32::try_from(steps.permille(990))?),
        },
        Goal {
            name: "greet + quote with the bundle, p99",
            unit: "ms",
            at_most: true,
            limit: 5.0,
            measured: ms(whole.permille(990)),
        },
    ];
    Ok((json!({"bundle": parts, "steps": steps.json(), "greet_and_quote": whole.json()}), goals))
}

/// Guests are read first, a thousand at a time; only the steps are timed.
fn steps(database: &Path, size: Size, count: usize, day: &Day) -> Result<Times> {
    let store = Store::open(database, Access::Read, Durability::Full)?;
    let (shelf, mut random) = (shelf::stock(), Random::new(6));
    let mut taken = Vec::with_capacity(count);
    while taken.len() < count {
        let visits: Vec<Visit> =
            (0..1_000).map(|_| Visit::read(&store, &shelf, &mut random, size)).collect::<Result<_>>()?;
        for visit in &visits {
            let begun = Instant::now();
            black_box(day.serve(black_box(visit))?);
            taken.push(begun.elapsed());
        }
    }
    Ok(Times::new(&taken))
}

impl Visit {
    /// Every second guest is drawn from all alike, the others as visits are.
    fn read(store: &Store, shelf: &Shelf, random: &mut Random, size: Size) -> Result<Visit> {
        let customer = if random.once_in(2) {
            town::visitor(random, size)
        } else {
            u32::try_from(random.between(0, i64::from(size.customers) - 1))?
        };
        let known = store.customer_by_code(&town::card_of(customer))?.context("a card opens nobody")?;
        let past = store.past_lines(known.row)?;
        Ok(Visit { known, past, basket: shelf.basket(random, customer) })
    }
}

impl Day {
    fn read(database: &Path) -> Result<Day> {
        let store = Store::open(database, Access::Read, Durability::Full)?;
        let bundle = store.bundle_in_force(NOW)?.context("no bundle is in force")?;
        let shop_favourite = Some(CategoryId::new("coffee"));
        Ok(Day {
            bundle,
            policy: store.policy()?,
            menu: store.menu()?,
            popularity: store.popularity()?,
            shop_favourite,
        })
    }

    /// What greet and quote do between reading and showing, as `src/flow` strings it together.
    fn serve(&self, visit: &Visit) -> Result<Vec<PurchaseLine>> {
        let situation = self.situation(visit);
        let draw = offer::draw(&situation, &self.policy, Some(&self.bundle));
        let basket = PricedBasket::new(&visit.basket, &self.menu)?;
        let left = CapsLeft::whole(&self.policy);
        let approve = |offer| guard::approve(&basket, offer, &self.policy, TODAY, left);
        let saved = |approved: &guard::ApprovedOffer| {
            Money::total(charge::price(approved).iter().map(|line| line.discount))
        };
        let best = draw.offers.iter().max_by_key(|offer| saved(&approve(Some(offer))));
        Ok(charge::price(&approve(best)))
    }

    fn situation(&self, visit: &Visit) -> Situation {
        let Visit { known, past, .. } = visit;
        let today = ShopDay { day: TODAY, number: i32::try_from(DAYS).unwrap_or(0) + 1 };
        let reading = value::read(&known.features, today, self.bundle.value.as_ref());
        let favourite = offer::favourite(&reading).or_else(|| self.shop_favourite.clone());
        let base_bp = self.policy.status(reading.visits).base_bp;
        let taste = taste::of(
            past,
            &Around {
                menu: &self.menu,
                popularity: &self.popularity,
                favourite: favourite.as_ref(),
                model: self.bundle.tastes.as_ref(),
                card_depth_bp: self.policy.rung(base_bp + self.policy.personal_spread_bp),
            },
        );
        let novelty = offer::novelty(&taste);
        let for_whom =
            KnownFor { usual: &taste.usual, favourite: favourite.as_ref(), novelty: novelty.as_ref() };
        Situation {
            visit: VisitId::new("v1"),
            customer: known.customer.id.clone(),
            at: NOW,
            business_day: TODAY,
            day_ends: Moment(NOW.0 + 3_600_000),
            personal: true,
            segment: segment::assign(&known.features, today, Some(&self.bundle), &known.segment),
            epoch: 742,
            strategy: Strategy::Learned,
            likely: likely::of(for_whom, &self.popularity, &self.menu, &self.policy, TODAY),
            favourite,
            novelty,
            cards: Vec::new(),
            reading,
            opened: Some(TODAY),
            assigned: None,
            past_arms: Vec::new(),
            memory_bp: Some(known.features.discount_memory_bp),
            menu_moved: false,
            promised: None,
        }
    }
}
