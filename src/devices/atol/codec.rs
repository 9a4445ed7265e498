//! Requests and answers of the web server. Pure.

use crate::devices::http::amount;
use crate::devices::http::{Reply, Request};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::ports::{DeviceState, Outcome, RegisterSums, ShiftState};
use serde_json::Value;
use sha2::{Digest, Sha256};

const REQUESTS: &str = "/api/v2/requests";

/// What became of a task that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Carried out, with its result.
    Ready(Value),
    /// In the queue or under way.
    Waits,
    /// Certainly not carried out and never will be.
    Failed(String),
    /// The queue has stopped in the middle of it; nobody knows.
    Blocked(String),
    /// The server never heard of it.
    NeverCame,
    /// The answer means nothing.
    Unclear(String),
}

/// How the server took a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Into its queue.
    Yes,
    /// It has one under this key.
    Before,
    /// It did not take it.
    No(String),
    /// Nobody knows.
    Unclear(String),
}

/// The key of a receipt's n-th attempt: the receipt's own id for the first where that is a UUID, else one that is
/// made from it and is always the same.
#[must_use]
pub fn key(id: &ReceiptId, attempt: u32) -> String {
    let text = id.as_str();
    let is_uuid = text.len() == 36
        && text
            .char_indices()
            .all(|(at, c)| if [8, 13, 18, 23].contains(&at) { c == '-' } else { c.is_ascii_hexdigit() });
    if is_uuid && attempt <= 1 {
        return text.to_owned();
    }
    let hash = Sha256::digest(format!("{text} {attempt}").as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    // Version 8: made by a rule of our own.
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The request that puts tasks into the queue under a key.
#[must_use]
pub fn submit(key: &str, tasks: &[String]) -> Request {
    Request::post(REQUESTS, format!(r#"{{"uuid":"{key}","request":[{}]}}"#, tasks.join(",")).into_bytes())
}

/// The question what became of the tasks under a key.
#[must_use]
pub fn ask(key: &str) -> Request {
    Request::get(format!("{REQUESTS}/{key}"))
}

/// Reads the answer to [`submit`].
#[must_use]
pub fn read_accepted(key: &str, reply: &Reply) -> Accepted {
    let said = || format!("ATOL answered with status {}: {}", reply.status, words(reply));
    match reply.status {
        200 | 201 => match reply.json().and_then(|answer| answer.get("uuid")?.as_str().map(str::to_owned)) {
            Some(uuid) if uuid == key => Accepted::Yes,
            _ => Accepted::Unclear("ATOL's answer cannot be read".into()),
        },
        409 => Accepted::Before,
        401 => {
            Accepted::No(format!("ATOL does not let us in, check user and password_file: {}", words(reply)))
        }
        400 | 403 | 404 | 405 | 413 | 415 | 422 => Accepted::No(said()),
        _ => Accepted::Unclear(said()),
    }
}

/// Reads the answer to [`ask`]: the last of the tasks that did not simply succeed counts.
#[must_use]
pub fn read_task(reply: &Reply) -> Task {
    match reply.status {
        200 => {}
        404 => return Task::NeverCame,
        status => return Task::Unclear(format!("ATOL answered with status {status}: {}", words(reply))),
    }
    let answer = reply.json();
    let results = answer.as_ref().and_then(|answer| answer.get("results")?.as_array());
    let Some(results) = results.filter(|results| !results.is_empty()) else {
        return Task::Unclear("ATOL's answer cannot be read".into());
    };
    let mut ready = Value::Null;
    for result in results {
        let fault = || fault_of(result);
        match result.get("status").and_then(Value::as_str) {
            Some("ready") => ready = result.get("result").cloned().unwrap_or(Value::Null),
            Some("wait" | "inProgress") => return Task::Waits,
            Some("error" | "interrupted" | "canceled") => return Task::Failed(fault()),
            Some("blocked") => return Task::Blocked(fault()),
            other => return Task::Unclear(format!("ATOL says a task is {other:?}")),
        }
    }
    Task::Ready(ready)
}

/// The names of errors that a barista can do something about.
fn advice(code: i64) -> &'static str {
    match code {
        2 | 3 => "; look at the cable between the register and its computer",
        44 => "; put paper in",
        45 => "; close the cover",
        46 => "; switch the printer on",
        68 => "; the shift is over 24 hours, close it",
        73 => "; open the shift",
        80 => "; there is not so much cash in the register",
        115..=123 => "; the fiscal storage does not work, call for service",
        _ => "",
    }
}

fn fault_of(result: &Value) -> String {
    let error = result.get("error");
    let code = error.and_then(|error| error.get("code")?.as_i64()).unwrap_or(-1);
    let text = error.and_then(|error| error.get("description")?.as_str()).unwrap_or("no reason given");
    let text: String = text.chars().take(200).collect();
    format!("error {code}, {text}{}", advice(code))
}

fn words(reply: &Reply) -> String {
    reply
        .json()
        .filter(|answer| answer.get("error").is_some())
        .map_or_else(|| reply.words(), |answer| fault_of(&answer))
}

/// A task of a receipt as an outcome; a task that is ready but no receipt was put there to occupy the key.
#[must_use]
pub fn outcome(task: Task) -> Option<Outcome> {
    let unknown = |reason| Some(Outcome::Unknown { reason });
    match task {
        Task::Ready(result) => match result.get("fiscalParams") {
            None => Some(Outcome::NotDone { reason: "it was taken back before it could be rung up".into() }),
            Some(fiscal) => {
                let number = fiscal.get("fiscalDocumentNumber").and_then(Value::as_i64);
                let sign = fiscal.get("fiscalDocumentSign").and_then(Value::as_str).unwrap_or_default();
                match (number, fiscal.get("total").and_then(amount::read)) {
                    (Some(number), Some(total)) => {
                        Some(Outcome::Done { reference: format!("{number}/{sign}"), total })
                    }
                    _ => unknown("ATOL has rung it up, but its number or total cannot be read".into()),
                }
            }
        },
        Task::Failed(reason) => Some(Outcome::NotDone { reason }),
        Task::Blocked(reason) => unknown(format!("ATOL's queue has stopped in the middle of it: {reason}")),
        Task::Unclear(reason) => unknown(reason),
        Task::Waits | Task::NeverCame => None,
    }
}

/// How the register is, from `getShiftStatus` and `getDeviceStatus` asked together.
#[must_use]
pub fn read_state(reply: &Reply) -> DeviceState {
    let answer = reply.json().unwrap_or_default();
    let results = answer.get("results").and_then(Value::as_array).cloned().unwrap_or_default();
    let find = |path: &str| results.iter().find_map(|result| result.pointer(path).cloned());
    let shift = match find("/result/shiftStatus/state").as_ref().and_then(Value::as_str) {
        Some("closed") => Some(ShiftState::Closed),
        Some("opened") => Some(ShiftState::Open),
        Some("expired") => Some(ShiftState::Expired),
        _ => None,
    };
    let paper = find("/result/deviceStatus/paperPresent").and_then(|paper| paper.as_bool());
    DeviceState { shift, paper, blocked_by: None }
}

/// What the queue waits for, from the answer to [`submit`].
#[must_use]
pub fn blocked_by(reply: &Reply) -> Option<String> {
    let answer = reply.json()?;
    let stopped = answer.get("isBlocked")?.as_bool()?;
    let by = answer.get("blockedUUID").and_then(Value::as_str).unwrap_or_default();
    stopped.then(|| format!("task {by}"))
}

/// Sums of a shift report or a drawer task.
#[must_use]
pub fn read_sums(result: &Value) -> RegisterSums {
    let money = |path: &str| -> Option<Money> { result.pointer(path).and_then(amount::read) };
    RegisterSums {
        receipts: result.pointer("/receiptsCount").and_then(Value::as_i64),
        sales: money("/counters/sellSum"),
        refunds: money("/counters/sellReturnSum"),
        cash: money("/counters/cashSum"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn reply(status: u16, body: &Value) -> Reply {
        Reply { status, body: body.to_string().into_bytes() }
    }

    #[test]
    fn tasks_are_read_as_a_table_says() {
        let fiscal = json!({"fiscalParams":{"fiscalDocumentDateTime":"2018-03-06T13:52:00+03:00","fiscalDocumentNumber":71,
            "fiscalDocumentSign":"1494325660","fiscalReceiptNumber":1,"fnNumber":"9999078900000961",
            "registrationNumber":"0000000001002292","shiftNumber":12,"total":390.75},"warnings":null});
        let one = |status: &str, code: i64, result: Value| json!({"results":[{"status":status,"error":{"code":code,"description":"d"},"result":result}]});
        let word = |task: Task| match outcome(task) {
            Some(Outcome::Done { reference, total }) => format!("{reference} {total}"),
            Some(Outcome::NotDone { .. }) => "not done".into(),
            Some(Outcome::Unknown { .. }) => "unknown".into(),
            Some(Outcome::Declined { .. }) => "declined".into(),
            None => "nothing".into(),
        };
        let table = [
            (200, one("ready", 0, fiscal.clone()), "71/1494325660 390.75"),
            (200, one("ready", 0, json!({"shiftStatus": {}})), "not done"),
            (200, one("ready", 0, json!({"fiscalParams": {"fiscalDocumentNumber": 1}})), "unknown"),
            (200, one("wait", 0, Value::Null), "nothing"),
            (200, one("inProgress", 0, Value::Null), "nothing"),
            (200, one("error", 44, Value::Null), "not done"),
            (200, one("interrupted", 1, Value::Null), "not done"),
            (200, one("canceled", 0, Value::Null), "not done"),
            (200, one("blocked", 44, Value::Null), "unknown"),
            (200, one("dreaming", 0, Value::Null), "unknown"),
            (200, json!({"results": []}), "unknown"),
            (200, json!(1), "unknown"),
            (404, json!({}), "nothing"),
            (401, json!({"error":{"code":504,"description":"Авторизация не пройдена"}}), "unknown"),
            (500, json!({}), "unknown"),
        ];
        for (status, body, expected) in table {
            assert_eq!(word(read_task(&reply(status, &body))), expected, "{status} {body}");
        }
        let Task::Failed(why) = read_task(&reply(200, &one("error", 68, Value::Null))) else {
            panic!("failed")
        };
        assert!(why.contains("68") && why.contains("24 hours"), "{why}");
    }

    #[test]
    fn a_task_is_accepted_only_under_its_own_key() {
        let body = json!({"number":1,"uuid":"k","isBlocked":true,"blockedUUID":"other"});
        assert_eq!(read_accepted("k", &reply(201, &body)), Accepted::Yes);
        assert_eq!(blocked_by(&reply(201, &body)).as_deref(), Some("task other"));
        assert!(matches!(read_accepted("l", &reply(201, &body)), Accepted::Unclear(_)));
        assert_eq!(read_accepted("k", &reply(409, &json!({}))), Accepted::Before);
        let denied = reply(401, &json!({"error":{"code":504,"description":"Авторизация не пройдена"}}));
        let Accepted::No(why) = read_accepted("k", &denied) else { panic!("not let in") };
        assert!(why.contains("504") && why.contains("password"), "{why}");
        assert!(matches!(read_accepted("k", &reply(500, &json!({}))), Accepted::Unclear(_)));
    }

    #[test]
    fn a_key_is_the_receipts_own_id_and_another_for_each_further_attempt() {
        let id = ReceiptId::new("01a20636-4adc-766e-b09b-d3a4367b3082");
        assert_eq!(key(&id, 1), id.as_str());
        let keys = [key(&id, 2), key(&id, 3), key(&ReceiptId::new("r1"), 1)];
        assert!(keys.iter().all(|key| key.len() == 36 && key.chars().nth(14) == Some('8')), "{keys:?}");
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        assert_eq!(key(&id, 2), keys[0]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail_or_say_done(status: u16, body: Vec<u8>) {
            let reply = Reply { status, body };
            let done = matches!(outcome(read_task(&reply)), Some(Outcome::Done { .. }));
            prop_assert!(!done);
            let _state = (read_state(&reply), blocked_by(&reply), read_accepted("k", &reply));
        }
    }
}
