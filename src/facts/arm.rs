//! An arm of the experiment: a named menu template, a handful of cards that differ in scope and timing.

use super::id::ArmId;
use serde::{Deserialize, Serialize};

/// When a card of a template is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// In this visit.
    Now,
    /// From the next visit on.
    Next,
}

/// What a card of a template is for; the guest's history says which category or product that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Every eligible line.
    Basket,
    /// The category the guest buys most.
    Favourite,
    /// A product the guest has not tried and may like.
    Novelty,
}

/// One card of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCard {
    /// When it is good.
    pub timing: Timing,
    /// What it covers.
    pub aim: Aim,
    /// Steps of the ladder above the status base, held within the spread.
    pub steps: usize,
}

/// An arm of the experiment: a named menu template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Its name.
    pub id: ArmId,
    /// For an arm without cards of its own: steps above the base for the favourite category; the basket
    /// card stands one step lower, the product card and the next visit one higher.
    pub steps: usize,
    /// Probability in basis points while the starting ladder rules.
    pub probability_bp: i64,
    /// The cards; none means those that `steps` describes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
}

impl Arm {
    /// An arm of the plain ladder.
    #[must_use]
    pub fn ladder(name: &str, steps: usize, probability_bp: i64) -> Arm {
        Arm { id: ArmId::new(name), steps, probability_bp, cards: Vec::new() }
    }

    /// An arm with cards of its own.
    #[must_use]
    pub fn template(name: &str, probability_bp: i64, cards: &[(Timing, Aim, usize)]) -> Arm {
        let cards = cards.iter().map(|(timing, aim, steps)| TemplateCard {
            timing: *timing,
            aim: *aim,
            steps: *steps,
        });
        Arm { id: ArmId::new(name), steps: 0, probability_bp, cards: cards.collect() }
    }

    /// The cards in the order in which they are shown.
    #[must_use]
    pub fn layout(&self) -> Vec<TemplateCard> {
        if !self.cards.is_empty() {
            return self.cards.clone();
        }
        let card = |timing, aim, steps| TemplateCard { timing, aim, steps };
        vec![
            card(Timing::Now, Aim::Basket, self.steps.saturating_sub(1)),
            card(Timing::Now, Aim::Favourite, self.steps),
            card(Timing::Now, Aim::Novelty, self.steps.saturating_add(1)),
            card(Timing::Next, Aim::Favourite, self.steps.saturating_add(1)),
        ]
    }

    /// Steps above the base of the deepest card at this time on what the guest buys anyway.
    #[must_use]
    pub fn steps_on_usual(&self, timing: Timing) -> usize {
        let usual = |card: &TemplateCard| card.timing == timing && card.aim != Aim::Novelty;
        self.layout().into_iter().filter(usual).map(|card| card.steps).max().unwrap_or(0)
    }

    /// How much it gives away on what the guest buys anyway: steps now and steps next time.
    #[must_use]
    pub fn generosity(&self) -> usize {
        self.steps_on_usual(Timing::Now).saturating_add(self.steps_on_usual(Timing::Next))
    }
}

/// The templates a new shop starts with. Until something is shown nearly everybody has the published base now and
/// next time, and something new to try; two templates deviate, each in one thing and by one step: a larger card for the
/// next visit, a deeper one on what is new. What a guest takes tells who they are. None goes deeper today
/// on what the guest buys anyway: whoever stands at the till buys it, so that would be given away.
#[must_use]
pub fn starting_arms() -> Vec<Arm> {
    use Aim::{Basket, Favourite, Novelty};
    use Timing::{Next, Now};
    vec![
        Arm::template("quiet", 8_000, &[(Now, Basket, 0), (Now, Novelty, 1), (Next, Basket, 0)]),
        Arm::template("next-visit", 1_000, &[(Now, Basket, 0), (Now, Novelty, 1), (Next, Favourite, 1)]),
        Arm::template("something-new", 1_000, &[(Now, Basket, 0), (Now, Novelty, 2), (Next, Basket, 0)]),
    ]
}
