use super::*;
use proptest::prelude::*;

/// What is named of a pair: why, what, and how much.
type Told<'p> = Vec<(Why, &'p str, i64)>;

const DAY: BusinessDay = BusinessDay(20_000);
const NEXT: BusinessDay = BusinessDay(20_001);

fn shift(day: BusinessDay, opened: i64, closed: Option<i64>, z: Option<(Option<i64>, i64, i64)>) -> Shift {
    let z = z.map(|(receipts, sales, refunds)| ZSums { receipts, sales, refunds });
    Shift { day, opened: Moment(opened), closed: closed.map(Moment), z }
}

fn rung(receipt: &str, at: i64, minor: i64) -> Rung {
    Rung { at: Moment(at), receipt: receipt.into(), day: DAY, minor, is_refund: false, is_likely: false }
}

fn told(pair: &Pair) -> Told<'_> {
    pair.named.iter().map(|one| (one.why, one.receipt.as_str(), one.minor)).collect()
}

#[test]
fn a_day_that_the_register_counted_alike_is_closed_and_names_nobody() {
    let all = [rung("a", 10, 450), rung("b", 20, 670), Rung { is_refund: true, ..rung("c", 30, 450) }];
    let beside = beside(DAY, &[shift(DAY, 0, Some(100), Some((Some(3), 1_120, 450)))], &all);
    assert_eq!((beside.sales.difference_minor, beside.refunds.difference_minor), (0, 0));
    assert_eq!((beside.sales.ours_minor, beside.refunds.ours_minor), (1_120, 450));
    assert!(beside.sales.named.is_empty() && beside.refunds.named.is_empty());
}

#[test]
fn each_way_to_differ_names_the_receipt_that_does() {
    let all = [rung("a", 10, 450), rung("b", 20, 670), rung("late", 150, 300)];
    let table: [(&str, Shift, Told<'_>, i64); 5] = [
        (
            "not rung up",
            shift(DAY, 0, Some(200), Some((Some(2), 970, 0))),
            vec![(Why::NotRungUp, "a", -450)],
            0,
        ),
        (
            "rung up twice",
            shift(DAY, 0, Some(200), Some((Some(4), 2_090, 0))),
            vec![(Why::RungUpTwice, "b", 670)],
            0,
        ),
        (
            "sold after the shift",
            shift(DAY, 0, Some(100), Some((None, 1_120, 0))),
            vec![(Why::NoShift, "late", -300)],
            0,
        ),
        (
            "no Z report yet",
            shift(DAY, 15, None, None),
            vec![(Why::NoShift, "a", -450), (Why::ShiftOpen, "b", -670), (Why::ShiftOpen, "late", -300)],
            0,
        ),
        ("nobody can tell", shift(DAY, 0, Some(200), Some((None, 1_400, 0))), vec![], -20),
    ];
    for (what, shift, named, open) in table {
        let beside = beside(DAY, &[shift], &all);
        assert_eq!((told(&beside.sales), beside.sales.open_minor), (named, open), "{what}");
    }
}

#[test]
fn a_shift_over_midnight_is_of_the_day_on_which_it_was_opened() {
    let all = [rung("a", 10, 450), Rung { day: NEXT, ..rung("b", 20, 670) }];
    let shifts = [shift(DAY, 0, Some(100), Some((Some(2), 1_120, 0)))];
    assert_eq!(told(&beside(DAY, &shifts, &all).sales), [(Why::OtherDay, "b", 670)]);
    assert_eq!(told(&beside(NEXT, &shifts, &all).sales), [(Why::OtherShift, "b", -670)]);
}

proptest! {
    #[test]
    fn what_is_named_and_what_is_open_are_the_difference_in_whatever_order_the_receipts_come(
        sold in prop::collection::vec((0_i64..300, 1_i64..900, any::<bool>(), any::<bool>(), any::<bool>()), 0..30),
        z in (0_i64..9_000, 0_i64..9_000, prop::option::of(0_i64..30)),
        turn in 0_usize..30,
    ) {
        let all: Vec<Rung> = sold.iter().enumerate().map(|(nth, (at, minor, is_refund, is_likely, is_next))| Rung {
            day: if *is_next { NEXT } else { DAY },
            is_refund: *is_refund,
            is_likely: *is_likely,
            ..rung(&format!("r{nth}"), *at, *minor)
        }).collect();
        let shifts = [shift(DAY, 50, Some(150), Some((z.2, z.0, z.1))), shift(NEXT, 150, None, None)];
        let found = beside(DAY, &shifts, &all);
        for pair in [&found.sales, &found.refunds] {
            let named: i64 = pair.named.iter().map(|one| one.minor).sum();
            prop_assert_eq!(named + pair.open_minor, pair.theirs_minor - pair.ours_minor);
            let mut ids: Vec<&str> = pair.named.iter().map(|one| one.receipt.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert!(ids.len() == pair.named.len(), "nothing is named twice: {:?}", pair.named);
        }
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len().max(1));
        turned.reverse();
        prop_assert_eq!(beside(DAY, &shifts, &turned), found);
    }
}
