//! The roll-out judged in made-up towns: an honest bundle goes through, one that does harm goes back, and the world is said to
//! have moved only where it has. `KAVA_SEEDS=1000 cargo test --release -p kava-sync --test roll -- --nocapture` looks at more towns,
//! `KAVA_SEED=N` at one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it saw"
)]

use kava::testing::random::Random;
use kava_sync::roll::{
    calibration,
    drift::{self, Move, Seen, Value},
    stage::{STAGES_BP, chosen},
    verdict::{Evidence, Go, Reason, Rolling, figures, verdict},
    visit::{Known, Visit, Wish},
};
use std::collections::{BTreeMap, BTreeSet};

/// Days before the roll-out.
const BEFORE: i32 = 28;
/// Days of a stage, at least.
const DAYS: i64 = 7;

fn seeds(usual: u64) -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    number("KAVA_SEED")
        .map_or_else(|| (0..number("KAVA_SEEDS").unwrap_or(usual)).collect(), |seed| vec![seed])
}

/// What a bundle does to a shop.
#[derive(Clone, Copy, Default)]
struct Harm {
    /// So many hundredths of what stays are given away.
    given: i64,
    /// So many hundredths of guests stay away.
    away: i64,
    /// So many hundredths of wishes are cut, beyond one in ten.
    cut: i64,
}

/// A chain whose shops have a size of their own, which wanders, days that are good or bad for all of them, and weather of each.
struct Town {
    random: Random,
    sizes: Vec<i64>,
    /// How a shop is doing lately, in hundredths: a neighbour opens, a street is dug up.
    moods: Vec<i64>,
    visits: Vec<Visit>,
}

impl Town {
    fn new(seed: u64, shops: usize) -> Town {
        let mut random = Random::new(seed);
        let sizes = (0..shops).map(|_| random.between(30, 120)).collect();
        Town { random, sizes, moods: vec![100; shops], visits: Vec::new() }
    }

    /// One day of trade; shops that have the bundle come to harm.
    fn live(&mut self, day: i32, with: &BTreeSet<usize>, harm: Harm) {
        let all = self.random.between(85, 115);
        for shop in 0..self.sizes.len() {
            let weather = self.random.between(80, 120);
            let weekend = if day.rem_euclid(7) > 4 { 140 } else { 100 };
            let has = with.contains(&shop);
            let come = if has { 100 - harm.away } else { 100 };
            self.moods[shop] = (self.moods[shop] + self.random.between(-2, 2)).clamp(70, 140);
            let count = self.sizes[shop] * self.moods[shop] * all * weather * weekend * come / 10_000_000_000;
            for _ in 0..count {
                let (list, guest) = (self.random.between(400, 1_400), self.random.between(0, 4_000));
                let kept =
                    list * self.random.between(40, 60) * if has { 100 - harm.given } else { 100 } / 10_000;
                let cuts = if has { 10 + harm.cut } else { 10 };
                let wish = if self.random.between(1, 100) <= cuts { Wish::Cut } else { Wish::Whole };
                let known = self.random.once_in(2).then(|| known(guest, wish));
                let visit = Visit { shop, day, kept: real(kept), list: real(list), is_under: has, known };
                self.visits.push(visit);
            }
        }
    }
}

