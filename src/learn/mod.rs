//! Many purchases become models: segments, value, tastes, response and the game.
//!
//! May import facts and steps. Everything is a function of its input and a seed; not here: clock, files,
//! SQL, signing.

pub mod cluster;
pub mod lloyd;
mod relocate;
pub mod dense;
pub mod density;
pub mod names;
pub mod space;
pub mod segments;
pub mod value;
pub mod response;
pub mod sample;
pub mod pieces;
pub mod simplex;
pub mod tastes;
pub mod evaluate;
pub mod game;

/// Everything `kava learn --report` writes; parts that were not learned are absent.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct LearnReport {
    /// Segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<segments::SegmentReport>,
    /// Tastes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tastes: Option<tastes::TasteReport>,
    /// Value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<value::ValueReport>,
    /// Response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<response::ResponseReport>,
    /// The game.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub game: Option<game::GameReport>,
}
