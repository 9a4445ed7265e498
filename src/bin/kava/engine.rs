//! Puts a counter together: store, devices, ids, settings.

use crate::global::Global;
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    devices::{
        config::{self, DevicesConfig, ScannerConfig},
        manual::{Ask, ManualAnswer, ManualRegister},
    },
    facts::policy::Policy,
    flow::{Counter, counter::Settings, ids::Ids},
    ports::{Paper, Scanner},
    steps::offer::{RfmTable, StampCard, Strategy},
    store::{Access, Durability, Store, setting::set_policy},
};

/// How a counter is to be put together.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Who decides the depths.
    pub strategy: Strategy,
    /// Unknown codes are customer ids.
    pub trust_ids: bool,
    /// Ids that repeat.
    pub seed: Option<u64>,
    /// Commits do not wait for the disk.
    pub durability_off: bool,
}

/// Reads `learned`, `ladder`, `none`, `flat:BP`, `rfm`, `stamps`; `learned` is the ladder until a bundle carries a game.
pub fn strategy(text: &str) -> Result<Strategy> {
    match text.split_once(':') {
        None if text == "learned" => Ok(Strategy::Learned),
        None if text == "ladder" => Ok(Strategy::Ladder),
        None if text == "none" => Ok(Strategy::None),
        None if text == "rfm" => Ok(Strategy::Rfm(RfmTable::default())),
        None if text == "stamps" => Ok(Strategy::Stamps(StampCard::default())),
        Some(("flat", depth)) => {
            let depth: i64 =
                depth.parse().with_context(|| format!("{depth:?} is not a depth in basis points"))?;
            if (0..10_000).contains(&depth) {
                Ok(Strategy::Flat(depth))
            } else {
                bail!("a depth is 0 to 9999 basis points, not {depth}")
            }
        }
        _ => bail!("policy {text:?} is not one of learned, ladder, none, flat:BP, rfm, stamps"),
    }
}

/// A counter with the scanner that stands beside it.
pub struct Engine {
    /// The counter; what was open is finished or waits for review.
    pub counter: Counter,
    /// The scanner at a port of its own, if one is configured; codes typed on stdin come to whoever reads it.
    pub scanner: Option<Box<dyn Scanner>>,
}

/// Opens the database and the devices and finishes what was open. Without anybody to ask, the request to
/// settle is the cashier's word that the receipt is rung up.
pub fn open(global: &Global, wish: &Wish, ask: Option<Box<dyn Ask>>) -> Result<Engine> {
    let devices = DevicesConfig::read(global.config.as_deref())?;
    let own_port = matches!(devices.scanner, ScannerConfig::Serial { .. });
    if wish.durability_off && global.config.is_some() && devices.has_real_register() {
        bail!("--durability off is for simulations; it is refused beside a real register");
    }
    let durability = if wish.durability_off { Durability::Off } else { Durability::Full };
    let mut store = Store::open(&global.db()?, Access::Write, durability)?;
    put_in_force(&mut store, global)?;
    store.policy()?.check().map_err(|why| anyhow!("policy: {why}"))?;
    let ids = match wish.seed {
        Some(seed) => Ids::seeded(seed, (store.epoch()?, i64::try_from(store.outbox_length()?)?)),
        None => Ids::random().map_err(|why| anyhow!(why))?,
    };
    let ask = ask.unwrap_or_else(|| Box::new(|_: &Paper| ManualAnswer::RungUp));
    let slip_beside_register = devices.slip_beside_register;
    let devices = config::open(&devices, ask)?;
    let settings = Settings {
        strategy: wish.strategy,
        trust_ids: wish.trust_ids,
        register_deadline: devices.register_deadline,
        printer_deadline: devices.printer_deadline,
        slip_beside_register,
    };
    let mut counter = Counter::new(store, devices.register, devices.printer, ids, settings)?;
    let resumed = counter.resume()?;
    if !resumed.needs_review.is_empty() {
        for review in counter.reviews()? {
            tracing::warn!(receipt = %review.receipt, "needs review: {}", review.look);
        }
    }
    Ok(Engine { counter, scanner: devices.scanner.filter(|_| own_port) })
}

/// A counter that sells nothing: for what is between it and the office. What is open at the register stays open.
pub fn without_devices(global: &Global) -> Result<Counter> {
    let store = global.open(Access::Write)?;
    let register = ManualRegister::new(Box::new(|_: &Paper| ManualAnswer::Unsure));
    let ids = Ids::random().map_err(|why| anyhow!(why))?;
    Ok(Counter::new(store, Box::new(register), None, ids, Settings::default())?)
}

/// Puts the configuration's `[policy]` in force; fields it does not name have their defaults.
fn put_in_force(store: &mut Store, global: &Global) -> Result<()> {
    #[derive(serde::Deserialize)]
    struct File {
        policy: Option<Policy>,
    }
    let Some(path) = &global.config else { return Ok(()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let file: File = toml::from_str(&text).with_context(|| format!("{}, [policy]", path.display()))?;
    let Some(policy) = file.policy else { return Ok(()) };
    policy.check().map_err(|why| anyhow!("{}, [policy]: {why}", path.display()))?;
    if policy.digest() != store.policy()?.digest() {
        store.change(|change| set_policy(change, &policy))?;
    }
    Ok(())
}
