//! The office over a real socket on a free port: what it answers, and what it does not let in.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file needs no counters")]

mod running;

use kava::{
    facts::moment::Moment,
    wire::{
        bundle::public_of,
        pack::pack,
        seal::{Asked, HEADERS, Seal},
    },
};
use running::Office;
use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

#[test]
fn the_office_answers_on_a_free_port() {
    let office = Office::start();
    let health = office.get("/healthz");
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("\r\n\r\nok"), "{health}");
    assert!(office.get("/readyz").ends_with("ready"));
    let version = office.get("/version");
    assert!(version.contains(r#""name":"kava-sync""#) && version.contains(r#""record":1"#), "{version}");
    let nothing = office.get("/nothing-here");
    assert!(nothing.starts_with("HTTP/1.1 404") && nothing.contains(r#""code":"unknown""#), "{nothing}");
}

#[test]
fn no_answer_is_kept_guessed_at_or_framed_and_over_tls_a_browser_comes_back_by_tls_only() {
    let office = Office::start();
    for path in
        ["/healthz", "/metrics", "/api/v1/news", "/api/v1/club/home", "/office/api/session", "/nothing-here"]
    {
        let said = office.get(path).to_lowercase();
        for line in ["cache-control: no-store", "x-content-type-options: nosniff", "frame-ancestors 'none'"] {
            assert!(said.contains(line), "{path}: {said}");
        }
        assert!(!said.contains("strict-transport-security"), "{path}: {said}");
    }
    for page in ["/office/", "/club/", "/api/"] {
        let said = office.get(page).to_lowercase();
        assert!(said.contains("frame-ancestors 'none'") && said.contains("nosniff"), "{page}: {said}");
        assert!(!said.contains("no-store"), "a page may be kept for flight mode: {said}");
    }
    let behind = "GET /healthz HTTP/1.1\r\nhost: x\r\nx-forwarded-proto: https\r\nconnection: close\r\n\r\n";
    assert!(office.say(behind.as_bytes()).contains("strict-transport-security: max-age="));
}

#[cfg(unix)]
#[test]
fn the_office_stops_in_order_when_it_is_told_to() {
    let mut office = Office::start();
    assert!(office.get("/healthz").contains("ok"));
    let kill = format!("kill -TERM {}", office.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(office.wait(), Some(0));
}

#[test]
fn an_address_or_a_ledger_in_use_is_one_sentence_and_status_2() {
    let office = Office::start();
    let other = office.folder.path().join("other.db");
    let mut second = Command::new(env!("CARGO_BIN_EXE_kava-sync"));
    let second = second.arg("--db").arg(other).args(["serve", "--listen", &office.address]).output().unwrap();
    let same = office.try_run(&["serve", "--listen", "127.0.0.1:0"]);
    for (output, word) in [(second, "--listen"), (same, "in use")] {
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.contains(word), "{complaint}");
    }
}

#[test]
fn a_hundred_wrong_codes_are_held_up_after_ten() {
    let office = Office::start();
    let (secret, path) = ([4; 32], "/api/v1/enrol");
    let public: String = public_of(&secret).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut held_up = 0;
    for n in 0..100 {
        let body = format!(
            r#"{{"code":"0000-0000-0000-{n:04}","public":"{public}","chain":"kava","shop":"1","counter":"1","epoch":1}}"#
        );
        let asked = Asked { method: "POST", path, body: body.as_bytes() };
        let answer = office.post(path, &headers(&secret, &asked, 0), body.as_bytes());
        let refused = answer.contains(r#""code":"enrol_code""#);
        held_up += u32::from(answer.contains(r#""code":"too_many_tries""#));
        assert!(refused || answer.starts_with("HTTP/1.1 429"), "{answer}");
    }
    assert!(held_up >= 85, "only {held_up} of 100 were held up");
    assert!(office.get("/healthz").contains("ok"));
}

#[test]
fn what_is_not_signed_is_sent_away() {
    let office = Office::start();
    let path = "/api/v1/records";
    let nobody = office.post(path, "", b"{}");
    assert!(nobody.starts_with("HTTP/1.1 401") && nobody.contains("seal_missing"), "{nobody}");
    let asked = Asked { method: "POST", path, body: b"{}" };
    let stranger = office.post(path, &headers(&[6; 32], &asked, 0), b"{}");
    assert!(stranger.contains("seal_stranger"), "{stranger}");
    let odd =
        office.post(path, "kava-key: '; DROP TABLE counter; --\r\nkava-time: x\r\nkava-nonce: \r\n", b"");
    assert!(odd.contains("seal_missing"), "{odd}");
}

#[test]
fn bodies_that_are_too_large_damaged_or_bombs_get_one_sentence() {
    let office = Office::start();
    let secret = [8; 32];
    enrol(&office, &secret);
    let path = "/api/v1/records";
    let bomb = pack(&vec![b' '; 200 * 1024 * 1024]).unwrap();
    assert!(bomb.len() < 64 * 1024);
    let deep = "[".repeat(100_000);
    let table: [(&str, Vec<u8>, &str); 6] = [
        ("content-encoding: zstd\r\n", bomb, "body_unreadable"),
        ("content-encoding: zstd\r\n", b"nothing packed".to_vec(), "body_unreadable"),
        ("content-encoding: gzip\r\n", b"x".to_vec(), "body_unreadable"),
        ("", vec![0xff; 100], "body_unreadable"),
        ("", deep.into_bytes(), "batch_head"),
        ("", vec![b'x'; 5 * 1024 * 1024], "body_large"),
    ];
    for (extra, body, code) in table {
        let asked = Asked { method: "POST", path, body: &body };
        let answer = office.post(path, &(headers(&secret, &asked, 0) + extra), &body);
        assert!(answer.contains(&format!(r#""code":"{code}""#)), "{code}: {answer}");
    }
    assert!(office.get("/readyz").contains("ready"));
}

#[test]
fn a_request_is_taken_once_and_by_the_offices_clock() {
    let office = Office::start();
    let secret = [8; 32];
    enrol(&office, &secret);
    let asked = Asked { method: "GET", path: "/api/v1/news", body: b"" };
    let said = headers(&secret, &asked, 0);
    let ask = |said: &str| {
        office.say(
            format!("GET /api/v1/news HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{said}\r\n").as_bytes(),
        )
    };
    assert!(ask(&said).starts_with("HTTP/1.1 200"));
    assert!(ask(&said).contains("seal_replayed"));
    let year_off = ask(&headers(&secret, &asked, -365 * 86_400_000));
    assert!(year_off.contains("seal_clock") && year_off.contains("office_time"), "{year_off}");
}

#[test]
fn somebody_who_never_ends_a_sentence_holds_up_nobody() {
    let office = Office::start();
    let mut slow: Vec<TcpStream> = (0..64)
        .map(|_| {
            let mut socket = TcpStream::connect(&office.address).unwrap();
            socket.write_all(b"POST /api/v1/records HTTP/1.1\r\nhost: x\r\n").unwrap();
            socket
        })
        .collect();
    assert!(office.get("/readyz").contains("ready"));
    // After its time each of them is hung up on.
    let mut rest = Vec::new();
    let first = &mut slow[0];
    first.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    first.read_to_end(&mut rest).unwrap();
    let said = String::from_utf8_lossy(&rest);
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
}

fn enrol(office: &Office, secret: &[u8; 32]) {
    let code = office.code("1");
    let public: String = public_of(secret).iter().map(|byte| format!("{byte:02x}")).collect();
    let body = format!(
        r#"{{"code":"{code}","public":"{public}","chain":"kava","shop":"1","counter":"1","epoch":1}}"#
    );
    let path = "/api/v1/enrol";
    let asked = Asked { method: "POST", path, body: body.as_bytes() };
    let answer = office.post(path, &headers(secret, &asked, 0), body.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Header lines of a request that is signed now, or so much later.
fn headers(secret: &[u8; 32], asked: &Asked<'_>, later_ms: i64) -> String {
    let now = Moment(jiff::Timestamp::now().as_millisecond()).later(later_ms);
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).unwrap();
    let seal = Seal::new(secret, asked, now, nonce);
    HEADERS.iter().zip(seal.headers()).map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}
