//! Segments at the desk: sizes and flows are what was told, week by week.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod clerks;
mod counter_series;
mod described;
mod running;

use books::{Books, NOW};
use clerks::{enter, get, with_menu};
use counter_series::Series;
use kava::facts::moment::DAY_MS;
use kava_sync::desk::segments::{self, WEEKS};
use running::Counter;
use serde_json::json;

#[test]
fn sizes_and_flows_are_those_of_the_guests_last_segments_week_by_week() {
    let mut books = Books::new();
    let mut series = Series::new();
    let mut decided = |guest: &str, days_ago: i64, segment: &str| {
        let at = NOW.later(-days_ago * DAY_MS);
        let told = json!({"receipt": format!("{guest}-{days_ago}"), "guest": {"situation": {"customer": guest, "segment": segment}}});
        series.add_at((at, at.utc_day()), "decision", &told.to_string());
    };
    // One who was always a regular, and was last seen before the eight weeks.
    decided("old", 100, "regular");
    decided("gone", 366, "regular");
    // One who came for the first time, and became a regular in the week after.
    decided("fresh", 10, "new");
    decided("fresh", 9, "new");
    decided("fresh", 3, "regular");
    // One who cooled and came back within a week, and is where they were.
    decided("back", 60, "regular");
    decided("back", 5, "cooling");
    let at = NOW.later(-4 * DAY_MS);
    series.add_at(
        (at, at.utc_day()),
        "segment",
        &json!({"customer": "back", "before": "cooling", "after": "regular"}).to_string(),
    );
    books.send(&series, 1);
    let told = segments::of(&books.ledger, NOW).unwrap();
    assert_eq!((told.guests, told.weeks.len()), (3, WEEKS));
    let of =
        |segment: &str| told.segments.iter().find(|one| one.segment == segment).map(|one| one.guests.clone());
    assert_eq!(of("regular").unwrap(), [2, 2, 2, 2, 2, 2, 2, 3]);
    assert_eq!(of("new").unwrap(), [0, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(of("cooling"), None, "what lasted less than a week is no week's end");
    let flows: Vec<(usize, Option<&str>, &str, usize)> =
        told.flows.iter().map(|one| (one.week, one.from.as_deref(), one.to.as_str(), one.guests)).collect();
    assert_eq!(flows, [(WEEKS - 2, None, "new", 1), (WEEKS - 1, Some("new"), "regular", 1)]);
    let shown = serde_json::to_value(&told.segments[0]).unwrap();
    assert_eq!((&shown["segment"], &shown["words"]["ru"]), (&json!("regular"), &json!("Постоянный гость")));
}

#[test]
fn segments_of_a_real_counter_are_shown_to_those_who_plan_for_them() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    assert_eq!(get(&office, "segments", &owner).body["segments"], json!([]));
    Counter::enrolled(&office, "1");
    for (role, status) in [("marketer", 200), ("analyst", 200), ("support", 403)] {
        let cookie = enter(&office, &["--name", role, "--role", role]);
        assert_eq!(get(&office, "segments", &cookie).status, status, "{role}");
    }
    let manager = enter(&office, &["--name", "m", "--role", "shop_manager", "--shop", "1"]);
    assert_eq!(get(&office, "segments", &manager).status, 403, "it is of the whole chain");
}
