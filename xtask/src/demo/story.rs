//! The scripted visit, and what is checked on the way.

use super::{office::Office, register::Register, shop::Shop, talk::Talk};
use anyhow::{Context, Result, bail, ensure};
use kava::{facts::money::Money, testing::town::Town};
use serde_json::{Value, json};
use std::{fs, sync::mpsc::channel, time::Duration};

/// Guests who are greeted at most until one has enough cards to choose from.
const GREETED_MAX: usize = 80;
const CARDS_MIN: usize = 2;
/// How often, and how many times at most, it is looked whether everything is at the office.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS_MAX: u32 = 1_200;

/// Tells the whole story; the first thing that is not as it should be ends it.
pub fn tell(
    (shop, second_counter): (&Shop, &Shop),
    office: &mut Office,
    register: &Register,
    town: &Town,
) -> Result<()> {
    let mut talk = Talk::begin(shop)?;
    let guests = guests(&mut talk, town)?;
    let [(card, greeting), (other_card, other)] = guests.as_slice() else {
        bail!("{} of two guests have cards to choose from", guests.len());
    };
    println!("\n== a guest shows the code on their phone");
    let code = shop.phone_of(text(greeting, "/customer/id")?)?;
    // The card was looked at before, so it is the same guest's visit, and from now on their phone's.
    let greeting = &talk.ask(&json!({"do": "greet", "code": code}))?;
    show_greeting(&format!("{}… ({} digits)", code.get(..24).unwrap_or_default(), code.len()), greeting);
    ensure!(card.len() < code.len(), "the phone shows no full code: {code}");
    let (first, slip, settled) = visit(shop, register, &mut talk, (greeting, &as_advised(greeting)))?;
    for line in slip.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        println!("    | {line}");
    }
    show_end(&settled)?;
    let again = talk.refused(&json!({"do": "greet", "code": code}))?;
    // On a slow machine it is too old by now, which is as good a reason.
    let refused = ["code_replayed", "code_too_old"].contains(&again.as_str());
    ensure!(refused, "the same code was refused for another reason: {again}");
    println!("  the same code once more: {again}");

    drained(&mut talk)?;
    println!("  what happened is at the office");

    println!(
        "\n== the office is cut off; another guest; the register takes the lines and its answer is lost"
    );
    office.cut();
    register.misbehave(&["none", "drop_answer"])?;
    println!("  card {other_card}");
    let basket = json!([{"sku": "lat-l", "with": [{"sku": "oat"}]}, {"sku": "cook", "qty": 2}]);
    let (second, _, settled) = visit(shop, register, &mut talk, (other, &basket))?;
    ensure!(settled.get("look").is_some(), "a lost answer went unnoticed: {settled}");
    println!("  a person looked and said yes: ordered exactly once, printed once");

    let status = talk.ask(&json!({"do": "status"}))?;
    let waiting = number(&status, "/queue")?;
    ensure!(waiting > 0, "the office is gone and nothing waits for it");
    second_counter.show(&["visit", "--item", "cap-m"])?;
    println!("  the second counter sells, too; {waiting} records wait at the first");

    println!("\n== the office is back");
    office.connect()?;
    drained(&mut talk)?;
    second_counter.show(&["sync"])?;
    let status = talk.ask(&json!({"do": "status"}))?;
    talk.end()?;
    println!("\n== the evening: both orders were paid on the terminal, its journal comes back");
    shop.take_tape(&register.day()?)?;
    // Both are known already; a counter that says so may have told the office.
    shop.show(&["sync"])?;
    let records = close_the_books(shop, office, &status)?;
    println!("\n== done");
    println!(
        "  three receipts on two counters, {records} records, each once at the office that was away meanwhile"
    );
    println!(
        "  each ordered once, paid and printed; guests saved {} BYN; audit and replay agree",
        Money(first + second)
    );
    Ok(())
}

/// Everybody counts again, and nothing is left over; gives how many records the office has.
fn close_the_books(shop: &Shop, office: &Office, status: &Value) -> Result<i64> {
    println!("\n== the books");
    shop.show(&["audit"])?;
    shop.show(&["replay"])?;
    office.show(&["counters"])?;
    let (receipts, records) = office.audited()?;
    ensure!(receipts == 3, "three sales were made, the office has {receipts}");
    for nothing in ["/open_charges", "/slips_waiting", "/queue"] {
        ensure!(number(status, nothing)? == 0, "the counter still has {nothing}: {status}");
    }
    Ok(records)
}

/// Waits until everything is at the office.
fn drained(talk: &mut Talk) -> Result<()> {
    // Nobody speaks on this channel: waiting for it is a pause.
    let (_nobody, silence) = channel::<()>();
    for _ in 0..LOOKS_MAX {
        if number(&talk.ask(&json!({"do": "status"}))?, "/queue")? == 0 {
            return Ok(());
        }
        silence.recv_timeout(LOOK).unwrap_or_default();
    }
    bail!("what waits for the office does not get there");
}

/// Two guests outside the holdout with enough cards. Those whose next visit is the third come first: with
/// it they get a segment.
fn guests(talk: &mut Talk, town: &Town) -> Result<Vec<(String, Value)>> {
    let mut cards = town.cards();
    cards.sort_by_key(|(_, visits)| *visits != 2);
    let mut found = Vec::new();
    for (card, _) in cards.into_iter().take(GREETED_MAX) {
        let greeting = talk.ask(&json!({"do": "greet", "code": card}))?;
        let offers = greeting.get("offers").and_then(Value::as_array).map_or(0, Vec::len);
        if greeting.get("holdout") == Some(&Value::Bool(false)) && offers >= CARDS_MIN {
            found.push((card, greeting));
        }
        if found.len() == 2 {
            break;
        }
    }
    Ok(found)
}

