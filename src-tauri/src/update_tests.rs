//! A real HTTP server on the loopback, a real minisign signature that binds its version, and a shift that may open meanwhile.

use super::*;
use std::cell::Cell;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use tauri::{App, async_runtime};

const PACKAGE: &[u8] = b"A package that nobody installs: it stands for one in a test of updates.\n";
/// Made by `tauri signer sign --app-version 99.0.0` with the key below, whose secret half nobody has any more.
const SIGNATURE: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IHNpZ25hdHVyZSBmcm9tIHRhdXJpIHNlY3JldCBrZXkKUlVRVS9CZlhVNjJYb09tMDUxOG5jby9oWmtaMGpBV1ZGRUZYSHZIdDNLNTVpSTZiS2hHdFNNdGN4SFkzMGRMK1FiRnc3SCtRczZxQlZsRTZxVTc1VnYwSUdQQXBLVTJRS2drPQp0cnVzdGVkIGNvbW1lbnQ6IHRpbWVzdGFtcDoxNzk2MTA0MDk0CWZpbGU6cGFja2FnZS5iaW4JdmVyc2lvbjo5OS4wLjAKcEc1ajNLU3pVRDZWZWV6Z09yR0d3T2NuY2pyS0Nma2JYaDVQUWltTHhXQTd2b0d4OWdKQ2MvTHlyWEVOa0ZQYVdhVzllMWR0ZmxtNWVFZWtUc2pkQUE9PQo=";
const KEY: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk6IEEwOTdBRDUzRDcxN0ZDMTQKUldRVS9CZlhVNjJYb0ZkMHNqMk5RVGFYWWRwemxmT2JMc041SXkzUmM0QUJ0UEF3a0kvOXhRREYK";
const OTHER_KEY: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk6IDM0RTkxRjI4OTVDQ0IzNUIKUldSYnM4eVZLQi9wTkhIb0lqOTFMZDNIZlZZNGdYQ2pZaCtROFJ2bWw4VktDZFlBVjhJcnZNdzgK";

/// Serves a manifest of this version and a package, until the test ends.
fn serve(version: &str, package: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let target = tauri_plugin_updater::target().unwrap();
    let release = serde_json::json!({"url": format!("{address}/package"), "signature": SIGNATURE});
    let manifest = serde_json::json!({"version": version, "platforms": { target: release }}).to_string();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut line = String::new();
            let mut request = BufReader::new(socket.try_clone().unwrap());
            request.read_line(&mut line).unwrap();
            while request.read_line(&mut String::new()).unwrap() > 2 {}
            let body = if line.starts_with("GET /package") { package } else { manifest.as_bytes() };
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            socket.write_all(&[head.as_bytes(), body].concat()).unwrap_or_default();
        }
    });
    address
}

fn app() -> App<MockRuntime> {
    let mut context = mock_context(noop_assets());
    let ours: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let plugins = &mut context.config_mut().plugins.0;
    plugins.insert("updater".into(), ours["plugins"]["updater"].clone());
    mock_builder().plugin(tauri_plugin_updater::Builder::new().build()).build(context).unwrap()
}

/// What looking leads to, and what was installed. Of the answers to whether nobody sells the last one stays.
fn looked(endpoint: &str, key: &str, rests: &[bool]) -> (Result<Looked, String>, Vec<u8>) {
    let app = app();
    let source = Source { endpoint: format!("{endpoint}/latest.json"), key: key.into() };
    let asked = Cell::new(0);
    let rests = || {
        asked.set(asked.get() + 1);
        rests[(asked.get() - 1).min(rests.len() - 1)]
    };
    let mut installed = Vec::new();
    let install = |_: &Update, package: &[u8]| {
        installed = package.to_vec();
        Ok(())
    };
    let looked = async_runtime::block_on(look(app.handle(), &source, rests, install));
    (looked.map_err(|why| format!("{why:?}")), installed)
}

#[test]
fn a_newer_program_with_the_right_signature_is_installed_after_the_shift() {
    let (looked, installed) = looked(&serve("99.0.0", PACKAGE), KEY, &[true]);
    assert_eq!((looked, installed.as_slice()), (Ok(Looked::Installed("99.0.0".into())), PACKAGE));
}

#[test]
fn what_is_not_signed_by_the_key_as_it_is_and_for_its_version_is_refused() {
    let altered: &[u8] = b"A package that nobody installs: it stands for one in a test of updates!\n";
    let table = [
        ("99.0.0", altered, KEY, "an altered package"),
        ("99.0.0", PACKAGE, OTHER_KEY, "another key"),
        ("99.0.1", PACKAGE, KEY, "an older package under a newer number"),
        ("99.0.0", PACKAGE, "bm8ga2V5", "no key at all"),
    ];
    for (version, package, key, what) in table {
        let (looked, installed) = looked(&serve(version, package), key, &[true]);
        assert!(looked.is_err() && installed.is_empty(), "{what}: {looked:?}");
    }
}

#[test]
fn nothing_is_installed_while_a_shift_is_open_or_once_it_has_opened_meanwhile() {
    let endpoint = serve("99.0.0", PACKAGE);
    for rests in [&[false][..], &[true, false]] {
        assert_eq!(looked(&endpoint, KEY, rests), (Ok(Looked::Trading), Vec::new()), "{rests:?}");
    }
}

#[test]
fn what_is_not_newer_is_left_alone_and_an_endpoint_that_is_gone_changes_nothing() {
    assert_eq!(looked(&serve("0.0.1", PACKAGE), KEY, &[true]), (Ok(Looked::Newest), Vec::new()));
    for endpoint in ["http://127.0.0.1:1", "no address"] {
        let (looked, installed) = looked(endpoint, KEY, &[true]);
        assert!(looked.is_err() && installed.is_empty(), "{endpoint}: {looked:?}");
    }
}

/// A snapshot as the till shows it, as far as it matters here.
fn snapshot(shift_open: bool, busy: bool, lines: usize) -> String {
    let lines = vec![serde_json::json!({"sku": "latte"}); lines];
    serde_json::json!({"shift_open": shift_open, "busy": busy, "cart": {"lines": lines}, "queue": 3})
        .to_string()
}

#[test]
fn only_the_end_of_a_shift_opens_the_gate_and_only_once() {
    let steps = [
        (snapshot(false, false, 0), false, "the morning, before anybody has opened"),
        (snapshot(true, false, 1), false, "a sale"),
        (snapshot(true, true, 1), false, "a payment"),
        (snapshot(false, true, 0), false, "the Z report is printed"),
        (snapshot(false, false, 2), false, "somebody sells after the shift"),
        (String::new(), false, "what cannot be read"),
        (snapshot(false, false, 0), true, "everybody goes home"),
        (snapshot(false, false, 0), false, "still nobody there"),
    ];
    let mut gate = Gate::default();
    for (snapshot, ended, what) in steps {
        assert_eq!(gate.has_ended(&snapshot), ended, "{what}");
    }
}
