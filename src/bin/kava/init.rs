//! `kava init`: makes the database.

use crate::global::Global;
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::{
        customer::Rights,
        id::{ChainId, CounterId, ShopId},
        money::Money,
        policy::Policy,
        shop::Shop,
    },
    store::{
        Access,
        setting::{set_policy, set_shop},
    },
};
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct InitArgs {
    /// The chain
    #[arg(long, default_value = "kava")]
    chain: String,
    /// This shop
    #[arg(long, default_value = "1")]
    shop: String,
    /// This counter
    #[arg(long, default_value = "1")]
    counter: String,
    /// Currency, three letters
    #[arg(long, default_value = "BYN")]
    currency: String,
    /// IANA time zone
    #[arg(long, default_value = "Europe/Minsk")]
    zone: String,
    /// Hour at which the day of trade begins
    #[arg(long, default_value_t = 4)]
    day_start_hour: u8,
    /// Language of receipts and texts: ru, be or en
    #[arg(long, default_value = "ru")]
    language: String,
    /// Top line of receipts
    #[arg(long, default_value = "KAVA")]
    title: String,
    /// Policy as JSON or TOML; fields that are missing have their defaults
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

pub fn run(args: &InitArgs, global: &Global) -> Result<ExitCode> {
    let shop = Shop {
        chain: ChainId::new(&args.chain),
        shop: ShopId::new(&args.shop),
        counter: CounterId::new(&args.counter),
        currency: args.currency.clone(),
        zone: args.zone.clone(),
        day_start_hour: args.day_start_hour,
        language: args.language.clone(),
        title: args.title.clone(),
    };
    shop.check().map_err(|why| anyhow!(why))?;
    let policy = args.policy.as_ref().map_or_else(|| Ok(Policy::default()), read_policy)?;
    policy.check().map_err(|why| anyhow!("policy: {why}"))?;
    let path = global.db()?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut store = global.open(Access::Create)?;
    store.change(|change| {
        set_shop(change, &shop)?;
        set_policy(change, &policy)
    })?;
    let words = format!(
        "{} is ready: shop {}, counter {}, {}",
        path.display(),
        shop.shop,
        shop.counter,
        shop.currency
    );
    global.say(&serde_json::json!({"db": path, "shop": shop, "policy": policy.digest()}), &words)?;
    Ok(ExitCode::SUCCESS)
}

fn read_policy(path: &PathBuf) -> Result<Policy> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let given: serde_json::Value = if path.extension().is_some_and(|ending| ending == "toml") {
        toml::from_str(&text).with_context(|| format!("{} is not TOML", path.display()))?
    } else {
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?
    };
    check_fields(&given).with_context(|| format!("{} is not a policy", path.display()))?;
    serde_json::from_value(given).with_context(|| format!("{} is not a policy", path.display()))
}

/// A misspelt field would silently have its default: the chain would believe in a floor that is not there.
fn check_fields(given: &serde_json::Value) -> Result<()> {
    // A field that has its usual value is not written; these would be missing.
    let known = Policy {
        printed_card: Rights::Full,
        staff_day_minor: Money(1),
        refund_pin_from_minor: Some(Money(1)),
        ..Policy::default()
    };
    let known = serde_json::to_value(known)?;
    let fields =
        given.as_object().context("write an object with the fields that differ from the defaults")?;
    match fields.keys().find(|field| known.get(field.as_str()).is_none()) {
        Some(field) => bail!("there is no field {field:?}; check its spelling"),
        None => Ok(()),
    }
}
