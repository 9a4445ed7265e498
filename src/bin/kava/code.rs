//! `kava code`: issues passes, short-code keys and blank memberships until the office does, and stands for a
//! guest's phone. The issuer's secrets are in a file of their own, never in the counter's database.

mod files;
mod picture;

use self::files::{IssuerFile, PhoneFile};
use crate::global::Global;
use crate::key::{draw, now};
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    facts::{
        customer::Consent,
        id::{CustomerId, OfferId},
        moment::Moment,
    },
    store::{
        Access, Store, codes,
        memberships::{self, BlankLeft},
    },
    wire::code::{
        Algorithm, Base, Blank, Pass, Phone, Proof, Pseudonym, Voucher, WeekKey, blank, clock, pass, proof,
        short::{shop_tag, week},
    },
};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Subcommand, Debug)]
pub enum CodeCommand {
    /// Makes an issuer's secrets in a new file, and lets this counter believe what it signs
    Issuer {
        /// The new file; keep it away from counters
        file: PathBuf,
        /// Number of the key within the chain
        #[arg(long, default_value_t = 1)]
        number: u8,
    },
    /// Makes a phone in a new file, with a pass for a customer
    Phone {
        /// The new file
        file: PathBuf,
        /// The issuer's file
        #[arg(long, value_name = "FILE")]
        issuer: PathBuf,
        /// Whose phone it is
        #[arg(long, value_name = "ID")]
        customer: String,
        /// What the phone signs with: ed25519 or p256
        #[arg(long, default_value = "ed25519", value_parser = algorithm)]
        algorithm: Algorithm,
        /// Days the pass is good for
        #[arg(long, default_value_t = 30)]
        days: u8,
        /// Puts features and the next card, as this counter knows them, into the pass
        #[arg(long)]
        carry: bool,
    },
    /// The code that a phone shows now
    Show {
        /// The phone's file
        file: PathBuf,
        /// At this time instead of now
        #[arg(long, value_name = "TIME")]
        at: Option<Moment>,
        /// The card that the guest has chosen
        #[arg(long, value_name = "OFFER")]
        card: Option<String>,
        /// Also draws the QR code: into an SVG file, or here with -
        #[arg(long, value_name = "FILE")]
        qr: Option<PathBuf>,
    },
    /// Gives this counter the short-code keys of its shop
    Weeks {
        /// The issuer's file
        #[arg(long, value_name = "FILE")]
        issuer: PathBuf,
        /// So many weeks from this one on
        #[arg(long, default_value_t = 18)]
        weeks: u16,
    },
    /// Short code and spoken digits of a customer at this shop
    Short {
        /// The issuer's file
        #[arg(long, value_name = "FILE")]
        issuer: PathBuf,
        /// Whose
        #[arg(long, value_name = "ID")]
        customer: String,
        /// In this week instead of now
        #[arg(long, value_name = "TIME")]
        at: Option<Moment>,
    },
    /// Gives this counter blank memberships for guests who join without a network
    Blanks {
        /// The issuer's file
        #[arg(long, value_name = "FILE")]
        issuer: PathBuf,
        /// How many
        #[arg(default_value_t = 20)]
        count: u16,
    },
    /// Withdraws a key of the office, or a phone
    Revoke {
        /// Number of the key
        #[arg(long, value_name = "NUMBER", conflicts_with = "phone", required_unless_present = "phone")]
        key: Option<u8>,
        /// The phone's file
        #[arg(long, value_name = "FILE")]
        phone: Option<PathBuf>,
    },
}

