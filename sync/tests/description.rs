//! The description of the interface against the routes, and against what the office answers.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file only asks")]

mod described;
mod running;

use kava_sync::http::description::TEXT;
use running::Office;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// Pages and files for browsers are no questions.
const PAGES: [&str; 6] = ["/club", "/club/", "/club/{*path}", "/office", "/office/", "/office/{*path}"];

fn api() -> Value {
    serde_json::from_str(TEXT).expect("it is JSON")
}

/// Method and path of everything that is described.
fn described() -> BTreeSet<(String, String)> {
    let api = api();
    let paths = api["paths"].as_object().unwrap();
    let of = |(path, operations): (&String, &Value)| -> Vec<(String, String)> {
        operations.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect()
    };
    paths.iter().flat_map(of).collect()
}

/// Method and path of every route in the sources.
fn routed() -> BTreeSet<(String, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    let mut found = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split_whitespace().collect::<String>();
                for route in text.split(".route(\"").skip(1) {
                    let (path, rest) = route.split_once('"').unwrap();
                    let rest = rest.split(".route(").next().unwrap();
                    for method in ["get", "post", "put", "delete"] {
                        if rest.contains(&format!("{method}(")) {
                            found.insert((method.to_owned(), path.to_owned()));
                        }
                    }
                }
            }
        }
    }
    found.retain(|(_, path)| !PAGES.contains(&path.as_str()));
    found
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    assert_eq!(described(), routed(), "left: described in src/http/api.json, right: in the sources");
}

#[test]
fn everything_that_is_named_is_there() {
    let api = api();
    let mut open = vec![&api];
    while let Some(value) = open.pop() {
        if let Some(path) = value.get("$ref").and_then(Value::as_str) {
            assert!(api.pointer(path.trim_start_matches('#')).is_some(), "{path} is nowhere");
        }
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(all) => open.extend(all),
            _ => {}
        }
    }
}

#[test]
fn whoever_asks_as_described_gets_one_of_the_described_answers() {
    let office = Office::start();
    let api = api();
    for (method, path) in described() {
        let operation = &api["paths"][&path][&method];
        let place = path.replace(['{', '}'], "");
        let body = if operation["requestBody"].is_object() { "{}" } else { "" };
        let (word, length) = (method.to_uppercase(), body.len());
        let request = format!(
            "{word} {place} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let said = office.say(request.as_bytes());
        let status = said.split(' ').nth(1).unwrap();
        assert!(operation["responses"][status].is_object(), "{method} {path}: {said}");
    }
}

#[test]
fn an_answer_is_as_described_only_with_all_that_is_said_to_be_there_and_nothing_else() {
    let api = api();
    let schema = json!({"$ref": "#/components/schemas/LinkShown"});
    let whole = json!({"name": "vera", "role": "owner", "shop": "", "expires": "2026-01-01T00:00:00.000Z"});
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut value = whole.clone();
        change(&mut value);
        described::wrong(&api, (&schema, &value), "").unwrap_or_default()
    };
    assert_eq!(wrong(&|_| ()), "");
    assert_eq!(
        wrong(&|value| drop(value.as_object_mut().unwrap().remove("role"))),
        ".role is described and not there"
    );
    assert_eq!(wrong(&|value| value["rank"] = json!(1)), ".rank is there and not described");
    assert!(wrong(&|value| value["role"] = json!("king")).contains("none of its words"));
    assert!(wrong(&|value| value["shop"] = json!(null)).contains("null"));
}

#[test]
fn the_page_to_read_it_brings_nothing_from_elsewhere() {
    let office = Office::start();
    let page = office.get("/api/");
    for (_, path) in described() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
    }
    for foreign in ["src=", "<script", "@import", "url(", "href=\"http"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("content-security-policy: default-src 'none'"));
}
