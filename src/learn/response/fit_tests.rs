use super::*;
use crate::facts::id::{ArmId, CustomerId};
use crate::facts::moment::BusinessDay;
use crate::learn::sample::generator;
use crate::steps::response::{State, sweep};
use rand::Rng;

const DEPTHS: [i64; 3] = [500, 1_000, 1_500];

/// Guests of two kinds in known proportions: depth brings back the light ones and leaves the heavy ones cold, and
/// what a light one remembers counts as much as what is offered, which the means of the segment cannot see.
fn rows(customers: u32, epochs: i64, seed: u64) -> Vec<Row> {
    let mut rng = generator(seed, 3);
    let mut found = Vec::new();
    for customer in 0..customers {
        let light = customer % 2 == 0;
        for epoch in 0..epochs {
            let drawn: f64 = rng.r#gen();
            let (arm, chance) = if drawn < 0.2 {
                (0, 0.2)
            } else if drawn < 0.8 {
                (1, 0.6)
            } else {
                (2, 0.2)
            };
            let depth_bp = DEPTHS[arm];
            let memory_bp = rng.gen_range(0..2_000);
            let p = truth(light, depth_bp, memory_bp);
            let returned = rng.r#gen::<f64>() < p;
            found.push(Row {
                customer: CustomerId::new(format!("c{customer}")),
                epoch,
                began: BusinessDay(20_000 + i32::try_from(epoch).unwrap() * 28),
                state: State {
                    segment: if light { "light" } else { "heavy" }.into(),
                    memory_bp,
                    visits: rng.gen_range(3..40),
                    recency_days: rng.gen_range(0..20),
                    frequency_per_30d_milli: if light {
                        rng.gen_range(500..3_000)
                    } else {
                        rng.gen_range(6_000..20_000)
                    },
                    aov_minor: rng.gen_range(200..900),
                    cadence_milli: if light { 14_000 } else { 3_000 },
                },
                arm: ArmId::new(format!("arm-{arm}")),
                depth_bp,
                propensity: Some(chance),
                outcome: i64::from(returned) * 1_200,
                returned,
                add_on: i64::from(returned) * depth_bp / 10 + rng.gen_range(-20..20),
            });
        }
    }
    found
}

fn truth(light: bool, depth_bp: i64, memory_bp: i64) -> f64 {
    if light { 0.4 + real(depth_bp) / 4_000.0 - real(memory_bp) / 5_000.0 } else { 0.85 }
}

fn offered(rows: Vec<Row>, mut to: Rows) -> Rows {
    rows.into_iter().for_each(|row| to.add(row));
    to
}

fn fitted(rows: Vec<Row>) -> Fitted {
    fit(offered(rows, Rows::new(1)), &Task::of(1), &mut |_, _, _| {})
}

#[test]
fn what_depth_does_to_each_kind_of_guest_is_found() {
    let rows = rows(1_500, 4, 11);
    let Fitted { model, report } = fitted(rows.clone());
    let model = model.unwrap();
    assert_eq!((report.spoke, report.monotone_in_depth, report.own_rows), (Spoke::Model, true, 6_000));
    assert_eq!(report.split, "customer and time");
    assert!(report.log_loss < report.segment_log_loss, "{report:?}");
    assert!(report.auc.unwrap() > 0.75 && report.calibration_error.unwrap() < 0.05, "{report:?}");
    assert!(report.qini.unwrap() > 0.01, "{report:?}");
    let mut worst: f64 = 0.0;
    for row in rows.iter().step_by(53) {
        let light = row.state.segment == "light";
        let found = sweep(Some(&model), &row.state, &DEPTHS);
        let known = DEPTHS.map(|depth| truth(light, depth, row.state.memory_bp));
        for (found, known) in found.iter().zip(known) {
            worst = worst.max((found.p_return - known).abs());
            assert!(found.standard_error > 0.0 && found.standard_error < 0.1, "{found:?}");
        }
        let lift = found[2].p_return - found[0].p_return;
        assert!(if light { lift > 0.1 } else { lift < 0.06 }, "{light} {lift}");
    }
    assert!(worst < 0.17, "an estimate is off by {worst}");
}

#[test]
fn one_seed_gives_one_model_in_any_order_of_rows() {
    let mut rows = rows(1_000, 3, 12);
    let first = fitted(rows.clone());
    rows.reverse();
    assert_eq!(fitted(rows), first);
    assert!(first.model.unwrap().returning.is_some(), "{:?}", first.report);
}

