//! Puts a counter together: store, devices, ids, settings.

use crate::global::Global;
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    devices::manual::{ManualAnswer, ManualRegister},
    facts::policy::Policy,
    flow::{Counter, counter::Settings, ids::Ids},
    ports::NetReceipt,
    steps::offer::Strategy,
    store::{Access, Durability, Store},
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

/// Reads `ladder`, `none`, `flat:BP`; `learned` is the ladder until a bundle carries a response.
pub fn strategy(text: &str) -> Result<Strategy> {
    match text.split_once(':') {
        None if text == "ladder" || text == "learned" => Ok(Strategy::Ladder),
        None if text == "none" => Ok(Strategy::None),
        Some(("flat", depth)) => {
            let depth: i64 =
                depth.parse().with_context(|| format!("{depth:?} is not a depth in basis points"))?;
            if (0..10_000).contains(&depth) {
                Ok(Strategy::Flat(depth))
            } else {
                bail!("a depth is 0 to 9999 basis points, not {depth}")
            }
        }
        _ => bail!("policy {text:?} is not one of learned, ladder, none, flat:BP"),
    }
}

/// Opens the database and the devices and finishes what was open.
pub fn counter(global: &Global, wish: &Wish) -> Result<Counter> {
    let durability = if wish.durability_off { Durability::Off } else { Durability::Full };
    let store = Store::open(&global.db()?, Access::Write, durability)?;
    let policy: Policy = store.policy()?;
    policy.check().map_err(|why| anyhow!("policy: {why}"))?;
    let ids = match wish.seed {
        Some(seed) => Ids::seeded(seed, (store.epoch()?, i64::try_from(store.outbox_length()?)?)),
        None => Ids::random().map_err(|why| anyhow!(why))?,
    };
    let settings = Settings { strategy: wish.strategy, trust_ids: wish.trust_ids, ..Settings::default() };
    // The request to settle is the cashier's word that the receipt is rung up.
    let register = Box::new(ManualRegister::new(Box::new(|_: &NetReceipt| ManualAnswer::RungUp)));
    let mut counter = Counter::new(store, register, None, ids, settings)?;
    counter.resume()?;
    Ok(counter)
}
