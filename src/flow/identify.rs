//! Identify: whose code is it, and what does it give a right to.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::at_till::KnownBy;
use crate::facts::customer::{Consent, Customer, Features, Rights};
use crate::facts::id::{ArmId, CounterId, CustomerId, OfferId};
use crate::facts::moment::{BusinessDay, LocalMoment, ShopDay};
use crate::facts::offer::{Card, Scope};
use crate::steps::scan::{self, Code};
use crate::steps::{features, segment};
use crate::store::customers::{self, Known};
use crate::store::{aftermath, codes};
use crate::wire::code::base::VoucherScope;
use crate::wire::code::base::{MenuTag, arm_tag, category_tag, product_tag};
use crate::wire::code::clock::{self, Heard};
use crate::wire::code::proof::card_tag;
use crate::wire::code::short::{SPOKEN_DIGITS, ShortCode, shop_tag, weeks};
use crate::wire::code::{Blank, CodeUse, Pass, PassFault, Pseudonym, Seen, Verified, Voucher};

/// A guest as their code says who they are.
#[derive(Debug)]
pub(super) struct Identified {
    pub(super) known: Known,
    pub(super) rights: Rights,
    /// By what they are recognised.
    pub(super) by: KnownBy,
    /// The code itself, if it is good only once.
    pub(super) code: Option<CodeUse>,
    /// The card that was chosen on the phone, by its tag.
    wanted: Option<u32>,
}

impl Identified {
    fn new(known: Known, rights: Rights, by: KnownBy) -> Identified {
        Identified { known, rights, by, code: None, wanted: None }
    }

    /// Brings the card that was chosen on the phone to the front; gives its id.
    pub(super) fn wanted(&self, cards: &mut [Card]) -> Option<OfferId> {
        let tag = self.wanted?;
        let at = cards.iter().position(|card| card_tag(&card.offer.id) == tag)?;
        cards.get_mut(..=at)?.rotate_right(1);
        cards.first().map(|card| card.offer.id.clone())
    }
}

/// Guests who have bought here within so many days may say six digits.
const SPOKEN_DAYS: i32 = 60;

impl Counter {
    /// The customer behind a code; with trusted ids an unknown code makes a customer.
    pub(super) fn identify(&mut self, code: &str, now: LocalMoment) -> Result<Identified, FlowFault> {
        const ID_MAX: usize = 64;
        if self.settings.trust_ids && !code.is_empty() && code.len() <= ID_MAX {
            let known = self.find_trusted(code, now.business_day)?;
            return Ok(Identified::new(known, Rights::Full, KnownBy::Found));
        }
        let printed = self.policy.printed_card;
        match scan::read(code)? {
            Code::Full(digits) => self.by_pass(&digits, now),
            Code::Blank(digits) => self.by_claim(&digits, now),
            Code::PrintedCard(digits) => {
                let known = self.store.customer_by_code(&digits)?.ok_or(FlowFault::CodeUnknown)?;
                Ok(Identified::new(known, printed, KnownBy::Card))
            }
            Code::Short(digits) => match self.store.customer_by_code(&digits)? {
                Some(known) => Ok(Identified::new(known, printed, KnownBy::OldCard)),
                None => Ok(Identified::new(self.by_short(&digits, now)?, Rights::Today, KnownBy::Short)),
            },
            Code::OldCard(digits) => match self.store.customer_by_code(&digits)? {
                Some(known) => Ok(Identified::new(known, printed, KnownBy::OldCard)),
                None if digits.len() == SPOKEN_DIGITS && !self.store.week_keys()?.is_empty() => {
                    Ok(Identified::new(self.by_spoken(&digits, now)?, Rights::Base, KnownBy::Spoken))
                }
                None => Err(FlowFault::CodeUnknown),
            },
        }
    }

    fn find_trusted(&mut self, code: &str, today: BusinessDay) -> Result<Known, FlowFault> {
        let id = CustomerId::new(code);
        if let Some(known) = self.store.customer(&id)? {
            return Ok(known);
        }
        let card = scan::read(code).ok();
        if let Some(digits) = card.as_ref().map(Code::digits)
            && let Some(known) = self.store.customer_by_code(digits)?
        {
            return Ok(known);
        }
        if self.store.was_erased(&id)? {
            return Err(FlowFault::CodeUnknown);
        }
        self.add_customer(id, Consent::PERSONAL, today, "trusted")
    }

