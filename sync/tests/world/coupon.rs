//! Guests with a coupon: good once, whoever is cut off and wherever they try.

use super::{BEGIN, SHOPS, World, till::Till};
use kava::{
    facts::{
        campaign::{Amount, Campaign, Coupon},
        id::{CampaignId, OfferId, ShopId},
        moment::Moment,
        money::Money,
        offer::Scope,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    testing::{phones::PhoneGuest, random::Random, shop::item},
    wire::coupon::whose,
};
use std::collections::BTreeMap;

/// Somebody whom every till knows by their phone, and their coupon.
pub(crate) struct CouponGuest {
    number: u64,
    guest: PhoneGuest,
    shown: u32,
}

impl CouponGuest {
    pub(crate) fn new(number: u64) -> CouponGuest {
        let guest = PhoneGuest::new(number, BEGIN.later(-86_400_000), 0).unwrap();
        CouponGuest { number, guest, shown: 0 }
    }

    pub(crate) fn id(&self) -> String {
        format!("coupon-{}", self.number)
    }

    /// In every second shop by turns.
    pub(crate) fn coupon(&self) -> Campaign {
        let shop = ShopId::new(SHOPS[usize::try_from(self.number % 2).unwrap()]);
        Campaign {
            id: CampaignId::new(self.id()),
            title: "Once".into(),
            scope: Scope::Basket,
            depth_bp: 2_000,
            from: BEGIN,
            until: BEGIN.later(30 * 86_400_000),
            budget: Amount { money: Money(900), uses: 1 },
            per_customer: None,
            per_day: None,
            holdout_bp: None,
            coupon: Some(Coupon { whose: whose(&self.guest.customer()), shop }),
        }
    }

    fn offer(&self) -> OfferId {
        self.coupon().offer().id
    }
}

impl Till {
    /// The guest wants to use the coupon; where it is not, they buy nothing.
    pub(crate) fn serve_coupon(&mut self, (now, dice): (Moment, &mut Random), who: &mut CouponGuest) {
        let at = self.at(now);
        who.shown += 1;
        self.register.tape().script = [super::visits::act(dice)].into();
        let counter = self.counter.as_mut().unwrap();
        // By a clock that is far off no code is read.
        let Ok(greeting) = counter.greet(Some(&who.guest.shows(now, who.shown)), at) else { return };
        let choice = Choice::Offer(who.offer());
        let wish = QuoteWish { basket: vec![item("latte", 1)], choice, kind: PurchaseKind::Sale };
        let Ok(quoted) = counter.quote(&greeting.visit, wish, at) else { return };
        if quoted.discount_minor == 0 {
            return;
        }
        let receipt = match counter.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at) {
            Ok(settled) => settled.receipt,
            Err(FlowFault::RegisterRefused { receipt, .. }) => receipt,
            Err(_) => return,
        };
        self.coupons.insert(receipt.to_string(), who.id());
    }
}

impl World {
    /// Nobody uses a coupon twice: of the sales that stand on a tape and were not given back, one at most has it.
    pub(super) fn coupons_are_used_once(&self) -> Vec<String> {
        // What an office that went back to a backup had lent meanwhile, and a disk that died then, nobody knows.
        if self.office_restored && self.tills.iter().any(|till| till.restored) {
            return Vec::new();
        }
        let mut used: BTreeMap<String, usize> = BTreeMap::new();
        for coupon in self.tills.iter().flat_map(Till::coupons_rung_up) {
            *used.entry(coupon).or_default() += 1;
        }
        let twice = used.into_iter().filter(|(_, times)| *times > 1);
        twice.map(|(coupon, times)| format!("I5: {coupon} was used {times} times")).collect()
    }
}
