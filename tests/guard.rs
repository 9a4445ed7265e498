//! The guard: worked examples, every small case there is, and many random ones.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::{
        basket::{Extra, Item, PricedBasket, Quantity},
        id::{CategoryId, OfferId, Sku},
        menu::{Menu, Product, Role},
        moment::{BusinessDay, Moment},
        money::Money,
        offer::{Offer, Reason, Scope},
        policy::Policy,
    },
    steps::{
        charge,
        guard::{self, ApprovedOffer, CapsLeft, RefusalCode},
    },
    testing::{
        baskets::{self, Case, TODAY},
        random::Random,
        shop::item,
    },
};

fn product(sku: &str, price: i64, cost: Option<i64>) -> Product {
    Product {
        sku: Sku::new(sku),
        name: sku.into(),
        category: CategoryId::new("coffee"),
        variant_of: None,
        role: Role::Item,
        price: Money(price),
        cost: cost.map(Money),
        cost_day: Some(TODAY),
        tax_bp: 0,
        eligible: true,
        drink: false,
        weighed: false,
        needs_mark: false,
    }
}

fn wish(depth_bp: i64) -> Offer {
    Offer {
        id: OfferId::new("o"),
        scope: Scope::Basket,
        depth_bp,
        from: Moment(0),
        until: Moment(1),
        reason: Reason::Flat,
    }
}

fn approve(products: Vec<Product>, items: &[Item], depth_bp: i64) -> ApprovedOffer {
    let policy = Policy::default();
    let basket = PricedBasket::new(items, &Menu::new(products)).unwrap();
    let left = CapsLeft { receipts: 1, discount: Money(1_000_000) };
    guard::approve(&basket, Some(&wish(depth_bp)), &policy, TODAY, left)
}

fn codes(approved: &ApprovedOffer) -> Vec<RefusalCode> {
    approved.refusals().iter().map(|refusal| refusal.code).collect()
}

#[test]
fn the_floor_cuts_a_flat_wish_to_the_next_lower_rung() {
    // Margins of a real chain's categories at a price of 10.00: coffee 80 %, bakery 35, chocolate 25, beans 20.
    let table =
        [(200, 3_000, false), (650, 2_500, true), (750, 1_500, true), (800, 1_000, true), (895, 0, true)];
    for (cost, expected, clamped) in table {
        let approved = approve(vec![product("p", 1_000, Some(cost))], &[item("p", 1)], 3_000);
        assert_eq!(approved.lines()[0].depth_bp(), expected, "cost {cost}");
        assert_eq!(approved.clamped(), clamped, "cost {cost}");
        assert_eq!(approved.lines()[0].floor(), Some(Money((cost * 10_000 + 8_999) / 9_000)), "cost {cost}");
    }
}

/// Spoils a product in one way.
type Spoil = fn(&mut Product);

#[test]
fn what_cannot_be_discounted_says_why() {
    let table: [(Spoil, RefusalCode); 7] = [
        (|p| p.cost = None, RefusalCode::CostUnknown),
        (|p| p.cost = Some(Money(0)), RefusalCode::CostUnknown),
        (|p| p.cost = Some(Money(-5)), RefusalCode::CostUnknown),
        (|p| p.cost_day = None, RefusalCode::CostStale),
        (|p| p.cost_day = Some(BusinessDay(TODAY.0 - 181)), RefusalCode::CostStale),
        (|p| p.eligible = false, RefusalCode::NotEligible),
        (|p| p.cost = Some(Money(950)), RefusalCode::ListBelowFloor),
    ];
    for (spoil, code) in table {
        let mut spoilt = product("p", 1_000, Some(200));
        spoil(&mut spoilt);
        let approved = approve(vec![spoilt], &[item("p", 1)], 1_000);
        assert_eq!((codes(&approved), approved.lines()[0].depth_bp()), (vec![code], 0));
    }
}

#[test]
fn an_amber_cost_counts_ten_per_cent_more() {
    let mut amber = product("p", 1_000, Some(800));
    amber.cost_day = Some(BusinessDay(TODAY.0 - 46));
    // 880 / 0.9 = 977.8: only 2.2 % are left, below the smallest rung.
    let approved = approve(vec![amber], &[item("p", 1)], 1_000);
    assert_eq!((approved.lines()[0].floor(), approved.lines()[0].depth_bp()), (Some(Money(978)), 0));
}

#[test]
fn extras_pay_in_full_and_their_cost_counts() {
    let mut milk = product("milk", 100, Some(60));
    (milk.role, milk.eligible) = (Role::Extra, false);
    let mut with_milk = item("p", 2);
    with_milk.with = vec![Extra { sku: Sku::new("milk"), qty: Quantity::ONE }];
    let approved = approve(vec![product("p", 500, Some(100)), milk], &[with_milk], 1_000);
    let lines = charge::price(&approved);
    assert_eq!(
        (lines[0].list, lines[0].discount),
        (Money(1_200), Money(100)),
        "only the product's 10.00 is discounted"
    );
    assert_eq!(lines[0].floor, Some(Money(2 * (112 + 67))));
}