#[test]
fn rows_without_a_propensity_are_refused_by_name() {
    let mut imported = rows(20, 1, 13);
    for (index, row) in imported.iter_mut().enumerate() {
        row.propensity = [None, Some(0.0), Some(1.5), Some(f64::NAN)][index % 4];
    }
    let Fitted { model, report } = fitted(imported.clone());
    assert_eq!((model, report.own_rows, report.spoke), (None, 0, Spoke::Prior));
    let why = report.why.unwrap();
    assert!(why.starts_with("prior, 0 own rows") && why.contains("customer c0, epoch 0"), "{why}");
    assert_eq!((report.rows.without_propensity, report.rows.unsound_propensity), (5, 15));
    imported.extend(rows(600, 2, 14));
    let mixed = fitted(imported);
    assert_eq!((mixed.report.own_rows, mixed.report.rows.without_propensity), (1_200, 5));
    let why = fitted(Vec::new()).report.why.unwrap();
    assert!(why.starts_with("prior, 0 own rows"), "{why}");
}

#[test]
fn too_few_rows_give_means_or_the_prior_and_say_so() {
    let ten = fitted(rows(10, 1, 15));
    assert_eq!((ten.report.spoke, ten.report.trees), (Spoke::Prior, 0));
    assert!(ten.report.why.unwrap().contains("trees need"));
    ten.model.unwrap().check().unwrap();
    let some = fitted(rows(200, 1, 16));
    assert_eq!((some.report.spoke, some.report.trees), (Spoke::Segment, 0));
}

#[test]
fn rows_that_teach_nothing_never_panic() {
    type Spoil = fn(&mut Row);
    let spoilt: [Spoil; 5] = [
        |row| row.returned = true,
        |row| row.returned = false,
        |row| row.state = State::default(),
        |row| (row.depth_bp, row.add_on) = (0, 0),
        |row| (row.add_on, row.state.aov_minor, row.state.visits) = (i64::MAX, i64::MIN, u32::MAX),
    ];
    for (number, spoil) in spoilt.iter().enumerate() {
        let mut rows = rows(500, 2, 17);
        rows.iter_mut().for_each(spoil);
        let Fitted { model, report } = fitted(rows);
        let model = model.unwrap_or_else(|| panic!("{number}: {report:?}"));
        model.check().unwrap();
        for found in sweep(Some(&model), &State::default(), &DEPTHS) {
            assert!((0.0..=1.0).contains(&found.p_return) && found.add_on.is_finite(), "{number}: {found:?}");
        }
    }
}

#[test]
fn rare_arms_are_cut_and_the_cut_is_said() {
    let mut rows = rows(100, 1, 18);
    rows[0].propensity = Some(0.001);
    let report = fitted(rows).report;
    assert_eq!(report.rows.clipped, 1);
    assert!((report.rows.heaviest - 1_000.0).abs() < 1e-9);
}

#[test]
fn beyond_the_limit_whole_customers_make_room_in_any_order() {
    let mut rows = rows(50, 3, 19);
    let first = offered(rows.clone(), Rows::within(60, 1)).keep();
    rows.reverse();
    let again = offered(rows, Rows::within(60, 1)).keep();
    assert_eq!((first.rows.len(), first.screened.beyond_limit), (60, 90));
    let customers: Vec<_> = first.rows.chunks(3).map(|own| own[0].customer.clone()).collect();
    assert!(
        first.rows.chunks(3).zip(&customers).all(|(own, one)| own.iter().all(|row| row.customer == *one))
    );
    assert_eq!(first.rows, again.rows);
}

/// Who asks first makes no row in vain, and keeps the same.
#[test]
fn a_row_without_room_is_passed_over_as_if_it_had_come() {
    let all = rows(50, 3, 23);
    let taken = offered(all.clone(), Rows::within(60, 1)).keep();
    let (mut asked, mut made) = (Rows::within(60, 1), 0);
    for row in all {
        if asked.has_room_for(&row.customer) {
            made += 1;
            asked.add(row);
        } else {
            asked.pass_over();
        }
    }
    let asked = asked.keep();
    assert_eq!((asked.rows, asked.screened), (taken.rows, taken.screened));
    assert!(made < 150, "every row was made");
}
