//! The desk's door: where the first password is set, who is kept out, and that nobody keeps out anybody else. With the real
//! program.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file needs no counters")]

mod clerks;
mod described;
mod running;

use clerks::{PASSWORD, Said, ask, code_of, enter, get, post};
use running::Office;
use serde_json::json;

#[test]
fn a_first_start_says_where_to_set_the_first_password_and_a_later_one_says_nothing() {
    let mut office = Office::start();
    let first = office.second_line().expect("it is said");
    let code = first.trim().split_once("/office/#enter=").unwrap().1.to_owned();
    let said = post(&office, "enter", "", &json!({"code": code, "password": PASSWORD}));
    assert_eq!(said.status, 200, "{first}: {}", said.body);
    office.kill();
    office.start_again();
    assert_eq!(get(&office, "session", &said.cookie()).status, 200, "sessions are kept");
    office.kill();
    assert_eq!(office.second_line(), None);
}

#[test]
fn no_other_page_no_form_and_no_crowd_comes_in() {
    let office = Office::start();
    let cookie = enter(&office, &[]);
    let campaign = ("POST", "/office/api/campaigns");
    let with = |headers: &str| ask(&office, campaign, &format!("cookie: {cookie}\r\n{headers}"), "{}");
    assert_eq!(with("").code(), "desk_foreign");
    assert_eq!(with("content-type: text/plain\r\n").code(), "desk_foreign");
    assert_eq!(
        with("content-type: application/json\r\nsec-fetch-site: cross-site\r\n").code(),
        "desk_foreign"
    );
    assert_eq!(
        with("content-type: application/json\r\nsec-fetch-site: same-origin\r\n").code(),
        "desk_campaign"
    );
    let large = json!({"name": "x".repeat(70_000), "password": ""});
    assert_eq!(post(&office, "login", "", &large).code(), "body_large");
    let wrong =
        || post(&office, "login", "", &json!({"name": "owner", "password": "wrong, and again"})).status;
    let statuses: Vec<u16> = (0..30).map(|_| wrong()).collect();
    assert!(
        statuses.contains(&429) && statuses.iter().all(|status| [401, 429].contains(status)),
        "{statuses:?}"
    );
    for odd in [
        "",
        "kava-office=",
        "kava-office='; DROP TABLE session; --",
        &format!("kava-office={}", "0".repeat(64)),
    ] {
        assert_eq!(get(&office, "session", odd).code(), "desk_stranger", "{odd}");
    }
}

/// A try to log in through a proxy on this machine.
fn login_from(office: &Office, address: &str, password: &str) -> Said {
    let headers = format!("content-type: application/json\r\nx-forwarded-for: {address}\r\n");
    let body = json!({"name": "owner", "password": password}).to_string();
    ask(office, ("POST", "/office/api/login"), &headers, &body)
}

#[test]
fn who_fails_under_the_owners_name_behind_a_proxy_keeps_only_themselves_out() {
    let office = Office::start();
    enter(&office, &[]);
    let wrong: Vec<u16> =
        (0..14).map(|_| login_from(&office, "192.0.2.1", "wrong, and again").status).collect();
    assert!(wrong.ends_with(&[429]), "{wrong:?}");
    assert_eq!(
        login_from(&office, "10.0.0.1, 192.0.2.1", PASSWORD).status,
        429,
        "whatever they write before"
    );
    assert_eq!(login_from(&office, "192.0.2.2", PASSWORD).status, 200);
}

#[test]
fn nobody_is_called_as_the_machine_itself_is_in_the_deeds() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    for name in ["command line", " Command  LINE", "command\tline", "CommandLine"] {
        let said = post(&office, "clerks", &owner, &json!({"name": name, "role": "support"}));
        assert_eq!(said.code(), "desk_field", "{name:?}");
        let output = office.try_run(&["admin", "link", "--name", name]);
        assert_eq!(output.status.code(), Some(2), "{name:?}: {output:?}");
    }
    assert_eq!(post(&office, "clerks", &owner, &json!({"name": "command", "role": "support"})).status, 200);
}

#[test]
fn a_link_that_was_made_by_hand_outlives_the_start_of_the_office() {
    let mut office = Office::start();
    office.kill();
    let link = office.run(&["admin", "link"]);
    office.start_again();
    let second = office.second_line().expect("it is said");
    assert!(!second.contains("#enter=") && second.contains("admin link"), "{second}");
    let said = post(&office, "enter", "", &json!({"code": code_of(&link), "password": PASSWORD}));
    assert_eq!(said.status, 200, "{}", said.body);
}

#[test]
fn a_link_that_nobody_can_use_any_more_makes_room_for_another() {
    let mut office = Office::start();
    office.kill();
    let late = "UPDATE clerk_link SET expires = 1";
    rusqlite::Connection::open(office.db()).unwrap().execute(late, []).unwrap();
    office.start_again();
    let second = office.second_line().expect("it is said");
    assert!(second.contains("#enter="), "{second}");
}

#[test]
fn figures_are_for_who_has_the_token_or_for_this_machine_where_there_is_none() {
    let metrics = |office: &Office, headers: &str| ask(office, ("GET", "/metrics"), headers, "").status;
    let open = Office::start();
    assert_eq!(metrics(&open, ""), 200);
    for proxy in ["x-forwarded-for: 192.0.2.1", "x-forwarded-proto: https", "via: 1.1 x", "forwarded: for=x"]
    {
        assert_eq!(metrics(&open, &format!("{proxy}\r\n")), 403, "{proxy}");
    }
    assert_eq!(metrics(&open, "x-forwarded-for: 127.0.0.1\r\nauthorization: Bearer x\r\n"), 403);
    let closed = Office::start_in(&[("KAVA_METRICS_TOKEN", "a token")]);
    assert_eq!(metrics(&closed, ""), 403, "a proxy may say nothing of itself");
    assert_eq!(metrics(&closed, "authorization: Bearer another\r\n"), 403);
    assert_eq!(metrics(&closed, "x-forwarded-for: 192.0.2.1\r\nauthorization: Bearer a token\r\n"), 200);
}
