//! Quote: guard and price a basket for a visit. Reads only.

use super::answers::{QuoteShown, QuotedLine, RefusalShown, Why};
use super::calm;
use super::counter::Counter;
use super::fault::FlowFault;
use super::open_visit::OpenVisit;
use crate::facts::basket::{Item, PricedBasket};
use crate::facts::id::{OfferId, VisitId};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::offer::{Offer, Reason, Scope};
use crate::facts::purchase::{PurchaseKind, PurchaseLine};
use crate::steps::charge;
use crate::steps::guard::{self, ApprovedOffer, CapsLeft};

/// Which offer a basket is to be quoted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// None.
    None,
    /// The one that saves most.
    Best,
    /// This one.
    Offer(OfferId),
}

impl Choice {
    /// Reads `none`, `best` or an offer's id; nothing is none.
    #[must_use]
    pub fn read(text: Option<&str>) -> Choice {
        match text {
            None | Some("none" | "") => Choice::None,
            Some("best") => Choice::Best,
            Some(id) => Choice::Offer(OfferId::new(id)),
        }
    }
}

/// A priced basket, ready to be charged.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    pub(super) items: Vec<Item>,
    pub(super) kind: PurchaseKind,
    pub(super) chosen: Option<Offer>,
    pub(super) caps_left: CapsLeft,
    pub(super) day: BusinessDay,
    pub(super) approved: ApprovedOffer,
    pub(super) lines: Vec<PurchaseLine>,
}

impl Quote {
    pub(super) fn net(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.net))
    }

    pub(super) fn discount(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.discount))
    }
}

/// What is asked of a quote.
#[derive(Debug, Clone)]
pub struct QuoteWish {
    /// The lines.
    pub basket: Vec<Item>,
    /// The offer.
    pub choice: Choice,
    /// Why goods leave the counter.
    pub kind: PurchaseKind,
}

impl Counter {
    /// Prices a basket for a visit; the last quote is the one that settle charges.
    ///
    /// # Errors
    /// When the visit, a product or the offer is not what it should be.
    pub fn quote(&mut self, visit: &VisitId, wish: QuoteWish, at: Moment) -> Result<QuoteShown, FlowFault> {
        let basket = self.price(&wish.basket)?;
        let open = self.open(visit)?;
        let (now, _) = self.local(at);
        let caps_left = match open.customer {
            customer if wish.kind == PurchaseKind::Staff => {
                self.store.staff_left(customer, now.business_day, &self.policy)?
            }
            Some(customer) => self.store.caps_left(customer, now.business_day, &self.policy)?,
            None => CapsLeft::whole(&self.policy),
        };
        let (chosen, approved) = self.choose(open, &basket, &wish, (now.business_day, at, caps_left))?;
        let quote = Quote {
            lines: charge::price(&approved),
            items: wish.basket,
            kind: wish.kind,
            chosen,
            caps_left,
            day: now.business_day,
            approved,
        };
        let shown = self.show_quote(visit, &quote);
        let (menu, told) = (self.menu.clone(), self.staffing.told());
        let open = self.visit_mut(visit)?;
        let before = open.quote.as_ref().map_or(&[][..], |quote| &quote.items);
        open.order.changed((before, &quote.items), &menu, at);
        open.barista = told.or(open.barista.take());
        open.quote = Some(quote);
        Ok(shown)
    }

    fn choose(
        &self,
        open: &OpenVisit,
        basket: &PricedBasket,
        wish: &QuoteWish,
        (day, at, left): (BusinessDay, Moment, CapsLeft),
    ) -> Result<(Option<Offer>, ApprovedOffer), FlowFault> {
        let policy = &self.policy;
        let approve = |offer: Option<&Offer>| {
            calm::or_else(
                "guard",
                || guard::approve(basket, offer, policy, day, left),
                || guard::full_price(basket, policy, day),
            )
        };
        let mut offers = open.guest.as_ref().map_or_else(Vec::new, |guest| guest.draw.offers.clone());
        if wish.kind == PurchaseKind::Sale {
            offers.extend(self.campaign_offers(open, at)?);
        }
        // A card chosen on the phone is the guest's word, and best for them unless it has ended since or saves less than they were
        // promised.
        let good = |id: &OfferId| offers.iter().any(|offer| offer.id == *id && at < offer.until);
        let wanted = open.wanted.as_ref().filter(|wanted| good(wanted));
        let chosen = match (wish.kind, &wish.choice) {
            (PurchaseKind::Staff, _) => Some(self.staff_allowance(open, at)),
            (kind, _) if kind != PurchaseKind::Sale => None,
            (_, Choice::None) => None,
            (_, Choice::Offer(id)) if offers.iter().any(|offer| offer.id == *id) => {
                Some(find_offer(open, &offers, id, at)?.clone())
            }
            (_, Choice::Offer(id)) => match self.coupon_refused(id, open.guest.as_ref(), at) {
                Some(refused) => return Err(refused),
                None => Some(find_offer(open, &offers, id, at)?.clone()),
            },
            (_, Choice::Best) => {
                let open = |offer: &&Offer| {
                    at < offer.until
                        && wanted.is_none_or(|wanted| offer.id == *wanted || offer.reason == Reason::Promised)
                        && !self.is_coupon(&offer.id)
                };
                return self.best(offers.iter().filter(open), approve, at);
            }
        };
        let approved = approve(chosen.as_ref());
        match chosen {
            Some(offer) if !self.can_pay(&offer, total_discount(&approved), at)? => {
                Err(FlowFault::OfferExpired(offer.id))
            }
            chosen => Ok((chosen, approved)),
        }
    }

