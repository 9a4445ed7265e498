//! What ended epochs say, kept apart from what they are judged by.

use super::*;
use crate::facts::id::ReceiptId;
use crate::facts::id::{CategoryId, VisitId};
use crate::facts::moment::Moment;
use crate::steps::features::Reading;
use crate::steps::offer::likely::Likely;
use crate::steps::offer::{Situation, Strategy};
use std::collections::BTreeMap;

/// A guest who takes a cup for 6.70 now and then.
fn situation(customer: u64) -> Situation {
    Situation {
        visit: VisitId::new("v1"),
        customer: CustomerId::new(format!("guest-{customer}")),
        at: Moment(1_772_431_200_000),
        business_day: BusinessDay(20_514),
        day_ends: Moment(1_772_500_000_000),
        personal: true,
        segment: "regular".into(),
        reading: Reading {
            visits: 12,
            recency_days: 3,
            frequency_per_30d_milli: 6_000,
            aov_minor: 670,
            composition_bp: BTreeMap::from([(CategoryId::new("coffee"), 10_000)]),
            saved_minor: 0,
            clv_minor: 10_000,
            cadence_milli: Some(5_000),
        },
        epoch: 732,
        strategy: Strategy::Ladder,
        favourite: Some(CategoryId::new("coffee")),
        novelty: None,
        cards: Vec::new(),
        opened: None,
        assigned: None,
        past_arms: Vec::new(),
        memory_bp: Some(500),
        likely: Some(Likely {
            list: Money(670),
            eligible: Money(670),
            favourite: Money(670),
            contribution: Money(450),
            tax_bp: 2_000,
            deepest_bp: 3_000,
            novelty: Money(300),
            novelty_deepest_bp: 3_000,
            cup: Money(600),
        }),
        menu_moved: false,
        promised: None,
    }
}

/// On each of two days four hundred guests; nobody of the first day comes back, everybody of the second does.
fn ended() -> Ended {
    let policy = Policy { experiment: "menu-1".into(), ..Policy::default() };
    let mut ended = Ended {
        policy: policy.clone(),
        seed: 7,
        for_response: true,
        rows: Some(Rows::new(7)),
        evidence: Some(Evidence::default()),
    };
    for customer in 0..800u64 {
        let is_early = customer < 480;
        let from = BusinessDay(if is_early { 20_400 } else { 20_450 });
        let arm = policy.arms[usize::try_from(customer).unwrap() % policy.arms.len()].id.clone();
        let assignment = Assignment {
            experiment: policy.experiment.clone(),
            decided_by: "ladder".into(),
            epoch: 1,
            from,
            until: BusinessDay(from.0 + 28),
            segment: "regular".into(),
            holdout: false,
            probabilities_bp: [(arm.clone(), 1_400)].into(),
            arm,
            bundle: None,
            receipt: ReceiptId::new(format!("r{customer}")),
        };
        let epoch = Epoch {
            customer,
            assignment,
            situation: situation(customer),
            outcome: 900.0,
            before: 900.0,
            list: 2_000.0,
            discount: 100.0,
            costs: (600.0, 600.0),
            returned: !is_early,
        };
        ended.add(epoch, (Money(900), &[Money(900)]));
    }
    ended
}

fn returning(model: &ResponseModel) -> Vec<f64> {
    model.shop.steps.iter().map(|step| step.p_return).collect()
}

#[test]
fn what_judges_the_game_has_not_seen_the_epochs_on_which_it_is_judged() {
    let mut ended = ended();
    assert_eq!(game::cut(ended.evidence.as_ref().unwrap()), Some(BusinessDay(20_450)));
    let early = ended.fit_early_response(&mut |_, _, _| {}).unwrap();
    assert!(returning(&early).iter().all(|share| *share < 0.05), "{:?}", returning(&early));
    let all = carried(ended.fit_response(&mut |_, _, _| {}).unwrap()).unwrap();
    assert!(returning(&all).iter().any(|share| *share > 0.2), "{:?}", returning(&all));
}
