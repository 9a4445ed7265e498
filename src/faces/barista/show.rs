//! From the till to the snapshot. Reads only.

use super::cart::choice_text;
use super::screen::{
    BaristaShown, CardShown, CartShown, ExtraOnLine, GuestShown, LikeShown, LineShown, RestShown,
    ReviewShown, Screen, UsualShown,
};
use super::till::Till;
use crate::facts::basket::Item;
use crate::facts::customer::Rights;
use crate::facts::id::Sku;
use crate::facts::moment::Moment;
use crate::facts::offer::Scope;
use crate::facts::staff::Barista;
use crate::flow::answers::{Elsewhere, Greeting, OfferShown, QuoteShown, QuotedLine};
use crate::flow::status::{OfficeShown, Status};

/// Notes and coins above which a quick amount is worth a button, in minor units.
const NOTES: [i64; 8] = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 500_000];
/// How long something must be between counter and office before the barista is told, in milliseconds.
const HITCH_SHOWN_MS: i64 = 40_000;
/// Products worth offering at a time.
const LIKES: usize = 3;

pub(super) fn screen(till: &Till, status: &Status, at: Moment) -> Screen {
    let shop = till.counter.shop();
    let greeting = till.cart.greeting.as_ref();
    Screen {
        serial: 0,
        shelf: till.shelf_key(at),
        language: till.language.clone(),
        title: shop.title.clone(),
        place: format!("{}/{}", status.shop, status.counter),
        currency: shop.currency.clone(),
        training: till.counter.is_training(),
        shift_open: status.shift == "open",
        link: link(status.office.as_ref(), at),
        queue: status.queue,
        busy: false,
        guest: greeting.and_then(|greeting| guest(till, greeting, at)),
        cards: greeting.map(|greeting| cards(till, greeting)).unwrap_or_default(),
        cart: cart(till),
        undo: till.before.len(),
        notice: till.notice.clone(),
        paid: till.paid.clone(),
        joined: till.joined.clone(),
        reviews: status
            .reviews
            .iter()
            .map(|review| ReviewShown {
                receipt: review.receipt.to_string(),
                net_minor: review.net_minor,
                look: review.look.clone(),
            })
            .collect(),
        question: None,
        report: till.report.clone(),
        staff: till.counter.staff().iter().map(barista).collect(),
        barista: till.counter.signed_on(at).map(barista),
        pin_set: status.pin_set,
        slips_waiting: status.slips_waiting,
        register: status.register.clone(),
        printer: status.printer.clone(),
        version: status.version.into(),
        bundle: status.bundle.clone(),
    }
}

/// What a barista has to know of the line to the office; a short hitch is nothing.
fn link(office: Option<&OfficeShown>, at: Moment) -> &'static str {
    let lasts = |since: Moment| at.0.saturating_sub(since.0) >= HITCH_SHOWN_MS;
    match office {
        None => "none",
        Some(office) if office.since.is_some_and(lasts) => "down",
        Some(_) => "up",
    }
}

fn barista(one: &Barista) -> BaristaShown {
    BaristaShown { id: one.id.to_string(), name: one.name.clone(), pin: one.pin.is_some() }
}

fn guest(till: &Till, greeting: &Greeting, at: Moment) -> Option<GuestShown> {
    let customer = greeting.customer.as_ref()?;
    let named = |sku: &Sku| till.counter.menu().get(sku).map(|product| product.name.clone());
    let stopped = till.counter.stopped(at);
    let there = greeting.likes.iter().filter(|like| !stopped.contains(&&like.sku));
    let likes = there.filter_map(|like| {
        Some(LikeShown { sku: like.sku.to_string(), name: named(&like.sku)?, why: like.why.clone() })
    });
    Some(GuestShown {
        segment: till.words().segment(&customer.segment),
        visits: customer.features.visits,
        saved_minor: customer.features.saved_minor,
        rights: match greeting.rights {
            Rights::Base => "base",
            Rights::Today => "today",
            Rights::Full => "full",
        },
        usual: usual(till, &greeting.usual),
        likes: likes.take(LIKES).collect(),
        elsewhere: greeting.elsewhere.iter().map(|coupon| elsewhere(till, coupon)).collect(),
        owed: greeting.owed.iter().map(|one| till.words().owed(one)).collect(),
    })
}

/// Where a coupon is good, in the language of the screen, which may be another one than the shop's.
fn elsewhere(till: &Till, coupon: &Elsewhere) -> String {
    till.words().fill("coupon.elsewhere", &[("title", &coupon.title), ("shop", coupon.shop.as_str())])
}

fn usual(till: &Till, items: &[Item]) -> Option<UsualShown> {
    let menu = till.counter.menu();
    let mut list_minor = 0_i64;
    let mut parts = Vec::new();
    for item in items {
        let product = menu.get(&item.sku)?;
        let mut text = product.name.clone();
        let mut unit = product.price;
        for extra in &item.with {
            let added = menu.get(&extra.sku)?;
            text = format!("{text} + {}", added.name.to_lowercase());
            unit = unit.plus(extra.qty.times(added.price));
        }
        if item.qty != crate::facts::basket::Quantity::ONE {
            text = format!("{} × {text}", item.qty);
        }
        list_minor = list_minor.saturating_add(item.qty.times(unit).0);
        parts.push(text);
    }
    (!parts.is_empty()).then(|| UsualShown { text: parts.join(", "), list_minor })
}

fn cards(till: &Till, greeting: &Greeting) -> Vec<CardShown> {
    let honoured = till.quote.as_ref().and_then(|quote| quote.offer.clone());
    let shown = |offer: &OfferShown| CardShown {
        saves_minor: till.savings.get(&offer.id).copied().unwrap_or(0),
        chosen: honoured.as_ref() == Some(&offer.id),
        wanted: greeting.wanted.as_ref() == Some(&offer.id),
        ..card(till, offer)
    };
    greeting.offers.iter().map(shown).collect()
}

