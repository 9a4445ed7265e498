//! Somebody at the office hears when a till got its first manager's PIN. On a real ledger.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the books and the series are used in part")]

mod books;
mod counter_series;

use books::Books;
use counter_series::Series;

#[test]
fn the_first_pin_of_a_till_is_an_alarm_and_a_later_one_is_none() {
    let mut books = Books::new();
    let mut series = Series::new();
    series.add("pin", r#"{"first":true}"#);
    series.add("pin", r#"{"first":false}"#);
    series.add("pin", r#"{"what":"a later version"}"#);
    books.send(&series, 1);
    books.send(&series, 1);
    assert_eq!(books.alarms("pin_first"), 1);
    books.standing();
}
