//! `kava-sync campaign`: common offers with a budget.

use crate::Campaigns;
use crate::Global;
use crate::command::{Done, now, said, say};
use kava::facts::id::ShopId;
use kava_sync::{
    desk::{deeds::COMMAND_LINE, launch},
    ledger::{
        Access, Ledger,
        campaigns::{self, BudgetShown, CampaignShown},
    },
};
use serde_json::json;
use std::{path::Path, process::ExitCode};

/// Does what was asked.
pub fn run(global: &Global, what: &Campaigns) -> Done {
    match what {
        Campaigns::Add { file } => add(global, file),
        Campaigns::End { id } => end(global, id),
        Campaigns::Move { id, shop } => move_coupon(global, id, shop),
        Campaigns::List => list(global),
    }
}

fn add(global: &Global, file: &Path) -> Done {
    let text =
        std::fs::read_to_string(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    let campaign =
        campaigns::read(&text).map_err(|why| format!("{} is no campaign: {why}", file.display()))?;
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let added = ledger.change(|change| launch::add(change, (COMMAND_LINE, &campaign), now()));
    let id = &campaign.id;
    let done = added
        .map_err(|fault| said(&fault))?
        .ok_or_else(|| format!("there is a campaign {id} already; give it another id"))?;
    let words = format!("campaign {id} is on its way to the counters as campaigns version {}", done.version);
    say(global, &json!({"campaign": id, "version": done.version}), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn end(global: &Global, id: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let ended = ledger.change(|change| launch::end(change, (COMMAND_LINE, id), now()));
    if !ended.map_err(|fault| said(&fault))? {
        return Err(format!("no campaign {id} is running; see `kava-sync campaign list`"));
    }
    say(global, &json!({"campaign": id, "ended": true}), &format!("campaign {id} has ended"))?;
    Ok(ExitCode::SUCCESS)
}

fn move_coupon(global: &Global, id: &str, shop: &str) -> Done {
    let mut ledger = Ledger::open(&global.db, Access::Write).map_err(|fault| said(&fault))?;
    let to = ShopId::new(shop);
    let moved = ledger.change(|change| launch::move_to(change, (COMMAND_LINE, id, &to), now()));
    let done = moved
        .map_err(|fault| said(&fault))?
        .ok_or_else(|| format!("no coupon {id} is running; see `kava-sync campaign list`"))?;
    let words = format!(
        "coupon {id} is on its way to shop {shop}; it is good there once the counter that has it has given it back"
    );
    say(global, &json!({"campaign": id, "shop": shop, "version": done.version}), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global) -> Done {
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let standings = ledger.campaigns_at(now()).map_err(|fault| said(&fault))?;
    let lines = standings.iter().map(line);
    let words =
        if standings.is_empty() { "No campaign yet".into() } else { lines.collect::<Vec<_>>().join("\n") };
    say(global, &json!({ "campaigns": standings }), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn line(one: &CampaignShown) -> String {
    let BudgetShown { campaign, spent, pool, lent, .. } = &one.budget;
    let today = one.today.map_or_else(String::new, |day| {
        format!(
            "; today {} of {} and {} of {} uses are lent or spent",
            day.lent.money, day.limit.money, day.lent.uses, day.limit.uses
        )
    });
    format!(
        "{}  budget {} and {} uses; spent {} in {}; not lent {}; counters that are away can still spend {} at most{today}",
        campaign.id,
        campaign.budget.money,
        campaign.budget.uses,
        spent.money,
        spent.uses,
        pool.money,
        lent.money,
    )
}
