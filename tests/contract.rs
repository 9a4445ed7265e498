//! The types of the barista's screen in TypeScript are those of the sources. `KAVA_WRITE=1 cargo test --test contract`
//! writes them anew.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::faces::barista::{command, screen, shelf};
use kava::facts::purchase::PurchaseKind;
use kava::flow::{health, till::ShiftDifference};
use kava::ports::RegisterSums;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, TS};

const FILE: &str = "ui/packages/contract/src/index.ts";

fn types() -> String {
    let plain = Config::new().with_large_int("number");
    let mut text = String::from(
        "// Written by tests/contract.rs from src/faces/barista; do not edit.\n// KAVA_WRITE=1 cargo test -p kava --test contract\n",
    );
    let kinds: Vec<String> = PurchaseKind::ALL.iter().map(|kind| format!("\"{}\"", kind.code())).collect();
    write!(text, "\nexport type PurchaseKind = {};\n", kinds.join(" | ")).unwrap();
    text += "\nexport type PaymentKind = \"cash\" | \"card\" | \"qr\" | \"certificate\" | \"invoice\";\n";
    let mut add = |declared: String| write!(text, "\nexport {declared}\n").unwrap();
    macro_rules! all {
        ($($kind:ty),* $(,)?) => { $(add(<$kind>::decl(&plain));)* };
    }
    all!(
        command::Command,
        command::PayPart,
        command::Pieces,
        screen::Screen,
        screen::BaristaShown,
        screen::GuestShown,
        screen::UsualShown,
        screen::LikeShown,
        screen::CardShown,
        screen::CartShown,
        screen::RestShown,
        screen::LineShown,
        screen::ExtraOnLine,
        screen::Tone,
        screen::Notice,
        screen::PaidShown,
        screen::JoinedShown,
        screen::ReviewShown,
        screen::Question,
        screen::PaperLine,
        screen::ReportShown,
        ShiftDifference,
        RegisterSums,
        screen::ReceiptShown,
        screen::ReceiptLine,
        shelf::Shelf,
        shelf::Dish,
        shelf::Size,
        shelf::ExtraShown,
        health::Health,
        health::ModelsAge,
    );
    docs_on_one_line(&text)
}

/// A comment of one line stands on one line, before what it is about.
fn docs_on_one_line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/**\n * ") {
        out += before;
        let (doc, tail) = after.split_once("\n */\n").unwrap();
        let doc = doc.replace("\n * ", " ");
        write!(out, "  /** {doc} */ ").unwrap();
        rest = tail;
    }
    out += rest;
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_types_of_the_screen_are_those_of_the_sources() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let types = types();
    if std::env::var_os("KAVA_WRITE").is_some() {
        std::fs::write(&path, &types).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), types, "write {FILE} anew: KAVA_WRITE=1");
}