    /// The offer that saves most of those that can be paid for. Of equals it is the one shown first: ids differ from
    /// greet to greet, the order does not.
    fn best<'a>(
        &self,
        offers: impl Iterator<Item = &'a Offer>,
        approve: impl Fn(Option<&Offer>) -> ApprovedOffer,
        at: Moment,
    ) -> Result<(Option<Offer>, ApprovedOffer), FlowFault> {
        let mut best: Option<(Money, &Offer, ApprovedOffer)> = None;
        for offer in offers {
            let approved = approve(Some(offer));
            let saved = total_discount(&approved);
            let is_better = |(most, than, _): &(Money, &Offer, ApprovedOffer)| {
                // What was promised is there on the next visit, too; a card is spent.
                let spares = offer.reason == Reason::Promised && than.reason == Reason::NextVisit;
                saved > *most || (saved == *most && spares)
            };
            if best.as_ref().is_none_or(is_better) && self.can_pay(offer, saved, at)? {
                best = Some((saved, offer, approved));
            }
        }
        Ok(best.map_or_else(|| (None, approve(None)), |(_, offer, approved)| (Some(offer.clone()), approved)))
    }

    /// Staff have their own fixed allowance instead of offers; the floor holds for it too.
    fn staff_allowance(&self, open: &OpenVisit, at: Moment) -> Offer {
        Offer {
            id: OfferId::new("staff"),
            scope: Scope::Basket,
            depth_bp: self.policy.staff_bp,
            from: open.greeted.at,
            until: at.later(1),
            reason: Reason::Flat,
        }
    }

    fn show_quote(&self, visit: &VisitId, quote: &Quote) -> QuoteShown {
        let refusals = quote.approved.refusals();
        QuoteShown {
            visit: visit.clone(),
            offer: quote.approved.offer().cloned(),
            lines: quote.lines.iter().map(show_line).collect(),
            list_minor: Money::total(quote.lines.iter().map(|line| line.list)).0,
            discount_minor: quote.discount().0,
            net_minor: quote.net().0,
            clamped: quote.approved.clamped(),
            refusals: refusals
                .iter()
                .map(|refusal| RefusalShown {
                    code: refusal.code.code(),
                    line: refusal.line,
                    text: self.words.get(&format!("reason.{}", refusal.code.code())),
                })
                .collect(),
            reason: self.quote_reason(quote),
        }
    }

    fn quote_reason(&self, quote: &Quote) -> Why {
        let code = match (&quote.chosen, quote.approved.refusals().first()) {
            (Some(offer), _) if quote.discount().0 > 0 => {
                return Why { code: offer.reason.code().into(), text: self.reason_text(offer) };
            }
            (_, Some(refusal)) => refusal.code.code(),
            (_, None) => "none",
        };
        Why { code: code.into(), text: self.words.get(&format!("reason.{code}")) }
    }
}

fn find_offer<'a>(
    open: &OpenVisit,
    offers: &'a [Offer],
    id: &OfferId,
    at: Moment,
) -> Result<&'a Offer, FlowFault> {
    let Some(offer) = offers.iter().find(|offer| offer.id == *id) else {
        let own = open.guest.as_ref().map(|guest| guest.situation.visit.as_str());
        let of_a_visit =
            id.as_str().split_once('.').map(|(visit, _)| visit).filter(|visit| visit.starts_with('v'));
        return Err(match of_a_visit {
            Some(visit) if Some(visit) != own => FlowFault::OfferOfAnotherVisit(id.clone()),
            _ => FlowFault::OfferUnknown(id.clone()),
        });
    };
    if at < offer.until { Ok(offer) } else { Err(FlowFault::OfferExpired(id.clone())) }
}

fn total_discount(approved: &ApprovedOffer) -> Money {
    Money::total(charge::price(approved).iter().map(|line| line.discount))
}

fn show_line(line: &PurchaseLine) -> QuotedLine {
    QuotedLine {
        line: line.line,
        sku: line.product.sku.clone(),
        qty: line.qty,
        list_minor: line.list.0,
        discount_minor: line.discount.0,
        net_minor: line.net.0,
        floor_minor: line.floor.map(Money::minor),
    }
}
