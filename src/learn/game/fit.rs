//! Fits the game and lets the gate say how finely it may decide: one ranking for each guest, else for each
//! segment, else for everybody, else the ladder goes on.

use super::evidence::{Epoch, Evidence};
use super::exploit::{self, Exploit, RATCHET_MAX};
use super::questions::{PERSONAL, REFIT, SEGMENT, UNIFORM, alpha_of};
use super::{follow, solve};
use crate::facts::id::ArmId;
use crate::facts::models::{Bundle, EXPLOIT_MAX, GameModel, Level, ResponseModel, SegmentGame};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::policy::Policy;
use crate::learn::evaluate::drift::{self, Drift};
use crate::learn::evaluate::estimate::{Judge, Measured, share_that_differs};
use crate::learn::evaluate::gate::{self, Bar, Candidate, Spent, Verdict};
use crate::learn::evaluate::log::{Log, Plan, mean, real};
use crate::learn::evaluate::programme::{self, Earned};
use crate::learn::evaluate::ridge;
use crate::learn::evaluate::sequence::z_of;
use crate::learn::evaluate::suspicion::ROWS_MIN;
use crate::steps::game::{cell, share};
use crate::steps::offer::ladder_probabilities;
use crate::steps::offer::learned::weigh;
use serde::Serialize;
use std::collections::BTreeMap;

/// What to fit with.
#[derive(Debug)]
pub struct Task<'a> {
    /// Policy in force: arms, ladder, spread.
    pub policy: &'a Policy,
    /// How guests respond, as it will stand in the bundle beside the game, if that was learned.
    pub response: Option<&'a ResponseModel>,
    /// The same, learned only from epochs before [`cut`]: by it a game is judged, so that nothing that decides in the
    /// judgement has seen what it is judged by.
    pub early_response: Option<&'a ResponseModel>,
    /// The game in force.
    pub in_force: Option<&'a GameModel>,
    /// How often the gate has looked before, and what each question has cost.
    pub looked: &'a Looked,
}

/// The gate's looks before this one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looked {
    /// How many.
    pub looks: u32,
    /// α spent, by question.
    pub alpha: BTreeMap<String, f64>,
}

impl Looked {
    fn spent(&self, question: &str) -> Spent {
        Spent { looks: self.looks, alpha: self.alpha.get(question).copied().unwrap_or(0.0) }
    }
}

/// A game, where the gate let one through, and the figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The game; nothing means that the ladder decides.
    pub model: Option<GameModel>,
    /// Figures.
    pub report: GameReport,
}

/// What the gate did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GateReport {
    /// Whether a game decides from now on.
    pub installed: bool,
    /// Why, or why not.
    pub why: String,
}

/// Figures of `kava learn --report`; amounts are minor units for each epoch of one guest.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GameReport {
    /// Worth of the policy that decides from now on.
    pub value_of_policy: Option<f64>,
    /// Worth of the least generous template for everybody.
    pub value_of_no_discount: Option<f64>,
    /// Worth of the best single template for everybody.
    pub value_of_best_flat: Option<f64>,
    /// 95 % interval of the policy's worth.
    pub interval: Option<(f64, f64)>,
    /// The best exploit's gain as a share of spend.
    pub best_response_gain: Option<f64>,
    /// The best exploit with its bound and price.
    pub exploit: Option<Exploit>,
    /// What the gate did.
    pub gate: GateReport,
    /// `uniform`, `segment`, `personal`, or `ladder`.
    pub level: String,
    /// Ended epochs with a logged probability.
    pub own_rows: usize,
    /// Every verdict, by what was asked.
    pub verdicts: BTreeMap<&'static str, Verdict>,
    /// Share of guests for whom the policy differs from the best single template.
    pub differs: Option<f64>,
    /// What the programme earned against the holdout.
    pub earned: Option<Earned>,
    /// How far guests have moved since the older epochs.
    pub drift: Option<Drift>,
}

/// Share of days on which a candidate is trained; it is judged on the later ones.
const TRAINED_SHARE: f64 = 0.6;
/// A gap of this share of the mean makes an arm rare.
const TELLING_GAP: f64 = 0.02;
/// Part of turnover that exploring may cost.
const LEASE_SHARE: f64 = 0.003;

/// Fits and judges, and tries how whatever will decide can be played.
#[must_use]
pub fn fit(evidence: &Evidence, task: &Task<'_>) -> Fitted {
    let mut fitted = decided(evidence, task);
    if fitted.report.exploit.is_none() {
        let found = exploit_of(evidence, task.policy, None);
        (fitted.report.best_response_gain, fitted.report.exploit) = (Some(found.gain), Some(found));
    }
    fitted
}

