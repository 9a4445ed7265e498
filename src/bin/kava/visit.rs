//! `kava visit`: one visit from scan to receipt.

use crate::global::{Global, NOT_HELD};
use anyhow::{Context, Result, anyhow, bail};
use kava::{
    devices::clock::SystemClock,
    facts::{
        basket::{Extra, Item, Quantity, parse_quantity},
        id::{ReceiptId, Sku},
        menu::Menu,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
        slip::{Slip, SlipRow},
    },
    flow::{
        Counter,
        answers::{Greeting, QuoteShown, SettleStatus, Settled},
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Clock,
    wiring::engine::{self, Wish},
};
use std::{fmt::Write as _, process::ExitCode};

#[derive(clap::Args, Debug)]
pub struct VisitArgs {
    /// The guest's code; without one the sale is anonymous
    #[arg(long)]
    code: Option<String>,
    /// SKU[xN][+EXTRA[xN]…], once for each line
    #[arg(long = "item", required = true, value_name = "SKU[xN][+EXTRA…]")]
    items: Vec<String>,
    /// An offer's id, best or none
    #[arg(long, default_value = "best")]
    offer: String,
    /// card or cash
    #[arg(long, default_value = "card", value_parser = ["card", "cash"])]
    pay: String,
    /// The time, as 2026-11-23T08:30:00Z; else now
    #[arg(long)]
    at: Option<String>,
}

pub fn run(args: &VisitArgs, global: &Global) -> Result<ExitCode> {
    let at = match &args.at {
        Some(text) => text.parse().and_then(Moment::of_trade).map_err(|why| anyhow!("--at: {why}"))?,
        None => SystemClock.now(),
    };
    let mut counter = engine::open(&global.place()?, &Wish::default(), None)?.counter;
    let basket = args.items.iter().map(|text| read_item(text, counter.menu())).collect::<Result<Vec<_>>>()?;
    let greeting = counter.greet(args.code.as_deref(), at)?;
    let wish = QuoteWish { basket, choice: Choice::read(Some(&args.offer)), kind: PurchaseKind::Sale };
    let quote = counter.quote(&greeting.visit, wish, at)?;
    let pay = if args.pay == "cash" { PaymentKind::Cash } else { PaymentKind::Card };
    let settled = counter.settle(&greeting.visit, &Pays::Whole(pay), at)?;
    let json = serde_json::json!({"greet": greeting, "quote": quote, "settle": settled});
    global.say(&json, &words(&counter, &greeting, &quote, &settled)?)?;
    Ok(match settled.status {
        SettleStatus::Done => ExitCode::SUCCESS,
        SettleStatus::NeedsReview | SettleStatus::Declined => ExitCode::from(NOT_HELD),
    })
}

/// Reads `SKU[xN][+EXTRA[xN]…]`. A sku may itself contain an x, so the text is a sku when the menu says so.
pub fn read_item(text: &str, menu: &Menu) -> Result<Item> {
    let mut parts = text.split('+');
    let (sku, qty) = read_part(parts.next().unwrap_or_default(), menu)?;
    let with = parts
        .map(|part| read_part(part, menu).map(|(sku, qty)| Extra { sku, qty }))
        .collect::<Result<Vec<_>>>()?;
    Ok(Item { with, ..Item::new(sku, qty) })
}

fn read_part(text: &str, menu: &Menu) -> Result<(Sku, Quantity)> {
    if text.is_empty() {
        bail!("--item needs a product, such as --item 27x2");
    }
    if menu.get(&Sku::new(text)).is_some() {
        return Ok((Sku::new(text), Quantity::ONE));
    }
    match text.rsplit_once('x') {
        Some((sku, qty))
            if !sku.is_empty() && qty.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') =>
        {
            let qty =
                parse_quantity(qty).with_context(|| format!("--item {text}: {qty:?} is not a quantity"))?;
            Ok((Sku::new(sku), qty))
        }
        _ => Ok((Sku::new(text), Quantity::ONE)),
    }
}

fn words(counter: &Counter, greeting: &Greeting, quote: &QuoteShown, settled: &Settled) -> Result<String> {
    let mut text = String::new();
    match &greeting.customer {
        Some(guest) => {
            writeln!(
                text,
                "guest {}: {}, {}, {} visits",
                guest.id, guest.segment, guest.status, guest.features.visits
            )?;
        }
        None => writeln!(text, "guest unknown")?,
    }
    for offer in &greeting.offers {
        writeln!(
            text,
            "  card {:>5.1} %  {}  [{}]",
            f64::from(i32::try_from(offer.depth_bp)?) / 100.0,
            offer.reason.text,
            offer.id
        )?;
    }
    for coupon in &greeting.elsewhere {
        writeln!(text, "  {}", coupon.text)?;
    }
    if quote.clamped {
        for refusal in &quote.refusals {
            writeln!(text, "  line {}: {}", refusal.line, refusal.text)?;
        }
    }
    match settled.status {
        SettleStatus::Done => text.push_str(&slips(counter, &settled.receipt)?),
        SettleStatus::NeedsReview => {
            let look = settled.look.as_deref().unwrap_or("look at the register");
            writeln!(text, "receipt {} NEEDS REVIEW: {look}", settled.receipt)?
        }
        SettleStatus::Declined => writeln!(text, "payment declined; the quote stays open")?,
    }
    if let (Some(before), Some(after)) = (&settled.segment_before, &settled.segment_after) {
        writeln!(text, "segment {before} -> {after}")?;
    }
    Ok(text)
}

fn slips(counter: &Counter, receipt: &ReceiptId) -> Result<String> {
    Ok(counter.store().slips_of(receipt)?.iter().map(draw).collect())
}

/// A slip as text, 42 columns.
pub fn draw(slip: &Slip) -> String {
    const WIDTH: usize = 42;
    let mut text = String::new();
    for row in &slip.rows {
        let line = match row {
            SlipRow::Title { text } => format!("{text:^WIDTH$}"),
            SlipRow::Text { text } => text.clone(),
            SlipRow::Pair { left, right, .. } => {
                let room = WIDTH.saturating_sub(right.chars().count() + 1);
                let left: String = left.chars().take(room).collect();
                format!("{left:<room$} {right}")
            }
            SlipRow::Rule => "-".repeat(WIDTH),
            SlipRow::Qr { content } => format!("[QR {content}]"),
            SlipRow::Code128 { digits } => format!("[|| {digits} ||]"),
        };
        text.push_str("  | ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
