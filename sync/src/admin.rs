//! `kava-sync admin`: who works at the office. A password is never given out: a one-time link lets somebody set their own.

use crate::Admin;
use crate::Global;
use crate::command::{Done, now, said, say};
use kava::facts::moment::Moment;
use kava_sync::{
    desk::{
        clerk::{self, Invitation},
        deeds::COMMAND_LINE,
        role::Role,
        wish,
    },
    gate::token,
    ledger::{Access, Ledger},
};
use serde_json::json;
use std::{io::Write as _, process::ExitCode};

/// Who lets the others in.
const OWNER: &str = "owner";

/// Does what was asked.
pub fn run(global: &Global, what: &Admin) -> Done {
    match what {
        Admin::Link { name, role, shop, at } => link(global, (name, role, shop), at),
        Admin::List => list(global),
        Admin::Revoke { name } => revoke(global, name),
    }
}

fn link(global: &Global, (name, role, shop): (&str, &str, &str), at: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let role = Role::from_code(role)
        .ok_or_else(|| format!("{role:?} is none of owner, marketer, analyst, shop_manager, support"))?;
    if (role == Role::ShopManager) == shop.is_empty() {
        return Err("a shop manager has one shop, and nobody else has; see --shop".into());
    }
    let name = clerk::tidied(name).ok_or_else(|| {
        format!("a name has 1 to 64 characters and is not {COMMAND_LINE:?}; give another with --name")
    })?;
    let (path, expires) = invited(&mut ledger, (&name, role, shop))?;
    let link = format!("{}{path}", at.trim_end_matches('/'));
    let words = format!("{link}\nGood once, until {expires}: {name} sets a password there");
    say(
        global,
        &json!({"link": link, "name": name, "role": role, "shop": shop, "expires": expires}),
        &words,
    )?;
    Ok(ExitCode::SUCCESS)
}

fn invited(ledger: &mut Ledger, (name, role, shop): (&str, Role, &str)) -> Result<(String, Moment), String> {
    let code = token::fresh()?;
    let link = token::hash(&code).ok_or("the link cannot be read back")?;
    let invitation = Invitation { name: name.into(), role, shop: shop.into(), link };
    let expires = ledger.change(|change| wish::invite(change, (COMMAND_LINE, &invitation), now()));
    Ok((format!("/office/#enter={code}"), expires.map_err(|fault| said(&fault))?))
}

/// How the first owner comes in.
pub enum FirstDoor {
    /// By this link, below the office's address.
    New(String),
    /// By a link that was made before and is good until then; only whoever made it has it.
    Made(Moment),
}

/// How the first owner comes in, while there is none who could; nothing where there is one.
pub fn first_door(ledger: &mut Ledger) -> Result<Option<FirstDoor>, String> {
    if clerk::has_owner(ledger.connection()).map_err(|fault| said(&fault))? {
        return Ok(None);
    }
    // Another link for the same name would end the one that somebody is about to use.
    let made = clerk::owners_link(ledger.connection(), now()).map_err(|fault| said(&fault))?;
    let door = match made {
        Some(until) => FirstDoor::Made(until),
        None => FirstDoor::New(invited(ledger, (OWNER, Role::Owner, ""))?.0),
    };
    Ok(Some(door))
}

/// Says how the first owner comes in, to whoever has started the office.
pub fn say_first_door(door: &FirstDoor, address: &str) {
    let how = match door {
        FirstDoor::New(path) => format!("set a password at {address}{path}"),
        FirstDoor::Made(until) => {
            format!("a link that was made before is good until {until}; `kava-sync admin link` makes another")
        }
    };
    // Whoever started us may have stopped reading; `kava-sync admin link` makes another.
    drop(writeln!(std::io::stdout().lock(), "nobody can log in yet; {how}"));
}

fn list(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let clerks = clerk::list(ledger.connection()).map_err(|fault| said(&fault))?;
    let lines = clerks.iter().map(|one| {
        let shop = if one.shop.is_empty() { String::new() } else { format!(" of shop {}", one.shop) };
        let seen = one.seen.map_or_else(|| "never here".into(), |seen| format!("last here at {seen}"));
        format!("{}  {}{shop}  {}, {seen}", one.name, one.role.code(), one.state)
    });
    let words = if clerks.is_empty() {
        "Nobody works here yet; let somebody in with `kava-sync admin link`".into()
    } else {
        lines.collect::<Vec<_>>().join("\n")
    };
    say(global, &json!({ "clerks": clerks }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn revoke(global: &Global, name: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    // Also somebody whose name nobody could have today.
    let name = clerk::tidied(name).unwrap_or_else(|| name.trim().to_lowercase());
    let there = ledger.change(|change| wish::revoke(change, (COMMAND_LINE, &name), now()));
    if !there.map_err(|fault| said(&fault))? {
        return Err(format!("nobody called {name} works here; see `kava-sync admin list`"));
    }
    say(global, &json!({"name": name, "state": "revoked"}), &format!("{name} is shut out"))?;
    Ok(ExitCode::SUCCESS)
}