/// A card by itself, without a cart.
pub(super) fn card(till: &Till, offer: &OfferShown) -> CardShown {
    let words = till.words();
    let scope = scope(till, &offer.scope);
    CardShown {
        id: offer.id.to_string(),
        depth_bp: offer.depth_bp,
        reason: words.fill(&format!("reason.{}", offer.reason.code), &[("of", &scope)]),
        scope,
        until: offer.until.to_string().get(..10).unwrap_or_default().to_owned(),
        saves_minor: 0,
        chosen: false,
        wanted: false,
    }
}

fn scope(till: &Till, scope: &Scope) -> String {
    match scope {
        Scope::Basket => till.words().get("scope.basket"),
        Scope::Category(category) => category.to_string(),
        Scope::Product(sku) => {
            till.counter.menu().get(sku).map_or_else(|| sku.to_string(), |product| product.name.clone())
        }
    }
}

fn cart(till: &Till) -> CartShown {
    let (kind, charged) = (till.cart.kind.code(), till.cart.kind.is_charged());
    let choice = choice_text(&till.cart.choice);
    let Some(quote) = &till.quote else { return CartShown { kind, charged, choice, ..CartShown::default() } };
    let lines = quote.lines.iter().zip(&till.cart.items);
    CartShown {
        visit: Some(quote.visit.to_string()),
        lines: lines.map(|(quoted, item)| line(till, quote, quoted, item)).collect(),
        list_minor: quote.list_minor,
        discount_minor: quote.discount_minor,
        net_minor: quote.net_minor,
        reason: reason(till, quote),
        kind,
        charged,
        choice,
        cash: cash(quote.net_minor),
        goes_without_mark: till.counter.sells_without_mark(),
        rest: rest(till),
    }
}

fn rest(till: &Till) -> Option<RestShown> {
    let rest = &till.cart.rest;
    let list_minor = rest.list(till.counter.menu()).0;
    (!rest.items.is_empty()).then(|| RestShown { pieces: rest.pieces(), list_minor })
}

fn line(till: &Till, quote: &QuoteShown, quoted: &QuotedLine, item: &Item) -> LineShown {
    let name = |sku: &Sku| {
        till.counter.menu().get(sku).map_or_else(|| sku.to_string(), |product| product.name.clone())
    };
    let refusal = quote.refusals.iter().find(|refusal| refusal.line == quoted.line);
    LineShown {
        line: quoted.line,
        sku: quoted.sku.to_string(),
        name: name(&quoted.sku),
        qty: quoted.qty.to_string(),
        with: item
            .with
            .iter()
            .map(|extra| ExtraOnLine { sku: extra.sku.to_string(), name: name(&extra.sku) })
            .collect(),
        list_minor: quoted.list_minor,
        discount_minor: quoted.discount_minor,
        net_minor: quoted.net_minor,
        refusal: refusal.map(|refusal| till.words().get(&format!("reason.{}", refusal.code))),
        marked: item.mark.is_some(),
        wants_mark: till.cart.kind.is_charged()
            && item.lacks_mark(till.counter.menu(), till.counter.sells_without_mark()),
    }
}

/// Why this price: the card's reason, or what stood in its way. Nothing to say to a guest who is not known.
fn reason(till: &Till, quote: &QuoteShown) -> String {
    let chosen =
        till.cart.greeting.as_ref().and_then(|greeting| {
            greeting.offers.iter().find(|offer| Some(&offer.id) == quote.offer.as_ref())
        });
    match chosen {
        Some(offer) if quote.discount_minor > 0 => card(till, offer).reason,
        _ if quote.reason.code == "none" => String::new(),
        _ => till.words().fill(&format!("reason.{}", quote.reason.code), &[("of", "")]),
    }
}

/// The exact sum, then what a guest may hand over: the sum rounded up to a note, at most four.
pub(super) fn cash(net_minor: i64) -> Vec<i64> {
    if net_minor <= 0 {
        return Vec::new();
    }
    let mut amounts = vec![net_minor];
    for note in NOTES {
        let rounded = net_minor.saturating_add(note - 1) / note * note;
        if !amounts.contains(&rounded) && amounts.len() < 5 {
            amounts.push(rounded);
        }
    }
    amounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_amounts_begin_with_the_exact_sum_and_never_fall_below_it() {
        let table: [(i64, &[i64]); 5] = [
            (721, &[721, 1_000, 2_000, 5_000, 10_000]),
            (500, &[500, 1_000, 2_000, 5_000, 10_000]),
            (1_413, &[1_413, 1_500, 2_000, 5_000, 10_000]),
            (0, &[]),
            (-5, &[]),
        ];
        for (net, expected) in table {
            assert_eq!(cash(net), expected, "{net}");
        }
        assert!(!cash(i64::MAX).is_empty());
    }

    #[test]
    fn a_barista_hears_of_the_line_only_when_it_is_down_for_a_while() {
        let office =
            |since: Option<i64>| OfficeShown { url: String::new(), hitch: None, since: since.map(Moment) };
        let now = Moment(100_000);
        assert_eq!(link(None, now), "none");
        for (since, shown) in
            [(None, "up"), (Some(99_000), "up"), (Some(60_001), "up"), (Some(60_000), "down")]
        {
            assert_eq!(link(Some(&office(since)), now), shown, "{since:?}");
        }
        // A clock that was put back makes nobody offline.
        assert_eq!(link(Some(&office(Some(900_000))), now), "up");
    }
}
