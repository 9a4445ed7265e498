//! Evidence for response and the game: ended epochs from the store, each with the situation its opening decision kept.

use super::decision::Decision;
use crate::facts::id::CustomerId;
use crate::facts::models::{Bundle, GameModel, ResponseModel};
use crate::facts::moment::BusinessDay;
use crate::facts::money::Money;
use crate::facts::policy::Policy;
use crate::learn::evaluate::sequence::{DAYS_BETWEEN, alpha_of_look};
use crate::learn::game::{self, Epoch, Evidence, Fitted, Looked, Task};
use crate::learn::response::{self, Row, Rows};
use crate::learn::segments::Progress;
use crate::steps::game::share;
use crate::steps::offer::learned::waiting_bp;
use crate::steps::response::state;
use crate::store::aftermath::KeptDecision;
use crate::store::epochs::{Brought, EndedEpoch};
use crate::store::setting::{Looks, set_looks};
use crate::store::{Store, StoreFault};

/// Fits the game on what has ended. Within two weeks of the last look at this experiment nothing is decided:
/// the game in force stays, and nothing is given.
///
/// # Errors
/// When the database fails.
pub(super) fn fit_game(
    store: &mut Store,
    today: BusinessDay,
    (in_force, response): (Option<&Bundle>, Option<&ResponseModel>),
    progress: Progress<'_>,
) -> Result<Option<Fitted>, StoreFault> {
    let policy = store.policy()?;
    let looked = store.looks()?.filter(|looks| looks.experiment == policy.experiment);
    if looked.as_ref().is_some_and(|looks| today.0 - looks.last.0 < DAYS_BETWEEN) {
        return Ok(None);
    }
    let (mut read, all) = (0, store.epochs()?);
    progress("epochs", 0, all.max(1));
    let mut evidence = Evidence::default();
    store.each_ended_epoch(today, |ended| {
        read += 1;
        progress("epochs", read, all);
        if let Some(epoch) = epoch(store, ended)? {
            evidence.add(epoch, &policy);
        }
        Ok(())
    })?;
    progress("game", 0, 1);
    let looked = looked.map_or_else(Looked::default, before);
    let game: Option<&GameModel> = in_force.and_then(|bundle| bundle.game.as_ref());
    let fitted = game::fit(&evidence, &Task { policy: &policy, response, in_force: game, looked: &looked });
    // Only a look at figures spends; a log too short to be judged has shown nothing.
    if !fitted.report.verdicts.is_empty() {
        let mut alpha = looked.alpha;
        let asked = fitted.report.verdicts.iter();
        alpha.extend(asked.map(|(question, verdict)| ((*question).to_owned(), verdict.spent)));
        let count = looked.looks + 1;
        let looks = Looks { experiment: policy.experiment.clone(), count, last: today, spent: Some(alpha) };
        store.change(|change| set_looks(change, &looks))?;
    }
    progress("game", 1, 1);
    Ok(Some(fitted))
}

/// What was looked at before. Looks that did not write down what they cost spent α / (k·(k + 1)) each.
fn before(looks: Looks) -> Looked {
    let spent: f64 = (1..=looks.count).map(alpha_of_look).sum();
    let old = || game::QUESTIONS.map(|question| (question.to_owned(), spent)).into();
    Looked { looks: looks.count, alpha: looks.spent.unwrap_or_else(old) }
}

/// Fits response on what has ended.
///
/// # Errors
/// When the database fails.
pub(super) fn fit_response(
    store: &Store,
    today: BusinessDay,
    seed: u64,
    progress: Progress<'_>,
) -> Result<response::Fitted, StoreFault> {
    let policy = store.policy()?;
    let (mut read, all) = (0, store.epochs()?);
    progress("epochs", 0, all.max(1));
    let mut rows = Rows::new(seed);
    store.each_ended_epoch(today, |ended| {
        read += 1;
        progress("epochs", read, all);
        let (outcome, by_day) = (ended.during.contribution, ended.by_day.clone());
        if let Some(row) = epoch(store, ended)?.and_then(|epoch| row(epoch, (outcome, &by_day), &policy)) {
            rows.add(row);
        }
        Ok(())
    })?;
    progress("epochs", all.max(1), all.max(1));
    let horizon_days = u32::try_from(policy.epoch_days).unwrap_or(1);
    Ok(response::fit(rows, &response::Task { seed, horizon_days }, progress))
}

/// An epoch as response sees it; nothing for the holdout, which never draws, and for arms of another experiment,
/// whose depths are not known any more.
fn row(epoch: Epoch, (outcome, by_day): (Money, &[Money]), policy: &Policy) -> Option<Row> {
    let Epoch { assignment, situation, returned, .. } = epoch;
    if assignment.holdout || assignment.experiment != policy.experiment {
        return None;
    }
    let arm = policy.arms.iter().find(|arm| arm.id == assignment.arm)?;
    let chance = assignment.probabilities_bp.get(&assignment.arm);
    let likely = situation.likely.as_ref();
    let cups = |money: Money| {
        let cup = likely.map_or(0, |likely| likely.cup.0);
        money.0.saturating_mul(1_000).checked_div(cup).unwrap_or(0)
    };
    Some(Row {
        customer: CustomerId::new(situation.customer.as_str()),
        epoch: assignment.epoch,
        began: assignment.from,
        state: state(&situation.reading, &situation.segment, situation.memory_bp.unwrap_or(0)),
        depth_bp: waiting_bp(arm, &situation, policy),
        propensity: chance.map(|chance| share(*chance)),
        outcome: cups(outcome),
        returned,
        add_on: likely.map_or(0, |likely| cups(beside_the_usual(by_day, likely.contribution))),
        arm: assignment.arm,
    })
}

/// What a day with a purchase brought, on average, beyond what the guest likely takes at its list price; a day
/// that brought less counts as nothing. By day and not in all, because more visits are what returning says.
fn beside_the_usual(by_day: &[Money], usual: Money) -> Money {
    let beyond = by_day.iter().map(|day| day.minus(usual).0.max(0));
    let sum = beyond.fold(0i64, i64::saturating_add);
    Money(i64::try_from(by_day.len()).ok().and_then(|days| sum.checked_div(days)).unwrap_or(0))
}

/// An ended epoch as learning sees it; nothing where the opening decision was erased or cannot be read.
fn epoch(store: &Store, ended: EndedEpoch) -> Result<Option<Epoch>, StoreFault> {
    let Some(KeptDecision::Whole(kept)) = store.decision(&ended.assignment.receipt)? else { return Ok(None) };
    let Ok(decision) = serde_json::from_str::<Decision>(&kept) else { return Ok(None) };
    let Some(guest) = decision.guest else { return Ok(None) };
    let EndedEpoch { customer, assignment, during, before, .. } = ended;
    Ok(Some(Epoch {
        customer: customer.unsigned_abs(),
        situation: guest.situation,
        outcome: amount(during.contribution),
        before: amount(before.contribution),
        list: amount(during.list),
        discount: amount(during.discount),
        costs: costs(during),
        returned: during.days > 1,
        assignment,
    }))
}

fn costs(during: Brought) -> (f64, f64) {
    (amount(during.cost), amount(during.cost_by_menu))
}

#[expect(clippy::cast_precision_loss, reason = "for learning only; minor units of one guest fit")]
fn amount(money: Money) -> f64 {
    money.0 as f64
}
