//! All that a phone shows, in one answer: it works from it for thirty days without a network.

use super::{
    cards::{Choice, Guest, Rules, pseudonym},
    feed::{self, Entry},
    join::PhoneKnown,
    keys::weeks,
    pass::Signer,
    past::{Bought, Past},
    person::{Person, Profile},
    shelf::{self, Shelf},
};
use crate::ledger::{Ledger, LedgerFault};
use kava::{
    facts::{
        customer::{Consent, Features},
        id::{ChainId, ShopId},
        moment::Moment,
        offer::Scope,
    },
    wire::code::short::shop_tag,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The most receipts of one answer; older ones are asked for by page.
pub const RECEIPTS_MAX: usize = 50;
/// The most shops for which a phone gets short codes.
const SHOPS_MAX: usize = 3;
/// Weeks for which it gets them.
const WEEKS_ON_PHONE: usize = 6;

/// What a phone shows.
#[derive(Debug, Clone, Serialize)]
pub struct Home {
    /// The office's clock.
    pub office_time: Moment,
    /// The chain's name for guests.
    pub title: String,
    /// ISO 4217.
    pub currency: String,
    /// Since when the guest is a member.
    pub joined: Moment,
    /// Version of the profile.
    pub version: i64,
    /// What the guest says of themselves.
    pub profile: Profile,
    /// What they agree to.
    pub consent: Consent,
    /// The pass without a card, hexadecimal.
    pub pass: String,
    /// Until when the passes are good.
    pub until: Moment,
    /// What may be chosen.
    pub cards: Vec<CardShown>,
    /// Short codes by shop.
    pub shops: Vec<ShopCodes>,
    /// The published status.
    pub status: StatusShown,
    /// Saved in all, the sum of all receipts.
    pub saved_minor: i64,
    /// Receipts in all.
    pub receipts_count: usize,
    /// The newest receipts, the newest first.
    pub receipts: Vec<ReceiptShown>,
    /// What is worth telling.
    pub feed: Vec<Entry>,
    /// The menu.
    pub shelf: Shelf,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardShown {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub scope: Scope,
    /// The name of the product it covers, if it covers one.
    pub name: String,
    /// Depth in basis points.
    pub depth_bp: i64,
    /// Whether an earlier visit has left it.
    pub kept: bool,
    /// Good from.
    pub from: Moment,
    /// Good until.
    pub until: Moment,
    /// Why, a key of the catalogue.
    pub reason: &'static str,
    /// The pass that carries it, hexadecimal; the plain one where every member has it.
    pub pass: String,
}

/// The published level of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusShown {
    /// Its name.
    pub name: String,
    /// What it gives on everything, basis points.
    pub base_bp: i64,
    /// Visits so far.
    pub visits: u32,
}

/// Short codes of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShopCodes {
    /// The shop.
    pub shop: String,
    /// By week since 1970.
    pub weeks: Vec<WeekCodes>,
}

/// Short codes of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekCodes {
    /// The week.
    pub week: u16,
    /// For a scanner that reads bars.
    pub short: String,
    /// To say aloud.
    pub spoken: String,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptShown {
    /// Its id.
    pub receipt: String,
    /// When.
    pub at: Moment,
    /// Minutes to add to UTC for the shop's wall clock.
    pub utc_offset_min: i32,
    /// Where.
    pub shop: String,
    /// Paid, less what was given back.
    pub net_minor: i64,
    /// Saved, less what was given back.
    pub saved_minor: i64,
    /// Whether something was given back.
    pub returned: bool,
    /// What.
    pub lines: Vec<LineShown>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineShown {
    /// Product and extras.
    pub name: String,
    /// How many, as text.
    pub qty: String,
    /// Paid for it.
    pub net_minor: i64,
    /// Saved with it.
    pub saved_minor: i64,
}

/// Puts together what a phone shows.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, phone: &PhoneKnown, person: &Person, now: Moment) -> Result<Home, LedgerFault> {
    let connection = ledger.connection();
    let past = Past::read(connection, &person.customer)?;
    let shops = usual_shops(&past);
    let shop = shops.first().map_or("", ShopId::as_str);
    let rules = Rules::read(ledger, shop)?;
    let features = past.features(connection, &rules.policy)?;
    let guest = Guest { person, past: &past, features: &features };
    let choices = guest.cards(ledger, &rules, now)?;
    let signer = Signer::new(connection, phone.key.clone(), now)?;
    let pass = signer.sign(&guest, None)?;
    let cards = choices
        .iter()
        .map(|card| {
            let pass = if card.voucher.is_some() { signer.sign(&guest, Some(card))? } else { pass.clone() };
            Ok(shown(card, &rules, pass))
        })
        .collect::<Result<_, LedgerFault>>()?;
    Ok(Home {
        office_time: now,
        title: ledger.title()?,
        currency: ledger.currency()?,
        joined: person.joined,
        version: person.version,
        profile: person.profile.clone(),
        consent: person.consent,
        pass,
        until: signer.until(),
        cards,
        shops: shops
            .iter()
            .map(|shop| codes(ledger, shop, person, now))
            .collect::<Result<_, LedgerFault>>()?,
        status: status(&rules, &features),
        saved_minor: past.saved().0,
        receipts_count: past.sales().count(),
        receipts: receipts(&past, None),
        feed: feed::of(ledger, (&rules, &choices), (features.visits, shop), now)?,
        shelf: shelf::of(&rules, &choices, past.today(now)),
    })
}

