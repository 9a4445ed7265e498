//! A grid over a guest's mind, and reading between its points.

use super::form::{Form, Mind};

/// Points of remembered depth.
const DEPTHS: usize = 7;

/// Points of remembered depth × points of pace.
#[derive(Debug, Clone)]
pub struct Grid {
    memory_max: f64,
    pace_max: f64,
    paces: usize,
}

/// Up to four points and how much each counts.
#[derive(Debug, Clone, Copy)]
pub struct Between {
    points: [usize; 4],
    weights: [f64; 4],
}

impl Grid {
    /// A grid for guests of a form who are never given more than this depth.
    #[must_use]
    pub fn new(form: &Form, depth_max: f64) -> Grid {
        // A habit is smooth; days are counted one by one, and reading between them would blur them.
        let paces = if form.pace_max() > 1.0 { 31 } else { 9 };
        Grid { memory_max: depth_max.max(0.01), pace_max: form.pace_max(), paces }
    }

    /// How many points there are.
    #[must_use]
    pub const fn points(&self) -> usize {
        DEPTHS * self.paces
    }

    /// All points in order.
    pub fn minds(&self) -> impl Iterator<Item = Mind> {
        (0..DEPTHS).flat_map(move |memory| {
            (0..self.paces).map(move |pace| Mind {
                memory: self.memory_max * real(memory) / real(DEPTHS - 1),
                pace: self.pace_max * real(pace) / real(self.paces - 1),
            })
        })
    }

    /// Where a mind lies between the points; outside it lies on the edge.
    #[must_use]
    pub fn between(&self, mind: Mind) -> Between {
        let (memory, memory_rest) = place(mind.memory / self.memory_max, DEPTHS);
        let (pace, pace_rest) = place(mind.pace / self.pace_max, self.paces);
        let at = memory * self.paces + pace;
        Between {
            points: [at, at + 1, at + self.paces, at + self.paces + 1],
            weights: [
                (1.0 - memory_rest) * (1.0 - pace_rest),
                (1.0 - memory_rest) * pace_rest,
                memory_rest * (1.0 - pace_rest),
                memory_rest * pace_rest,
            ],
        }
    }

    /// The point nearest to a mind.
    #[must_use]
    pub fn nearest(&self, mind: Mind) -> usize {
        let Between { points, weights } = self.between(mind);
        let best = points.into_iter().zip(weights).max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map_or(0, |(point, _)| point)
    }
}

impl Between {
    /// The value there, from the values at the points.
    #[must_use]
    pub fn read(&self, values: &[f64]) -> f64 {
        self.points
            .iter()
            .zip(self.weights)
            .fold(0.0, |sum, (point, weight)| sum + weight * values.get(*point).copied().unwrap_or(0.0))
    }
}

/// The lower neighbour on an axis and the share of the way to the next.
fn place(share: f64, points: usize) -> (usize, f64) {
    let scaled = share.clamp(0.0, 1.0) * real(points - 1);
    let lower = (0..points - 1).rev().find(|point| real(*point) <= scaled).unwrap_or(0);
    (lower, (scaled - real(lower)).clamp(0.0, 1.0))
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::towns::parameters::TOWNS;

    #[test]
    fn a_plane_is_read_exactly_between_the_points() {
        let grid = Grid::new(&TOWNS[0].kinds[0].form, 0.12);
        let plane = |mind: Mind| 3.0 * mind.memory - 2.0 * mind.pace + 1.0;
        let values: Vec<f64> = grid.minds().map(plane).collect();
        assert_eq!(values.len(), grid.points());
        for (memory, pace) in [(0.0, 0.0), (0.031, 0.77), (0.12, 1.0), (0.119, 0.999)] {
            let mind = Mind { memory, pace };
            assert!((grid.between(mind).read(&values) - plane(mind)).abs() < 1e-12, "{mind:?}");
        }
        let beyond = grid.between(Mind { memory: 9.0, pace: -1.0 }).read(&values);
        assert!((beyond - plane(Mind { memory: 0.12, pace: 0.0 })).abs() < 1e-12);
    }
}
