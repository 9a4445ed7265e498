//! A campaign that gives only so much a day, whoever is cut off and however often they ask. On real ledgers.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the books and the series are used in part")]

mod books;
mod counter_series;

use books::{Books, NOW, amount, campaign, spend};
use counter_series::Series;
use kava::facts::{
    campaign::{Amount, Campaign, DayLimit, LEASE_MS, Lease},
    moment::{DAY_MS, Moment},
};

/// More than one counter is lent at a time, and less than two are.
const LIMIT: Amount = amount(600, 12);
/// An hour before the first day ends.
const LATE: Moment = NOW.later(DAY_MS - 3_600_000);

fn books() -> Books {
    let per_day = Some(DayLimit { money: Some(LIMIT.money), uses: Some(LIMIT.uses) });
    let mut books = Books::with(&Campaign { from: NOW, per_day, ..campaign() });
    for counter in ["1", "2"] {
        books.send(&Series { counter: counter.into(), ..Series::new() }.sales(1, counter), 1);
    }
    books
}

fn sum(leases: &[Lease]) -> Amount {
    leases.iter().fold(Amount::ZERO, |all, one| all.plus(one.amount))
}

/// Asks again and again without saying what it has; gives what it holds in the end.
fn greedy(books: &mut Books, counter: i64, now: Moment) -> Vec<Lease> {
    let mut ask = |nth: i64| books.ask_at(now, (counter, &format!("{counter}-{nth}")), &[]);
    (0..9).for_each(|nth| drop(ask(nth)));
    ask(9)
}

fn today(books: &Books, now: Moment) -> Amount {
    let shown = books.ledger.campaigns_at(now).unwrap().remove(0);
    shown.today.unwrap().lent
}

#[test]
fn no_more_is_lent_on_a_day_than_may_be_given_on_it() {
    let mut books = books();
    let first = greedy(&mut books, 1, NOW);
    let second = greedy(&mut books, 2, NOW.later(1));
    let lent = sum(&first).plus(sum(&second));
    assert!(LIMIT.covers(lent) && lent != Amount::ZERO, "{lent:?}");
    assert!(!second.is_empty(), "nobody takes the whole day");
    assert_eq!(today(&books, LATE), lent);
    books.standing();
}

#[test]
fn a_lease_ends_with_its_day_and_the_next_day_has_its_own() {
    let mut books = books();
    let late = books.ask_at(LATE, (1, "late"), &[]);
    assert_eq!(late[0].good_ms, 3_600_000, "an hour is left of the day");
    let next = NOW.later(DAY_MS);
    let early = books.ask_at(next, (2, "early"), &[]);
    assert_eq!(early[0].good_ms, LEASE_MS);
    assert_eq!(
        today(&books, next),
        sum(&late).plus(sum(&early)),
        "what is not back may be spent by a wrong clock"
    );
    let third = next.later(DAY_MS);
    assert_eq!(
        today(&books, third),
        sum(&early),
        "nobody waits longer than a day for a machine that is away"
    );
}

#[test]
fn what_is_given_back_on_the_same_day_is_lent_again_and_what_was_spent_is_not() {
    let mut books = books();
    let lease = books.ask(1, "first", &[]).remove(0);
    let mut series = Series::new().sales(1, "1");
    series.add("spend", &spend(&lease, 60, 1));
    let left = lease.amount.minus(amount(60, 1));
    let closed = serde_json::json!({"campaign": "autumn", "lease": lease.id, "left": left});
    series.add("lease", &closed.to_string());
    books.send(&series, 1);
    assert_eq!(today(&books, NOW), amount(60, 1));
    assert_eq!(today(&books, NOW.later(DAY_MS)), Amount::ZERO, "the next day is whole");
    books.standing();
}

/// The first answer was lost on the way, and the counter asks again when the line is back. It counts a lease's time from its
/// question, so it is told what is left.
#[test]
fn a_lease_whose_answer_was_lost_does_not_last_into_the_next_day() {
    let mut books = books();
    let first = books.ask_at(LATE, (1, "late"), &[]);
    let again = books.ask_at(LATE.later(3_000_000), (1, "late"), &[]);
    assert_eq!((again[0].id.clone(), again[0].good_ms), (first[0].id.clone(), 600_000));
    let over = books.ask_at(NOW.later(DAY_MS + 7_200_000), (1, "late"), &[]);
    let over = over.iter().find(|lease| lease.id == first[0].id).unwrap();
    assert_eq!(over.good_ms, 1, "it ended two hours ago");
}
