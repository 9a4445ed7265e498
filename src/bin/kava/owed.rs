//! `kava owed`: what guests brought along from an older programme, and handing it out.

use crate::global::Global;
use crate::import::now;
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::{
        carried::{Amount, Owed},
        id::CustomerId,
        money::Money,
    },
    flow::{carry, ids::Ids},
    store::{Access, Store, carried::Liability, customers::Known},
};
use serde_json::json;
use std::process::ExitCode;

#[derive(clap::Subcommand, Debug)]
pub enum OwedCommand {
    /// What is owed to all guests together
    All,
    /// What is owed to one guest
    To {
        /// Digits of one of their cards, or their pseudonym
        guest: String,
    },
    /// Hands something of it out, by hand: notes that the guest has had it
    Pay {
        /// Digits of one of their cards, or their pseudonym
        guest: String,
        /// points, stamps or money
        #[arg(value_parser = kind)]
        kind: Owed,
        /// How much, such as 12.50
        amount: String,
    },
}

fn kind(text: &str) -> Result<Owed, String> {
    Owed::from_code(text).ok_or_else(|| format!("{text:?} is none of points, stamps, money"))
}

pub fn run(command: &OwedCommand, global: &Global) -> Result<ExitCode> {
    match command {
        OwedCommand::All => all(global),
        OwedCommand::To { guest } => {
            let store = global.open(Access::Read)?;
            let known = find(&store, guest)?;
            say(global, &known, &store.owed(known.row)?)
        }
        OwedCommand::Pay { guest, kind, amount } => {
            let mut store = global.open(Access::Write)?;
            let known = find(&store, guest)?;
            let paid = Amount { kind: *kind, amount: read(*kind, amount)? };
            let mut ids = Ids::random().map_err(|why| anyhow!(why))?;
            let left = carry::pay_out((&mut store, &mut ids), &known, paid, now())?;
            say(global, &known, &left)
        }
    }
}

fn all(global: &Global) -> Result<ExitCode> {
    let liabilities = global.open(Access::Read)?.liabilities()?;
    let amount = |kind, amount| Amount { kind, amount };
    let shown: Vec<_> = liabilities
        .iter()
        .map(|Liability { kind, brought, paid_out, guests }| {
            json!({"kind": kind, "brought": brought, "paid_out": paid_out, "left": brought - paid_out, "guests": guests})
        })
        .collect();
    let line = |one: &Liability| {
        let left = amount(one.kind, one.brought - one.paid_out);
        let (brought, paid) = (amount(one.kind, one.brought), amount(one.kind, one.paid_out));
        format!("{}: {left} to {} guests; {brought} came, {paid} handed out", one.kind.code(), one.guests)
    };
    let words = match liabilities.is_empty() {
        true => "Nobody brought anything along".to_owned(),
        false => liabilities.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    global.say(&json!({ "owed": shown }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn say(global: &Global, known: &Known, owed: &[Amount]) -> Result<ExitCode> {
    let line = |one: &Amount| format!("{}: {one}", one.kind.code());
    let words = match owed.is_empty() {
        true => "Nothing is owed".to_owned(),
        false => owed.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    global.say(&json!({ "customer": known.customer.id, "owed": owed }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn find(store: &Store, guest: &str) -> Result<Known> {
    let found = match store.customer_by_code(guest)? {
        None => store.customer(&CustomerId::new(guest))?,
        found => found,
    };
    found.with_context(|| format!("nobody here has the card or pseudonym {guest:?}"))
}

fn read(kind: Owed, text: &str) -> Result<i64> {
    let amount = match kind.units() {
        1 => text.parse().ok(),
        _ => Money::parse(text, '.').ok().map(|amount| amount.0),
    };
    match amount.filter(|amount| *amount > 0) {
        Some(amount) => Ok(amount),
        None => bail!("{text:?} is not a number of {}", kind.code()),
    }
}
