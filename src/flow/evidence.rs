//! Evidence for response and the game: ended epochs from the store, each with the situation its opening decision kept.

use super::decision::Decision;
use crate::facts::assignment::Assignment;
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
use crate::steps::response::{Spoke, state};
use crate::store::aftermath::KeptDecision;
use crate::store::epochs::{Brought, Drawn, EndedEpoch};
use crate::store::setting::{Looks, set_looks};
use crate::store::{Store, StoreFault};

/// What ended epochs say to response and to the game, read once for both.
pub(super) struct Ended {
    policy: Policy,
    seed: u64,
    /// Whether response itself is wanted; the game needs rows, too.
    for_response: bool,
    rows: Option<Rows>,
    evidence: Option<Evidence>,
}

impl Ended {
    /// For whom it is to be read. Within two weeks of the last look at this experiment nothing is decided about the
    /// game: the one in force stays, and its evidence is not looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn wanted(
        store: &Store,
        (response, game): (bool, bool),
        (today, seed): (BusinessDay, u64),
    ) -> Result<Ended, StoreFault> {
        let policy = store.policy()?;
        let too_soon = looked(store, &policy)?.is_some_and(|looks| today.0 - looks.last.0 < DAYS_BETWEEN);
        let evidence = (game && !too_soon).then(Evidence::default);
        let rows = (response || evidence.is_some()).then(|| Rows::new(seed));
        Ok(Ended { policy, seed, for_response: response, rows, evidence })
    }

    /// Reads every epoch that somebody wants and that there is room for.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn read(
        mut self,
        store: &Store,
        today: BusinessDay,
        progress: Progress<'_>,
    ) -> Result<Ended, StoreFault> {
        if self.rows.is_none() && self.evidence.is_none() {
            return Ok(self);
        }
        let (mut read, all) = (0, store.epochs()?.max(1));
        progress("epochs", 0, all);
        store.each_drawn(today, |drawn| {
            read += 1;
            progress("epochs", read, all);
            if self.wants(&drawn) {
                let ended = store.came_of(drawn)?;
                let (outcome, by_day) = (ended.during.contribution, ended.by_day.clone());
                if let Some(epoch) = epoch(store, ended)? {
                    self.add(epoch, (outcome, &by_day));
                }
            }
            Ok(())
        })?;
        progress("epochs", all, all);
        Ok(self)
    }

    fn wants(&mut self, drawn: &Drawn) -> bool {
        let assignment = &drawn.assignment;
        let is_row = is_row(assignment, &self.policy);
        let in_rows = self.rows.as_mut().is_some_and(|rows| {
            let has_room = rows.has_room_for(&drawn.customer);
            if is_row && !has_room {
                rows.pass_over();
            }
            is_row && has_room
        });
        let customer = drawn.row.unsigned_abs();
        let in_evidence =
            self.evidence.as_ref().is_some_and(|all| all.wants(customer, assignment, &self.policy));
        in_rows || in_evidence
    }

    fn add(&mut self, epoch: Epoch, came: (Money, &[Money])) {
        if let Some(rows) = self.rows.as_mut().filter(|rows| rows.has_room_for(&epoch.situation.customer))
            && let Some(row) = row(&epoch, came, &self.policy)
        {
            rows.add(row);
        }
        if let Some(evidence) = &mut self.evidence {
            evidence.add(epoch, &self.policy);
        }
    }

    /// Fits response; nothing where it was not asked for.
    pub(super) fn fit_response(&mut self, progress: Progress<'_>) -> Option<response::Fitted> {
        let rows = self.rows.take().filter(|_| self.for_response)?;
        Some(self.response_of(rows, progress))
    }

    /// How guests respond by the epochs that train the game alone; nothing where the game is not judged now. To be asked
    /// before [`Ended::fit_response`], which uses the rows up.
    pub(super) fn fit_early_response(&self, progress: Progress<'_>) -> Option<ResponseModel> {
        let cut = game::cut(self.evidence.as_ref()?)?;
        let rows = self.rows.as_ref()?.before(cut);
        carried(self.response_of(rows, progress))
    }

    fn response_of(&self, rows: Rows, progress: Progress<'_>) -> response::Fitted {
        let horizon_days = u32::try_from(self.policy.epoch_days).unwrap_or(1);
        response::fit(rows, &response::Task { seed: self.seed, horizon_days }, progress)
    }

    /// Fits the game beside the response that will serve, and judges it beside the early one; nothing where it was not
    /// asked for or it is too soon.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn fit_game(
        self,
        store: &mut Store,
        today: BusinessDay,
        (in_force, response, early_response): (
            Option<&Bundle>,
            Option<&ResponseModel>,
            Option<&ResponseModel>,
        ),
        progress: Progress<'_>,
    ) -> Result<Option<Fitted>, StoreFault> {
        let Some(evidence) = self.evidence else { return Ok(None) };
        let policy = &self.policy;
        progress("game", 0, 1);
        let looked = looked(store, policy)?.map_or_else(Looked::default, before);
        let in_force: Option<&GameModel> = in_force.and_then(|bundle| bundle.game.as_ref());
        let task = Task { policy, response, early_response, in_force, looked: &looked };
        let fitted = game::fit(&evidence, &task);
        // Only a look at figures spends; a log too short to be judged has shown nothing.
        if !fitted.report.verdicts.is_empty() {
            let looks = after(&looked, &fitted, (policy, today));
            store.change(|change| set_looks(change, &looks))?;
        }
        progress("game", 1, 1);
        Ok(Some(fitted))
    }
}

