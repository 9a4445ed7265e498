//! What somebody at the desk asks with a browser. Every answer is held against the description of the interface.

use super::{
    described,
    running::{Counter, Office},
};
use kava::{
    facts::{
        menu::{Menu, Product},
        moment::BusinessDay,
    },
    testing::shop::products,
};
use serde_json::{Value, json};
use std::fs;

pub(crate) const PASSWORD: &str = "a kettle and a spoon";

/// An answer.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Said {
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("no error")
    }

    pub(crate) fn cookie(&self) -> String {
        let line = self.head.lines().find(|line| line.starts_with("set-cookie: ")).expect("a cookie");
        line["set-cookie: ".len()..].split(';').next().unwrap().to_owned()
    }
}

pub(crate) fn ask(office: &Office, (method, path): (&str, &str), headers: &str, body: &str) -> Said {
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n");
    let said = office.say(format!("{head}{headers}\r\n{body}").as_bytes());
    let (head, body) = said.split_once("\r\n\r\n").expect("head and body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    if head.contains("application/json") {
        described::check((method, path), status, &body);
    }
    Said { status, head: head.to_owned(), body }
}

pub(crate) fn post(office: &Office, path: &str, cookie: &str, body: &Value) -> Said {
    let headers = format!("content-type: application/json\r\ncookie: {cookie}\r\n");
    ask(office, ("POST", &format!("/office/api/{path}")), &headers, &body.to_string())
}

pub(crate) fn get(office: &Office, path: &str, cookie: &str) -> Said {
    ask(office, ("GET", &format!("/office/api/{path}")), &format!("cookie: a=b; {cookie}\r\n"), "")
}

pub(crate) fn code_of(link: &Value) -> String {
    link["link"].as_str().unwrap().split_once("/office/#enter=").unwrap().1.to_owned()
}

/// Lets somebody in; gives their cookie.
pub(crate) fn enter(office: &Office, words: &[&str]) -> String {
    let link = office.run(&[&["admin", "link"], words].concat());
    let said = post(office, "enter", "", &json!({"code": code_of(&link), "password": PASSWORD}));
    assert_eq!(said.status, 200, "{}", said.body);
    said.cookie()
}

/// An office with a menu whose costs are of today.
pub(crate) fn with_menu() -> Office {
    let office = Office::start();
    let today = i32::try_from(jiff::Timestamp::now().as_second() / 86_400).unwrap();
    let fresh =
        products().into_iter().map(|product| Product { cost_day: Some(BusinessDay(today)), ..product });
    let menu = office.folder.path().join("menu.json");
    fs::write(&menu, Menu::new(fresh).to_json()).unwrap();
    office.run(&["publish", "menu", menu.to_str().unwrap()]);
    office
}

/// An office that has heard of sales at one counter; each item is a basket of nobody in particular. Gives with it the counter, the owner's cookie and the receipts.
pub(crate) fn sold(items: &[&str]) -> (Office, Counter, String, Vec<Value>) {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let visits = items.iter().map(|item| counter.run(&["visit", "--item", item])["settle"].clone()).collect();
    counter.run(&["sync"]);
    (office, counter, owner, visits)
}
