//! Puts a counter together: store, devices, ids, settings.

use super::{NotWired, training};
use crate::devices::clock::SystemClock;
use crate::devices::config::{self, DevicesConfig, ScannerConfig};
use crate::devices::manual::{Ask, ManualAnswer, ManualRegister};
use crate::facts::policy::Policy;
use crate::flow::Counter;
use crate::flow::carry;
use crate::flow::counter::Settings;
use crate::flow::ids::Ids;
use crate::ports::{Clock, Paper, Scanner};
use crate::steps::offer::Strategy;
use crate::store::setting::set_policy;
use crate::store::{Access, Durability, Store};
use std::path::{Path, PathBuf};

/// Where a counter's files are.
#[derive(Debug, Clone)]
pub struct Place {
    /// The database.
    pub db: PathBuf,
    /// Devices and policy in TOML; without it a register by hand and no printer.
    pub config: Option<PathBuf>,
}

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
    /// Nothing is real: a copy of the database, no device, no office.
    pub training: bool,
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
///
/// # Errors
/// When a file cannot be read, says what cannot be, or belongs to a program that runs.
pub fn open(place: &Place, wish: &Wish, ask: Option<Box<dyn Ask>>) -> Result<Engine, NotWired> {
    let place = &if wish.training {
        training::place(place)?
    } else {
        training::forget(&place.db);
        place.clone()
    };
    let config = place.config.as_deref();
    let devices = DevicesConfig::read(config)?;
    let own_port = matches!(devices.scanner, ScannerConfig::Serial { .. });
    if wish.durability_off && config.is_some() && devices.has_real_register() {
        let why = "--durability off is for simulations; it is refused beside a real register";
        return Err(NotWired::configured(why.into()));
    }
    let durability = if wish.durability_off { Durability::Off } else { Durability::Full };
    let mut store = Store::open(&place.db, Access::Write, durability)?;
    let mut telling = Ids::random()?;
    // Of an import that the power cut off before it was told.
    carry::tell(&mut store, &mut telling, SystemClock.now())?;
    put_in_force(&mut store, config)?;
    store.policy()?.check().map_err(|why| NotWired::configured(format!("policy: {why}")))?;
    let ids = match wish.seed {
        Some(seed) => {
            let waiting = i64::try_from(store.outbox_length()?).unwrap_or(i64::MAX);
            Ids::seeded(seed, (store.epoch()?, waiting))
        }
        None => Ids::random()?,
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
        training: wish.training,
    };
    let mut counter = Counter::new(store, devices.register, devices.printer, ids, settings)?;
    finish_what_was_open(&mut counter)?;
    Ok(Engine { counter, scanner: devices.scanner.filter(|_| own_port) })
}

fn finish_what_was_open(counter: &mut Counter) -> Result<(), NotWired> {
    if !counter.resume()?.needs_review.is_empty() {
        for review in counter.reviews()? {
            tracing::warn!(receipt = %review.receipt, "needs review: {}", review.look);
        }
    }
    Ok(())
}

/// A counter that sells nothing: for what is between it and the office. What is open at the register stays open.
///
/// # Errors
/// When the database cannot be opened.
pub fn without_devices(db: &Path) -> Result<Counter, NotWired> {
    let store = Store::open(db, Access::Write, Durability::Full)?;
    let register = ManualRegister::new(Box::new(|_: &Paper| ManualAnswer::Unsure));
    Ok(Counter::new(store, Box::new(register), None, Ids::random()?, Settings::default())?)
}

/// Puts the configuration's `[policy]` in force; fields it does not name have their defaults.
fn put_in_force(store: &mut Store, config: Option<&Path>) -> Result<(), NotWired> {
    #[derive(serde::Deserialize)]
    struct File {
        policy: Option<Policy>,
    }
    let Some(path) = config else { return Ok(()) };
    let place = path.display();
    let wrong = |why: &dyn std::fmt::Display| NotWired::configured(format!("{place}, [policy]: {why}"));
    let text = std::fs::read_to_string(path)
        .map_err(|why| NotWired::configured(format!("{place} cannot be read: {why}")))?;
    let file: File = toml::from_str(&text).map_err(|why| wrong(&why))?;
    let Some(policy) = file.policy else { return Ok(()) };
    policy.check().map_err(|why| wrong(&why))?;
    if policy.digest() != store.policy()?.digest() {
        store.change(|change| set_policy(change, &policy))?;
    }
    Ok(())
}
