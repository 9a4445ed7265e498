//! promotion-trial: 84,534 people, a promotion given by lot. The product brings 10, the promotion costs 0.15. To
//! treat everybody loses money; the question is whether those with the highest estimated effect bring more.

use crate::draw::poisson;
use anyhow::{Context, Result, ensure};
use kava::learn::response::boost::{Goal, Points, Recipe, train};
use kava::steps::response::logistic;
use kava::testing::random::Random;
use std::path::Path;

/// What a purchase brings and a promotion costs.
const BRINGS: f64 = 10.0;
const COSTS: f64 = 0.15;
/// The share of people treated, fixed before anything was fitted.
pub const SHARE: f64 = 0.3;
/// One person in so many is held out.
const HELD_OUT: i64 = 3;
const DRAWS: usize = 1_000;

/// Answers of all people.
pub struct Trial {
    treated: Vec<bool>,
    bought: Vec<bool>,
    /// Seven numbers each.
    traits: Vec<f64>,
}

/// Purchases of those treated and those not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    treated: f64,
    treated_bought: f64,
    control: f64,
    control_bought: f64,
}

/// One split or all together.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Of those whom the model would treat.
    pub chosen: Counts,
    /// Of everybody held out.
    pub everybody: Counts,
}

/// Everything about some splits.
pub struct Pooled {
    pub splits: Vec<Outcome>,
    /// Mean over the splits with a 95 % interval over people drawn again.
    pub revenue: [f64; 3],
    pub response: [f64; 3],
    /// Incremental response of the chosen ÷ everybody's.
    pub ratio: [f64; 3],
}

impl Counts {
    fn add(&mut self, treated: bool, bought: bool, times: f64) {
        let bought = times * f64::from(u8::from(bought));
        let (people, purchases) = if treated {
            (&mut self.treated, &mut self.treated_bought)
        } else {
            (&mut self.control, &mut self.control_bought)
        };
        *people += times;
        *purchases += bought;
    }

    fn plus(&mut self, other: &Counts, times: f64) {
        self.treated += times * other.treated;
        self.treated_bought += times * other.treated_bought;
        self.control += times * other.control;
        self.control_bought += times * other.control_bought;
    }

    /// Share that bought among the treated less the share among the others.
    pub fn response(&self) -> f64 {
        self.treated_bought / self.treated - self.control_bought / self.control
    }

    /// Net incremental revenue as the owner of the data defined it.
    pub fn revenue(&self) -> f64 {
        BRINGS * (self.treated_bought - self.control_bought) - COSTS * self.treated
    }
}

impl Trial {
    pub fn read(folder: &Path) -> Result<Trial> {
        let path = folder.join("promotion-trial/training.csv.gz");
        let file = std::fs::File::open(&path).with_context(|| path.display().to_string())?;
        let mut file = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
        let mut trial = Trial { treated: Vec::new(), bought: Vec::new(), traits: Vec::new() };
        for row in file.records() {
            let row = row?;
            trial.treated.push(row.get(1) == Some("Yes"));
            trial.bought.push(row.get(2) == Some("1"));
            for cell in row.iter().skip(3) {
                trial.traits.push(cell.parse().with_context(|| format!("{cell:?} is no number"))?);
            }
        }
        ensure!(trial.treated.len() == 84_534 && trial.traits.len() == 7 * 84_534, "not the file we know");
        Ok(trial)
    }

    /// The same people, treatments dealt out anew: nothing that is found afterwards is true.
    pub fn permuted(&self, seed: u64) -> Trial {
        let mut random = Random::new(seed);
        let mut places: Vec<(u64, bool)> =
            self.treated.iter().map(|treated| (random.bits(), *treated)).collect();
        places.sort_unstable();
        let treated = places.into_iter().map(|(_, treated)| treated).collect();
        Trial { treated, bought: self.bought.clone(), traits: self.traits.clone() }
    }

