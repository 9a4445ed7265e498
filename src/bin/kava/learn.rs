//! `kava learn`: fits models on the stored purchases and installs what holds as a signed bundle.

use crate::{global::Global, key};
use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kava::{
    facts::{
        models::Bundle,
        moment::{BusinessDay, Moment},
        shop::Shop,
    },
    learn::{
        LearnReport,
        segments::{self, Fitted, SegmentReport, Task},
    },
    store::{
        Access, Store,
        bundles::{Installed, reassign_segments},
    },
    wire::bundle::{BUNDLE_FORMAT, sign},
    words::Words,
};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf, process::ExitCode};

/// How long a bundle is good for: 120 days.
const GOOD_FOR_MS: i64 = 120 * 24 * 3_600_000;

/// What `--only` may name, and whether it can be learned today.
const PARTS: [(&str, bool); 5] =
    [("segments", true), ("value", false), ("tastes", false), ("response", false), ("game", false)];

#[derive(clap::Args, Debug)]
pub struct LearnArgs {
    /// Only these parts: segments
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
    check_parts(&args.only)?;
    let now = args
        .at
        .as_deref()
        .map_or_else(|| Ok(key::now()), |at| at.parse().map_err(|why: String| anyhow!(why)))?;
    let mut store = global.open(Access::Write)?;
    let shop = store.shop()?;
    let today = shop.time().map_err(|why| anyhow!(why))?.local(now).business_day;
    let mut bars = Bars { hidden: global.json, bar: None, stage: "" };
    let fitted = fit(&store, today, now, args.seed, &mut bars)?;
    bars.show("install", 0, 1);
    let outcome = install(&mut store, &fitted, now, today)?;
    bars.close();
    let report = LearnReport { segments: Some(fitted.report) };
    if let Some(path) = &args.report {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let json = serde_json::json!({
        "bundle": outcome.bundle.as_ref().map(|(release, digest)| serde_json::json!({"release": release, "digest": digest})),
        "customers": outcome.customers,
        "moved": outcome.moved,
        "segments": report.segments,
    });
    global.say(&json, &words(&shop, report.segments.as_ref(), &outcome))?;
    Ok(ExitCode::SUCCESS)
}

fn check_parts(only: &[String]) -> Result<()> {
    for part in only {
        match PARTS.iter().find(|(name, _)| name == part) {
            Some((_, true)) => {}
            Some((name, false)) => bail!("learning {name} is not there yet; leave it out of --only"),
            None => bail!("--only {part:?} is unknown; use segments"),
        }
    }
    Ok(())
}

fn fit(store: &Store, today: BusinessDay, now: Moment, seed: u64, bars: &mut Bars) -> Result<Fitted> {
    bars.show("read", 0, 1);
    let customers = store.all_features()?;
    let previous = store.bundle_in_force(now)?.and_then(|bundle| bundle.segments);
    let task = Task { open_day: store.open_day(today)?, seed, previous: previous.as_ref() };
    Ok(segments::fit(customers, &task, &mut |stage, done, all| bars.show(stage, done, all)))
}

/// What stands in the database afterwards.
struct Outcome {
    bundle: Option<(u64, String)>,
    customers: BTreeMap<String, u64>,
    moved: u64,
    new_key: Option<String>,
}

/// Signs and installs the model. Without one the rules, and the model in force, are applied anew.
fn install(store: &mut Store, fitted: &Fitted, now: Moment, today: BusinessDay) -> Result<Outcome> {
    let Some(model) = &fitted.model else {
        let in_force = store.bundle_in_force(now)?.and_then(|bundle| bundle.segments);
        let open_day = store.open_day(today)?;
        let (customers, moved) =
            store.change(|change| reassign_segments(change, in_force.as_ref(), open_day))?;
        return Ok(Outcome { bundle: None, customers, moved, new_key: None });
    };
    let (secret, new_key) = match store.signing_secret()? {
        Some(secret) => (secret, None),
        None => {
            let id = key::make(store, now)?;
            (store.signing_secret()?.context("the new key is not in the database")?, Some(id))
        }
    };
    let bundle = Bundle {
        v: BUNDLE_FORMAT,
        issuer: store.local_issuer()?,
        release: store.next_release()?,
        made: now,
        not_after: now.later(GOOD_FOR_MS),
        segments: Some(model.clone()),
    };
    let Installed { bundle, digest, segments: customers, moved } =
        store.install_bundle(&sign(&bundle, &secret), now, today)?;
    Ok(Outcome { bundle: Some((bundle.release, digest.to_string())), customers, moved, new_key })
}

fn words(shop: &Shop, report: Option<&SegmentReport>, outcome: &Outcome) -> String {
    let names = Words::of(&shop.language);
    let mut text = String::new();
    if let Some(id) = &outcome.new_key {
        line(&mut text, &format!("Key {id} was made to sign with"));
    }
    match (&outcome.bundle, report) {
        (Some((release, _)), Some(report)) => {
            let figure = |value: Option<f64>| value.map_or("not known".into(), |value| format!("{value:.2}"));
            let (silhouette, stability) = (figure(report.silhouette), figure(report.stability_ari));
            line(&mut text, &format!("Release {release} is installed: {} segments", report.k));
            line(
                &mut text,
                &format!("Silhouette {silhouette}, stability over refits {stability} (1 is the same again)"),
            );
        }
        (_, Some(report)) => {
            let why = report.why.clone().unwrap_or_default();
            line(&mut text, &format!("No segments were fitted: {why}"));
        }
        _ => {}
    }
    let mut ranked: Vec<(&String, &u64)> = outcome.customers.iter().collect();
    ranked.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
    for (name, count) in ranked {
        line(&mut text, &format!("{count:>8}  {}  ({name})", names.segment(name)));
    }
    line(&mut text, &format!("{} customers changed their segment", outcome.moved));
    text
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
            let style = ProgressStyle::with_template("{msg:<28} {bar:30} {pos}/{len} {elapsed}");
            let bar = ProgressBar::new(1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(match stage {
                "read" => "Reading customers",
                "choose" => "Choosing segments",
                "stability" => "Refitting on other draws",
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
