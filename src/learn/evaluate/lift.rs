//! What something earned that a lot keeps from some guests: margin of those who have it against margin of those who do not, by
//! the interval that holds at every look, since whoever is shown it looks every day.
//!
//! Guests are counted by the lot, whether they came or not and whether they used it or not. What they brought before may stand
//! beside only where it cannot have been moved: before a campaign began, yes; under a programme that goes on, no.

use super::log::{mean, real};
use super::programme::{self, GUESTS_MIN, Month};
use serde::Serialize;

/// What a guest brought, minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Brought {
    /// While it ran.
    pub during: f64,
    /// In as long before it; 0 where nothing is known that cannot have been moved.
    pub before: f64,
}

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody is kept from it, so there is nothing to compare with.
    NoHoldout,
    /// Too few guests on a side.
    TooFew,
    /// Nothing is inside the interval.
    Unsure,
    /// All of the interval is above nothing.
    Earned,
    /// All of it is below.
    Lost,
}

/// What something earned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// What can be said.
    pub verdict: Verdict,
    /// Guests who have it.
    pub with: usize,
    /// Guests who are kept from it.
    pub kept: usize,
    /// The sides are not as the lot would have them: something other than the lot decides who is counted.
    pub uneven: bool,
    /// So many more guests, of both sides together, are needed: to say anything, or for an interval of a twentieth of what a
    /// guest brings without it to either side.
    pub more_guests: usize,
    /// The figures, where there are enough guests.
    pub told: Option<Told>,
}

/// Figures in minor units. What is behind `give_or_take` is the half-width of an interval of 95 % at every look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// What a guest brings more with it.
    pub per_guest: f64,
    /// Half-width.
    pub per_guest_give_or_take: f64,
    /// What all guests who have it brought more.
    pub earned: f64,
    /// Half-width.
    pub give_or_take: f64,
    /// What a guest with it brought.
    pub with_brings: f64,
    /// What a guest without it brought.
    pub kept_brings: f64,
}

/// The half-width that is good enough, as a share of what a guest brings without it.
const NARROW: f64 = 0.05;
/// The most guests that are asked for: beyond that nobody waits.
const MORE_MAX: f64 = 1e7;
/// Sides further from the lot's share than so many standard errors are uneven: once in two thousand looks by chance.
const UNEVEN_Z: f64 = 3.5;

/// Compares guests who have something to those whom a lot keeps from it; the share of the lot is between 0 and 1.
#[must_use]
pub fn lift(with: &[Brought], kept: &[Brought], share: f64) -> Lift {
    let (n, m) = (with.len(), kept.len());
    let bare = Lift {
        verdict: Verdict::NoHoldout,
        with: n,
        kept: m,
        uneven: is_uneven((n, m), share),
        more_guests: 0,
        told: None,
    };
    if share <= 0.0 || share >= 1.0 {
        return Lift { uneven: false, ..bare };
    }
    let month = |(customer, guest): (usize, &Brought)| Month {
        customer: u64::try_from(customer).unwrap_or(u64::MAX),
        from: 0,
        outcome: guest.during,
        before: guest.before,
    };
    let months = |guests: &[Brought], first: usize| -> Vec<Month> {
        (first..).zip(guests).map(|(customer, guest)| month((customer, guest))).collect()
    };
    let Some(earned) = programme::earned(&months(with, 0), &months(kept, n)) else {
        let lacks = |guests: usize, share: f64| real(GUESTS_MIN.saturating_sub(guests)) / share;
        let more = lacks(n, 1.0 - share).max(lacks(m, share));
        return Lift { verdict: Verdict::TooFew, more_guests: guests(more), ..bare };
    };
    let told = Told {
        per_guest: earned.per_guest.mean,
        per_guest_give_or_take: earned.give_or_take / real(n).max(1.0),
        earned: earned.total,
        give_or_take: earned.give_or_take,
        with_brings: mean(with.iter().map(|guest| guest.during)),
        kept_brings: mean(kept.iter().map(|guest| guest.during)),
    };
    let verdict = match (told.earned - told.give_or_take > 0.0, told.earned + told.give_or_take < 0.0) {
        (true, _) => Verdict::Earned,
        (_, true) => Verdict::Lost,
        _ => Verdict::Unsure,
    };
    let wanted = NARROW * told.kept_brings.abs();
    // The interval narrows with the root of the guests.
    let ratio = if wanted > 0.0 { told.per_guest_give_or_take / wanted } else { 0.0 };
    let more = real(n + m) * (ratio * ratio - 1.0);
    let more_guests = if verdict == Verdict::Unsure { guests(more) } else { 0 };
    Lift { verdict, more_guests, told: Some(told), ..bare }
}

/// Whether the sides are further from the lot's share than chance has it.
fn is_uneven((with, kept): (usize, usize), share: f64) -> bool {
    let all = real(with + kept);
    let error = libm::sqrt(all * share * (1.0 - share));
    error > 0.0 && (real(kept) - all * share).abs() > UNEVEN_Z * error
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped between 0 and ten millions"
)]
fn guests(number: f64) -> usize {
    libm::ceil(number).clamp(0.0, MORE_MAX) as usize
}
