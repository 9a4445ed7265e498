//! What the gate is asked about a game, and what each question may cost.

use crate::learn::evaluate::sequence::ALPHA;

/// What the gate may be asked, by the names in the report.
pub const QUESTIONS: [&str; 4] = [PERSONAL, SEGMENT, UNIFORM, REFIT];
/// Does a ranking for each guest beat the best single template?
pub const PERSONAL: &str = "personal_over_best_uniform";
/// Does one for each segment?
pub const SEGMENT: &str = "segment_over_best_uniform";
/// Does one ranking for everybody beat the ladder?
pub const UNIFORM: &str = "uniform_over_ladder";
pub(super) const REFIT: &str = "refit_of_the_same";

/// What a question may cost. The first three are asked about the same epochs and any of them lets a new policy
/// through, so together they cost [`ALPHA`]; whether a refit is as good as itself is another matter.
#[must_use]
pub fn alpha_of(question: &str) -> f64 {
    match question {
        PERSONAL | SEGMENT => ALPHA / 4.0,
        UNIFORM => ALPHA / 2.0,
        _ => ALPHA,
    }
}