pub fn run(command: &CodeCommand, global: &Global) -> Result<ExitCode> {
    match command {
        CodeCommand::Issuer { file, number } => issuer(file, *number, global)?,
        CodeCommand::Phone { file, issuer, customer, algorithm, days, carry } => {
            let wish = PassWish { customer: CustomerId::new(customer), days: *days, carry: *carry };
            phone(file, &IssuerFile::read(issuer)?, *algorithm, &wish, global)?;
        }
        CodeCommand::Show { file, at, card, qr } => {
            show(file, at.unwrap_or_else(now), card.as_deref(), qr.as_ref(), global)?;
        }
        CodeCommand::Weeks { issuer, weeks } => give_weeks(&IssuerFile::read(issuer)?, *weeks, global)?,
        CodeCommand::Short { issuer, customer, at } => {
            short(&IssuerFile::read(issuer)?, customer, at.unwrap_or_else(now), global)?;
        }
        CodeCommand::Blanks { issuer, count } => blanks(&IssuerFile::read(issuer)?, *count, global)?,
        CodeCommand::Revoke { key, phone } => revoke(*key, phone.as_ref(), global)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn issuer(file: &Path, number: u8, global: &Global) -> Result<()> {
    let mut store = global.open(Access::Write)?;
    let made = IssuerFile { number, chain: store.shop()?.chain, signing: draw()?, weeks: draw()? };
    made.write(file)?;
    let (public, at) = (made.public(), now());
    store.change(|change| codes::add_office_key(change, number, &public, at))?;
    global.say(
        &json!({"key": number, "file": file}),
        &format!("Key {number} of the office is believed here; its secret is in {}", file.display()),
    )
}

struct PassWish {
    customer: CustomerId,
    days: u8,
    carry: bool,
}

fn phone(
    file: &Path,
    issuer: &IssuerFile,
    algorithm: Algorithm,
    wish: &PassWish,
    global: &Global,
) -> Result<()> {
    let secret = draw()?;
    let phone = Phone::new(algorithm, secret).context("the secret is no key; try again")?;
    let (base, voucher) = if wish.carry { carried(&global.open(Access::Read)?, wish)? } else { (None, None) };
    let signed = phone.pass(
        Pass {
            chain: pass::chain_tag(&issuer.chain),
            key: issuer.number,
            pseudonym: Pseudonym::of(&wish.customer),
            issued: now(),
            days: wish.days,
            consent: Consent::PERSONAL,
            phone: phone.key(),
            base,
            voucher,
        },
        &issuer.signing,
    )?;
    let until = signed.pass.until();
    PhoneFile { algorithm, secret, pass: signed.bytes }.write(file)?;
    let customer = &wish.customer;
    global.say(
        &json!({"customer": customer, "file": file, "until": until}),
        &format!("{} is a phone of {customer}, with a pass until {until}", file.display()),
    )
}

/// What this counter knows of a customer, as a pass tells it.
fn carried(store: &Store, wish: &PassWish) -> Result<(Option<Base>, Option<Voucher>)> {
    let customer = &wish.customer;
    let known =
        store.customer(customer)?.with_context(|| format!("customer {customer} is not known here"))?;
    let cards = store.cards(known.row, now())?;
    Ok((Some(Base::of(&known.features)), cards.first().and_then(|card| Voucher::of(&card.offer, &card.arm))))
}

fn show(file: &Path, at: Moment, card: Option<&str>, qr: Option<&PathBuf>, global: &Global) -> Result<()> {
    let kept = PhoneFile::read(file)?;
    let [a, b, c, d, ..] = draw()?;
    let card = card.map_or(0, |card| proof::card_tag(&OfferId::new(card)));
    let proof = Proof { step: clock::step(at), nonce: u32::from_be_bytes([a, b, c, d]), card };
    let (phone, signed) = kept.phone()?;
    let digits = phone.show(&signed, proof);
    let drawn = match qr {
        Some(path) if path.as_os_str() == "-" => format!("\n{}", picture::terminal(&digits)?),
        Some(path) => {
            std::fs::write(path, picture::svg(&digits)?)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            String::new()
        }
        None => String::new(),
    };
    global.say(&json!({"code": digits}), &format!("{digits}{drawn}"))
}

fn give_weeks(issuer: &IssuerFile, weeks: u16, global: &Global) -> Result<()> {
    let mut store = global.open(Access::Write)?;
    let shop = store.shop()?;
    issuer.of_chain(&shop.chain)?;
    let first = week(now());
    let last = first.saturating_add(weeks.max(1) - 1);
    store.change(|change| {
        (first..=last).try_for_each(|week| {
            let key = WeekKey::derive(&issuer.weeks, &shop.chain, &shop.shop, week);
            codes::add_week_key(change, &key, first)
        })
    })?;
    global.say(
        &json!({"first": first, "last": last}),
        &format!("Short codes of this shop are read in weeks {first} to {last}"),
    )
}

fn short(issuer: &IssuerFile, customer: &str, at: Moment, global: &Global) -> Result<()> {
    let shop = global.open(Access::Read)?.shop()?;
    issuer.of_chain(&shop.chain)?;
    let key = WeekKey::derive(&issuer.weeks, &shop.chain, &shop.shop, week(at));
    let pseudonym = Pseudonym::of(&CustomerId::new(customer));
    let (short, spoken) = (key.short(shop_tag(&shop.chain, &shop.shop), pseudonym), key.spoken(pseudonym));
    global.say(&json!({"short": short, "spoken": spoken}), &format!("{short}\n{spoken}"))
}

fn blanks(issuer: &IssuerFile, count: u16, global: &Global) -> Result<()> {
    const DAYS: u16 = 180;
    let mut store = global.open(Access::Write)?;
    issuer.of_chain(&store.shop()?.chain)?;
    let made = (0..count).map(|_| {
        let (secret, pseudonym) = (halves(draw()?).0, Pseudonym(halves(draw()?).0));
        let blank = Blank {
            chain: pass::chain_tag(&issuer.chain),
            key: issuer.number,
            pseudonym,
            issued: now(),
            days: DAYS,
            claim: blank::claim_hash(&secret),
        };
        Ok(BlankLeft { pseudonym, signed: blank.sign(&issuer.signing), secret })
    });
    let made = made.collect::<Result<Vec<_>>>()?;
    store.change(|change| made.iter().try_for_each(|blank| memberships::add_blank(change, blank)))?;
    let left = store.blanks_left()?;
    global.say(&json!({"left": left}), &format!("{left} blank memberships are left"))
}

fn halves(bytes: [u8; 32]) -> ([u8; 16], [u8; 16]) {
    let number = |half: &[u8]| half.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let (one, other) = bytes.split_at(16);
    (number(one).to_be_bytes(), number(other).to_be_bytes())
}

fn revoke(key: Option<u8>, phone: Option<&PathBuf>, global: &Global) -> Result<()> {
    let mut store = global.open(Access::Write)?;
    if let Some(number) = key {
        if !store.change(|change| codes::revoke_office_key(change, number, now()))? {
            bail!("key {number} of the office is not known here");
        }
        return global
            .say(&json!({"key": number}), &format!("Nothing that key {number} has signed is believed"));
    }
    let file = phone.context("name a key or a phone")?;
    let (phone, _) = PhoneFile::read(file)?.phone()?;
    let id = phone.key().id();
    store.change(|change| codes::withdraw_phone(change, &id, now()))?;
    let id = kava::facts::menu::to_hex(&id);
    global.say(&json!({"phone": id}), &format!("Phone {id} is withdrawn"))
}

fn algorithm(text: &str) -> Result<Algorithm> {
    match text {
        "ed25519" => Ok(Algorithm::Ed25519),
        "p256" => Ok(Algorithm::P256),
        _ => Err(anyhow!("write ed25519 or p256")),
    }
}
