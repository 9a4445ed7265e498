//! What a till knows of a sale beside what was sold: who was signed on, how the guest was recognised, and what was taken off
//! the order again. The office compares baristas by it (`docs/records.md`); no price and no offer ever depends on it.

use super::basket::{Item, PricedBasket, Quantity};
use super::id::BaristaId;
use super::menu::Menu;
use super::moment::Moment;
use super::money::Money;
use serde::{Deserialize, Serialize};

/// By what a guest was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// The full code of a phone.
    Phone,
    /// A short code.
    Short,
    /// Six digits that the guest has said.
    Spoken,
    /// A blank membership.
    Blank,
    /// A printed card.
    Card,
    /// A card of an older programme.
    OldCard,
    /// Their pseudonym was named, without a code: in simulations and training.
    Found,
}

/// How a guest was recognised, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// By what.
    pub by: KnownBy,
    /// Lines that the order had at that moment.
    pub lines: u32,
    /// Milliseconds from the order's first line until then; 0 when before the first.
    pub after_ms: i64,
}

/// What was taken off an order again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOff {
    /// Lines; one of which only pieces went counts as one.
    pub lines: u32,
    /// Their list price.
    pub minor: Money,
}

impl TakenOff {
    /// Both together.
    #[must_use]
    pub fn and(self, other: TakenOff) -> TakenOff {
        TakenOff { lines: self.lines.saturating_add(other.lines), minor: self.minor.plus(other.minor) }
    }
}

/// What goes into the record of a sale; each is left out where nothing is known of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtTill {
    /// Who was signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barista: Option<BaristaId>,
    /// How the guest was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Recognised>,
    /// What was taken off the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_off: Option<TakenOff>,
}

/// An order as it has grown so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSeen {
    /// When the first line came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<Recognised>,
    #[serde(default)]
    off: TakenOff,
}

impl OrderSeen {
    /// The order became another one: what went off it is counted.
    pub fn changed(&mut self, (before, after): (&[Item], &[Item]), menu: &Menu, at: Moment) {
        if self.first.is_none() && !after.is_empty() {
            self.first = Some(at);
        }
        self.off = self.off.and(taken_off(before, after, menu));
    }

    /// The guest was recognised, while the order had so many lines.
    pub fn recognised(&mut self, by: KnownBy, lines: usize, at: Moment) {
        let after_ms = self.first.map_or(0, |first| at.0.saturating_sub(first.0).max(0));
        self.known = Some(Recognised { by, lines: u32::try_from(lines).unwrap_or(u32::MAX), after_ms });
    }

    /// Nobody is known any more.
    pub const fn forgotten(&mut self) {
        self.known = None;
    }

    /// The same order of another guest, who was recognised before.
    #[must_use]
    pub const fn by_guest(&self, known: Option<Recognised>) -> OrderSeen {
        OrderSeen { first: self.first, known, off: self.off }
    }

    /// How the guest was recognised; nothing for a stranger.
    #[must_use]
    pub const fn known(&self) -> Option<Recognised> {
        self.known
    }

    /// What went off the order so far; nothing where nothing did.
    #[must_use]
    pub fn taken_off(&self) -> Option<TakenOff> {
        (self.off.lines > 0).then_some(self.off)
    }

    /// The order of those who pay what waits of a split bill: what went off was told with the part that is paid.
    #[must_use]
    pub const fn rest(&self, known: Option<Recognised>) -> OrderSeen {
        OrderSeen { first: self.first, known, off: TakenOff { lines: 0, minor: Money::ZERO } }
    }
}

/// What an order lost from one moment to the next. A product that came instead of another one, such as another size, is a
/// change and no loss; where both happen at once, what was lost first in the order is taken for the change.
fn taken_off(before: &[Item], after: &[Item], menu: &Menu) -> TakenOff {
    let (had, has) = (pieces(before), pieces(after));
    let quantity = |list: &[(&Item, i64)], item: &Item| {
        list.iter().find(|(one, _)| is_same(one, item)).map_or(0, |(_, quantity)| *quantity)
    };
    let came = has.iter().filter(|(item, now)| *now > quantity(&had, item)).count();
    let lost = had.iter().filter_map(|(item, then)| {
        let gone = then - quantity(&has, item);
        (gone > 0).then(|| Item { qty: Quantity(gone), ..(*item).clone() })
    });
    lost.skip(came).fold(TakenOff::default(), |off, item| {
        let list = PricedBasket::new(&[item], menu).map_or(Money::ZERO, |basket| basket.list());
        off.and(TakenOff { lines: 1, minor: list })
    })
}

/// How many of each product with its extras, in the order of the lines.
fn pieces(items: &[Item]) -> Vec<(&Item, i64)> {
    let mut all: Vec<(&Item, i64)> = Vec::new();
    for item in items {
        match all.iter_mut().find(|(one, _)| is_same(one, item)) {
            Some((_, quantity)) => *quantity = quantity.saturating_add(item.qty.0),
            None => all.push((item, item.qty.0)),
        }
    }
    all
}

fn is_same(one: &Item, other: &Item) -> bool {
    one.sku == other.sku && one.with == other.with
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_written() {
        assert_eq!(serde_json::to_string(&AtTill::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<AtTill>("{}").unwrap(), AtTill::default());
        let all = AtTill {
            barista: Some("b-7".into()),
            known: Some(Recognised { by: KnownBy::OldCard, lines: 3, after_ms: 40 }),
            taken_off: Some(TakenOff { lines: 1, minor: Money(450) }),
        };
        let text = r#"{"barista":"b-7","known":{"by":"old_card","lines":3,"after_ms":40},"taken_off":{"lines":1,"minor":450}}"#;
        assert_eq!(serde_json::to_string(&all).unwrap(), text);
        assert_eq!(serde_json::from_str::<AtTill>(text).unwrap(), all);
    }
}
