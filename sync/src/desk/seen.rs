//! Sales as the roll-out of bundles reads them: what stayed of each, and what was known of its guest, read with a bundle and with
//! the one before it.

use super::days::{self, kept_of};
use crate::ledger::{Ledger, LedgerFault};
use crate::people::cards::Rules;
use crate::roll::visit::{Known, Opened, Visit, Wish};
use kava::{
    facts::{
        customer::Features,
        id::Digest,
        models::Bundle,
        moment::{BusinessDay, ShopDay},
        money::Money,
        policy::Policy,
        purchase::Purchase,
    },
    flow::decision::{Decision, Guest},
    steps::{
        offer::learned::waiting_bp,
        response::{estimate, estimate_by_means, state},
        segment, value,
    },
};
use rusqlite::params;
use std::collections::BTreeMap;

/// A bundle that is looked at, and the one before it.
#[derive(Debug, Clone, Default)]
pub struct Pair {
    /// The one that is looked at, with the digest by which decisions name it.
    pub now: Option<(Bundle, Digest)>,
    /// The one before it.
    pub before: Option<Bundle>,
}

/// Sales of some days.
#[derive(Debug, Default)]
pub struct Seen {
    /// Shops, in the order of their places.
    pub shops: Vec<String>,
    /// Sales, the oldest day first.
    pub visits: Vec<Visit>,
}

/// Sales of all spans together that are read at most; what is beyond is the oldest days of each. A look is had once a night,
/// beside learning, which reads all that there is.
const READ_MAX: i64 = 1_000_000;

// A counter tells of the decision right after the sale.
const SOLD: &str = "SELECT c.shop, x.payload, d.payload, r.net,
        (SELECT coalesce(sum(back.net), 0) FROM receipt back WHERE back.original = r.receipt)
    FROM receipt r INDEXED BY receipt_day JOIN counter c ON c.id = r.counter
    JOIN record x ON x.counter = r.counter AND x.epoch = r.epoch AND x.seq = r.seq
    LEFT JOIN record d ON d.counter = r.counter AND d.epoch = r.epoch AND d.seq = r.seq + 1 AND d.kind = 'decision'
    WHERE r.business_day BETWEEN ?1 AND ?2 AND r.kind = 'sale' AND r.charged AND x.payload IS NOT NULL
    ORDER BY r.business_day, r.receipt";

/// Reads the sales of some spans of days, the older first, which do not overlap.
///
/// # Errors
/// When the database fails.
pub fn read(
    ledger: &Ledger,
    spans: &[(BusinessDay, BusinessDay)],
    bundles: &Pair,
) -> Result<Seen, LedgerFault> {
    let policy = Rules::read(ledger, "")?.policy;
    let mut reader = Reader { bundles, policy: &policy, shops: BTreeMap::new(), guests: BTreeMap::new() };
    let mut visits = Vec::new();
    let mut statement = ledger.connection().prepare_cached(SOLD)?;
    let most = READ_MAX / i64::try_from(spans.len()).unwrap_or(1).max(1);
    for (first, last) in spans {
        let wanted = last.0.saturating_sub(first.0).saturating_add(1);
        let first = days::first_to_read(ledger, (*last, wanted), most)?;
        let mut rows = statement.query(params![first.0, last.0])?;
        while let Some(row) = rows.next()? {
            let (shop, sale): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let decision: Option<Vec<u8>> = row.get(2)?;
            let Ok(sale) = serde_json::from_slice::<Purchase>(&sale) else { continue };
            let decision = decision.and_then(|payload| serde_json::from_slice::<Decision>(&payload).ok());
            visits.push(reader.visit(&shop, (&sale, row.get(3)?, row.get(4)?), decision.as_ref()));
        }
    }
    let mut shops: Vec<(String, usize)> = reader.shops.into_iter().collect();
    shops.sort_by_key(|(_, place)| *place);
    Ok(Seen { shops: shops.into_iter().map(|(shop, _)| shop).collect(), visits })
}

