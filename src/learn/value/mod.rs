//! Value: BG/NBD and Gamma-Gamma on the days on which known guests bought, tried on days held out.
//!
//! May import facts and `steps::value`. Too little that was seen gives no model, and the report says so.

pub mod holdout;
pub mod purchases;
pub mod spend;

use self::holdout::{Holdout, Tested};
use super::segments::Progress;
use crate::facts::customer::PurchaseDay;
use crate::facts::models::{BgNbd, GammaGamma, ValueModel};
use crate::steps::value::{History, expected_spend};
use serde::Serialize;

/// Guests who came back that a fit needs.
pub const REPEATERS_MIN: usize = 100;
/// Open days that a fit needs: ten to learn from and ten to be tried on.
pub const OPEN_DAYS_MIN: i32 = 20;
/// How far ahead expected spend looks.
pub const HORIZON_DAYS: u32 = 365;
/// Foretold and real figures that differ by more than this factor are no model of this shop.
const FACTOR_MAX: f64 = 2.0;
/// Purchases held out below which their sum says nothing.
const HELD_OUT_MIN: u64 = 100;
/// Weight of the faint pull of parameters to 1 where the guests do not decide them.
const FAINT: f64 = 1e-3;

/// What to fit on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    /// Number of the last open day: time ends there, not today, so that a shop whose books end long ago
    /// has not lost everybody.
    pub until: i32,
    /// Days of the calendar from the first open day to the last, both counted.
    pub calendar_days: i32,
    /// Everything random follows from it.
    pub seed: u64,
}

impl Task {
    /// The last day that is learned from when the rest is held out: half of the time, as in Fader, Hardie and
    /// Lee 2005.
    #[must_use]
    pub const fn cut(&self) -> i32 {
        self.until - self.until / 2
    }

    /// How many days of the horizon the shop is likely to be open.
    fn horizon_open_days(&self) -> u32 {
        let open = i64::from(self.until.max(1)) * i64::from(HORIZON_DAYS);
        let days = u32::try_from(open / i64::from(self.calendar_days.max(1))).unwrap_or(HORIZON_DAYS);
        days.clamp(1, HORIZON_DAYS)
    }
}

/// The guests of a fit: two short histories for each, whatever the length of the real one.
#[derive(Debug)]
pub struct Guests {
    task: Task,
    now: Vec<History>,
    tested: Vec<Tested>,
}

impl Guests {
    /// None yet.
    #[must_use]
    pub const fn new(task: Task) -> Guests {
        Guests { task, now: Vec::new(), tested: Vec::new() }
    }

    /// One more guest, by their days with a purchase in ascending order; days after the last open one are
    /// left out.
    pub fn add(&mut self, days: &[PurchaseDay]) {
        let Task { until, .. } = self.task;
        self.now.extend(History::of_days(days, until));
        if let Some(before) = History::of_days(days, self.task.cut()) {
            let after = |day: &&PurchaseDay| day.open_day > self.task.cut() && day.open_day <= until;
            let later = u32::try_from(days.iter().filter(after).count()).unwrap_or(u32::MAX);
            self.tested.push(Tested { before, later });
        }
    }
}

/// A model, if there is one, and what the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model; nothing where too little was seen.
    pub model: Option<ValueModel>,
    /// Figures.
    pub report: ValueReport,
}

/// Figures of a fit, as `kava learn --report` writes them. Time is in open days, money in minor units.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ValueReport {
    /// Guests with a purchase.
    pub guests: usize,
    /// Guests who came back on another day.
    pub repeaters: usize,
    /// Purchases and dropping out.
    pub bg_nbd: Option<PurchaseFigures>,
    /// Spend.
    pub gamma_gamma: Option<GammaGamma>,
    /// What the model expects a guest to spend on a day, before anything is known of them.
    pub expected_spend: Option<f64>,
    /// What guests who came back spend on a day, each guest counted once.
    pub mean_spend: Option<f64>,
    /// Correlation of a guest's number of purchases and mean spend; the models take it for 0.
    pub spend_correlation: Option<f64>,
    /// How well a fit on the first half of the time foretells the second.
    pub holdout: Option<Holdout>,
    /// How many days ahead expected spend looks.
    pub horizon_days: u32,
    /// Why there is no model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Parameters beside their likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PurchaseFigures {
    /// Parameters.
    #[serde(flatten)]
    pub model: BgNbd,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
}

