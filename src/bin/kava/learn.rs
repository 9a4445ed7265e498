//! `kava learn`: fits models on the stored purchases and installs what holds as a signed bundle.

use crate::global::Global;
use crate::key;
use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kava::{
    facts::{moment::Moment, shop::Shop},
    flow::refit::{Parts, Refitted, Wish, refit},
    learn::{
        game::GameReport, response::ResponseReport, segments::SegmentReport, tastes::TasteReport,
        value::ValueReport,
    },
    store::{Access, Store},
    words::Words,
};
use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

/// What `--only` may name.
const PARTS: [&str; 5] = ["segments", "value", "tastes", "response", "game"];

#[derive(clap::Args, Debug)]
pub struct LearnArgs {
    /// Only these parts: segments, value, tastes, response, game
    #[arg(long, value_delimiter = ',', value_name = "PARTS")]
    only: Vec<String>,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write every figure to this file as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The instant to learn at, as 2026-11-23T08:30:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

pub fn run(args: &LearnArgs, global: &Global) -> Result<ExitCode> {
    let parts = parts(&args.only)?;
    let now = match &args.at {
        Some(at) => at.parse::<Moment>().map_err(|why| anyhow!("--at: {why}"))?,
        None => key::now(),
    };
    let mut store = global.open(Access::Write)?;
    let shop = store.shop()?;
    let wish = Wish { now, seed: args.seed, fresh_secret: key::draw()?, parts };
    let mut bars = Bars { hidden: global.json, bar: None, stage: "" };
    let done = refit(&mut store, &wish, &mut |stage, done, all| bars.show(stage, done, all))?;
    bars.close();
    if let Some(path) = &args.report {
        let text = serde_json::to_string_pretty(&done.report)?;
        std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    }
    global.say(&figures(&done), &words(&shop, &done))?;
    Ok(ExitCode::SUCCESS)
}

/// Learns at the request of a running counter; gives what was installed or why not.
pub fn on_request(store: &mut Store, now: Moment, seed: u64) -> Result<serde_json::Value> {
    let wish = Wish { now, seed, fresh_secret: key::draw()?, parts: Parts::ALL };
    Ok(figures(&refit(store, &wish, &mut |_, _, _| {})?))
}

fn figures(done: &Refitted) -> serde_json::Value {
    let bundle = done.bundle.as_ref();
    serde_json::json!({
        "bundle": bundle.map(|(release, digest)| serde_json::json!({ "release": release, "digest": digest })),
        "customers": done.customers,
        "moved": done.moved,
        "segments": done.report.segments,
        "value": done.report.value,
        "tastes": done.report.tastes,
        "response": done.report.response,
        "game": done.report.game,
    })
}

/// What to learn: everything that can be learned where nothing is named.
fn parts(only: &[String]) -> Result<Parts> {
    for part in only {
        if !PARTS.contains(&part.as_str()) {
            bail!("--only {part:?} is unknown; use segments, value, tastes, response or game");
        }
    }
    let wants = |part: &str| only.is_empty() || only.iter().any(|name| name == part);
    Ok(Parts {
        segments: wants("segments"),
        value: wants("value"),
        tastes: wants("tastes"),
        response: wants("response"),
        game: wants("game"),
    })
}

fn words(shop: &Shop, outcome: &Refitted) -> String {
    let names = Words::of(&shop.language);
    let mut text = String::new();
    if let Some(id) = &outcome.new_key {
        line(&mut text, &format!("Key {id} was made to sign with"));
    }
    if let Some((release, _)) = &outcome.bundle {
        let segments = outcome.report.segments.as_ref().filter(|report| report.k > 0);
        let segments = segments.map_or(String::new(), |report| format!(": {} segments", report.k));
        line(&mut text, &format!("Release {release} is installed{segments}"));
    }
    if let Some(report) = &outcome.report.segments {
        line(&mut text, &segments_in_words(report));
    }
    if let Some(report) = &outcome.report.value {
        line(&mut text, &value_in_words(report));
    }
    if let Some(report) = &outcome.report.tastes {
        line(&mut text, &tastes_in_words(report));
    }
    if let Some(report) = &outcome.report.response {
        line(&mut text, &response_in_words(report));
    }
    if let Some(report) = &outcome.report.game {
        line(&mut text, &game_in_words(report));
    }
    let mut ranked: Vec<(&String, &u64)> = outcome.customers.iter().collect();
    ranked.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
    for (name, count) in ranked {
        line(&mut text, &format!("{count:>8}  {}  ({name})", names.segment(name)));
    }
    line(&mut text, &format!("{} customers changed their segment", outcome.moved));
    text
}

fn segments_in_words(report: &SegmentReport) -> String {
    if let Some(why) = &report.why {
        return format!("No segments were fitted: {why}");
    }
    let figure = |value: Option<f64>| value.map_or("not known".into(), |value| format!("{value:.2}"));
    let (silhouette, stability) = (figure(report.silhouette), figure(report.stability_ari));
    format!("Silhouette {silhouette}, stability over refits {stability} (1 is the same again)")
}

fn tastes_in_words(report: &TasteReport) -> String {
    if let Some(why) = &report.why {
        return format!("No tastes were fitted: {why}");
    }
    format!(
        "Tastes: {} sets, {} rules; among the first five stood {} of what guests bought again, {} of what was new to them",
        report.itemsets,
        report.rules.len(),
        percent(report.repeat.recall_at_5),
        percent(report.new_product.recall_at_5)
    )
}

fn percent(share: Option<f64>) -> String {
    share.map_or("an unknown part".into(), |share| format!("{:.0} %", share * 100.0))
}

fn response_in_words(report: &ResponseReport) -> String {
    let why = report.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    let auc = report.auc.map_or(String::new(), |auc| format!(", AUC {auc:.3} out of sample"));
    format!("Response: {} own rows, {} speaks{auc}{why}", report.own_rows, report.spoke.code())
}

fn game_in_words(report: &GameReport) -> String {
    let mut text = format!("Game: {}", report.gate.why);
    if let Some(found) = &report.exploit {
        let (gain, upper) = (100.0 * found.gain, 100.0 * found.upper);
        text += &format!(
            "; the best exploit found, {:?}, gains {gain:.1} % of spend, at most {upper:.1} %; \
             if all played it, {:.0} in all, at most {:.0}",
            found.way,
            found.price / 100.0,
            found.price_upper / 100.0
        );
    }
    if let Some(earned) = &report.earned {
        text += &format!(
            "; earned {:.0} ± {:.0} against the holdout",
            earned.total / 100.0,
            earned.give_or_take / 100.0
        );
    }
    text
}

fn value_in_words(report: &ValueReport) -> String {
    if let Some(why) = &report.why {
        return format!("No value was fitted: {why}");
    }
    report.holdout.as_ref().map_or(String::new(), |held| {
        format!(
            "Value: {:.0} purchases foretold for the last {} open days, {} came; off by {:.2} a guest, at their own rate by {:.2}",
            held.predicted, held.days, held.actual, held.mae, held.own_rate_mae
        )
    })
}

fn line(text: &mut String, words: &str) {
    // Writing to a string cannot fail.
    writeln!(text, "{words}").unwrap_or_default();
}

/// One progress bar for each stage, on stderr where it is a terminal.
struct Bars {
    hidden: bool,
    bar: Option<ProgressBar>,
    stage: &'static str,
}

impl Bars {
    fn show(&mut self, stage: &'static str, done: usize, all: usize) {
        if self.hidden {
            return;
        }
        if self.stage != stage {
            self.close();
            let style = ProgressStyle::with_template("{msg:<32} {bar:30} {pos}/{len} {elapsed}");
            let bar = ProgressBar::new(1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(match stage {
                "days" => "Reading days of purchase",
                "value" => "Learning what guests are worth",
                "sales" => "Reading sales",
                "together" => "Looking for what goes together",
                "similar" => "Comparing guests",
                "calibrate" => "Weighing and calibrating tastes",
                "measure" => "Measuring tastes on later days",
                "read" => "Reading customers",
                "choose" => "Choosing segments",
                "stability" => "Refitting on other draws",
                "response exam" => "Examining response",
                "response refits" => "Refitting response",
                "epochs" => "Reading epochs",
                "game" => "Solving the game",
                "density" => "Looking for dense groups",
                _ => "Installing",
            });
            self.bar = Some(bar);
            self.stage = stage;
        }
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(all).unwrap_or(1));
            bar.set_position(u64::try_from(done).unwrap_or(0));
        }
    }

    fn close(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