/// Receipts before an instant, the newest first.
#[must_use]
pub fn receipts(past: &Past, before: Option<Moment>) -> Vec<ReceiptShown> {
    let older = past.sales().filter(|bought| before.is_none_or(|before| bought.purchase.when.at < before));
    let mut shown: Vec<ReceiptShown> = older.map(receipt).collect();
    shown.reverse();
    shown.truncate(RECEIPTS_MAX);
    shown
}

/// One receipt.
#[must_use]
pub fn receipt(bought: &Bought) -> ReceiptShown {
    let purchase = &bought.purchase;
    ReceiptShown {
        receipt: purchase.receipt.to_string(),
        at: purchase.when.at,
        utc_offset_min: purchase.when.utc_offset_min,
        shop: purchase.shop.to_string(),
        net_minor: bought.net().0,
        saved_minor: bought.saved().0,
        returned: !bought.returned.is_empty(),
        lines: purchase
            .lines
            .iter()
            .map(|line| {
                let names = line.extras.iter().map(|(extra, _)| extra.name.as_str());
                let name =
                    std::iter::once(line.product.name.as_str()).chain(names).collect::<Vec<_>>().join(" + ");
                let (net_minor, saved_minor) = (line.net.0, line.discount.0);
                LineShown { name, qty: line.qty.to_string(), net_minor, saved_minor }
            })
            .collect(),
    }
}

fn shown(card: &Choice, rules: &Rules, pass: String) -> CardShown {
    let offer = &card.offer;
    let name = match &offer.scope {
        Scope::Product(sku) => {
            rules.menu.get(sku).map_or_else(|| sku.to_string(), |known| known.name.clone())
        }
        Scope::Category(category) => category.to_string(),
        Scope::Basket => String::new(),
    };
    CardShown {
        id: offer.id.to_string(),
        scope: offer.scope.clone(),
        name,
        depth_bp: offer.depth_bp,
        kept: card.kept,
        from: offer.from,
        until: offer.until,
        reason: offer.reason.code(),
        pass,
    }
}

fn status(rules: &Rules, features: &Features) -> StatusShown {
    let status = rules.policy.status(features.visits);
    StatusShown { name: status.name.clone(), base_bp: status.base_bp, visits: features.visits }
}

/// Shops where the guest was, the most visited first.
fn usual_shops(past: &Past) -> Vec<ShopId> {
    let mut visits: BTreeMap<&ShopId, usize> = BTreeMap::new();
    for bought in past.sales() {
        *visits.entry(&bought.purchase.shop).or_default() += 1;
    }
    let mut shops: Vec<_> = visits.into_iter().collect();
    shops.sort_by_key(|(shop, visits)| (std::cmp::Reverse(*visits), *shop));
    shops.into_iter().take(SHOPS_MAX).map(|(shop, _)| shop.clone()).collect()
}

fn codes(ledger: &Ledger, shop: &ShopId, person: &Person, now: Moment) -> Result<ShopCodes, LedgerFault> {
    let tag = shop_tag(&ChainId::new(ledger.chain()?), shop);
    let who = pseudonym(person);
    let keys = weeks(ledger.connection(), shop, now)?;
    // The first is last week's, which a phone needs no more.
    let weeks = keys.iter().skip(1).take(WEEKS_ON_PHONE).map(|key| WeekCodes {
        week: key.week,
        short: key.short(tag, who),
        spoken: key.spoken(who),
    });
    Ok(ShopCodes { shop: shop.to_string(), weeks: weeks.collect() })
}