fn exploit_of(evidence: &Evidence, policy: &Policy, bundle: Option<&Bundle>) -> Exploit {
    let situations: Vec<_> = evidence.epochs.iter().map(|epoch| &epoch.situation).collect();
    exploit::search(&situations, policy, bundle, mean(evidence.epochs.iter().map(|epoch| epoch.list)))
}

fn decided(evidence: &Evidence, task: &Task<'_>) -> Fitted {
    let mut report =
        GameReport { own_rows: evidence.epochs.len(), level: "ladder".into(), ..GameReport::default() };
    report.earned = programme_of(evidence);
    if report.earned.is_some_and(|earned| earned.stops) {
        return stopped(evidence, task, report);
    }
    let Some(cut) = cut(evidence) else {
        let why = format!(
            "{} epochs with a logged probability have ended; {} are needed, so the ladder goes on",
            evidence.epochs.len(),
            2 * ROWS_MIN
        );
        return nothing(report, &why);
    };
    let (early, late) =
        (evidence.only(|e| e.assignment.from < cut), evidence.only(|e| e.assignment.from >= cut));
    report.drift = Some(drift::between(&early.log(task.policy), &late.log(task.policy)));
    let Some(level) = judged(&early, &late, (task, cut), &mut report) else {
        let why = report.verdicts.values().last().map_or_else(String::new, |verdict| verdict.why.clone());
        return nothing(report, &format!("no template is shown to beat the ladder: {why}"));
    };
    let model = GameModel { level, ..model_of(evidence, task) };
    finish(evidence, model, task, report)
}

fn nothing(mut report: GameReport, why: &str) -> Fitted {
    report.gate = GateReport { installed: false, why: why.into() };
    Fitted { model: None, report }
}

/// The programme has stopped itself: everybody has the least generous template, until the holdout says otherwise.
fn stopped(evidence: &Evidence, task: &Task<'_>, mut report: GameReport) -> Fitted {
    let model = model_of(evidence, task);
    let least = task.policy.arms.iter().min_by_key(|arm| arm.generosity()).map(|arm| &arm.id);
    let worth = |arm: &ArmId| if Some(arm) == least { 1.0 } else { 0.0 };
    let arms = model.arms.keys().map(|arm| (arm.clone(), worth(arm))).collect();
    // Nothing may be spent on the others, so their share is nothing.
    let model = GameModel { arms, level: Level::Uniform, lease: 0.0, floor_bp: 0, ..model };
    let why = "the programme has earned less than nothing for sure, so the base serves";
    report.gate = GateReport { installed: true, why: why.into() };
    Fitted { model: Some(model), report }
}

fn programme_of(evidence: &Evidence) -> Option<Earned> {
    let personal: Vec<_> = evidence.epochs.iter().map(Epoch::month).collect();
    programme::earned(&personal, &evidence.holdout)
}

/// The day before which epochs train; the later ones judge. Nothing where too few have ended for that.
#[must_use]
pub fn cut(evidence: &Evidence) -> Option<BusinessDay> {
    let mut days: Vec<BusinessDay> = evidence.epochs.iter().map(|epoch| epoch.assignment.from).collect();
    if days.len() < 2 * ROWS_MIN {
        return None;
    }
    days.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let at = (real(days.len()) * TRAINED_SHARE) as usize;
    days.get(at).copied()
}