#[test]
fn an_extra_of_unknown_cost_blocks_its_line_only() {
    let mut oat = product("oat", 100, None);
    oat.role = Role::Extra;
    let mut with_oat = item("p", 1);
    with_oat.with = vec![Extra { sku: Sku::new("oat"), qty: Quantity::ONE }];
    let approved = approve(vec![product("p", 500, Some(100)), oat], &[with_oat, item("p", 1)], 1_000);
    assert_eq!(approved.lines().iter().map(|line| line.depth_bp()).collect::<Vec<_>>(), [0, 1_000]);
}

#[test]
fn a_discount_covers_the_two_dearest_drinks_of_a_receipt() {
    let drink = |sku: &str, price| Product { drink: true, ..product(sku, price, Some(50)) };
    let products = vec![drink("small", 300), drink("large", 500), product("bun", 200, Some(50))];
    let approved = approve(products, &[item("small", 2), item("large", 1), item("bun", 1)], 1_000);
    let discounts: Vec<i64> = charge::price(&approved).iter().map(|line| line.discount.0).collect();
    assert_eq!(discounts, [30, 50, 20], "one small, the large and the bun");
    assert_eq!(codes(&approved), [RefusalCode::DrinksLimit]);
}

#[test]
fn the_days_caps_lower_the_depth_or_end_the_discount() {
    let basket = PricedBasket::new(&[item("p", 1)], &Menu::new([product("p", 1_000, Some(100))])).unwrap();
    let granted = |receipts, discount| {
        let left = CapsLeft { receipts, discount: Money(discount) };
        let approved = guard::approve(&basket, Some(&wish(1_000)), &Policy::default(), TODAY, left);
        (approved.lines()[0].depth_bp(), codes(&approved))
    };
    assert_eq!(granted(1, 100), (1_000, vec![]));
    assert_eq!(granted(1, 99), (700, vec![RefusalCode::CapDiscount]));
    assert_eq!(granted(1, 0), (0, vec![RefusalCode::CapDiscount]));
    assert_eq!(granted(0, 100), (0, vec![RefusalCode::CapReceipts]));
}

/// Every price to 24, every cost to price + 2, three quantities, three taxes, every rung and some odd
/// depths: 200,000 cases, all of them judged.
#[test]
fn every_small_case_keeps_its_margin() {
    let mut cases = 0;
    for price in 0..=24 {
        for cost in 0..=price + 2 {
            for (qty, tax_bp) in [(1, 0), (2, 2_000), (3, 1_333)] {
                for depth_bp in [0, 1, 499, 500, 700, 1_000, 1_500, 3_000, 5_000, 9_999] {
                    for margin_floor_bp in [0, 1_000, 5_000] {
                        cases += judge_small(price, cost, (qty, tax_bp), depth_bp, margin_floor_bp);
                    }
                }
            }
        }
    }
    assert!(cases > 20_000, "only {cases} cases were judged");
}

fn judge_small(price: i64, cost: i64, (qty, tax_bp): (i64, i64), depth_bp: i64, margin_floor_bp: i64) -> u32 {
    let product = Product { tax_bp, ..product("p", price, Some(cost)) };
    let case = Case {
        basket: PricedBasket::new(&[item("p", qty), item("p", 1)], &Menu::new([product])).unwrap(),
        wish: wish(depth_bp),
        policy: Policy { margin_floor_bp, ..Policy::default() },
        left: CapsLeft { receipts: 1, discount: Money(1_000_000) },
    };
    let approved = guard::approve(&case.basket, Some(&case.wish), &case.policy, TODAY, case.left);
    let found = baskets::judge(&case, &charge::price(&approved));
    assert_eq!(found, None, "price {price}, cost {cost}, depth {depth_bp}, margin {margin_floor_bp}");
    1
}

#[test]
fn random_baskets_never_go_below_the_floor() {
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let mut discounted = 0;
        for _ in 0..2_000 {
            let Some(case) = baskets::case(&mut random) else { continue };
            let approved = guard::approve(&case.basket, Some(&case.wish), &case.policy, TODAY, case.left);
            let lines = charge::price(&approved);
            assert_eq!(baskets::judge(&case, &lines), None, "seed {seed}: {case:?}");
            discounted += u32::from(lines.iter().any(|line| line.discount.0 > 0));
        }
        assert!(
            discounted > 100,
            "seed {seed} granted only {discounted} discounts: the campaign tests nothing"
        );
    }
}