/// A fitted response, unless the prior speaks for most rows: then it would say no more than no model.
pub(super) fn carried(fitted: response::Fitted) -> Option<ResponseModel> {
    fitted.model.filter(|_| fitted.report.spoke != Spoke::Prior)
}

/// Earlier looks at this experiment.
fn looked(store: &Store, policy: &Policy) -> Result<Option<Looks>, StoreFault> {
    Ok(store.looks()?.filter(|looks| looks.experiment == policy.experiment))
}

/// The looks with this one.
fn after(looked: &Looked, fitted: &Fitted, (policy, today): (&Policy, BusinessDay)) -> Looks {
    let mut alpha = looked.alpha.clone();
    let asked = fitted.report.verdicts.iter();
    alpha.extend(asked.map(|(question, verdict)| ((*question).to_owned(), verdict.spent)));
    Looks { experiment: policy.experiment.clone(), count: looked.looks + 1, last: today, spent: Some(alpha) }
}

/// What was looked at before. Looks that did not write down what they cost spent α / (k·(k + 1)) each.
fn before(looks: Looks) -> Looked {
    let spent: f64 = (1..=looks.count).map(alpha_of_look).sum();
    let old = || game::QUESTIONS.map(|question| (question.to_owned(), spent)).into();
    Looked { looks: looks.count, alpha: looks.spent.unwrap_or_else(old) }
}

/// Whether an epoch may become a row: the holdout never draws, and the depths of arms of another experiment are not
/// known any more.
fn is_row(assignment: &Assignment, policy: &Policy) -> bool {
    !assignment.holdout && assignment.experiment == policy.experiment
}

/// An epoch as response sees it.
fn row(epoch: &Epoch, (outcome, by_day): (Money, &[Money]), policy: &Policy) -> Option<Row> {
    let Epoch { assignment, situation, returned, .. } = epoch;
    if !is_row(assignment, policy) {
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
        depth_bp: waiting_bp(arm, situation, policy),
        propensity: chance.map(|chance| share(*chance)),
        outcome: cups(outcome),
        returned: *returned,
        add_on: likely.map_or(0, |likely| cups(beside_the_usual(by_day, likely.contribution))),
        arm: assignment.arm.clone(),
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
    // Who was promised a percent had more than their arm says.
    let Some(guest) = decision.guest.filter(|guest| guest.situation.promised.is_none()) else {
        return Ok(None);
    };
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

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
