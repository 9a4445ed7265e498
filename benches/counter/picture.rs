//! The goals as bars: how much of what is allowed was used.

use crate::figures::{Goal, rounded};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 250.0;
/// Where the limit stands.
const LIMIT: f64 = 560.0;
const ROW: f64 = 40.0;
const HEAD: f64 = 56.0;

/// One bar for each goal; the upright line is the limit, and a bar that crosses it is cut at the edge.
pub fn draw(goals: &[Goal]) -> String {
    let mut middle = HEAD;
    let mut rows = String::new();
    for goal in goals {
        middle += ROW;
        rows.push_str(&row(goal, middle - ROW / 2.0));
    }
    let height = middle + 16.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\
         <text x=\"16\" y=\"24\" font-size=\"15\" fill=\"#1b1b1f\">How much of what is allowed was used</text>\
         <text x=\"{LIMIT}\" y=\"46\" text-anchor=\"middle\" fill=\"#6b6b76\">limit</text>\
         {rows}\
         <line x1=\"{LIMIT}\" x2=\"{LIMIT}\" y1=\"{HEAD}\" y2=\"{middle}\" stroke=\"#1b1b1f\" stroke-dasharray=\"4 3\"/></svg>\n"
    )
}

fn row(goal: &Goal, middle: f64) -> String {
    let end = (LEFT + goal.used() * (LIMIT - LEFT)).clamp(LEFT + 1.0, WIDTH - 8.0);
    let color = if goal.held() { "#1f6f8b" } else { "#c9772b" };
    let sign = if goal.at_most { "≤" } else { "≥" };
    let text = format!(
        "{} {}, {sign} {}{}",
        rounded(goal.measured),
        goal.unit,
        rounded(goal.limit),
        if goal.held() { "" } else { " not held" }
    );
    format!(
        "<text x=\"{label}\" y=\"{base}\" text-anchor=\"end\" fill=\"#1b1b1f\">{name}</text>\
         <rect x=\"{LEFT}\" y=\"{top}\" width=\"{long}\" height=\"14\" fill=\"{color}\"/>\
         <text x=\"{LEFT}\" y=\"{under}\" font-size=\"11\" fill=\"#6b6b76\">{text}</text>",
        label = LEFT - 12.0,
        base = middle - 2.0,
        name = goal.name,
        top = middle - 14.0,
        long = end - LEFT,
        under = middle + 13.0,
    )
}
