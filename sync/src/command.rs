//! The commands: open, one call, say.

use crate::Global;
use crate::KeyCommand;
use kava::{
    facts::{
        id::{ChainId, CustomerId},
        moment::Moment,
    },
    wire::{document::Stream, erasure::who},
};
use kava_sync::{
    desk::deeds,
    gate::code,
    ledger::{
        Access, Change, Ledger, LedgerFault,
        audit::{self, Report},
        backup, counters, documents,
        open::set,
        versions,
    },
    people::{keys, leave},
};
use serde_json::json;
use std::{fmt::Write as _, io::Write as _, path::Path, process::ExitCode};

pub type Done = Result<ExitCode, String>;

pub fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_millisecond())
}

pub fn said(fault: &LedgerFault) -> String {
    fault.to_string()
}

/// Says the result: the JSON object with `--json`, else the words.
pub fn say(global: &Global, value: &serde_json::Value, words: &str) -> Result<(), String> {
    let text = if global.json { value.to_string() } else { words.trim_end().to_owned() };
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| format!("done, but the answer cannot be written: {e}")),
    }
}

/// Makes the ledger.
pub fn init(global: &Global, (chain, title, currency): (&str, Option<&str>, &str)) -> Done {
    found(global, (chain, title, currency))?;
    let words = format!(
        "{} is the office of {chain}; start it with `kava-sync serve`, which says where to set the first password; let a \
         counter in with `kava-sync enrol-code`",
        global.db.display()
    );
    say(global, &json!({"db": global.db, "chain": chain}), &words)?;
    Ok(ExitCode::SUCCESS)
}

pub fn found(global: &Global, (chain, title, currency): (&str, Option<&str>, &str)) -> Result<(), String> {
    // The name stands in every record.
    let chain = ChainId::new(chain.trim());
    if chain.as_str().is_empty() {
        return Err("the chain must have a name; give one with --chain".into());
    }
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(format!("{currency:?} is no currency; write three letters such as BYN"));
    }
    let mut ledger = Ledger::open(&global.db, Access::Create).map_err(|fault| said(&fault))?;
    ledger.found(chain.as_str(), &draw()?, now()).map_err(|fault| said(&fault))?;
    let secrets = [draw()?, draw()?];
    let kept = ledger.change(|change| {
        set(change, "title", title.unwrap_or(chain.as_str()))?;
        set(change, "currency", currency)?;
        keys::ensure(change, &secrets, now())
    });
    kept.map_err(|fault| said(&fault))
}

/// Notes a change that was made at the machine itself.
fn done(change: &Change<'_>, deed: (&str, &str, &str)) -> Result<(), LedgerFault> {
    deeds::keep(change, deeds::COMMAND_LINE, deed, now())
}

fn draw() -> Result<[u8; 32], String> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    Ok(secret)
}

