//! Ways to fool a gate: each turns an honest log, or an honest candidate, into one that must be refused.

use super::random::Random;
use super::short_town::{BEST, Effects, ShortTown, WORST};
use crate::learn::evaluate::log::{Log, Plan};

/// One way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// The logged probabilities of two arms are swapped.
    PropensitiesSwapped,
    /// The candidate's arm went to guests who were good before.
    LeakedFromBefore,
    /// Arms are shuffled among the rows.
    ArmsPermuted,
    /// What was sold cost half as much again as the menu says.
    CostsInflated,
    /// Every tenth row stands twice.
    RowsDuplicated,
    /// The candidate was trained on what it is judged by.
    LookAhead,
    /// The candidate gains, but one segment loses an eighth.
    SegmentHarmed,
    /// The candidate takes the arm at the other end.
    DepthInverted,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Sabotage; 8] = [
        Sabotage::PropensitiesSwapped,
        Sabotage::LeakedFromBefore,
        Sabotage::ArmsPermuted,
        Sabotage::CostsInflated,
        Sabotage::RowsDuplicated,
        Sabotage::LookAhead,
        Sabotage::SegmentHarmed,
        Sabotage::DepthInverted,
    ];

    /// What arms must do in a town in which this is tried: the honest candidate gains a tenth.
    #[must_use]
    pub const fn effects(self) -> Effects {
        match self {
            Sabotage::SegmentHarmed => Effects::BestBut(0.2, 0.125),
            _ => Effects::Best(0.1),
        }
    }

    /// Spoils a town's log; gives the candidate's arm and the first day it has not seen.
    #[must_use]
    pub fn spoil(self, town: &ShortTown, random: &mut Random) -> (Log, usize, i32) {
        let mut log = town.log.clone();
        match self {
            Sabotage::PropensitiesSwapped => {
                log.rows.iter_mut().for_each(|row| row.chances.swap(1, BEST));
            }
            Sabotage::LeakedFromBefore => leak(&mut log),
            Sabotage::ArmsPermuted => permute(&mut log, random),
            Sabotage::CostsInflated => log.rows.iter_mut().for_each(|row| row.cost *= 1.5),
            Sabotage::RowsDuplicated => {
                let twice: Vec<_> = log.rows.iter().step_by(10).cloned().collect();
                log.rows.extend(twice);
            }
            Sabotage::LookAhead => return (log, BEST, 1),
            Sabotage::SegmentHarmed => {}
            Sabotage::DepthInverted => return (log, WORST, 0),
        }
        (log, BEST, 0)
    }
}

/// The plan that always draws an arm, on a spoiled log.
#[must_use]
pub fn plan(log: &Log, arm: usize) -> Plan {
    Plan::always(log, arm)
}

/// Swaps arms within each segment so that the candidate's goes to better guests; counts stay as they were.
fn leak(log: &mut Log) {
    for segment in 0..log.segments.len() {
        let of = |log: &Log, has: bool| -> Vec<usize> {
            let rows = log.rows.iter().enumerate();
            rows.filter(|(_, row)| row.segment == segment && (row.arm == BEST) == has)
                .map(|(at, _)| at)
                .collect()
        };
        let (own, others) = (of(log, true), of(log, false));
        for (one, other) in own.into_iter().zip(others) {
            let before = |at: usize| log.rows.get(at).map_or(0.0, |row| row.before);
            if before(other) > before(one) {
                swap_arms(log, one, other);
            }
        }
    }
}

fn permute(log: &mut Log, random: &mut Random) {
    for last in (1..log.rows.len()).rev() {
        let bound = i64::try_from(last).unwrap_or(0);
        let other = usize::try_from(random.between(0, bound)).unwrap_or(0);
        swap_arms(log, last, other);
    }
}

fn swap_arms(log: &mut Log, one: usize, other: usize) {
    let arm = |log: &Log, at: usize| log.rows.get(at).map_or(0, |row| row.arm);
    let (a, b) = (arm(log, one), arm(log, other));
    for (at, new) in [(one, b), (other, a)] {
        if let Some(row) = log.rows.get_mut(at) {
            row.arm = new;
        }
    }
}