/// The finest level that earned its place on the later epochs.
fn judged(
    early: &Evidence,
    late: &Evidence,
    (task, cut): (&Task<'_>, BusinessDay),
    report: &mut GameReport,
) -> Option<Level> {
    if early.epochs.is_empty() {
        return None;
    }
    let trained = model_of(early, task);
    let log = late.log(task.policy);
    let judge = Judge::new(&log);
    let ladder = plan_of_ladder(&log, task.policy);
    let plan =
        |level| plan_of(late, &log, &judged_with(GameModel { level, ..trained.clone() }, task), task.policy);
    let uniform = plan(Level::Uniform);
    let best = best_arm(&trained, &log).map(|arm| Plan::always(&log, arm))?;
    let mut ask = |name: &'static str, plan: &Plan, over: &Plan, bar: Bar| {
        let (spent, alpha) = (task.looked.spent(name), alpha_of(name));
        let candidate = Candidate { plan, over, trained_until: cut.0, spent, alpha, bar };
        let verdict = gate::judge(&judge, &candidate);
        let accepted = verdict.accepted;
        report.verdicts.insert(name, verdict);
        accepted
    };
    let found = if ask(PERSONAL, &plan(Level::Personal), &best, Bar::Superior) {
        Some(Level::Personal)
    } else if ask(SEGMENT, &plan(Level::Segment), &best, Bar::Superior) {
        Some(Level::Segment)
    } else {
        ask(UNIFORM, &uniform, &ladder, Bar::Superior).then_some(Level::Uniform)
    };
    // What was accepted before stays while its refit is not worse than itself.
    let Some(old) = task.in_force.filter(|old| found.is_none_or(|level| level < old.level)) else {
        return found;
    };
    let before = plan_of(late, &log, &judged_with(old.clone(), task), task.policy);
    if ask(REFIT, &plan(old.level), &before, Bar::NotInferior) { Some(old.level) } else { found }
}

/// The best template of a fitted game, as an index into the log's arms; ties go to the smaller name.
fn best_arm(model: &GameModel, log: &Log) -> Option<usize> {
    let (best, _) = model.arms.iter().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    log.arms.iter().position(|arm| arm == best)
}

fn plan_of_ladder(log: &Log, policy: &Policy) -> Plan {
    let chances = ladder_probabilities(policy);
    Plan::of(log, |_| log.arms.iter().map(|arm| share(chances.get(arm).copied().unwrap_or(0))).collect())
}

/// What the counter would have drawn in each row, by the counter's own function.
fn plan_of(evidence: &Evidence, log: &Log, bundle: &Bundle, policy: &Policy) -> Plan {
    let ladder = ladder_probabilities(policy);
    let mut epochs = evidence.epochs.iter();
    Plan::of(log, |_| {
        let weighed = epochs.next().and_then(|epoch| weigh(&epoch.situation, policy, bundle));
        let chances = weighed.map_or_else(|| ladder.clone(), |weighed| weighed.probabilities_bp);
        log.arms.iter().map(|arm| share(chances.get(arm).copied().unwrap_or(0))).collect()
    })
}

/// A game beside what it asks in the judgement.
fn judged_with(game: GameModel, task: &Task<'_>) -> Bundle {
    with_game(game, task.early_response)
}

/// A bundle with nothing but a game and what it asks.
fn with_game(game: GameModel, response: Option<&ResponseModel>) -> Bundle {
    Bundle {
        v: 1,
        issuer: String::new(),
        release: 0,
        made: Moment(0),
        not_after: Moment(i64::MAX),
        products: Vec::new(),
        segments: None,
        value: None,
        tastes: None,
        response: response.cloned(),
        game: Some(game),
    }
}

/// The game that follows from epochs: adjusted means of the templates, followers, solved values.
fn model_of(evidence: &Evidence, task: &Task<'_>) -> GameModel {
    let log = evidence.log(task.policy);
    let outcomes = ridge::fit(&log);
    let expected: Vec<Vec<f64>> = log.rows.iter().map(|row| outcomes.of_row(row)).collect();
    let middle = log.mean_outcome().abs();
    let lists = mean(evidence.epochs.iter().map(|epoch| epoch.list));
    let mut model = GameModel {
        experiment: task.policy.experiment.clone(),
        level: Level::Uniform,
        step_days: task.response.map_or(28, |response| i32::try_from(response.horizon_days).unwrap_or(28)),
        discount: 0.95,
        memory_decay: 0.5,
        budget_price: 0.0,
        steepness: 10.0 * real(log.arms.len()) / (TELLING_GAP * middle).max(1e-6),
        floor_bp: 200,
        lease: LEASE_SHARE * lists,
        memories_bp: task.policy.ladder_bp.clone(),
        habits_milli: vec![0, 1_000, 2_500, 5_000, 10_000],
        stamps: 1,
        arms: means(&log, &expected, |_| true),
        segments: BTreeMap::new(),
        exploit: (0.0, 0.0),
    };
    let everybody: Vec<&Epoch> = evidence.epochs.iter().collect();
    let shop = follow::of_shop(&everybody, task.policy, &model.habits_milli);
    let mut segments = BTreeMap::new();
    for (index, name) in log.segments.iter().enumerate() {
        let own: Vec<&Epoch> =
            evidence.epochs.iter().filter(|epoch| epoch.assignment.segment == *name).collect();
        let follower = follow::of_segment(&own, task.policy, &model.habits_milli, shop);
        let arms = means(&log, &expected, |segment| segment == index);
        let mut segment = SegmentGame { follower, values: Vec::new(), arms };
        let takings = takings_of(&own, &model.habits_milli);
        solve::solve(&model, &mut segment, &takings, &depths(task.policy));
        segments.insert(name.clone(), segment);
    }
    model.segments = segments;
    model
}