/// Fits both models. The result depends on guests and task and nothing else.
pub fn fit(guests: &Guests, progress: Progress<'_>) -> Fitted {
    let mut report = ValueReport { horizon_days: HORIZON_DAYS, ..ValueReport::default() };
    match fit_model(guests, &mut report, progress) {
        Ok(model) => Fitted { model: Some(model), report },
        Err(why) => {
            report.why = Some(why);
            Fitted { model: None, report }
        }
    }
}

fn fit_model(
    guests: &Guests,
    report: &mut ValueReport,
    progress: Progress<'_>,
) -> Result<ValueModel, String> {
    let Guests { task, now, tested } = guests;
    enough(guests, report)?;
    progress("value", 0, 3);
    let nothing = || "the guests' days carry no fit".to_owned();
    let before: Vec<History> = tested.iter().map(|guest| guest.before).collect();
    let days = f64::from(task.until - task.cut());
    let first = purchases::fit(&before, task.seed).ok_or_else(nothing)?;
    report.holdout = holdout::measure(tested, &first.model, days);
    progress("value", 1, 3);
    let all = purchases::fit(now, task.seed).ok_or_else(nothing)?;
    report.bg_nbd = Some(PurchaseFigures { model: all.model, log_likelihood: all.log_likelihood });
    progress("value", 2, 3);
    let gamma_gamma = spend::fit(now).ok_or_else(nothing)?;
    report.gamma_gamma = Some(gamma_gamma);
    describe_spend(now, &gamma_gamma, report);
    progress("value", 3, 3);
    let horizon_open_days = task.horizon_open_days();
    let model = ValueModel { horizon_days: HORIZON_DAYS, horizon_open_days, bg_nbd: all.model, gamma_gamma };
    model.check()?;
    believable(report)?;
    Ok(model)
}

/// Whether there is enough to learn from.
fn enough(guests: &Guests, report: &mut ValueReport) -> Result<(), String> {
    report.guests = guests.now.len();
    report.repeaters = guests.now.iter().filter(|seen| seen.repeats > 0).count();
    if guests.task.until < OPEN_DAYS_MIN {
        let seen = guests.task.until.max(0);
        return Err(format!(
            "the shop was open on {seen} days; {OPEN_DAYS_MIN} are needed to tell who comes back"
        ));
    }
    let paid = guests.now.iter().filter(|seen| seen.spend.is_some()).count();
    let before = guests.tested.iter().filter(|guest| guest.before.repeats > 0).count();
    let least = paid.min(before);
    if least < REPEATERS_MIN {
        return Err(format!(
            "{least} guests came back and paid before the days held out; {REPEATERS_MIN} are needed to learn \
             what a guest is worth"
        ));
    }
    Ok(())
}

fn describe_spend(now: &[History], model: &GammaGamma, report: &mut ValueReport) {
    let paid = now.iter().filter_map(|seen| Some((f64::from(seen.repeats), seen.spend?)));
    let (repeats, spend): (Vec<f64>, Vec<f64>) = paid.unzip();
    let sum = spend.iter().fold(0.0, |sum, x| sum + x);
    report.mean_spend = Some(sum / super::cluster::count(spend.len()).max(1.0));
    report.spend_correlation = Some(holdout::correlation(&repeats, &spend));
    let stranger = History { repeats: 0, last: 0.0, age: 0.0, spend: None };
    report.expected_spend = Some(expected_spend(model, &stranger));
}

/// Whether the model says of these very guests what they really did.
fn believable(report: &ValueReport) -> Result<(), String> {
    let far = |a: f64, b: f64| !(a <= b * FACTOR_MAX && b <= a * FACTOR_MAX);
    if let Some((expected, mean)) = report.expected_spend.zip(report.mean_spend)
        && far(expected, mean)
    {
        return Err(format!("the model expects {expected:.0} minor units a day and guests spend {mean:.0}"));
    }
    if let Some(holdout) = &report.holdout
        && holdout.actual >= HELD_OUT_MIN
        && far(holdout.predicted, super::cluster::count(usize::try_from(holdout.actual).unwrap_or(0)))
    {
        return Err(format!(
            "of the days held out the model foretold {:.0} purchases and there were {}",
            holdout.predicted, holdout.actual
        ));
    }
    Ok(())
}