/// Keys for passes.
pub fn key(global: &Global, wanted: &KeyCommand) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let has_key = keys::list(ledger.connection()).map_err(|fault| said(&fault))?;
    let signs = has_key.iter().any(|key| key.retired.is_none());
    let words = match wanted {
        KeyCommand::New if signs => {
            return Err("there is a key that signs; make another with `key rotate`".into());
        }
        KeyCommand::New | KeyCommand::Rotate => {
            let secret = draw()?;
            let made = ledger.change(|change| {
                let number = keys::add(change, &secret, now())?;
                done(change, ("key_added", &number.to_string(), ""))?;
                keys::publish(change, now()).map(|()| number)
            });
            format!("Key {} signs passes from now on", made.map_err(|fault| said(&fault))?)
        }
        KeyCommand::Revoke { number } => {
            let secrets = [draw()?, draw()?];
            let there = ledger.change(|change| {
                if !keys::revoke(change, *number, now())? {
                    return Ok(false);
                }
                done(change, ("key_revoked", &number.to_string(), ""))?;
                // Somebody must be able to get a new pass at once.
                keys::ensure(change, &secrets, now())?;
                keys::publish(change, now()).map(|()| true)
            });
            if !there.map_err(|fault| said(&fault))? {
                return Err(format!("there is no key {number}; see `kava-sync key list`"));
            }
            format!("Nothing that key {number} has signed is believed from the counters' next contact on")
        }
        KeyCommand::List => String::new(),
    };
    let all = keys::list(ledger.connection()).map_err(|fault| said(&fault))?;
    let line = |key: &keys::PassKeyShown| {
        let state = match (key.revoked, key.retired) {
            (Some(at), _) => format!("withdrawn at {at}"),
            (None, Some(at)) => format!("signed until {at}"),
            (None, None) => "signs".into(),
        };
        format!("{}  {}  {state}", key.number, key.public)
    };
    let words = if words.is_empty() { all.iter().map(line).collect::<Vec<_>>().join("\n") } else { words };
    say(global, &json!({ "keys": all }), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Makes a one-time code.
pub fn enrol_code(global: &Global, shop: &str, counter: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let fresh = code::fresh()?;
    let hash = code::hash(&fresh).ok_or("the code cannot be read back")?;
    let (made, expires) = (now(), now().later(code::GOOD_FOR_MS));
    let of = format!("{shop}/{counter}");
    let kept = ledger.change(|change| {
        counters::add_code(change, &hash, (shop, counter), (made, expires))?;
        done(change, ("enrol_code", &of, ""))
    });
    kept.map_err(|fault| said(&fault))?;
    let words = format!(
        "{fresh}\nGood once, until {expires}, for counter {counter} of shop {shop}: kava enrol --office URL {fresh}"
    );
    say(global, &json!({"code": fresh, "shop": shop, "counter": counter, "expires": expires}), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists counters.
pub fn counters(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let counters = ledger.counters().map_err(|fault| said(&fault))?;
    let mut words = String::new();
    for one in &counters {
        let seen = one.seen.map_or_else(|| "never heard of".into(), |seen| format!("heard of at {seen}"));
        let (shop, counter, state) = (&one.shop, &one.counter, one.state.code());
        let (records, dead, epoch) = (one.records, one.dead, one.epoch);
        writeln!(
            words,
            "{shop}/{counter}  {state}, epoch {epoch}, {records} records, {dead} put aside, {seen}"
        )
        .map_err(|e| e.to_string())?;
    }
    if counters.is_empty() {
        words.push_str("No counter yet; let one in with `kava-sync enrol-code`");
    }
    say(global, &json!({ "counters": counters }), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists alarms.
pub fn alarms(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let alarms = ledger.alarms().map_err(|fault| said(&fault))?;
    let lines = alarms.iter().map(|one| {
        format!("{}  {}  {}  {}", one.at, one.counter.as_deref().unwrap_or("office"), one.code, one.text)
    });
    let words = if alarms.is_empty() {
        "Nothing needs a person".into()
    } else {
        lines.collect::<Vec<_>>().join("\n")
    };
    say(global, &json!({ "alarms": alarms }), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Shuts a counter out.
pub fn revoke(global: &Global, shop: &str, counter: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let there = ledger.change(|change| {
        let there = counters::revoke(change, (shop, counter), now())?;
        if there {
            done(change, ("counter_revoked", &format!("{shop}/{counter}"), ""))?;
        }
        Ok(there)
    });
    if !there.map_err(|fault| said(&fault))? {
        return Err(format!("there is no counter {counter} of shop {shop}; see `kava-sync counters`"));
    }
    let words = format!("Counter {counter} of shop {shop} is shut out until it is enrolled again");
    say(global, &json!({"shop": shop, "counter": counter, "state": "revoked"}), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Publishes a document.
pub fn publish(global: &Global, (stream, shop): (&str, &str), file: &Path) -> Done {
    let stream = Stream::from_code(stream)
        .ok_or_else(|| format!("{stream:?} is none of keys, policy, menu, bundle"))?;
    if stream == Stream::Campaigns {
        return Err("campaigns have budgets; add one with `kava-sync campaign add`".into());
    }
    if stream == Stream::Staff {
        return Err("names are kept nowhere else; put somebody on the list with `kava-sync staff add`".into());
    }
    let body = std::fs::read(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    documents::check(stream, &body)
        .map_err(|why| format!("{} is no {}: {why}", file.display(), stream.code()))?;
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let published = ledger.change(|change| {
        let published = documents::publish(change, (stream, shop), &body, now())?;
        versions::sign(change, (stream, shop), &published, (deeds::COMMAND_LINE, "file"))?;
        let text = format!("version {} {}", published.version, published.digest);
        done(change, ("published", stream.code(), &text)).map(|()| published)
    });
    let done = published.map_err(|fault| said(&fault))?;
    let words = if done.is_new { "is on its way to the counters" } else { "was the newest already" };
    let words = format!("{} version {} {words}", stream.code(), done.version);
    let value = json!({"stream": stream, "shop": shop, "version": done.version, "digest": done.digest, "new": done.is_new});
    say(global, &value, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Erases a customer.
pub fn erase(global: &Global, customer: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let erased = ledger.change(|change| {
        let customer = CustomerId::new(customer);
        let erased = leave::erase(change, &customer, now())?;
        // Not by their name: nothing names them from now on.
        done(change, ("erased", who(&customer).as_str(), "")).map(|()| erased)
    });
    let erased = erased.map_err(|fault| said(&fault))?;
    let emptied = ledger.overwrite_freed().map_err(|fault| said(&fault))?;
    let mut words = format!(
        "{} records emptied here; every counter does the same before it says anything else, see `kava-sync erasures`",
        erased.records
    );
    if !emptied {
        words.push_str("\nSomebody reads the ledger, so its log still has what was erased; run this again");
    }
    say(global, &serde_json::to_value(&erased).map_err(|e| e.to_string())?, &words)?;
    Ok(if emptied { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Lists erasures.
pub fn erasures(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let erasures = ledger.erasures().map_err(|fault| said(&fault))?;
    let lines = erasures.iter().map(|one| {
        let mut open = if one.open.is_empty() {
            "every counter has".into()
        } else {
            format!("open at {}", one.open.join(", "))
        };
        if !one.out.is_empty() {
            open = format!("{open}, but for {}, shut out", one.out.join(", "));
        }
        format!("{}  {}  {} receipts, {open}", one.id, one.at, one.done.len())
    });
    let words =
        if erasures.is_empty() { "Nobody was erased".into() } else { lines.collect::<Vec<_>>().join("\n") };
    say(global, &json!({ "erasures": erasures }), &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Checks the ledger.
pub fn audit(global: &Global) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let report = audit::audit(&mut ledger).map_err(|fault| said(&fault))?;
    tell(global, &report, "the ledger holds", json!({}))
}

/// Copies the ledger.
pub fn backup(global: &Global, file: &Path) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let report = ledger.back_up(file).map_err(|fault| said(&fault))?;
    tell(global, &report, &format!("{} is whole", file.display()), json!({"file": file}))
}

/// Puts a backup in place, or only checks it.
pub fn restore(global: &Global, file: &Path, verify: bool) -> Done {
    if verify {
        let report = backup::verify(file).map_err(|fault| said(&fault))?;
        return tell(global, &report, &format!("{} is whole", file.display()), json!({"file": file}));
    }
    let (report, aside) = backup::restore(file, &global.db, now()).map_err(|fault| said(&fault))?;
    let kept = aside
        .as_ref()
        .map_or_else(String::new, |aside| format!("; the ledger before is {}", aside.display()));
    let words = format!("{} is in use again{kept}", file.display());
    tell(global, &report, &words, json!({"db": global.db, "aside": aside}))
}

/// Says a report; status 1 where something does not hold.
fn tell(global: &Global, report: &Report, good: &str, extra: serde_json::Value) -> Done {
    let mut value = serde_json::to_value(report).map_err(|e| e.to_string())?;
    if let (Some(value), serde_json::Value::Object(extra)) = (value.as_object_mut(), extra) {
        value.extend(extra);
    }
    let counts: Vec<String> = report.checked.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let mut words = format!("checked {}\n", counts.join(", "));
    for finding in &report.findings {
        writeln!(words, "{}  {}: {}", finding.code, finding.place, finding.text)
            .map_err(|e| e.to_string())?;
    }
    let holds = report.findings.is_empty();
    words.push_str(if holds { good } else { "THE LEDGER DOES NOT HOLD" });
    say(global, &value, &words)?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