/// What the product's card proposes, else a cappuccino.
fn as_advised(greeting: &Value) -> Value {
    let offers = greeting.get("offers").and_then(Value::as_array);
    let product =
        offers.into_iter().flatten().find(|offer| offer.pointer("/scope/kind") == Some(&json!("product")));
    let sku = product.and_then(|offer| offer.pointer("/scope/of")?.as_str()).unwrap_or("cap-m");
    json!([{"sku": sku, "with": [{"sku": "syrup"}]}])
}

/// Quote, settle, register, slip; gives what the guest saved, the slip, and the answer.
fn visit(
    shop: &Shop,
    register: &Register,
    talk: &mut Talk,
    (greeting, basket): (&Value, &Value),
) -> Result<(i64, String, Value)> {
    let visit = text(greeting, "/visit")?;
    let printed_before = fs::metadata(shop.slips()).map_or(0, |file| file.len());
    let quote = talk.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": "best"}))?;
    show_quote(&quote, basket)?;
    let (net, saved) = (number(&quote, "/net_minor")?, number(&quote, "/discount_minor")?);
    ensure!(saved > 0, "a guest with cards got no discount: {quote}");

    let settled = talk.ask(&json!({"do": "settle", "visit": visit, "pay": "card"}))?;
    let receipt = text(&settled, "/receipt")?;
    if text(&settled, "/status")? == "needs_review" {
        println!("  register   {}", text(&settled, "/look")?);
    } else {
        ensure!(text(&settled, "/status")? == "done", "the visit did not end well: {settled}");
    }
    ensure!(number(&settled, "/net_minor")? == net, "quoted {net}, settled {settled}");

    let (order, total, lines) = register.order(receipt)?;
    ensure!(total == net, "the register has {total}, the guest owes {net}");
    println!("  register   order {order} has {}, receipt {receipt}", Money(total));
    for line in &lines {
        println!(
            "  register     {} x {}  {}",
            number(line, "/quantity")?,
            text(line, "/amount")?,
            text(line, "/productName")?
        );
    }
    if settled.get("look").is_some() {
        let reference = order.to_string();
        let yes = json!({"do": "review", "receipt": receipt, "rung_up": true, "reference": reference});
        let reviewed = talk.ask(&yes)?;
        ensure!(text(&reviewed, "/status")? == "done", "the review did not end well: {reviewed}");
    }

    register.pay(order)?;

    let slip = shop.decoded_slip(usize::try_from(printed_before)?)?;
    ensure!(slip.matches(" cut").count() == 1, "more or less than one slip was printed: {slip}");
    ensure!(slip.contains(receipt), "the slip does not name receipt {receipt}");
    ensure!(slip.contains(&Money(net).to_string()), "the slip does not say {}", Money(net));

    Ok((saved, slip, settled))
}

fn show_end(settled: &Value) -> Result<()> {
    println!("  segment    {} -> {}", text(settled, "/segment_before")?, text(settled, "/segment_after")?);
    for next in array(settled, "/next")? {
        println!("  next card  {}", offer(next));
    }
    Ok(())
}

fn show_greeting(card: &str, greeting: &Value) {
    let at = |path| greeting.pointer(path).unwrap_or(&Value::Null);
    println!("  code {card}");
    println!(
        "  guest      {}, {} visits, segment {}",
        plain(at("/customer/id")),
        at("/customer/features/visits"),
        plain(at("/customer/segment"))
    );
    for one in at("/offers").as_array().into_iter().flatten() {
        println!("  card       {}", offer(one));
    }
}

fn show_quote(quote: &Value, basket: &Value) -> Result<()> {
    for (line, item) in array(quote, "/lines")?.iter().zip(basket.as_array().into_iter().flatten()) {
        let extra = item.pointer("/with/0/sku").and_then(Value::as_str);
        let product = extra.map_or_else(String::new, |extra| format!("+{extra}"));
        let product = format!("{}{product}", text(line, "/sku")?);
        let [list, net, floor] =
            ["/list_minor", "/net_minor", "/floor_minor"].map(|path| number(line, path).map(Money));
        println!(
            "  quote      {} x {product:<12} {} instead of {}, floor {}",
            line.pointer("/qty").unwrap_or(&Value::Null),
            net?,
            list?,
            floor?
        );
    }
    println!(
        "  quote      {}, saves {}: {}",
        Money(number(quote, "/net_minor")?),
        Money(number(quote, "/discount_minor")?),
        text(quote, "/reason/text")?
    );
    Ok(())
}

fn offer(offer: &Value) -> String {
    let at = |path| offer.pointer(path).unwrap_or(&Value::Null);
    let depth = at("/depth_bp").as_i64().unwrap_or_default();
    let depth = Money(depth).to_string();
    format!("-{}%  {}", depth.trim_end_matches('0').trim_end_matches('.'), plain(at("/reason/text")))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str> {
    value.pointer(path).and_then(Value::as_str).with_context(|| format!("{path} is missing in {value}"))
}

fn number(value: &Value, path: &str) -> Result<i64> {
    value.pointer(path).and_then(Value::as_i64).with_context(|| format!("{path} is missing in {value}"))
}

fn array<'v>(value: &'v Value, path: &str) -> Result<&'v Vec<Value>> {
    value.pointer(path).and_then(Value::as_array).with_context(|| format!("{path} is missing in {value}"))
}