/// Adjusted mean of each template over the rows of some segments.
fn means(log: &Log, expected: &[Vec<f64>], takes: impl Fn(usize) -> bool) -> BTreeMap<ArmId, f64> {
    let of = |arm: usize| {
        let rows = log.rows.iter().zip(expected).filter(|(row, _)| takes(row.segment));
        mean(rows.filter_map(|(_, values)| values.get(arm).copied()))
    };
    log.arms.iter().enumerate().map(|(index, arm)| (arm.clone(), of(index))).collect()
}

fn takings_of(epochs: &[&Epoch], habits_milli: &[i64]) -> solve::Takings {
    let tax = epochs.iter().find_map(|epoch| Some(share(epoch.situation.likely.as_ref()?.tax_bp)));
    let seen: Vec<(usize, f64, f64, f64)> = epochs
        .iter()
        .map(|epoch| {
            let habit = cell(habits_milli, epoch.situation.reading.frequency_per_30d_milli);
            (habit, epoch.outcome, epoch.list, epoch.discount)
        })
        .collect();
    solve::takings(&seen, habits_milli.len(), tax.unwrap_or(0.0))
}

/// Depths that the arms can reach, above the lowest status.
fn depths(policy: &Policy) -> Vec<i64> {
    let base = policy.statuses.first().map_or(0, |status| status.base_bp);
    let most = policy.statuses.last().map_or(0, |status| status.base_bp) + policy.personal_spread_bp;
    let within = policy.ladder_bp.iter().copied().filter(|depth| (base..=most).contains(depth));
    let all: Vec<i64> = within.collect();
    if all.is_empty() { vec![base] } else { all }
}

/// Exploits, figures, and the last word.
fn finish(evidence: &Evidence, model: GameModel, task: &Task<'_>, mut report: GameReport) -> Fitted {
    let situations: Vec<_> = evidence.epochs.iter().map(|epoch| &epoch.situation).collect();
    let level = model.level;
    let mut bundle = with_game(model, task.response);
    let found = exploit_of(evidence, task.policy, Some(&bundle));
    let ratchet = exploit::ratchet(&situations, task.policy, &bundle);
    report.best_response_gain = Some(found.gain);
    report.exploit = Some(found);
    if let Some(game) = &mut bundle.game {
        game.exploit = (found.gain, found.upper);
    }
    if let Some(game) = &bundle.game {
        describe(evidence, &judged_with(game.clone(), task), task, &mut report);
    }
    if found.upper > EXPLOIT_MAX {
        let why = format!("{:?} would gain up to {:.3} of what a guest spends", found.way, found.upper);
        return nothing(report, &why);
    }
    if ratchet > RATCHET_MAX {
        let why = format!("a week away would deepen the discount by {ratchet:.3}; {RATCHET_MAX} is the most");
        return nothing(report, &why);
    }
    report.level = level.code().into();
    report.gate =
        GateReport { installed: true, why: format!("shown on later epochs: level {}", level.code()) };
    Fitted { model: bundle.game, report }
}

fn describe(evidence: &Evidence, bundle: &Bundle, task: &Task<'_>, report: &mut GameReport) {
    let Some(game) = &bundle.game else { return };
    let log = evidence.log(task.policy);
    let judge = Judge::new(&log);
    let plan = plan_of(evidence, &log, bundle, task.policy);
    let Measured { mean, error } = judge.worth(&plan).dr;
    report.value_of_policy = Some(mean);
    report.interval = Some((mean - z_of(0.025) * error, mean + z_of(0.025) * error));
    let least = task.policy.arms.iter().enumerate().min_by_key(|(_, arm)| arm.generosity());
    report.value_of_no_discount = least.map(|(arm, _)| judge.worth(&Plan::always(&log, arm)).dr.mean);
    if let Some(at) = best_arm(game, &log) {
        let flat = Plan::always(&log, at);
        report.value_of_best_flat = Some(judge.worth(&flat).dr.mean);
        report.differs = Some(share_that_differs(&log, &plan, &flat));
    }
}
