//! Pictures of one town: profit, visits and depth week by week, regret against the oracle, paired intervals.

use crate::campaign::Ran;
use crate::figures::{TownFigures, real};
use anyhow::{Result, anyhow};
use kava::testing::towns::outcome::{Outcome, Sums};
use plotters::prelude::*;
use std::path::Path;

type Line = (String, Vec<(f64, f64)>);

pub fn draw(town: &str, ran: &[Ran], figures: &TownFigures, out: &Path) -> Result<()> {
    let weekly = |value: &dyn Fn(Sums) -> f64| -> Vec<Line> {
        ran.iter().map(|ran| (ran.name.clone(), weeks(&ran.outcomes, value))).collect()
    };
    let file = |what: &str| out.join(format!("{town}-{what}.svg"));
    lines(&file("profit"), &format!("{town}: margin a week"), &weekly(&|sums| sums.profit / 100.0))?;
    lines(&file("visits"), &format!("{town}: visits a week"), &weekly(&|sums| f64::from(sums.visits)))?;
    lines(&file("depth"), &format!("{town}: mean depth, %"), &weekly(&depth))?;
    lines(&file("regret"), &format!("{town}: margin behind the oracle so far"), &regrets(ran))?;
    intervals(&file("intervals"), &format!("{town}: margin over best uniform, %"), figures)
}

fn depth(sums: Sums) -> f64 {
    let share = |part: i64| f64::from(i32::try_from(part).unwrap_or(i32::MAX));
    if sums.list > 0 { 100.0 * share(sums.list - sums.net) / share(sums.list) } else { 0.0 }
}

/// Mean over seeds of a value of each whole week.
fn weeks(outcomes: &[Outcome], value: &dyn Fn(Sums) -> f64) -> Vec<(f64, f64)> {
    let count = outcomes.iter().map(|outcome| outcome.days.len() / 7).min().unwrap_or(0);
    (0..count)
        .map(|week| {
            let of = |outcome: &Outcome| value(outcome.between(week * 7, week * 7 + 7));
            let mean = outcomes.iter().map(of).sum::<f64>() / real(outcomes.len().max(1));
            (real(week + 1), mean)
        })
        .collect()
}

fn regrets(ran: &[Ran]) -> Vec<Line> {
    let profit = |outcomes: &[Outcome]| weeks(outcomes, &|sums| sums.profit / 100.0);
    let Some(oracle) = ran.iter().find(|ran| ran.name == "oracle") else { return Vec::new() };
    ran.iter()
        .map(|ran| {
            // The same seeds on both sides.
            let best = profit(oracle.outcomes.get(..ran.outcomes.len()).unwrap_or(&oracle.outcomes));
            let mut behind = 0.0;
            let sums = profit(&ran.outcomes).into_iter().zip(best).map(|((week, this), (_, best))| {
                behind += best - this;
                (week, behind)
            });
            (ran.name.clone(), sums.collect())
        })
        .collect()
}

fn lines(path: &Path, title: &str, lines: &[Line]) -> Result<()> {
    let all = lines.iter().flat_map(|(_, points)| points.iter().map(|(_, y)| *y));
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
    let last = lines.iter().map(|(_, points)| points.len()).max().unwrap_or(0);
    if last < 2 {
        return Ok(());
    }
    let room = ((high - low) * 0.05).max(0.01);
    let root = SVGBackend::new(path, (900, 480)).into_drawing_area();
    root.fill(&WHITE).map_err(bad)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(1.0..real(last), (low - room)..(high + room))
        .map_err(bad)?;
    chart.configure_mesh().x_desc("week").light_line_style(WHITE).draw().map_err(bad)?;
    for (place, (name, points)) in lines.iter().enumerate() {
        let colour = Palette99::pick(place).stroke_width(2);
        let series = LineSeries::new(points.iter().copied(), colour);
        chart
            .draw_series(series)
            .map_err(bad)?
            .label(name)
            .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], colour));
    }
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK)
        .draw()
        .map_err(bad)?;
    root.present().map_err(bad)
}

fn intervals(path: &Path, title: &str, figures: &TownFigures) -> Result<()> {
    let found: Vec<_> =
        figures.policies.iter().filter_map(|policy| Some((&policy.name, policy.over_uniform?))).collect();
    let ends = found.iter().flat_map(|(_, paired)| [100.0 * paired.low, 100.0 * paired.high]);
    let (low, high) = ends.fold((-1.0_f64, 1.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    if found.is_empty() {
        return Ok(());
    }
    let root = SVGBackend::new(path, (900, 420)).into_drawing_area();
    root.fill(&WHITE).map_err(bad)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(20)
        .build_cartesian_2d((low - 6.0)..(high + 1.0), -0.5..(real(found.len()) - 0.5))
        .map_err(bad)?;
    chart.configure_mesh().disable_y_mesh().disable_y_axis().light_line_style(WHITE).draw().map_err(bad)?;
    for (place, (name, paired)) in found.into_iter().enumerate() {
        let y = real(place);
        let (from, mean, to) = (100.0 * paired.low, 100.0 * paired.mean, 100.0 * paired.high);
        let line = PathElement::new(vec![(from, y), (to, y)], BLACK.stroke_width(2));
        chart.draw_series(std::iter::once(line)).map_err(bad)?;
        chart.draw_series(std::iter::once(Circle::new((mean, y), 4, BLACK.filled()))).map_err(bad)?;
        let text = Text::new(name.clone(), (low - 5.8, y + 0.1), ("sans-serif", 14));
        chart.draw_series(std::iter::once(text)).map_err(bad)?;
    }
    root.present().map_err(bad)
}

fn bad(why: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("a picture cannot be drawn: {why}")
}