    fn by_pass(&mut self, digits: &str, now: LocalMoment) -> Result<Identified, FlowFault> {
        let verified = self.verified(&Seen::read(digits)?, now)?;
        if self.store.code_was_used(&verified.code)? || self.waits_for_review(&verified.code) {
            return Err(PassFault::Replayed.into());
        }
        let mut known = self.by_pseudonym(verified.pass.pseudonym, verified.pass.consent, now)?;
        // What the guest agreed to is the office's word, and the pass is its newest.
        known.customer.consent = verified.pass.consent;
        self.learn_from(&verified.pass, &known, now)?;
        let (rights, by) = (Rights::Full, KnownBy::Phone);
        Ok(Identified { known, rights, by, code: Some(verified.code), wanted: verified.card })
    }

    /// The code, verified. Where most phones are refused for their age, the counter's clock was set: what it has
    /// learned is forgotten for what they say.
    fn verified(&mut self, seen: &Seen, now: LocalMoment) -> Result<Verified, FlowFault> {
        let phone = seen.pass.pass.phone.id();
        let heard = Heard { at: now.at, ahead_ms: clock::ahead_ms(seen.proof.step, now.at) };
        match seen.verify(&self.trust, now.at) {
            Ok(verified) => {
                self.doubt.accepted(phone, heard);
                Ok(verified)
            }
            Err(fault @ (PassFault::TooOld { .. } | PassFault::FromTheFuture { .. })) => {
                let phones = self.doubt.refused(phone, heard).ok_or(fault)?;
                tracing::warn!(
                    phones = phones.len(),
                    "the clock was set; what was learned of it is forgotten"
                );
                self.store.change(|change| codes::hear_anew(change, &phones))?;
                self.trust.clock = self.store.learned_time(now.at)?;
                Ok(seen.verify(&self.trust, now.at)?)
            }
            Err(fault) => Err(fault.into()),
        }
    }

    fn by_claim(&mut self, digits: &str, now: LocalMoment) -> Result<Identified, FlowFault> {
        let (blank, _) = Blank::claim(digits, self.trust.chain, &self.trust.keys, now.at)?;
        let known = self.by_pseudonym(blank.pseudonym, Consent::PERSONAL, now)?;
        Ok(Identified::new(known, self.policy.printed_card, KnownBy::Blank))
    }

    /// The customer with this pseudonym; somebody whom the office has signed and nobody here knows becomes a
    /// customer of this counter.
    fn by_pseudonym(
        &mut self,
        pseudonym: Pseudonym,
        consent: Consent,
        now: LocalMoment,
    ) -> Result<Known, FlowFault> {
        match self.store.customer_by_pseudonym(pseudonym)? {
            Some(known) => Ok(known),
            // Whoever was erased at the office is nobody here, whatever their phone still shows.
            None if self.store.was_erased(&pseudonym.customer())? => Err(FlowFault::CodeUnknown),
            None => self.add_customer(pseudonym.customer(), consent, now.business_day, "pass"),
        }
    }

    fn add_customer(
        &mut self,
        id: CustomerId,
        consent: Consent,
        registered: BusinessDay,
        source: &str,
    ) -> Result<Known, FlowFault> {
        let customer = Customer { id, consent, registered };
        let row = self.store.change(|change| customers::add_customer(change, &customer, source))?;
        Ok(Known { row, customer, features: Features::default(), segment: segment::NEW.into() })
    }

