use super::*;
use proptest::prelude::*;

/// What is named of a pair: why, what, and how much.
type Told<'p> = Vec<(Why, &'p str, i64)>;

const MINUTE: i64 = 60_000;

fn card(receipt: &str, minute: i64, minor: i64) -> Card {
    Card { at: Moment(minute * MINUTE), receipt: receipt.into(), minor }
}

fn row(reference: &str, minute: Option<i64>, minor: i64) -> Row {
    Row { at: minute.map(|minute| Moment(minute * MINUTE)), reference: reference.into(), minor }
}

fn told(pair: &Pair) -> Told<'_> {
    pair.named.iter().map(|one| (one.why, one.receipt.as_str(), one.minor)).collect()
}

#[test]
fn each_way_to_differ_names_the_receipt_that_does() {
    let day = [card("a", 10, 450), card("b", 60, 670), card("back", 90, -450)];
    let all = [row("1", Some(11), 450), row("2", Some(58), 670), row("3", Some(90), -450)];
    let yesterday = [card("old", -900, -300), card("older", -1_900, -300)];
    let table: [(&str, Vec<Row>, Told<'_>); 6] = [
        ("alike", all.to_vec(), vec![]),
        ("a payment is missing", all[1..].to_vec(), vec![(Why::CardMissing, "a", -450)]),
        ("a refund is missing", all[..2].to_vec(), vec![(Why::RefundMissing, "back", 450)]),
        (
            "charged twice",
            [&all[..], &[row("4", Some(12), 450)]].concat(),
            vec![(Why::ChargedTwice, "a", 450)],
        ),
        (
            "yesterday's refund",
            [&all[..], &[row("4", Some(5), -300)]].concat(),
            vec![(Why::BookedOtherDay, "old", -300)],
        ),
        ("nobody's", [&all[..], &[row("no. 4", None, 999)]].concat(), vec![(Why::NoReceipt, "no. 4", 999)]),
    ];
    for (what, theirs, named) in table {
        let found = rows(&day, &theirs, &yesterday);
        assert_eq!((told(&found.pair), found.pair.open_minor), (named, 0), "{what}");
    }
}

#[test]
fn of_two_alike_the_one_near_in_time_is_matched_and_the_other_is_missing() {
    let day = [card("morning", 10, 450), card("evening", 700, 450)];
    let found = rows(&day, &[row("1", Some(695), 450)], &[]);
    assert_eq!((told(&found.pair), found.by_sum), (vec![(Why::CardMissing, "morning", -450)], 0));
}

#[test]
fn a_row_without_a_time_or_by_a_clock_that_is_off_is_matched_by_its_sum() {
    let day = [card("a", 10, 450), card("b", 60, 670)];
    let found = rows(&day, &[row("1", None, 450), row("2", Some(240), 670)], &[]);
    assert_eq!((found.pair.difference_minor, found.matched, found.by_sum), (0, 2, 2));
}

#[test]
fn a_total_names_one_payment_or_leaves_it_open() {
    let day = [card("a", 10, 450), card("b", 60, 670), card("back", 90, -300)];
    let table: [(i64, Told<'_>, i64); 5] = [
        (820, vec![], 0),
        (370, vec![(Why::CardMissing, "a", -450)], 0),
        (1_490, vec![(Why::ChargedTwice, "b", 670)], 0),
        (1_120, vec![(Why::RefundMissing, "back", 300)], 0),
        (800, vec![], -20),
    ];
    for (theirs, named, open) in table {
        let pair = total_of(&day, theirs);
        assert_eq!((told(&pair), pair.open_minor), (named, open), "{theirs}");
    }
}

prop_compose! {
    fn of_day()(sums in prop::collection::vec((0_i64..900, prop::sample::select(vec![450_i64, 670, 300, -450, -300])), 0..25)) -> Vec<Card> {
        sums.iter().enumerate().map(|(nth, (minute, minor))| card(&format!("c{nth}"), *minute, *minor)).collect()
    }
}

proptest! {
    #[test]
    fn named_receipts_are_the_difference_nothing_is_matched_twice_and_no_order_matters(
        day in of_day(),
        near in of_day(),
        given in prop::collection::vec((prop::option::of(0_i64..900), prop::sample::select(vec![450_i64, 670, 300, -450, -300])), 0..25),
        turn in 0_usize..25,
    ) {
        let near: Vec<Card> = near.into_iter().map(|one| Card { receipt: format!("near {}", one.receipt), ..one }).collect();
        let theirs: Vec<Row> = given.iter().enumerate().map(|(nth, (minute, minor))| row(&format!("row {nth}"), *minute, *minor)).collect();
        let found = rows(&day, &theirs, &near);
        let pair = &found.pair;
        prop_assert_eq!(pair.named.iter().map(|one| one.minor).sum::<i64>(), pair.theirs_minor - pair.ours_minor);
        prop_assert_eq!(pair.open_minor, 0);
        let ours = pair.named.iter().filter(|one| matches!(one.why, Why::CardMissing | Why::RefundMissing)).count();
        prop_assert_eq!((found.matched + ours, found.matched + pair.named.len() - ours), (day.len(), theirs.len()));
        let mut once: Vec<_> = pair.named.iter().filter(|one| one.why != Why::ChargedTwice).map(|one| &one.receipt).collect();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), pair.named.iter().filter(|one| one.why != Why::ChargedTwice).count());
        // As many as can be: of one sum nothing is left over on both sides.
        for one in &pair.named {
            prop_assert!(!pair.named.iter().any(|other| other.minor == -one.minor && matches!(one.why, Why::CardMissing) && matches!(other.why, Why::ChargedTwice | Why::NoReceipt)));
        }
        let (mut day, mut theirs, mut near) = (day, theirs, near);
        day.reverse();
        near.reverse();
        theirs.rotate_left(turn % given.len().max(1));
        prop_assert_eq!(rows(&day, &theirs, &near), found);
    }
}
