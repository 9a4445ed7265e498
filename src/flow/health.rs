//! How a counter is, for a person who wonders: versions, what waits, how old prices and models are, the clock, the disk.

use super::counter::Counter;
use super::deliver::Hitch;
use super::fault::FlowFault;
use crate::facts::moment::Moment;
use crate::store::health::{free_bytes, sqlite_version};
use serde::Serialize;

/// How it is. Days are written as `2026-11-25`, times as `2026-11-25 08:15` on the shop's wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct Health {
    /// Version of the program.
    pub version: &'static str,
    /// Version of the database's own program.
    pub sqlite: &'static str,
    /// Version of the policy in force.
    pub policy: u32,
    /// Products on sale.
    pub products: usize,
    /// The day on which a cost was last stated.
    pub prices_of: Option<String>,
    /// Release of the models, and the day on which they were made.
    pub models: Option<ModelsAge>,
    /// Records that wait for the office.
    pub queue: u64,
    /// The office's address.
    pub office: Option<String>,
    /// What is between this counter and it.
    pub hitch: Option<String>,
    /// Its code: the office's own where the office refuses, else `line`.
    pub hitch_code: Option<String>,
    /// Since when.
    pub hitch_since: Option<String>,
    /// What phones say that the clock is behind, in milliseconds; nothing of it is known where it is zero.
    pub clock_behind_ms: i64,
    /// Room on the disk, in megabytes.
    pub free_mb: Option<u64>,
}

/// The models in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct ModelsAge {
    /// Their release.
    pub release: u64,
    /// The day on which they were made.
    pub made: String,
    /// The last day on which they are used.
    pub until: String,
}

fn code_of(hitch: &Hitch) -> &str {
    match hitch {
        Hitch::Line(_) => "line",
        Hitch::Refused { code, .. } => code,
    }
}

impl Counter {
    /// How this counter is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn health(&self) -> Result<Health, FlowFault> {
        let wall = |at: Moment, length: usize| {
            let local = self.local(at).0;
            let text = at.later(i64::from(local.utc_offset_min) * 60_000).to_string();
            text.get(..length).unwrap_or_default().replace('T', " ")
        };
        let costs = self.store.cost_ages()?;
        let between = self.between.as_ref();
        Ok(Health {
            version: env!("CARGO_PKG_VERSION"),
            sqlite: sqlite_version(),
            policy: self.policy.version,
            products: self.menu.len(),
            prices_of: costs.iter().filter_map(|cost| cost.stated).max().map(|day| day.to_string()),
            models: self.store.bundle_age()?.map(|age| ModelsAge {
                release: age.release,
                made: wall(age.made, 10),
                until: wall(age.not_after, 10),
            }),
            queue: self.store.outbox_length()?,
            office: self.store.office_link()?.map(|link| link.url),
            hitch: between.map(|(hitch, _)| hitch.to_string()),
            hitch_code: between.map(|(hitch, _)| code_of(hitch).to_owned()),
            hitch_since: between.map(|(_, since)| wall(*since, 16)),
            clock_behind_ms: self.trust.clock.offset_ms,
            free_mb: free_bytes(self.store.path()).ok().map(|bytes| bytes / 1_048_576),
        })
    }
}
