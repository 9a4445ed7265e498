//! How long the counter takes for one estimate, and the office for a fit.

use crate::draw::share;
use anyhow::{Context, Result};
use kava::facts::id::{ArmId, CustomerId};
use kava::facts::moment::BusinessDay;
use kava::learn::response::{Fitted, Row, Rows, Task, fit};
use kava::steps::response::{State, estimate, sweep};
use kava::testing::random::Random;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

const LADDER: [i64; 7] = [0, 500, 700, 1_000, 1_200, 1_500, 2_000];
const ROUNDS: usize = 20;

/// Times one estimate and a ladder of seven, and the fit of so many customers' rows.
pub fn measure(customers: u32) -> Result<Value> {
    let rows = rows(customers, 1);
    let begun = Instant::now();
    let mut offered = Rows::new(1);
    rows.iter().cloned().for_each(|row| offered.add(row));
    let Fitted { model, report } = fit(offered, &Task::of(1), &mut |_, _, _| {});
    let fitted = begun.elapsed();
    let model = model.context("no model was fitted")?;
    let states: Vec<&State> = rows.iter().map(|row| &row.state).take(10_000).collect();
    let timed = |of: &dyn Fn(&State)| {
        let rounds = (0..ROUNDS).map(|_| {
            let begun = Instant::now();
            states.iter().for_each(|state| of(state));
            begun.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(states.len()).unwrap_or(1))
        });
        // The least is what it costs when nobody else wants the core.
        rounds.fold(f64::INFINITY, f64::min)
    };
    let one = timed(&|state| {
        black_box(estimate(Some(&model), state, 1_000));
    });
    let forest = model.returning.as_ref().context("no trees were fitted")?;
    let seven = timed(&|state| drop(black_box(sweep(Some(&model), state, &LADDER))));
    let walk = timed(&|state| {
        let point = kava::steps::response::point(state, &model.segments, 1_000);
        black_box(forest.forest.sum(&point));
    });
    Ok(json!({
        "rows": report.own_rows, "trees": report.trees, "fit_s": fitted.as_secs_f64(),
        "model_bytes": serde_json::to_string(&model)?.len(),
        "one_forest_us": walk, "estimate_us": one, "seven_depths_us": seven, "report": report,
    }))
}

/// Three epochs of customers of four kinds whose return depends on depth, memory and their own rate.
fn rows(customers: u32, seed: u64) -> Vec<Row> {
    let mut random = Random::new(seed);
    let mut found = Vec::new();
    for customer in 0..customers {
        let kind = customer % 4;
        for epoch in 0..3 {
            let depth_bp = *random.pick(&[500, 1_000, 1_500]).unwrap_or(&500);
            let state = State {
                segment: format!("kind-{kind}"),
                memory_bp: random.between(0, 2_000),
                visits: u32::try_from(random.between(1, 60)).unwrap_or(1),
                recency_days: i32::try_from(random.between(0, 40)).unwrap_or(0),
                frequency_per_30d_milli: random.between(300, 15_000),
                aov_minor: random.between(150, 1_200),
                cadence_milli: random.between(1_000, 30_000),
            };
            let real = |number: i64| f64::from(i32::try_from(number).unwrap_or(0));
            let odds = real(depth_bp) / 3_000.0 * f64::from(kind) - real(state.memory_bp) / 4_000.0
                + real(state.frequency_per_30d_milli) / 5_000.0
                - 1.5;
            let returned = share(&mut random) < 1.0 / (1.0 + (-odds).exp());
            found.push(Row {
                customer: CustomerId::new(format!("c{customer}")),
                epoch,
                began: BusinessDay(20_000 + i32::try_from(epoch).unwrap_or(0) * 28),
                add_on: i64::from(returned) * random.between(0, depth_bp / 5),
                outcome: i64::from(returned) * 1_200,
                state,
                arm: ArmId::new(depth_bp.to_string()),
                depth_bp,
                propensity: Some(1.0 / 3.0),
                returned,
            });
        }
    }
    found
}
