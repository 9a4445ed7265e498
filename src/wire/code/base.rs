//! What a pass may say of the guest, so that a counter that has never seen them makes a personal offer:
//! features in at most 62 bytes, and the card for the next visit in 20.

use super::octets::{Octets, put};
use super::pass::{hours, moment_of_hours, tag};
use crate::facts::customer::{Features, VisitOrder};
use crate::facts::id::{ArmId, CategoryId, OfferId, Sku};
use crate::facts::moment::{BusinessDay, DAY_MS, Moment};
use crate::facts::money::Money;
use crate::facts::offer::{Offer, Reason, Scope};

const GAPS_MAX: usize = 8;
const CATEGORIES_MAX: usize = 4;
/// The share that one byte's largest number stands for is all.
const SHARE: i64 = 255;
/// Discount memory is told in steps of so many basis points.
const MEMORY_STEP_BP: i64 = 40;

/// Three bytes that stand for a category or product of the menu.
pub type MenuTag = [u8; 3];

/// The tag of a category: the first bytes of SHA-256 of `kava category`, a zero byte and the id.
#[must_use]
pub fn category_tag(category: &CategoryId) -> MenuTag {
    tag(&[b"kava category", category.as_str().as_bytes()])
}

/// The tag of a product: the first bytes of SHA-256 of `kava product`, a zero byte and the sku.
#[must_use]
pub fn product_tag(sku: &Sku) -> MenuTag {
    tag(&[b"kava product", sku.as_str().as_bytes()])
}

/// Features of a guest, rounded to what fits into a pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Base {
    /// Visits.
    pub visits: u16,
    /// Days with a visit.
    pub days: u16,
    /// First and last day of trade.
    pub first_day: u16,
    /// Days from first to last.
    pub last_day: u16,
    /// Paid on the first day.
    pub first_day_net: u32,
    /// Paid in all.
    pub net: u32,
    /// Saved in all.
    pub saved: u32,
    /// Spend in thousandths of cups.
    pub cups_milli: u32,
    /// Decayed recent depth in steps of 40 basis points.
    pub memory: u8,
    /// Shares of visits by part of the day, in 255ths.
    pub dayparts: [u8; 4],
    /// Shares of visits by weekday, in 255ths.
    pub weekdays: [u8; 7],
    /// Last gaps between visits in open days.
    pub gaps: Vec<u8>,
    /// Largest shares of spend by category, in 255ths.
    pub categories: Vec<(MenuTag, u8)>,
}

impl Base {
    /// The features as a pass tells them.
    #[must_use]
    pub fn of(features: &Features) -> Base {
        let day = |day: Option<BusinessDay>| two(i64::from(day.map_or(0, |day| day.0)));
        let visits = i64::from(features.visits);
        let share = |count: i64, whole: i64| one(count * SHARE / whole.max(1));
        let mut categories: Vec<_> = features.cups_by_category.iter().collect();
        categories.sort_by_key(|(id, cups)| (std::cmp::Reverse(**cups), *id));
        let gaps = features.gaps.iter().skip(features.gaps.len().saturating_sub(GAPS_MAX));
        Base {
            visits: two(visits),
            days: two(i64::from(features.days)),
            first_day: day(features.first_day),
            last_day: day(features.last_day),
            first_day_net: four(features.first_day_net.0),
            net: four(features.net.0),
            saved: four(features.saved.0),
            cups_milli: four(features.cups_milli),
            memory: one(features.discount_memory_bp / MEMORY_STEP_BP),
            dayparts: features.dayparts.map(|count| share(count.into(), visits)),
            weekdays: features.weekdays.map(|count| share(count.into(), visits)),
            gaps: gaps.map(|gap| one(i64::from(*gap))).collect(),
            categories: categories
                .into_iter()
                .take(CATEGORIES_MAX)
                .map(|(id, cups)| (category_tag(id), share(*cups, features.cups_milli)))
                .collect(),
        }
    }

