//! `kava enrol` and `kava sync`: the counter and the office.

use crate::{
    global::{Global, NOT_HELD},
    key,
};
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::moment::Moment,
    flow::{
        Counter, FlowFault,
        ask::Asked,
        deliver::{Hitch, Load, Messenger, News, Standing},
        enrol::{self, Wish},
        ids::Ids,
    },
    store::Access,
    uplink::HttpUplink,
    wire::lease::Ask,
    wiring::{engine, line},
};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct EnrolArgs {
    /// Address of the office, such as http://192.168.0.10:8480
    #[arg(long, value_name = "URL")]
    office: String,
    /// The chain's own certificate (PEM), where the office's is signed by it and not by a public authority
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The one-time code
    code: String,
}

/// Makes a key and lets the office know it.
pub fn enrol(args: &EnrolArgs, global: &Global) -> Result<ExitCode> {
    let trusts = args.certificate.as_ref().map(|file| {
        std::fs::read_to_string(file)
            .with_context(|| format!("--certificate: {} cannot be read", file.display()))
    });
    let trusts = trusts.transpose()?;
    let trusts = trusts.as_deref();
    let mut uplink = HttpUplink::new(&args.office, trusts).map_err(|why| anyhow!("--office: {why}"))?;
    let mut store = global.open(Access::Write)?;
    let wish = Wish { url: &args.office, code: &args.code, trusts, secret: key::draw()?, now: key::now() };
    let enrolled = enrol::enrol(&mut store, &mut uplink, &mut ids()?, &wish)?;
    let words = format!(
        "This counter is enrolled at {} with key {}; its series goes on in epoch {}",
        args.office, enrolled.key, enrolled.epoch
    );
    let value = json!({"office": args.office, "key": enrolled.key, "epoch": enrolled.epoch});
    global.say(&value, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// Sends everything that waits and fetches what is new, once.
pub fn sync(global: &Global) -> Result<ExitCode> {
    let mut counter = engine::without_devices(&global.db()?)?;
    let Some(mut messenger) = line::messenger(&counter)? else {
        bail!("this counter is enrolled at no office; do it with `kava enrol --office URL CODE`");
    };
    let mut sums = Sums::default();
    let hitch = exchange(&mut counter, &mut messenger, &mut sums).err();
    let waiting = counter.store().outbox_length()?;
    let value = json!({
        "sent": sums.sent, "new": sums.new, "put_aside": sums.dead, "documents": sums.documents, "copies": sums.copies,
        "waiting": waiting,
        "hitch": hitch.as_ref().map(ToString::to_string),
    });
    let mut words = format!("{} records sent, {waiting} wait, {} documents came", sums.sent, sums.documents);
    if let Some(hitch) = &hitch {
        words = format!("{words}; {hitch}");
    }
    global.say(&value, &words)?;
    Ok(if hitch.is_none() && waiting == 0 { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
}

/// The menu of now, as `kava-sync publish menu` takes it.
pub fn menu(global: &Global) -> Result<ExitCode> {
    let menu = global.open(Access::Read)?.menu()?;
    let value: serde_json::Value = serde_json::from_str(&menu.to_json())?;
    global.say(&value, &menu.to_json())?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Default)]
struct Sums {
    sent: u64,
    new: u64,
    dead: u64,
    documents: u64,
    /// Loads of a neighbour's records.
    copies: u64,
}

/// How often the office may ask again: once is an office that was restored, again and again is a defect.
const AGAIN_MAX: u32 = 10;

fn exchange(counter: &mut Counter, messenger: &mut Messenger, sums: &mut Sums) -> Result<(), Hitch> {
    let stuck = |fault: FlowFault| Hitch::Line(fault.to_string());
    for _ in 0..AGAIN_MAX {
        erase_all(counter, messenger)?;
        match send_all(counter, messenger, sums) {
            Err(hitch) if hitch.is_erasures_first() => continue,
            sent => sent?,
        }
        let standing = Standing::of(counter.store()).map_err(|fault| stuck(fault.into()))?;
        let newer = messenger.news(&standing, 0, key::now())?;
        if let Some(from) = newer.from {
            counter.hear(&News::Resend(from), key::now()).map_err(stuck)?;
            continue;
        }
        for edition in newer.editions {
            let news = messenger.fetch(&edition, key::now())?;
            counter.hear(&news, key::now()).map_err(stuck)?;
            sums.documents += 1;
        }
        let asked =
            Ask::of(counter.store(), (messenger.ids(), &Asked::default(), newer.tell_leases), key::now());
        if let Some(ask) = asked.map_err(|fault| stuck(fault.into()))? {
            let news = messenger.lease(&ask, key::now())?;
            counter.hear(&news, key::now()).map_err(stuck)?;
            // What has ended goes back at once.
            send_all(counter, messenger, sums)?;
        }
        return bring_all(counter, messenger, sums);
    }
    Err(Hitch::Line("the office asks for the same again and again".into()))
}

/// Whoever was erased at the office goes before anything else is said; then those who turned out to be one.
fn erase_all(counter: &mut Counter, messenger: &mut Messenger) -> Result<(), Hitch> {
    let stuck = |fault: FlowFault| Hitch::Line(fault.to_string());
    loop {
        let standing = Standing::of(counter.store()).map_err(|fault| stuck(fault.into()))?;
        let newer = messenger.news(&standing, 0, key::now())?;
        let erased = newer.erased;
        if erased.is_empty() && newer.merged.is_empty() {
            return Ok(());
        }
        if erased.is_empty() {
            counter.hear(&News::Merge(newer.merged), key::now()).map_err(stuck)?;
            continue;
        }
        let found = counter.store().find_erased(&erased).map_err(|fault| stuck(fault.into()))?;
        counter.hear(&News::Erase(erased, found), key::now()).map_err(stuck)?;
    }
}

fn send_all(counter: &mut Counter, messenger: &mut Messenger, sums: &mut Sums) -> Result<(), Hitch> {
    let stuck = |fault: FlowFault| Hitch::Line(fault.to_string());
    let mut asked_again = 0;
    while let Some(load) = Load::next(counter.store()).map_err(|fault| stuck(fault.into()))? {
        let news = messenger.send(&load, key::now())?;
        match &news {
            News::Acked(acked) => {
                sums.sent += acked.new + acked.again;
                sums.new += acked.new;
                sums.dead += acked.dead.len() as u64;
            }
            News::Resend(_) if asked_again >= AGAIN_MAX => {
                return Err(Hitch::Line("the office asks for the same again and again".into()));
            }
            News::Resend(_) => asked_again += 1,
            News::Erase(..)
            | News::Merge(..)
            | News::Leases(..)
            | News::Document(..)
            | News::Copied(..)
            | News::Between(_) => {}
        }
        counter.hear(&news, key::now()).map_err(stuck)?;
    }
    Ok(())
}

/// What the shop's other counters wrote and may not be able to bring themselves: whoever calls this by hand has a reason. Where
/// the office refuses those of one, the others are brought all the same.
fn bring_all(counter: &mut Counter, messenger: &mut Messenger, sums: &mut Sums) -> Result<(), Hitch> {
    let stuck = |fault: FlowFault| Hitch::Line(fault.to_string());
    let mut refused = Ok(());
    let whose = counter.store().to_be_brought(Moment(i64::MAX)).map_err(|fault| stuck(fault.into()))?;
    for neighbour in whose {
        loop {
            match messenger.bring_copies(counter.store(), &neighbour, key::now()) {
                Ok(None) => break,
                Ok(Some(news)) => {
                    sums.copies += 1;
                    counter.hear(&news, key::now()).map_err(stuck)?;
                }
                Err(hitch @ Hitch::Refused { .. }) => {
                    refused = Err(hitch);
                    break;
                }
                Err(hitch) => return Err(hitch),
            }
        }
    }
    refused
}

fn ids() -> Result<Ids> {
    Ids::random().map_err(|why| anyhow!(why)).context("nonces")
}