    /// Learns on two thirds, judges on the rest, for every seed.
    pub fn judge(&self, seeds: std::ops::RangeInclusive<u64>) -> Result<Pooled> {
        let people = self.treated.len();
        let (mut chosen, mut everybody) = (vec![Counts::default(); people], vec![Counts::default(); people]);
        let mut splits = Vec::new();
        for seed in seeds {
            let mut random = Random::new(seed);
            let (held, learned): (Vec<usize>, Vec<usize>) =
                (0..people).partition(|_| random.once_in(HELD_OUT));
            let picked = self.choose(&learned, &held, seed)?;
            let mut split = Outcome { chosen: Counts::default(), everybody: Counts::default() };
            for person in &held {
                let (treated, bought) = self.of(*person);
                split.everybody.add(treated, bought, 1.0);
                if let Some(own) = everybody.get_mut(*person) {
                    own.add(treated, bought, 1.0);
                }
            }
            for person in &picked {
                let (treated, bought) = self.of(*person);
                split.chosen.add(treated, bought, 1.0);
                if let Some(own) = chosen.get_mut(*person) {
                    own.add(treated, bought, 1.0);
                }
            }
            splits.push(split);
        }
        Ok(pool(splits, &chosen, &everybody))
    }

    /// The people of those held out with the highest estimated effect.
    fn choose(&self, learned: &[usize], held: &[usize], seed: u64) -> Result<Vec<usize>> {
        let points = Points {
            width: 8,
            flat: learned.iter().flat_map(|person| self.point(*person, self.of(*person).0)).collect(),
        };
        let targets: Vec<f64> =
            learned.iter().map(|person| f64::from(u8::from(self.of(*person).1))).collect();
        // Treatment is the first number, and never harms: the same constraint as on the depth of a discount.
        let recipe = Recipe { rising: vec![0], seed, ..Recipe::cautious(Goal::Odds) };
        let forest = train(&points, &targets, &vec![1.0; targets.len()], &recipe)?;
        let chance = |person: usize, treated: bool| logistic(forest.sum(&self.point(person, treated)));
        let mut ranked: Vec<(f64, usize)> =
            held.iter().map(|person| (chance(*person, true) - chance(*person, false), *person)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let parts = f64::from(u32::try_from(ranked.len()).unwrap_or(u32::MAX)) * SHARE;
        let places = (1u32..).map(f64::from).take_while(|place| *place <= parts);
        Ok(ranked.into_iter().zip(places).map(|((_, person), _)| person).collect())
    }

    fn point(&self, person: usize, treated: bool) -> Vec<f64> {
        let own = self.traits.get(person * 7..person * 7 + 7).unwrap_or_default();
        [f64::from(u8::from(treated))].into_iter().chain(own.iter().copied()).collect()
    }

    fn of(&self, person: usize) -> (bool, bool) {
        let at = |list: &[bool]| list.get(person).copied().unwrap_or_default();
        (at(&self.treated), at(&self.bought))
    }
}

/// Means over the splits; a person stands in many, so intervals draw whole people again.
fn pool(splits: Vec<Outcome>, chosen: &[Counts], everybody: &[Counts]) -> Pooled {
    let mut random = Random::new(9);
    let mut figures = Vec::new();
    for draw in 0..=DRAWS {
        let (mut own, mut all) = (Counts::default(), Counts::default());
        for (chosen, everybody) in chosen.iter().zip(everybody) {
            // The first round is the truth, the others draw people (Poisson with mean 1).
            let times = if draw == 0 { 1.0 } else { poisson(&mut random) };
            own.plus(chosen, times);
            all.plus(everybody, times);
        }
        let many = f64::from(u32::try_from(splits.len().max(1)).unwrap_or(1));
        figures.push([own.revenue() / many, own.response(), own.response() / all.response()]);
    }
    let interval = |which: usize| {
        let of = |figure: &[f64; 3]| figure.get(which).copied().unwrap_or(f64::NAN);
        let mut drawn: Vec<f64> = figures.iter().skip(1).map(of).collect();
        drawn.sort_by(f64::total_cmp);
        let at = |permille: usize| drawn.get(drawn.len() * permille / 1_000).copied().unwrap_or(f64::NAN);
        [figures.first().map_or(f64::NAN, of), at(25), at(975)]
    };
    Pooled { revenue: interval(0), response: interval(1), ratio: interval(2), splits }
}

/// The middle of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let at = |index: usize| figures.get(index).copied().unwrap_or(f64::NAN);
    if figures.len() % 2 == 1 { at(middle) } else { f64::midpoint(at(middle.saturating_sub(1)), at(middle)) }
}