    /// Keeps what a pass brings along: features of visits elsewhere, and the card for the next visit.
    fn learn_from(&mut self, pass: &Pass, known: &Known, now: LocalMoment) -> Result<(), FlowFault> {
        let stale = match (&pass.base, self.store.guest_base(known.row)?) {
            (Some(_), Some((issued, _))) => issued < pass.issued,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let card = pass.voucher.as_ref().and_then(|voucher| self.card_of(voucher, known, now));
        let card = match card {
            Some(card) if !self.store.knows_card(&card.offer.id)? => Some(card),
            _ => None,
        };
        if !stale && card.is_none() {
            return Ok(());
        }
        self.store.change(|change| {
            if let Some(base) = pass.base.as_ref().filter(|_| stale) {
                codes::keep_base(change, known.row, pass.issued, base)?;
            }
            if let Some(card) = &card {
                aftermath::add_card(change, known.row, card, &"pass".into())?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The voucher as a card of this menu and ladder; nothing where the menu has no such thing.
    fn card_of(&self, voucher: &Voucher, known: &Known, now: LocalMoment) -> Option<Card> {
        let scope = match voucher.scope {
            VoucherScope::Basket => Scope::Basket,
            VoucherScope::Category(tag) => Scope::Category(self.category_of(tag)?),
            VoucherScope::Product(tag) => {
                Scope::Product(self.menu.iter().find(|product| product_tag(&product.sku) == tag)?.sku.clone())
            }
        };
        let mut offer = voucher.offer(scope);
        offer.depth_bp = self.policy.rung(offer.depth_bp);
        let arm = self.policy.arms.iter().map(|arm| &arm.id).find(|arm| arm_tag(arm) == voucher.arm);
        (now.at < offer.until).then(|| Card {
            offer,
            customer: known.customer.id.clone(),
            arm: arm.cloned().unwrap_or_else(|| ArmId::new("office")),
            bundle: None,
            decided_by: CounterId::new("office"),
        })
    }

    fn category_of(&self, tag: MenuTag) -> Option<crate::facts::id::CategoryId> {
        let categories = self.menu.iter().map(|product| &product.category);
        categories.filter(|category| category_tag(category) == tag).min().cloned()
    }

    /// Features of a guest: of their visits here, or, where a pass knows of more, of what it says and the
    /// visits here since it was made.
    pub(super) fn features_of(&self, known: &Known, today: ShopDay) -> Result<Features, FlowFault> {
        let Some((issued, base)) = self.store.guest_base(known.row)? else {
            return Ok(known.features.clone());
        };
        if known.features.visits >= u32::from(base.visits) {
            return Ok(known.features.clone());
        }
        let last_day = BusinessDay(base.last_day.into());
        let elsewhere =
            base.features(issued, self.store.open_day_number(last_day)?.min(today.number), |tag| {
                self.category_of(tag)
            });
        let since = self.store.visits_since(known.row, issued)?;
        Ok(since.iter().fold(elsewhere, |all, visit| features::fold(all, visit, &self.policy)))
    }

    fn by_short(&mut self, digits: &str, now: LocalMoment) -> Result<Known, FlowFault> {
        self.tries.allow(now.at)?;
        let code = ShortCode::read(digits)?;
        let shop = shop_tag(&self.shop.chain, &self.shop.shop);
        let keys = self.store.week_keys()?;
        let key = code.key(shop, &keys, now.at)?;
        let named = self.store.customers_by_number(code.number)?;
        let found =
            named.into_iter().find(|known| key.short(shop, Pseudonym::of(&known.customer.id)) == code.digits);
        if found.is_none() {
            self.tries.missed(now.at);
        }
        Ok(found.ok_or(PassFault::ShortUnknown)?)
    }

    fn by_spoken(&mut self, digits: &str, now: LocalMoment) -> Result<Known, FlowFault> {
        self.tries.allow(now.at)?;
        let keys = self.store.week_keys()?;
        let good = weeks(now.at);
        let keys: Vec<_> = keys.iter().filter(|key| good.contains(&key.week)).collect();
        if keys.is_empty() {
            return Err(PassFault::NoWeekKey.into());
        }
        let guests = self.store.guests_since(BusinessDay(now.business_day.0 - SPOKEN_DAYS))?;
        let says = |guest: &&CustomerId| keys.iter().any(|key| key.spoken(Pseudonym::of(guest)) == digits);
        let mut named = guests.iter().filter(says);
        match (named.next(), named.next()) {
            (Some(guest), None) => self.store.customer(guest)?.ok_or(FlowFault::CodeUnknown),
            (Some(_), Some(_)) => Err(PassFault::SpokenAmbiguous.into()),
            (None, _) => {
                self.tries.missed(now.at);
                Err(PassFault::ShortUnknown.into())
            }
        }
    }
}
