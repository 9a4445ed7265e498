//! `kava-sync learn`: what all counters have told becomes one signed bundle, which goes down to them.

use crate::Global;
use crate::command::{Done, now, said, say};
use crate::models;
use kava::{
    facts::{
        id::{ChainId, CounterId, ShopId},
        menu::Menu,
        models::Bundle,
        policy::Policy,
        shop::Shop,
    },
    flow::{
        mirror::{Chain, Learned, Mirror, Taken, Wish},
        refit::Parts,
    },
    wire::document::Stream,
};
use kava_sync::{
    desk::{deeds, rolls},
    ledger::{
        Access, Ledger, documents, mirror,
        rolls::{Plan, Roll, running as running_roll},
        told,
    },
    roll::stage,
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Records that are read and written at a time.
const AT_A_TIME: usize = 10_000;

/// Days that a stage has at most: a bundle is good for 120.
const DAYS_MAX: i64 = 30;

/// What `learn` is asked for.
#[derive(clap::Args)]
pub struct LearnArgs {
    /// Only from this shop and for it; from all shops for the chain where nothing is said
    #[arg(long, default_value = "")]
    shop: String,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write every figure to this file as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// To all shops at once, and nothing watches it; else a few shops of a larger chain have it first
    #[arg(long)]
    at_once: bool,
    /// Although a bundle is on its way, or one went back lately
    #[arg(long)]
    again: bool,
    /// Days of each stage, at least
    #[arg(long, value_name = "N", default_value_t = stage::DAYS)]
    days: i64,
    /// Say what would be learned, without the game, and keep nothing
    #[arg(long = "try")]
    only_try: bool,
}

/// Learns, and puts the bundle on its way: for one shop; or for the chain, and then anew for each shop that has a bundle of
/// its own, which would otherwise grow old. Where one is on its way already, it is looked at instead.
pub fn learn(global: &Global, args: &LearnArgs) -> Done {
    let _one = only_one(&global.db)?;
    if !(1..=DAYS_MAX).contains(&args.days) {
        return Err(format!("a stage has 1 to {DAYS_MAX} days, not {}", args.days));
    }
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let own = if args.shop.is_empty() { ledger.shops_with_bundles() } else { Ok(Vec::new()) };
    let own = own.map_err(|fault| said(&fault))?;
    let (mut value, mut text) = of_shop(global, &mut ledger, (args, &args.shop))?;
    let mut shops = Vec::new();
    for shop in &own {
        let (learned, words) = of_shop(global, &mut ledger, (args, shop))?;
        // Writing into a text does not fail.
        write!(text, "\n\nShop {shop}\n{words}").unwrap_or_default();
        shops.push(learned);
    }
    if let Some(path) = &args.report {
        let report = serde_json::to_string_pretty(&json!({"all": value.get("report"), "shops": shops}));
        let report = report.map_err(|e| e.to_string())? + "\n";
        std::fs::write(path, report).map_err(|e| format!("{} cannot be written: {e}", path.display()))?;
    }
    if let Some(all) = value.as_object_mut() {
        all.insert("shops".into(), shops.into());
    }
    say(global, &value, &text)?;
    Ok(ExitCode::SUCCESS)
}

fn of_shop(
    global: &Global,
    ledger: &mut Ledger,
    (args, shop): (&LearnArgs, &str),
) -> Result<(Value, String), String> {
    if !args.only_try {
        // What is on its way is judged before another may come.
        let looked = rolls::look(ledger, shop, now()).map_err(|fault| said(&fault))?;
        let waits = rolls::waits(ledger.connection(), shop, now()).map_err(|fault| said(&fault))?;
        if waits && !args.at_once && !args.again {
            let (value, text) = models::shown(ledger, shop)?;
            let value =
                json!({"shop": shop, "release": null, "version": null, "rolling": value, "look": looked});
            return Ok((
                value,
                format!(
                    "Nothing is learned while a bundle is on its way, or {} days after one went back\n{text}",
                    rolls::REST_DAYS
                ),
            ));
        }
    }
    let (taken, learned) = fitted(ledger, (args, shop), &Beside::of(&global.db)?)?;
    let version = if args.only_try { None } else { keep(ledger, (args, shop), &learned)? };
    let release = learned.bundle.as_ref().map(|(release, _)| *release);
    let roll = running(ledger, shop)?.filter(|roll| Some(roll.version) == version);
    let value = json!({
        "shop": shop, "sales": taken.sales, "refunds": taken.refunds, "unread": taken.unread,
        "release": release, "version": version, "roll": roll, "customers": learned.customers, "report": learned.report,
    });
    Ok((value, words(taken, &learned, (version, roll.as_ref()))))
}

fn running(ledger: &Ledger, shop: &str) -> Result<Option<Roll>, String> {
    running_roll(ledger.connection(), shop).map_err(|fault| said(&fault))
}

fn fitted(
    ledger: &Ledger,
    (args, shop): (&LearnArgs, &str),
    beside: &Beside,
) -> Result<(Taken, Learned), String> {
    let fault = |fault: kava::store::StoreFault| fault.to_string();
    let mut bar = Bar::default();
    let mut mirror = Mirror::begin(&beside.mirror, chain(ledger, shop)?).map_err(fault)?;
    let (mut read, all) = (0, told::count(ledger, shop).map_err(|fault| said(&fault))?);
    let all_taken = ledger.each_told((shop, AT_A_TIME), |records| {
        read += records.len();
        bar.show("records", read, all);
        mirror.take(records).map_err(|fault| Why(fault.to_string()))
    });
    all_taken.map_err(|Why(why)| why)?;
    let taken = mirror.settle().map_err(fault)?;
    let in_force = bundle_in_force(ledger, shop)?;
    let secret = ledger.signing_secret().map_err(|fault| said(&fault))?;
    // A look at the game that is not kept could be had every day until it says what somebody wants to hear.
    let parts = Parts { game: !args.only_try, ..Parts::ALL };
    let wish = Wish { now: now(), seed: args.seed, parts, in_force: in_force.as_ref(), secret: &secret };
    let learned = mirror.learn(&wish, &mut |stage, done, all| bar.show(stage, done, all)).map_err(fault)?;
    bar.close();
    Ok((taken, learned))
}

/// Held while somebody learns: two at a time would take each other's file away.
fn only_one(db: &Path) -> Result<std::fs::File, String> {
    let path = db.with_extension("learn.lock");
    let opened = std::fs::File::options().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(|e| format!("{} cannot be made: {e}", path.display()))?;
    file.try_lock().map_err(|_| "somebody learns already; wait until it is done".to_owned())?;
    Ok(file)
}

/// A sentence of either database.
struct Why(String);

impl From<kava_sync::ledger::LedgerFault> for Why {
    fn from(fault: kava_sync::ledger::LedgerFault) -> Why {
        Why(said(&fault))
    }
}

/// What is in force for a shop.
fn chain(ledger: &Ledger, shop: &str) -> Result<Chain, String> {
    let newest = |stream| ledger.newest(stream, shop).map_err(|fault| said(&fault));
    let text = |body: Vec<u8>| String::from_utf8(body).map_err(|e| e.to_string());
    let (_, menu) = newest(Stream::Menu)?
        .ok_or("there is no menu here to learn prices and costs from; publish one with `kava-sync publish menu FILE`")?;
    let policy = match newest(Stream::Policy)? {
        Some((_, body)) => serde_json::from_slice(&body).map_err(|e| format!("the policy: {e}"))?,
        None => Policy::default(),
    };
    let name = ledger.chain().map_err(|fault| said(&fault))?;
    let shop_of_all = Shop {
        chain: ChainId::new(&name),
        shop: ShopId::new(shop),
        counter: CounterId::new("office"),
        currency: ledger.currency().map_err(|fault| said(&fault))?,
        zone: "UTC".into(),
        day_start_hour: 0,
        language: "en".into(),
        title: name,
    };
    Ok(Chain {
        shop: shop_of_all,
        policy,
        menu: Menu::from_json(&text(menu)?).map_err(|e| format!("the menu: {e}"))?,
        looks: ledger.looks(shop).map_err(|fault| said(&fault))?,
    })
}

/// One that cannot be read is as good as none; what it knew is learned again.
fn bundle_in_force(ledger: &Ledger, shop: &str) -> Result<Option<Bundle>, String> {
    let text = ledger.bundle_of(shop).map_err(|fault| said(&fault))?.unwrap_or_default();
    Ok(serde_json::from_slice(text.split(|byte| *byte == b'\n').next().unwrap_or_default()).ok())
}

/// Looks and bundle together: a look that was forgotten could be had again.
fn keep(
    ledger: &mut Ledger,
    (args, shop): (&LearnArgs, &str),
    learned: &Learned,
) -> Result<Option<i64>, String> {
    let report = serde_json::to_string(&learned.report).map_err(|e| e.to_string())?;
    if let Some((_, text)) = &learned.bundle {
        documents::check(Stream::Bundle, text.as_bytes())
            .map_err(|why| format!("what was learned cannot be used: {why}"))?;
    }
    let kept = ledger.change(|change| {
        if let Some(looks) = &learned.looks {
            told::keep_looks(change, shop, looks)?;
        }
        let Some((release, text)) = &learned.bundle else { return Ok(None) };
        let plan = Plan {
            line: shop,
            body: text.as_bytes(),
            report: Some(&report),
            days: args.days,
            at_once: args.at_once,
        };
        let (published, _) = rolls::give(change, (deeds::COMMAND_LINE, &plan), now())?;
        let text = format!("release {release} version {}", published.version);
        deeds::keep(change, deeds::COMMAND_LINE, ("learned", shop, &text), now())?;
        Ok(Some(published.version))
    });
    kept.map_err(|fault| said(&fault))
}

fn words(taken: Taken, learned: &Learned, (version, roll): (Option<i64>, Option<&Roll>)) -> String {
    let mut words = format!("{} sales and {} refunds were read", taken.sales, taken.refunds);
    if taken.unread > 0 {
        // Writing into a text does not fail.
        write!(words, "; {} records could not be, or were told twice", taken.unread).unwrap_or_default();
    }
    match (&learned.bundle, version) {
        (Some((release, _)), Some(version)) => {
            let whose = match roll {
                None => String::new(),
                Some(roll) if roll.shops.is_empty() => ", and is watched".into(),
                Some(roll) => {
                    let shops: Vec<&str> = roll.shops.iter().map(String::as_str).collect();
                    format!(" of shop {} first, see `kava-sync models list`", shops.join(", "))
                }
            };
            write!(
                words,
                "\nRelease {release} is on its way to the counters{whose} as bundle version {version}"
            )
        }
        (Some((release, _)), None) => {
            write!(words, "\nRelease {release} would be published; nothing was kept")
        }
        (None, _) => {
            write!(words, "\nNothing was learned: there is too little; --report says why for each part")
        }
    }
    .unwrap_or_default();
    for (segment, count) in &learned.customers {
        write!(words, "\n{count:>8}  {segment}").unwrap_or_default();
    }
    words
}

/// The mirror's file beside the ledger, gone with this: it holds whom an erasure is meant to reach.
struct Beside {
    db: PathBuf,
    mirror: PathBuf,
}

impl Beside {
    fn of(db: &Path) -> Result<Beside, String> {
        mirror::clear(db);
        let beside = Beside { db: db.into(), mirror: mirror::of(db) };
        if beside.mirror.exists() {
            return Err(format!("{} is in the way and cannot be removed", beside.mirror.display()));
        }
        Ok(beside)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        mirror::clear(&self.db);
    }
}

/// One line on a terminal, or one for each stage elsewhere.
#[derive(Default)]
struct Bar {
    stage: &'static str,
    percent: usize,
}

impl Bar {
    fn show(&mut self, stage: &'static str, done: usize, all: usize) {
        let percent = done.saturating_mul(100) / all.max(1);
        if self.stage == stage && self.percent == percent {
            return;
        }
        let mut out = std::io::stderr().lock();
        let is_new = self.stage != stage;
        (self.stage, self.percent) = (stage, percent);
        // Nobody who looks is no reason to stop.
        if out.is_terminal() {
            write!(out, "\r\x1b[K{stage} {percent} % {}", "#".repeat(percent / 4)).unwrap_or_default();
        } else if is_new {
            writeln!(out, "{stage}").unwrap_or_default();
        }
    }

    fn close(&self) {
        let mut out = std::io::stderr().lock();
        if out.is_terminal() {
            write!(out, "\r\x1b[K").unwrap_or_default();
        }
    }
}
