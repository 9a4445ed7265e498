//! A chain with honest people who differ, and twenty ways to cheat planted among them. Everything random follows from a seed.

pub(crate) mod chain;
pub(crate) mod scripts;

use chain::Chain;
use kava_sync::watch::{Alarm, Bar, act::Actor, look};
use scripts::{SCRIPTS, Script};
use std::{collections::BTreeMap, sync::Arc};

/// How much is simulated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) shops: u32,
    pub(crate) days: i32,
}

impl Size {
    /// What the product's promise speaks of.
    pub(crate) const PROMISED: Size = Size { shops: 40, days: 30 };
}

/// What was seen of a month.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) receipts: usize,
    /// For each script, the signals that named it.
    pub(crate) found: BTreeMap<&'static str, Vec<&'static str>>,
    /// Alarms of which nothing was planted.
    pub(crate) wrong: Vec<Alarm>,
}

impl Seen {
    pub(crate) fn missed(&self) -> Vec<&'static str> {
        self.found.iter().filter(|(_, by)| by.is_empty()).map(|(name, _)| *name).collect()
    }
}

/// A month with every script, or, without any, of honest people alone.
pub(crate) fn month(seed: u64, size: Size, planted: &[Script]) -> Seen {
    let mut chain = Chain::new(seed, size);
    let cheats: Vec<_> = planted.iter().map(|script| chain.plant(*script)).collect();
    let acts = chain.live();
    let receipts = acts.all.len();
    let mut seen = Seen { receipts, ..Seen::default() };
    for cheat in &cheats {
        seen.found.entry(cheat.script.name).or_default();
    }
    for alarm in look(acts, Bar::OFFICE) {
        let by = cheats
            .iter()
            .find(|cheat| cheat.is_named(&alarm.shop, alarm.actor.as_ref(), alarm.code.as_ref()));
        match by {
            Some(cheat) => seen.found.entry(cheat.script.name).or_default().push(alarm.signal),
            None => seen.wrong.push(alarm),
        }
    }
    seen
}

/// Every script once.
pub(crate) fn with_all(seed: u64, size: Size) -> Seen {
    month(seed, size, &SCRIPTS)
}

/// Nobody cheats.
pub(crate) fn honest(seed: u64, size: Size) -> Seen {
    month(seed, size, &[])
}

pub(crate) fn barista(name: &str) -> Actor {
    Actor::Barista(Arc::from(name))
}