    /// The bytes of the block.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(62);
        for number in [self.visits, self.days, self.first_day, self.last_day] {
            put(&mut bytes, number.into(), 2);
        }
        for number in [self.first_day_net, self.net, self.saved, self.cups_milli] {
            put(&mut bytes, number.into(), 4);
        }
        bytes.push(self.memory);
        bytes.extend(self.dayparts);
        bytes.extend(self.weekdays);
        let gaps = self.gaps.get(..self.gaps.len().min(GAPS_MAX)).unwrap_or_default();
        put(&mut bytes, gaps.len() as u64, 1);
        bytes.extend(gaps);
        let categories = self.categories.get(..self.categories.len().min(CATEGORIES_MAX)).unwrap_or_default();
        for (tag, share) in categories {
            bytes.extend(tag);
            bytes.push(*share);
        }
        bytes
    }

    /// Reads the block; categories are what is left behind the gaps.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Base> {
        let mut octets = Octets(bytes);
        let mut base = Base {
            visits: octets.two()?,
            days: octets.two()?,
            first_day: octets.two()?,
            last_day: octets.two()?,
            first_day_net: octets.four()?,
            net: octets.four()?,
            saved: octets.four()?,
            cups_milli: octets.four()?,
            memory: octets.byte()?,
            dayparts: octets.array()?,
            weekdays: octets.array()?,
            ..Base::default()
        };
        let gaps = usize::from(octets.byte()?);
        base.gaps = octets.take(gaps.min(GAPS_MAX))?.to_vec();
        while base.categories.len() < CATEGORIES_MAX
            && let (Some(tag), Some(share)) = (octets.array(), octets.byte())
        {
            base.categories.push((tag, share));
        }
        Some(base)
    }

    /// Features that steps can read, as of the instant at which the pass was made. `last_open_day` is the
    /// number of the guest's last day among this shop's open days; `category` finds a tag on this menu.
    #[must_use]
    pub fn features(
        &self,
        as_of: Moment,
        last_open_day: i32,
        category: impl Fn(MenuTag) -> Option<CategoryId>,
    ) -> Features {
        let visits = i64::from(self.visits);
        let counted = |share: u8| u32::try_from(i64::from(share) * visits / SHARE).unwrap_or(0);
        let cups = i64::from(self.cups_milli);
        let found = self
            .categories
            .iter()
            .filter_map(|(tag, share)| category(*tag).map(|id| (id, i64::from(*share) * cups / SHARE)));
        let day = |day: u16| Some(BusinessDay(day.into())).filter(|_| self.visits > 0);
        Features {
            visits: self.visits.into(),
            days: self.days.into(),
            last: Some(VisitOrder { at: as_of, counter: String::new(), epoch: 0, seq: 0 }),
            first_day: day(self.first_day),
            last_day: day(self.last_day),
            last_open_day,
            // Of the shops where the guest was it is not known on which days they were open; cafés mostly are.
            first_open_day: last_open_day - i32::from(self.last_day.saturating_sub(self.first_day)),
            gaps: self.gaps.iter().map(|gap| i32::from(*gap)).collect(),
            net: Money(self.net.into()),
            first_day_net: Money(self.first_day_net.into()),
            saved: Money(self.saved.into()),
            cups_milli: cups,
            cups_by_category: found.collect(),
            dayparts: self.dayparts.map(counted),
            weekdays: self.weekdays.map(counted),
            discount_memory_bp: i64::from(self.memory) * MEMORY_STEP_BP,
        }
    }
}

/// The card for the next visit, signed with the pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Its number.
    pub number: u64,
    /// A card that a visit has earned, `v` + 16 hexadecimal digits + `.next`; else one of the office, `k` + 16.
    pub earned: bool,
    /// What it covers.
    pub scope: VoucherScope,
    /// Depth in basis points.
    pub depth_bp: u16,
    /// Valid from, in whole hours.
    pub from: Moment,
    /// Days it is good for.
    pub days: u8,
    /// The arm under which it was decided: the first bytes of SHA-256 of `kava arm`, a zero byte and its id.
    pub arm: [u8; 2],
}