fn known(guest: i64, wish: Wish) -> Known {
    Known {
        guest: usize::try_from(guest).unwrap(),
        wish,
        segment: "regular".into(),
        recency: 1.0,
        frequency: 1.0,
        receipt: 1.0,
        memory: 0.0,
        history: None,
        opened: None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of a made-up town")]
const fn real(number: i64) -> f64 {
    number as f64
}

/// A whole roll-out with a look every night: where it ended, after how many days, and why.
fn rolled(seed: u64, shops: usize, harm: Harm) -> (Go, i32, Vec<Reason>) {
    let mut town = Town::new(seed, shops);
    let nobody = BTreeSet::new();
    (-BEFORE..0).for_each(|day| town.live(day, &nobody, harm));
    let names: BTreeSet<String> = (0..shops).map(|shop| format!("{shop:03}")).collect();
    let mut had = BTreeSet::new();
    let mut day = 0;
    let stages = if shops < 6 { vec![10_000] } else { STAGES_BP.to_vec() };
    for stage in stages {
        had = chosen(&names, &had, (&seed.to_string(), stage));
        let with: BTreeSet<usize> = had.iter().map(|name| name.parse().unwrap()).collect();
        let since = day + 1;
        loop {
            town.live(day, &with, harm);
            day += 1;
            let without = (0..shops).filter(|shop| !with.contains(shop)).collect();
            let rolling = Rolling { with: with.clone(), without, began: 0, since, today: day, days: DAYS };
            let seen = figures(&town.visits, &rolling);
            let nothing = calibration::of(&[]);
            let evidence = Evidence { figures: &seen, moved: [&[], &[]], foretold: [&nothing, &nothing] };
            match verdict(&evidence, DAYS) {
                (Go::Back, why) => return (Go::Back, day, why),
                (Go::On, _) => break,
                (Go::Stay, why) => assert!(day < 60, "seed {seed}: {why:?}"),
            }
        }
    }
    (Go::On, day, Vec::new())
}

/// How many of the seeds went back, why, and after how many days in the middle.
fn returned(seeds: &[u64], shops: usize, harm: Harm) -> (usize, BTreeMap<Reason, usize>, i32) {
    let (mut why, mut days) = (BTreeMap::new(), Vec::new());
    for seed in seeds {
        let (go, day, reasons) = rolled(*seed, shops, harm);
        if go == Go::Back {
            days.push(day);
            reasons.into_iter().for_each(|reason| *why.entry(reason).or_default() += 1);
        }
    }
    days.sort_unstable();
    (days.len(), why, days.get(days.len() / 2).copied().unwrap_or(0))
}

#[test]
fn an_honest_bundle_goes_through_and_one_that_does_harm_comes_back() {
    let seeds = seeds(10);
    let say = |what: &str, shops: usize, harm: Harm| {
        let (back, why, days) = returned(&seeds, shops, harm);
        println!(
            "{what}, {shops} shops: {back} of {} went back, day {days} in the middle, {why:?}",
            seeds.len()
        );
        back
    };
    let most = |share: usize| (seeds.len() * share).div_ceil(100);
    for shops in [3, 6, 12] {
        let honest = say("honest", shops, Harm::default());
        assert!(honest <= most(5), "{honest} false alarms with {shops} shops");
    }
    for (what, harm) in [
        ("a fifth of what stays is given away", Harm { given: 20, ..Harm::default() }),
        ("a fifth of guests stay away", Harm { away: 20, ..Harm::default() }),
        ("four more of ten wishes are cut", Harm { cut: 40, ..Harm::default() }),
    ] {
        let found = say(what, 12, harm);
        assert!(found >= most(95), "{what}: {found}");
    }
    // Half as much is seen as well where it is given away; guests who stay away are hard to tell from a shop that wanders.
    let given = say("a tenth of what stays is given away", 12, Harm { given: 10, ..Harm::default() });
    assert!(given >= most(90), "{given}");
    say("a tenth of guests stay away", 12, Harm { away: 10, ..Harm::default() });
    // With few shops by time alone only great harm is seen.
    let found = say("half of what stays is given away", 3, Harm { given: 50, ..Harm::default() });
    assert!(found >= most(95), "{found}");
}

/// Visits of so many guests whose habits scatter about a middle; the visits of one guest are alike.
fn habits(random: &mut Random, guests: i64, middle: i64) -> Vec<Seen> {
    let mut seen = Vec::new();
    for guest in 0..guests {
        let habit = middle + random.between(0, 39);
        for _ in 0..random.between(1, 8) {
            let number = Value::Number(real(habit + random.between(0, 4)));
            seen.push(Seen { guest: usize::try_from(guest).unwrap(), value: number });
        }
    }
    seen
}

#[test]
fn a_still_world_is_still_and_a_planted_drift_is_found() {
    let seeds = seeds(400);
    let (mut false_alarms, mut found) = (0, 0);
    for seed in &seeds {
        let mut random = Random::new(*seed);
        let guests = random.between(60, 360);
        let then = habits(&mut random, guests, 10);
        let still = drift::between("recency", &then, &habits(&mut random, guests, 10));
        let moved = drift::between("recency", &then, &habits(&mut random, guests, 25));
        false_alarms += usize::from(still.verdict == Move::Moved);
        found += usize::from(moved.verdict == Move::Moved);
    }
    println!("of {} towns: {false_alarms} false alarms, {found} planted drifts found", seeds.len());
    assert!(false_alarms * 100 <= seeds.len(), "{false_alarms}");
    assert!(found * 100 >= 95 * seeds.len(), "{found}");
}
