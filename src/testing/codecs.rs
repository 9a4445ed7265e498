//! Everything that reads bytes of a device or a guest's phone, as functions that must take any bytes. Used by
//! `tests/any_bytes.rs` for a while on every run, and by `fuzz/` for as long as one likes.

use crate::devices::alfa_kassa::{Shape, codec as alfa};
use crate::devices::atol::codec as atol;
use crate::devices::escpos::status;
use crate::devices::http::{Reply, message};
use crate::devices::ikassa::{frames, smartx, tsrv};
use crate::devices::scanner::{Frames, Stroke, Wedge, setup};
use crate::devices::simulator::codec as simulator;
use crate::devices::tape;
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::steps::scan;
use crate::wire::code::proof::Seen;
use crate::wire::code::short::ShortCode;
use crate::wire::code::{Base, Blank, Voucher, digits};
use std::hint::black_box;
use std::time::Duration;

/// One codec: its name, a message that it understands, and its reading of any bytes.
pub struct Codec {
    /// Its name.
    pub name: &'static str,
    /// What it is meant to read.
    pub good: &'static [u8],
    /// Reads these bytes.
    pub read: fn(&[u8]),
}

const fn codec(name: &'static str, good: &'static [u8], read: fn(&[u8])) -> Codec {
    Codec { name, good, read }
}

/// All of them.
pub const CODECS: [Codec; 12] = [
    codec("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", http),
    codec("alfa_kassa", br#"{"orderNumber":123,"total":"13.40"}"#, alfa_kassa),
    codec("atol", br#"{"uuid":"k","results":[{"status":"ready","error":{"code":0,"description":"d"},"result":{"fiscalParams":{"fiscalDocumentNumber":71,"fiscalDocumentSign":"1494325660","total":390.75}}}]}"#, atol_task),
    codec("smartx", br#"{"header":{"documentNumber":7},"totals":{"sum":12.06},"token":"t"}"#, smartx_answer),
    codec("tsrv", b"\0\0\0\x4a{\"data\":{\"header\":{\"documentNumber\":7},\"totals\":{\"sum\":\"1.00\"},\"items\":[]}}", tsrv_frames),
    codec("simulator", br#"{"id":"r1","reference":"7","total_minor":1234}"#, simulated),
    codec("printer_status", &[0x12, 0x12, 0x12], printer_status),
    codec("scanner", b"]Q12345678901234\r\n]d2010463003407001221CMK45\x1d91FFD0\r\n", scanner),
    codec("wedge", b"1234567890123456", wedge),
    codec("tape", b"order;state;total;fiscal;at\n1;paid;13.40;77;2026-11-25T09:00:00Z\n", register_tape),
    codec("code", b"2100000000000000000000000000000000000000", code),
    codec("pass_blocks", &[0, 3, 0, 3, 1, 2, 3, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8, 9], blocks),
];

/// Keeps the compiler from leaving out what nobody looks at.
fn seen<T>(value: T) {
    drop(black_box(value));
}

fn reply(body: &[u8]) -> Reply {
    let status = match body.len() % 5 {
        0 => 404,
        1 => 500,
        _ => 200,
    };
    Reply { status, body: body.to_vec() }
}

fn http(bytes: &[u8]) {
    seen((message::read(bytes, false), message::read(bytes, true)));
}

fn alfa_kassa(bytes: &[u8]) {
    let shape = Shape { total_field: Some("/total".into()), ..Shape::default() };
    let reply = reply(bytes);
    seen((alfa::read_created(&shape, &reply), alfa::read_added(&shape, &reply)));
    seen(alfa::read_order(&shape, "123", &reply));
}

fn atol_task(bytes: &[u8]) {
    let reply = reply(bytes);
    seen((atol::outcome(atol::read_task(&reply)), atol::read_accepted("k", &reply)));
    seen((atol::read_state(&reply), atol::blocked_by(&reply)));
    seen(reply.json().map(|answer| atol::read_sums(&answer)));
}

fn smartx_answer(bytes: &[u8]) {
    let reply = reply(bytes);
    let answer = reply.json();
    seen((smartx::read(&reply), smartx::done(answer.as_ref(), Money(1206))));
    seen(answer.as_ref().and_then(smartx::token));
}

fn tsrv_frames(bytes: &[u8]) {
    let mut held = bytes.to_vec();
    while let Ok(Some(frame)) = frames::decode(&mut held) {
        let message = serde_json::from_slice(&frame).ok();
        if let tsrv::Answer::Good(data) = tsrv::read(message.as_ref()) {
            seen(tsrv::document(&data));
        }
    }
}

fn simulated(bytes: &[u8]) {
    let (id, reply) = (ReceiptId::new("r1"), reply(bytes));
    seen(simulator::read_submitted(&id, reply.status, &reply.body));
    seen(simulator::read_resolved(&id, reply.status, &reply.body));
    seen(simulator::read_state(reply.status, &reply.body));
}

fn printer_status(bytes: &[u8]) {
    for answers in bytes.as_chunks::<{ status::ANSWERS }>().0 {
        seen(status::read(*answers));
    }
}

fn scanner(bytes: &[u8]) {
    let mut frames = Frames::default();
    let (early, late) = bytes.split_at(bytes.len() / 2);
    seen((frames.push(early, Duration::ZERO), frames.push(late, Duration::from_millis(90)), frames.end()));
    let heard: Vec<(Duration, u8)> = bytes.iter().map(|byte| (Duration::ZERO, *byte)).collect();
    seen(setup::measure(&heard));
}

/// Three bytes are a key: which, up or down, and how much later.
fn wedge(bytes: &[u8]) {
    const KEYS: [&str; 10] = [
        "Digit7",
        "Numpad3",
        "KeyA",
        "Enter",
        "Tab",
        "ShiftLeft",
        "AltLeft",
        "ControlLeft",
        "BracketRight",
        "Ж",
    ];
    let (mut wedge, mut at) = (Wedge::default(), Duration::ZERO);
    for [key, down, later] in bytes.as_chunks::<3>().0 {
        at += Duration::from_millis(u64::from(*later));
        let code = KEYS.get(usize::from(*key) % KEYS.len()).copied().unwrap_or_default().into();
        seen(wedge.push(Stroke { code, down: down % 2 == 0, repeat: down % 7 == 0, at }));
    }
    seen(wedge.idle(at + Duration::from_secs(1)));
}

fn register_tape(bytes: &[u8]) {
    seen(tape::read(&String::from_utf8_lossy(bytes)));
}

fn code(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    seen((scan::read(&text), scan::sort(&text, None), digits::decode(&text)));
    // Any bytes as the digits that a scanner would read of them.
    let as_digits = digits::encode(bytes);
    for text in [text.as_ref(), &format!("21{as_digits}"), &format!("22{as_digits}")] {
        seen((Seen::read(text).is_ok(), ShortCode::read(text).is_ok()));
    }
}

fn blocks(bytes: &[u8]) {
    seen((Base::read(bytes), Voucher::read(bytes)));
    seen(Blank::open(bytes, [0; 4], &[], crate::facts::moment::Moment(0)));
}
