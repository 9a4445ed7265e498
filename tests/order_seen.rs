//! How an order grows in front of a till: what goes off it, and when its guest is recognised.

#![expect(clippy::indexing_slicing, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "a seed is printed")]

use kava::{
    facts::{
        at_till::{KnownBy, OrderSeen, Recognised},
        basket::{Item, PricedBasket},
        moment::Moment,
    },
    testing::{
        random::Random,
        shop::{MORNING, item, menu_of_products, products},
    },
};

fn piece(nth: usize, pieces: i64) -> Item {
    item(products()[nth].sku.as_str(), pieces)
}

#[test]
fn what_goes_off_an_order_is_counted_and_what_is_changed_is_not() {
    let price = |nth: usize| products()[nth].price.0;
    let off = |before: &[Item], after: &[Item]| {
        let mut order = OrderSeen::default();
        order.changed((before, after), &menu_of_products(), MORNING);
        order.taken_off().map_or((0, 0), |off| (off.lines, off.minor.0))
    };
    let (one, two) = (piece(0, 1), piece(1, 2));
    let both = [one.clone(), two.clone()];
    let table = [
        (&both[..], vec![one.clone()], (1, 2 * price(1))),
        (&both, vec![one.clone(), piece(1, 1)], (1, price(1))),
        (&both, vec![], (2, price(0) + 2 * price(1))),
        (&both[..1], both.to_vec(), (0, 0)),
        // Another size, the same pieces on lines of their own, and one that came while one went.
        (&both[..1], vec![piece(1, 1)], (0, 0)),
        (&both[1..], vec![piece(1, 1), piece(1, 1)], (0, 0)),
        (&both, vec![piece(1, 3)], (0, 0)),
    ];
    for (before, after, expected) in table {
        assert_eq!(off(before, &after), expected, "{before:?} -> {after:?}");
    }
}

#[test]
fn a_guest_is_recognised_after_so_many_lines_and_so_long() {
    let (mut order, menu) = (OrderSeen::default(), menu_of_products());
    let known = |by, lines, after_ms| Some(Recognised { by, lines, after_ms });
    order.recognised(KnownBy::Spoken, 0, Moment(5_000));
    assert_eq!(order.known(), known(KnownBy::Spoken, 0, 0));
    let (one, two) = ([piece(0, 1)], [piece(0, 1), piece(1, 1)]);
    order.changed((&[], &one), &menu, Moment(7_000));
    order.changed((&one, &two), &menu, Moment(9_000));
    order.recognised(KnownBy::Phone, 2, Moment(19_000));
    assert_eq!(order.known(), known(KnownBy::Phone, 2, 12_000));
    assert_eq!(order.taken_off(), None);
    order.changed((&two, &one), &menu, Moment(20_000));
    order.changed((&one, &two), &menu, Moment(21_000));
    assert_eq!(order.taken_off().map(|off| off.lines), Some(1), "what comes back went off once");
    // A clock that jumps back says nothing false.
    order.recognised(KnownBy::Phone, 2, Moment(1));
    assert_eq!(order.known(), known(KnownBy::Phone, 2, 0));
}

#[test]
fn an_order_that_only_grows_loses_nothing_and_a_line_that_goes_is_counted_with_its_price() {
    let seed = std::env::var("KAVA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_201);
    println!("KAVA_SEED={seed}");
    let (mut random, menu) = (Random::new(seed), menu_of_products());
    // What is only an extra is no line by itself.
    let alone = |sku: &str| PricedBasket::new(&[item(sku, 1)], &menu).is_ok();
    let all: Vec<_> = products().into_iter().filter(|one| alone(one.sku.as_str())).collect();
    for _ in 0..500 {
        let mut order = OrderSeen::default();
        let mut items: Vec<Item> = Vec::new();
        for _ in 0..random.between(1, 9) {
            let before = items.clone();
            let sku = random.pick(&all).unwrap().sku.clone();
            items.push(item(sku.as_str(), random.between(1, 4)));
            order.changed((&before, &items), &menu, MORNING);
        }
        assert_eq!(order.taken_off(), None, "{items:?}");
        let gone = usize::try_from(random.between(0, i64::try_from(items.len()).unwrap() - 1)).unwrap();
        let before = items.clone();
        let line = items.remove(gone);
        order.changed((&before, &items), &menu, MORNING);
        let price = all.iter().find(|one| one.sku == line.sku).unwrap().price.0;
        let off = order.taken_off().unwrap();
        assert_eq!((off.lines, off.minor.0), (1, price * line.qty.whole()), "{line:?} of {before:?}");
    }
}
