//! Game: what a guest's later visits are worth in the state they are in, read from the solved tables.
//!
//! May import facts. The office solves (`learn::game`); the counter looks up.

use crate::facts::models::{Follower, GameModel, SegmentGame};
use crate::facts::money::WHOLE_BP;

/// Where a guest stands on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Remembered depth, basis points.
    pub memory_bp: i64,
    /// Thousandths of visits in 30 days.
    pub habit_milli: i64,
    /// Stamps done.
    pub stamps: usize,
}

/// Table and follower of a segment; of a segment the game does not know, those of the first it knows.
#[must_use]
pub fn of_segment<'a>(model: &'a GameModel, segment: &str) -> Option<&'a SegmentGame> {
    model.segments.get(segment).or_else(|| model.segments.values().next())
}

/// Value of all later visits from a state, minor units; a state between two cells counts as the lower.
#[must_use]
pub fn value(model: &GameModel, segment: &SegmentGame, state: State) -> f64 {
    let memory = cell(&model.memories_bp, state.memory_bp);
    let habit = cell(&model.habits_milli, state.habit_milli);
    let stamps = state.stamps.min(model.stamps.saturating_sub(1));
    let index = (memory * model.habits_milli.len() + habit) * model.stamps + stamps;
    segment.values.get(index).copied().unwrap_or(0.0)
}

/// The last cell of an ascending axis whose bound is not above the amount.
#[must_use]
pub fn cell(axis: &[i64], amount: i64) -> usize {
    axis.partition_point(|bound| *bound <= amount).saturating_sub(1)
}

/// The state after a step with a visit at a depth: memory takes the deepest, habit rises by one cell.
#[must_use]
pub fn after_visit(model: &GameModel, state: State, depth_bp: i64) -> State {
    let next = cell(&model.habits_milli, state.habit_milli) + 1;
    let habit_milli = model.habits_milli.get(next).or(model.habits_milli.last()).copied().unwrap_or(0);
    State {
        memory_bp: depth_bp.max(decayed(model, state.memory_bp)),
        habit_milli: habit_milli.max(state.habit_milli),
        stamps: (state.stamps + 1) % model.stamps.max(1),
    }
}

/// The state after a step without a visit: memory fades, habit falls by one cell.
#[must_use]
pub fn after_absence(model: &GameModel, state: State) -> State {
    let below = cell(&model.habits_milli, state.habit_milli).saturating_sub(1);
    State {
        memory_bp: decayed(model, state.memory_bp),
        habit_milli: model.habits_milli.get(below).copied().unwrap_or(0),
        stamps: state.stamps,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "basis points times a share below one"
)]
fn decayed(model: &GameModel, memory_bp: i64) -> i64 {
    (memory_bp.clamp(0, WHOLE_BP) as f64 * model.memory_decay) as i64
}

/// The chance that the guest comes within one step when this depth waits for them.
#[must_use]
pub fn visit_chance(model: &GameModel, follower: &Follower, state: State, depth_bp: i64) -> f64 {
    let habits = f64::from(u32::try_from(model.habits_milli.len().saturating_sub(1).max(1)).unwrap_or(1));
    let habit = f64::from(u32::try_from(cell(&model.habits_milli, state.habit_milli)).unwrap_or(0)) / habits;
    let stamps = f64::from(u32::try_from(state.stamps).unwrap_or(0))
        / f64::from(u32::try_from(model.stamps.max(1)).unwrap_or(1));
    follower.visit_chance(share(depth_bp), habit, stamps, share(state.memory_bp))
}

/// What a depth that waits for the guest makes of the time after this visit:
/// γ·(p·V(s′ | visit) + (1 − p)·V(s′ | none)), minor units, with the chance p from whoever knows it best.
#[must_use]
pub fn later(model: &GameModel, segment: &SegmentGame, state: State, depth_bp: i64, chance: f64) -> f64 {
    let came = value(model, segment, after_visit(model, state, depth_bp));
    let stayed_away = value(model, segment, after_absence(model, state));
    model.discount * (chance * came + (1.0 - chance) * stayed_away)
}

/// Basis points as a fraction.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "basis points fit")]
pub fn share(bp: i64) -> f64 {
    bp as f64 / 10_000.0
}