struct Reader<'a> {
    bundles: &'a Pair,
    policy: &'a Policy,
    shops: BTreeMap<String, usize>,
    guests: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn visit(
        &mut self,
        shop: &str,
        (sale, net, back): (&Purchase, i64, i64),
        decision: Option<&Decision>,
    ) -> Visit {
        let count = self.shops.len();
        let shop = *self.shops.entry(shop.to_owned()).or_insert(count);
        // Of what was given back a like part is taken off.
        let stayed = if net > 0 { (number(net - back) / number(net)).clamp(0.0, 1.0) } else { 1.0 };
        let guest = decision.and_then(|decision| Some((decision, decision.guest.as_ref()?)));
        let digest = self.bundles.now.as_ref().map(|(_, digest)| digest);
        Visit {
            shop,
            day: sale.when.business_day.0,
            kept: stayed * number(Money::total(sale.lines.iter().map(kept_of)).0),
            list: stayed * number(Money::total(sale.lines.iter().map(|line| line.list)).0),
            is_under: guest.is_some_and(|(_, guest)| digest.is_some() && guest.bundle.as_ref() == digest),
            known: guest.map(|(decision, guest)| self.known(decision, guest)),
        }
    }

    fn known(&mut self, decision: &Decision, guest: &Guest) -> Known {
        let (situation, reading) = (&guest.situation, &guest.situation.reading);
        let count = self.guests.len();
        let place = *self.guests.entry(situation.customer.as_str().to_owned()).or_insert(count);
        let today = ShopDay { day: situation.business_day, number: guest.open_day };
        let wish = match (&decision.chosen, decision.refusals.is_empty()) {
            (None, _) => Wish::None,
            (Some(_), true) => Wish::Whole,
            (Some(_), false) => Wish::Cut,
        };
        let now = self.bundles.now.as_ref().map(|(bundle, _)| bundle);
        Known {
            guest: place,
            wish,
            segment: segment::assign(&guest.features, today, now, &guest.previous_segment),
            recency: f64::from(reading.recency_days),
            frequency: number(reading.frequency_per_30d_milli) / 1_000.0,
            receipt: number(reading.aov_minor),
            memory: number(situation.memory_bp.unwrap_or(0)),
            history: value::history(&after(&guest.features, today, decision), today),
            opened: self.opened(decision, guest, today),
        }
    }

    /// The chance to come back in the epoch that this sale opened, as each bundle foretells it.
    fn opened(&self, decision: &Decision, guest: &Guest, today: ShopDay) -> Option<Opened> {
        let assignment = decision.opens_epoch(self.policy).filter(|assignment| !assignment.holdout)?;
        let situation = &guest.situation;
        let arm = self.policy.arms.iter().find(|arm| arm.id == assignment.arm)?;
        let depth_bp = waiting_bp(arm, situation, self.policy);
        let memory = situation.memory_bp.unwrap_or(0);
        let chance = |bundle: Option<&Bundle>| {
            let model = bundle?.response.as_ref()?;
            let segment = segment::assign(&guest.features, today, bundle, &guest.previous_segment);
            let state = state(&situation.reading, &segment, memory);
            let heard = if situation.menu_moved { estimate_by_means } else { estimate };
            Some(heard(Some(model), &state, depth_bp).p_return)
        };
        let Pair { now, before } = self.bundles;
        let chances = [chance(now.as_ref().map(|(bundle, _)| bundle)), chance(before.as_ref())];
        Some(Opened { until: assignment.until.0, chances })
    }
}

/// A guest's purchases up to this visit: a decision knows those before it. Two visits of a day are one purchase.
fn after(features: &Features, today: ShopDay, decision: &Decision) -> Features {
    let (is_first, is_same) = (features.days == 0, features.last_open_day == today.number);
    let net = Money::total(decision.lines.iter().map(|line| line.net));
    let days = features.days + u32::from(is_first || !is_same);
    Features {
        days,
        first_open_day: if is_first { today.number } else { features.first_open_day },
        first_day_net: if is_first { net } else { features.first_day_net },
        last_open_day: today.number,
        net: features.net.plus(net),
        ..features.clone()
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of money are far below 2^53")]
const fn number(minor: i64) -> f64 {
    minor as f64
}
