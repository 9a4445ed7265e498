//! `kava-sync learn`: what all counters have told becomes one signed bundle, which goes down to them.

use crate::Global;
use crate::command::{Done, now, said, say};
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
    desk::deeds,
    ledger::{Access, Ledger, documents, told},
};
use serde_json::json;
use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Records that are read and written at a time.
const AT_A_TIME: usize = 10_000;

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
    /// Say what would be learned, and keep nothing
    #[arg(long = "try")]
    only_try: bool,
}

/// Learns, and puts the bundle on its way.
pub fn learn(global: &Global, args: &LearnArgs) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let beside = Beside::of(&global.db)?;
    let (taken, learned) = fitted(&ledger, args, &beside)?;
    drop(beside);
    if let Some(path) = &args.report {
        let text = serde_json::to_string_pretty(&learned.report).map_err(|e| e.to_string())?;
        std::fs::write(path, text + "\n")
            .map_err(|e| format!("{} cannot be written: {e}", path.display()))?;
    }
    let version = if args.only_try { None } else { keep(&mut ledger, &args.shop, &learned)? };
    let release = learned.bundle.as_ref().map(|(release, _)| *release);
    let value = json!({
        "shop": args.shop, "sales": taken.sales, "refunds": taken.refunds, "unread": taken.unread,
        "release": release, "version": version, "customers": learned.customers, "report": learned.report,
    });
    say(global, &value, &words(taken, &learned, version))?;
    Ok(ExitCode::SUCCESS)
}

fn fitted(ledger: &Ledger, args: &LearnArgs, beside: &Beside) -> Result<(Taken, Learned), String> {
    let fault = |fault: kava::store::StoreFault| fault.to_string();
    let mut bar = Bar::default();
    let mut mirror = Mirror::begin(&beside.0, chain(ledger, &args.shop)?).map_err(fault)?;
    let (mut read, all) = (0, told::count(ledger, &args.shop).map_err(|fault| said(&fault))?);
    ledger
        .each_told((&args.shop, AT_A_TIME), |records| {
            read += records.len();
            bar.show("records", read, all);
            mirror.take(records).map_err(|fault| Why(fault.to_string()))
        })
        .map_err(|Why(why)| why)?;
    let taken = mirror.settle().map_err(fault)?;
    let in_force = bundle_in_force(ledger, &args.shop)?;
    let secret = ledger.signing_secret().map_err(|fault| said(&fault))?;
    let wish =
        Wish { now: now(), seed: args.seed, parts: Parts::ALL, in_force: in_force.as_ref(), secret: &secret };
    let learned = mirror.learn(&wish, &mut |stage, done, all| bar.show(stage, done, all)).map_err(fault)?;
    bar.close();
    Ok((taken, learned))
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

fn bundle_in_force(ledger: &Ledger, shop: &str) -> Result<Option<Bundle>, String> {
    let Some((_, text)) = ledger.newest(Stream::Bundle, shop).map_err(|fault| said(&fault))? else {
        return Ok(None);
    };
    let body = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    serde_json::from_slice(body).map(Some).map_err(|e| format!("the bundle in force: {e}"))
}

/// Looks and bundle together: a look that was forgotten could be had again.
fn keep(ledger: &mut Ledger, shop: &str, learned: &Learned) -> Result<Option<i64>, String> {
    let kept = ledger.change(|change| {
        if let Some(looks) = &learned.looks {
            told::keep_looks(change, shop, looks)?;
        }
        let Some((release, text)) = &learned.bundle else { return Ok(None) };
        let published = documents::publish(change, (Stream::Bundle, shop), text.as_bytes(), now())?;
        let text = format!("release {release} version {}", published.version);
        deeds::keep(change, deeds::COMMAND_LINE, ("learned", shop, &text), now())?;
        Ok(Some(published.version))
    });
    kept.map_err(|fault| said(&fault))
}

fn words(taken: Taken, learned: &Learned, version: Option<i64>) -> String {
    let mut words = format!("{} sales and {} refunds were read", taken.sales, taken.refunds);
    if taken.unread > 0 {
        // Writing into a text does not fail.
        write!(words, "; {} records could not be, or were told twice", taken.unread).unwrap_or_default();
    }
    match (&learned.bundle, version) {
        (Some((release, _)), Some(version)) => {
            write!(words, "\nRelease {release} is on its way to the counters as bundle version {version}")
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

/// The mirror's file beside the ledger, gone with this: it holds what an erasure could not reach.
struct Beside(PathBuf);

impl Beside {
    fn of(db: &Path) -> Result<Beside, String> {
        let beside = Beside(db.with_extension("learning"));
        beside.clear();
        if beside.0.exists() {
            return Err(format!("{} is in the way and cannot be removed", beside.0.display()));
        }
        Ok(beside)
    }

    fn clear(&self) {
        for end in ["", "-wal", "-shm", ".lock"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            // What is not there need not be removed.
            std::fs::remove_file(name).unwrap_or_default();
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.clear();
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
