//! The shop's side of the game: value iteration on the grid of memory, habit and stamps.

use crate::facts::models::{GameModel, SegmentGame};
use crate::learn::evaluate::log::real;
use crate::steps::game::{State, after_absence, after_visit, share, value, visit_chance};

/// What a guest of a segment brings in a step with a visit, by habit.
#[derive(Debug, Clone, PartialEq)]
pub struct Takings {
    /// Contribution at the mean depth, minor units, one for each cell of the habit axis.
    pub contribution: Vec<f64>,
    /// List price less tax, minor units, likewise.
    pub list: Vec<f64>,
    /// The depth at which the contribution was seen.
    pub mean_depth: f64,
}

const ITERATIONS: usize = 2_000;
const ENOUGH: f64 = 1e-6;

/// Fills a segment's values: V(s) = max over depths of p·(margin + γ·V(visit)) + (1 − p)·γ·V(none). The
/// iteration is a contraction by γ, so it ends within 10⁻⁶ of the fixed point's scale.
pub fn solve(model: &GameModel, segment: &mut SegmentGame, takings: &Takings, depths_bp: &[i64]) {
    segment.values = vec![0.0; model.cells()];
    for _ in 0..ITERATIONS {
        let next: Vec<f64> = states(model)
            .into_iter()
            .map(|state| best(model, segment, (state, takings), depths_bp))
            .collect();
        let moved = next.iter().zip(&segment.values).fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
        segment.values = next;
        if moved < ENOUGH {
            break;
        }
    }
}

/// All states in the order of the table.
#[must_use]
pub fn states(model: &GameModel) -> Vec<State> {
    let mut all = Vec::with_capacity(model.cells());
    for memory_bp in &model.memories_bp {
        for habit_milli in &model.habits_milli {
            for stamps in 0..model.stamps {
                all.push(State { memory_bp: *memory_bp, habit_milli: *habit_milli, stamps });
            }
        }
    }
    all
}

fn best(
    model: &GameModel,
    segment: &SegmentGame,
    (state, takings): (State, &Takings),
    depths_bp: &[i64],
) -> f64 {
    let habit = crate::steps::game::cell(&model.habits_milli, state.habit_milli);
    let at = |numbers: &[f64]| numbers.get(habit).copied().unwrap_or(0.0);
    let none = model.discount * value(model, segment, after_absence(model, state));
    let worth = |depth_bp: &i64| {
        let chance = visit_chance(model, &segment.follower, state, *depth_bp);
        let off = share(*depth_bp) - takings.mean_depth;
        let margin = at(&takings.contribution) - (1.0 + model.budget_price) * off * at(&takings.list);
        let visit = margin + model.discount * value(model, segment, after_visit(model, state, *depth_bp));
        chance * visit + (1.0 - chance) * none
    };
    depths_bp.iter().map(worth).fold(f64::NEG_INFINITY, f64::max)
}

/// Contribution and list by habit, cells without rows filled from the mean in proportion to habit.
#[must_use]
pub fn takings(seen: &[(usize, f64, f64, f64)], habits: usize, tax_share: f64) -> Takings {
    let (mut contribution, mut list, mut counts) = (vec![0.0; habits], vec![0.0; habits], vec![0.0; habits]);
    let (mut all_list, mut all_discount) = (0.0, 0.0);
    for (habit, outcome, full, discount) in seen {
        let at = (*habit).min(habits.saturating_sub(1));
        for (numbers, x) in [(&mut contribution, *outcome), (&mut list, *full), (&mut counts, 1.0)] {
            if let Some(cell) = numbers.get_mut(at) {
                *cell += x;
            }
        }
        all_list += full;
        all_discount += discount;
    }
    let rows = real(seen.len()).max(1.0);
    let (mean, mean_list) = (contribution.iter().sum::<f64>() / rows, all_list / rows);
    // A cell leans on the segment's mean as if that were so many rows.
    const LEAN: f64 = 20.0;
    for ((c, l), n) in contribution.iter_mut().zip(list.iter_mut()).zip(&counts) {
        *c = (*c + LEAN * mean) / (n + LEAN);
        *l = (*l + LEAN * mean_list) / (n + LEAN) / (1.0 + tax_share);
    }
    let mean_depth = if all_list > 0.0 { all_discount / all_list } else { 0.0 };
    Takings { contribution, list, mean_depth }
}
