//! What a person typed or scanned.

use crate::visit;
use kava::facts::{basket::Item, id::Sku, menu::Menu, money::Money, purchase::PaymentKind};

/// The fewest digits of a code; fewer are a card's number or a sku.
const CODE_MIN: usize = 4;
/// The highest number that chooses a card.
const CARD_MAX: usize = 5;

/// One line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Nothing,
    Code(String),
    Item(Item),
    Undo,
    /// 1 to 5 a card, 0 none.
    Choose(usize),
    Menu(String),
    Pay(PaymentKind),
    Refund(String),
    /// A slip once more.
    Reprint(String),
    /// What a person saw on the register: the receipt, and whether it is rung up there.
    Review(String, bool),
    New,
    Cancel,
    Status,
    /// Shift and drawer.
    Shift(ShiftEntry),
    Help,
    Quit,
    /// None of those.
    Unclear(String),
}

/// What is to be done with shift or drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftEntry {
    Open,
    ReportX,
    /// With the cash that was counted.
    Close(Option<Money>),
    In(Money),
    Out(Money),
}

impl Entry {
    /// Reads a typed line.
    pub fn read(line: &str, menu: &Menu) -> Entry {
        let line = line.trim();
        let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match (verb.to_lowercase().as_str(), rest) {
            ("", _) => Entry::Nothing,
            ("-", "") => Entry::Undo,
            ("menu" | "меню", word) => Entry::Menu(word.to_lowercase()),
            ("cash" | "нал", "") => Entry::Pay(PaymentKind::Cash),
            ("card" | "карта", "") => Entry::Pay(PaymentKind::Card),
            ("refund" | "возврат", receipt) if !receipt.is_empty() => {
                Entry::Refund(receipt.to_owned())
            }
            ("reprint" | "копия", receipt) if !receipt.is_empty() => Entry::Reprint(receipt.to_owned()),
            ("review", told) => review(told).unwrap_or_else(|| Entry::Unclear(line.to_owned())),
            ("new", "") => Entry::New,
            ("cancel", "") => Entry::Cancel,
            ("status", "") => Entry::Status,
            ("shift", told) => shift(told).map_or_else(|| Entry::Unclear(line.to_owned()), Entry::Shift),
            ("help" | "?", _) => Entry::Help,
            ("quit" | "exit", "") => Entry::Quit,
            (number, "")
                if number.len() == 1 && digit(number) <= Some(CARD_MAX) && digit(number).is_some() =>
            {
                Entry::Choose(digit(number).unwrap_or_default())
            }
            _ => Entry::scanned(line, menu),
        }
    }

    /// Reads what can be scanned: a product that the menu knows, else a code; typed, also a line of the cart.
    pub fn scanned(text: &str, menu: &Menu) -> Entry {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let is_sku = menu.get(&Sku::new(text)).is_some();
        if !is_sku && bare.len() >= CODE_MIN && bare.bytes().all(|b| b.is_ascii_digit()) {
            return Entry::Code(bare);
        }
        match visit::read_item(text, menu) {
            Ok(item) if menu.get(&item.sku).is_some() => Entry::Item(item),
            _ => Entry::Unclear(text.to_owned()),
        }
    }
}

/// Reads `RECEIPT yes` or `RECEIPT no`, by the answer's first letter in any of the three languages.
fn review(told: &str) -> Option<Entry> {
    let (receipt, answer) = told.split_once(char::is_whitespace)?;
    let rung_up = match answer.trim().to_lowercase().chars().next()? {
        'y' | 'д' | 'т' => true,
        'n' | 'н' => false,
        _ => return None,
    };
    Some(Entry::Review(receipt.to_owned(), rung_up))
}

/// Reads `open`, `x`, `close [SUM]`, `in SUM`, `out SUM`.
fn shift(told: &str) -> Option<ShiftEntry> {
    let (verb, sum) = told.split_once(char::is_whitespace).unwrap_or((told, ""));
    let mark = if sum.contains(',') { ',' } else { '.' };
    let sum = Money::parse(sum.trim(), mark).ok().filter(|sum| sum.minor() >= 0);
    match (verb, sum) {
        ("open", None) => Some(ShiftEntry::Open),
        ("x", None) => Some(ShiftEntry::ReportX),
        ("close", counted) => Some(ShiftEntry::Close(counted)),
        ("in", Some(sum)) if sum.minor() > 0 => Some(ShiftEntry::In(sum)),
        ("out", Some(sum)) if sum.minor() > 0 => Some(ShiftEntry::Out(sum)),
        _ => None,
    }
}

fn digit(text: &str) -> Option<usize> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kava::testing::shop::menu_of_products;

    #[test]
    fn every_kind_of_line_is_understood() {
        let item = |sku: &str, qty: &str, with: &str| {
            let with =
                if with.is_empty() { String::new() } else { format!(r#","with":[{{"sku":"{with}"}}]"#) };
            Entry::Item(serde_json::from_str(&format!(r#"{{"sku":"{sku}","qty":{qty}{with}}}"#)).unwrap())
        };
        let table = [
            ("", Entry::Nothing),
            ("  \t", Entry::Nothing),
            ("latte", item("latte", "1", "")),
            ("lattex2", item("latte", "2", "")),
            ("latte+oat", item("latte", "1", "oat")),
            ("-", Entry::Undo),
            ("0", Entry::Choose(0)),
            ("5", Entry::Choose(5)),
            ("6", Entry::Unclear("6".into())),
            ("123456789012345", Entry::Code("123456789012345".into())),
            ("908-424-2890", Entry::Code("9084242890".into())),
            ("menu", Entry::Menu(String::new())),
            ("menu ЧАЙ", Entry::Menu("чай".into())),
            ("cash", Entry::Pay(PaymentKind::Cash)),
            ("Card", Entry::Pay(PaymentKind::Card)),
            ("refund R-1", Entry::Refund("R-1".into())),
            ("refund", Entry::Unclear("refund".into())),
            ("reprint R-1", Entry::Reprint("R-1".into())),
            ("review R-1 да", Entry::Review("R-1".into(), true)),
            ("review R-1 no", Entry::Review("R-1".into(), false)),
            ("review R-1", Entry::Unclear("review R-1".into())),
            ("review R-1 ?", Entry::Unclear("review R-1 ?".into())),
            ("shift open", Entry::Shift(ShiftEntry::Open)),
            ("shift close 40,50", Entry::Shift(ShiftEntry::Close(Some(Money(4050))))),
            ("shift out 12.5", Entry::Shift(ShiftEntry::Out(Money(1250)))),
            ("shift in -5", Entry::Unclear("shift in -5".into())),
            ("?", Entry::Help),
            ("quit", Entry::Quit),
            ("nonsense", Entry::Unclear("nonsense".into())),
            ("latte please", Entry::Unclear("latte please".into())),
        ];
        for (line, entry) in table {
            assert_eq!(Entry::read(line, &menu_of_products()), entry, "{line:?}");
        }
    }

    #[test]
    fn a_scanned_digit_is_no_choice_and_a_product_that_looks_like_a_code_is_a_product() {
        assert_eq!(Entry::scanned("1", &menu_of_products()), Entry::Unclear("1".into()));
        let mut products = kava::testing::shop::products();
        products[0].sku = Sku::new("4810001000017");
        let menu = Menu::new(products);
        assert!(matches!(Entry::scanned("4810001000017", &menu), Entry::Item(_)));
    }
}
