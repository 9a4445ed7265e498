//! ATOL's web server as a model: a queue of tasks under the asker's keys, which paper and trouble can stop.

use super::alfa_kassa::kopecks_of;
use super::network::{Device, Document, Fault};
use crate::devices::http::{Reply, Request};
use crate::facts::money::Money;
use crate::testing::random::Random;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FAULTS: [Fault; 14] = [
    Fault::NoConnection,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Late,
    Fault::Late,
    Fault::Twice,
    Fault::Garbage,
    Fault::FailsBefore,
    Fault::FailsAfter,
    Fault::DieBefore,
    Fault::DieAfter,
    Fault::Restart,
    Fault::Miscount,
    Fault::Trouble,
];

/// What is wrong with the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// The next receipt is refused for want of paper.
    NoPaper,
    /// The queue stops with the next receipt, before or after it is in the fiscal storage.
    Stops {
        fiscal: bool,
    },
    Stopped,
    ShiftExpired,
}

#[derive(Debug, Clone)]
struct Task {
    kind: String,
    body: Value,
    status: &'static str,
    code: i64,
    result: Value,
    /// Questions that are still answered with "in progress".
    busy: u32,
}

/// The model.
pub struct AtolModel {
    tasks: BTreeMap<String, Task>,
    order: Vec<String>,
    documents: Vec<Document>,
    trouble: Trouble,
    too_much: i64,
}

impl AtolModel {
    /// A register without receipts.
    #[must_use]
    pub const fn new() -> AtolModel {
        AtolModel {
            tasks: BTreeMap::new(),
            order: Vec::new(),
            documents: Vec::new(),
            trouble: Trouble::None,
            too_much: 0,
        }
    }

    fn submit(&mut self, body: &Value) -> Option<Reply> {
        let key = body.get("uuid")?.as_str()?.to_owned();
        let request = body.get("request")?.as_array()?.first()?.clone();
        if self.tasks.contains_key(&key) {
            return Some(reply(409, &json!({"error": {"code": 1, "description": "exists"}})));
        }
        let kind = request.get("type")?.as_str()?.to_owned();
        let busy = u32::from(self.order.len().is_multiple_of(3));
        self.tasks.insert(
            key.clone(),
            Task { kind, body: request, status: "wait", code: 0, result: Value::Null, busy },
        );
        self.order.push(key.clone());
        self.work();
        let stopped = self.trouble == Trouble::Stopped;
        Some(reply(
            201,
            &json!({"number": self.order.len(), "uuid": key, "isBlocked": stopped, "blockedUUID": ""}),
        ))
    }

    /// Carries out what waits, in order, until something stops the queue.
    fn work(&mut self) {
        for key in self.order.clone() {
            if self.trouble == Trouble::Stopped {
                return;
            }
            let Some(mut task) = self.tasks.get(&key).cloned().filter(|task| task.status == "wait") else {
                continue;
            };
            self.carry_out(&mut task);
            self.tasks.insert(key, task);
        }
    }

    fn carry_out(&mut self, task: &mut Task) {
        task.status = "ready";
        let sale = match task.kind.as_str() {
            "sell" => true,
            "sellReturn" => false,
            _ => return,
        };
        let Some(total) = total_of(&task.body) else {
            (task.status, task.code) = ("error", 16);
            return;
        };
        match self.trouble {
            Trouble::NoPaper => (task.status, task.code) = ("error", 44),
            Trouble::ShiftExpired => (task.status, task.code) = ("error", 68),
            Trouble::Stops { fiscal } => {
                self.trouble = Trouble::Stopped;
                (task.status, task.code) = ("blocked", 44);
                if fiscal {
                    task.result = self.keep(total, sale);
                }
            }
            Trouble::None | Trouble::Stopped => task.result = self.keep(total, sale),
        }
    }

    fn keep(&mut self, total: i64, sale: bool) -> Value {
        let total = Money(total + std::mem::take(&mut self.too_much));
        self.documents.push(Document { total, sale, struck: false });
        json!({"fiscalParams": {"fiscalDocumentNumber": self.documents.len(), "fiscalDocumentSign": "149", "total": total.to_string()}})
    }

    fn ask(&mut self, key: &str) -> Reply {
        let Some(task) = self.tasks.get_mut(key) else {
            return reply(404, &json!({"error": {"code": 2, "description": "no such task"}}));
        };
        let status = if task.status == "ready" && task.busy > 0 {
            task.busy -= 1;
            "inProgress"
        } else {
            task.status
        };
        let result = if status == "ready" { task.result.clone() } else { Value::Null };
        reply(
            200,
            &json!({"results": [{"status": status, "error": {"code": task.code, "description": "…"}, "result": result}]}),
        )
    }
}

impl Default for AtolModel {
    fn default() -> AtolModel {
        AtolModel::new()
    }
}

/// The total of a receipt whose lines and payments sum to it.
fn total_of(body: &Value) -> Option<i64> {
    let total = kopecks_of(body.get("total")?)?;
    let sum = |list: &str, field: &str| -> Option<i64> {
        body.get(list)?.as_array()?.iter().map(|one| kopecks_of(one.get(field)?)).sum()
    };
    (sum("items", "amount")? == total && sum("payments", "sum")? == total).then_some(total)
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply { status, body: body.to_string().into_bytes() }
}

impl Device for AtolModel {
    fn handle(&mut self, request: &Request) -> Reply {
        let bad = || reply(400, &json!({"error": {"code": 3, "description": "bad request"}}));
        if request.method == "POST" {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            return self.submit(&body).unwrap_or_else(bad);
        }
        request.path.rsplit_once('/').map_or_else(bad, |(_, key)| self.ask(key))
    }

    fn faults(&self) -> &'static [Fault] {
        &FAULTS
    }

    fn miscount_next(&mut self) {
        self.too_much = 1;
    }

    fn trouble(&mut self, random: &mut Random) {
        if self.trouble == Trouble::None {
            let choices = [
                Trouble::NoPaper,
                Trouble::ShiftExpired,
                Trouble::Stops { fiscal: true },
                Trouble::Stops { fiscal: false },
            ];
            self.trouble = random.pick(&choices).copied().unwrap_or(Trouble::None);
        }
    }

    /// Paper is put in: what stopped the queue is printed if it was in the storage, else it has failed; what
    /// waited behind it is carried out.
    fn mend(&mut self) {
        self.trouble = Trouble::None;
        self.too_much = 0;
        for task in self.tasks.values_mut().filter(|task| task.status == "blocked") {
            task.status = if task.result.is_null() { "error" } else { "ready" };
        }
        self.work();
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}