/// What a voucher covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherScope {
    /// Everything.
    Basket,
    /// A category.
    Category(MenuTag),
    /// A product.
    Product(MenuTag),
}

/// The tag of an arm.
#[must_use]
pub fn arm_tag(arm: &ArmId) -> [u8; 2] {
    tag(&[b"kava arm", arm.as_str().as_bytes()])
}

impl Voucher {
    /// The voucher of a kept card, if its id is one that fits.
    #[must_use]
    pub fn of(offer: &Offer, arm: &ArmId) -> Option<Voucher> {
        let id = offer.id.as_str();
        let (earned, hex) = match id.strip_prefix('v').and_then(|id| id.strip_suffix(".next")) {
            Some(hex) => (true, hex),
            None => (false, id.strip_prefix('k')?),
        };
        let number = u64::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 16)?;
        let days = (offer.until.0 - offer.from.0).div_euclid(DAY_MS);
        let voucher = Voucher {
            number,
            earned,
            scope: match &offer.scope {
                Scope::Basket => VoucherScope::Basket,
                Scope::Category(category) => VoucherScope::Category(category_tag(category)),
                Scope::Product(sku) => VoucherScope::Product(product_tag(sku)),
            },
            depth_bp: two(offer.depth_bp),
            from: moment_of_hours(hours(offer.from)),
            days: one(days),
            arm: arm_tag(arm),
        };
        Some(voucher).filter(|voucher| voucher.id() == offer.id)
    }

    /// The id of the card, the same at every counter.
    #[must_use]
    pub fn id(&self) -> OfferId {
        let number = self.number;
        OfferId::new(if self.earned { format!("v{number:016x}.next") } else { format!("k{number:016x}") })
    }

    /// The bytes of the block.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20);
        put(&mut bytes, self.number, 8);
        let (kind, tag) = match self.scope {
            VoucherScope::Basket => (0, [0; 3]),
            VoucherScope::Category(tag) => (1, tag),
            VoucherScope::Product(tag) => (2, tag),
        };
        bytes.push(kind | u8::from(self.earned) << 7);
        bytes.extend(tag);
        put(&mut bytes, self.depth_bp.into(), 2);
        put(&mut bytes, hours(self.from), 3);
        bytes.push(self.days);
        bytes.extend(self.arm);
        bytes
    }

    /// Reads the block; a scope of a later version is no card.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Voucher> {
        let mut octets = Octets(bytes);
        let number = octets.number(8)?;
        let kind = octets.byte()?;
        let tag = octets.array()?;
        Some(Voucher {
            number,
            earned: kind & 0x80 != 0,
            scope: match kind & 0x7f {
                0 => VoucherScope::Basket,
                1 => VoucherScope::Category(tag),
                2 => VoucherScope::Product(tag),
                _ => return None,
            },
            depth_bp: octets.two()?,
            from: moment_of_hours(octets.number(3)?),
            days: octets.byte()?,
            arm: octets.array()?,
        })
    }

    /// The offer, with the scope that this menu has for it.
    #[must_use]
    pub fn offer(&self, scope: Scope) -> Offer {
        Offer {
            id: self.id(),
            scope,
            depth_bp: self.depth_bp.into(),
            from: self.from,
            until: self.from.later(i64::from(self.days) * DAY_MS),
            reason: Reason::NextVisit,
        }
    }
}

fn one(number: i64) -> u8 {
    u8::try_from(number.clamp(0, u8::MAX.into())).unwrap_or(u8::MAX)
}

fn two(number: i64) -> u16 {
    u16::try_from(number.clamp(0, u16::MAX.into())).unwrap_or(u16::MAX)
}

fn four(number: i64) -> u32 {
    u32::try_from(number.clamp(0, u32::MAX.into())).unwrap_or(u32::MAX)
}
