//! What a person reads: the guest, the cart, what became of it. In the language of the shop.

use kava::{
    facts::{basket::Item, menu::Menu, money::Money, offer::Scope},
    flow::{
        FlowFault,
        answers::{Greeting, OfferShown, QuoteShown, QuotedLine, Refunded, SettleStatus, Settled},
        status::Status,
        till::CashMoved,
    },
    store::shifts::ShiftSummary,
    words::Words,
};
use std::fmt::Display;

/// Columns of a product's name.
const NAME: usize = 26;
/// What `help` tells, in this order.
const HELP: [&str; 14] = [
    "code", "item", "undo", "choose", "menu", "pay", "refund", "reprint", "review", "new", "cancel", "shift",
    "status", "quit",
];

/// Turns answers into lines.
pub struct Shown {
    pub words: Words,
    pub currency: String,
}

impl Shown {
    /// Words without places.
    pub fn word(&self, key: &str) -> String {
        self.words.get(&format!("terminal.{key}"))
    }

    /// Words with places.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.fill(&format!("terminal.{key}"), values)
    }

    /// Every command in a line.
    pub fn help(&self) -> String {
        HELP.iter().map(|key| self.word(&format!("help_{key}")) + "\n").collect()
    }

    /// A fault in the language of the shop where the catalogue has it, else as it is.
    pub fn fault(&self, fault: &FlowFault) -> String {
        let words = self.words.find(&format!("terminal.fault_{}", fault.code()));
        words.map_or_else(|| fault.to_string(), str::to_owned)
    }

    /// Products whose sku, name or category has the word in it.
    pub fn menu(&self, menu: &Menu, word: &str) -> String {
        let fits = |text: &str| text.to_lowercase().contains(word);
        let lines: String = menu
            .iter()
            .filter(|p| fits(p.sku.as_str()) || fits(&p.name) || fits(p.category.as_str()))
            .map(|p| {
                format!("  {:<10} {:<NAME$} {:>8}  {}\n", p.sku.as_str(), cut(&p.name), p.price, p.category)
            })
            .collect();
        if lines.is_empty() { self.fill("menu_nothing", &[("word", word)]) } else { lines }
    }

    /// Who it is, what they like, and the cards.
    pub fn greeting(&self, greeting: &Greeting, menu: &Menu) -> String {
        let Some(guest) = &greeting.customer else { return self.word("guest_unknown") + "\n" };
        let mut text = self.fill(
            "guest",
            &[
                ("segment", &self.words.segment(&guest.segment)),
                ("visits", &guest.features.visits.to_string()),
                ("saved", &self.money(guest.features.saved_minor)),
            ],
        ) + "\n";
        let usual: Vec<String> = greeting.usual.iter().map(|item| name_of(menu, &item.sku)).collect();
        if !usual.is_empty() {
            text += &(self.fill("usual", &[("items", &usual.join(", "))]) + "\n");
        }
        for (number, offer) in (1..).zip(&greeting.offers) {
            text += &format!("  {number}  {}\n", self.offer(offer, menu));
        }
        text.extend(greeting.owed.iter().map(|one| format!("  {}\n", self.words.owed(one))));
        text.extend(greeting.elsewhere.iter().map(|coupon| format!("  {}\n", coupon.text)));
        text
    }

    fn offer(&self, offer: &OfferShown, menu: &Menu) -> String {
        format!("-{}%  {}  ({})", percent(offer.depth_bp), self.scope(&offer.scope, menu), offer.reason.text)
    }

    fn scope(&self, scope: &Scope, menu: &Menu) -> String {
        match scope {
            Scope::Basket => self.words.get("scope.basket"),
            Scope::Category(category) => category.to_string(),
            Scope::Product(sku) => name_of(menu, sku),
        }
    }

    /// Lines with personal prices, total, saving and why.
    pub fn cart(&self, quote: &QuoteShown, items: &[Item], menu: &Menu) -> String {
        let lines = quote.lines.iter().zip(items);
        let mut text: String = lines.map(|(line, item)| self.line(line, item, menu)).collect();
        let (total, saved) = (self.money(quote.net_minor), self.money(quote.discount_minor));
        text += &self.fill("total", &[("total", &total), ("saved", &saved), ("reason", &quote.reason.text)]);
        text.push('\n');
        for refusal in &quote.refusals {
            // The whole receipt is line 0.
            let line = quote.lines.iter().find(|line| line.line == refusal.line);
            let of = line.map_or_else(|| self.words.get("scope.basket"), |line| name_of(menu, &line.sku));
            text += &format!("  {of}: {}\n", refusal.text);
        }
        text
    }

    fn line(&self, line: &QuotedLine, item: &Item, menu: &Menu) -> String {
        let instead = if line.discount_minor > 0 {
            self.fill("instead_of", &[("list", &Money(line.list_minor).to_string())])
        } else {
            String::new()
        };
        let (qty, name, net) = (line.qty, name_of(menu, &line.sku), Money(line.net_minor));
        let extras: String =
            item.with.iter().map(|extra| format!("     + {}\n", name_of(menu, &extra.sku))).collect();
        let row = format!("{:>3}  {qty} x {:<NAME$} {net:>8}  {instead}", line.line, cut(&name));
        row.trim_end().to_owned() + "\n" + &extras
    }

    /// How a settle ended.
    pub fn settled(&self, settled: &Settled) -> String {
        let receipt = settled.receipt.as_str();
        match settled.status {
            SettleStatus::Declined => return self.word("declined"),
            SettleStatus::NeedsReview => return self.review(receipt, settled.look.as_deref()),
            SettleStatus::Done => {}
        }
        let (total, saved) = (self.money(settled.net_minor), self.money(settled.saved_minor));
        let mut text = self.fill("settled", &[("receipt", receipt), ("total", &total), ("saved", &saved)]);
        text.push('\n');
        if let (Some(before), Some(after)) = (&settled.segment_before, &settled.segment_after) {
            let (before, after) = (self.words.segment(before), self.words.segment(after));
            let key = if before == after { "segment_same" } else { "segment_moved" };
            text += &(self.fill(key, &[("before", &before), ("after", &after)]) + "\n");
        }
        for card in &settled.next {
            text += &(self.fill("next", &[("depth", &percent(card.depth_bp)), ("why", &card.reason.text)])
                + "\n");
        }
        text
    }

    /// How a refund ended.
    pub fn refunded(&self, refunded: &Refunded) -> String {
        let values = [
            ("receipt", refunded.receipt.as_str()),
            ("refund", refunded.refund.as_str()),
            ("money", &self.money(refunded.refunded_minor)),
        ];
        match refunded.status {
            SettleStatus::Done => self.fill("refunded", &values),
            SettleStatus::NeedsReview | SettleStatus::Declined => {
                self.review(refunded.refund.as_str(), refunded.look.as_deref())
            }
        }
    }

    /// A receipt that nobody is sure of, and where to look.
    fn review(&self, receipt: &str, look: Option<&str>) -> String {
        let text = self.fill("needs_review", &[("receipt", receipt)]);
        look.map_or(text.clone(), |look| format!("{text}\n{look}"))
    }

    /// How the counter is.
    pub fn status(&self, status: &Status) -> String {
        let row = |key: &str, value: &dyn Display| format!("  {:<22} {value}\n", self.word(key));
        let none = self.word("status_none");
        [
            row("status_register", &status.register),
            row("status_printer", status.printer.as_ref().unwrap_or(&none)),
            row("status_products", &status.products),
            row("status_queue", &status.queue),
            row("status_open", &status.open_charges),
            row("status_slips", &status.slips_waiting),
            status.reviews.iter().map(|review| format!("  {}\n", review.look)).collect(),
        ]
        .concat()
    }

    /// The sums of a shift, and where they do not agree.
    pub fn shift(&self, summary: &ShiftSummary) -> String {
        let row = |key: &str, minor: i64| format!("  {:<26} {}\n", self.words.get(key), self.money(minor));
        let mut text = format!("  {:<26} {}\n", self.words.get("slip.receipts"), summary.receipts);
        text += &row("slip.total", summary.net_minor);
        text += &row("slip.refunded", summary.refunded_minor);
        for (kind, minor) in &summary.paid {
            text += &row(&format!("pay.{kind}"), *minor);
        }
        text += &row("slip.drawer", summary.drawer_minor);
        for one in &summary.differences {
            let name = self.words.get(&format!("slip.differs_{}", one.what));
            text += &format!("  {name:<26} {} / {}\n", Money(one.books_minor), Money(one.found_minor));
        }
        match &summary.register_fault {
            Some(fault) => text += &format!("  {fault}\n"),
            None if summary.differences.is_empty() => text += &(self.word("shift_agrees") + "\n"),
            None => {}
        }
        text
    }

    /// Cash put in or taken out.
    pub fn cash(&self, moved: &CashMoved) -> String {
        let text = self.fill("cash_moved", &[("drawer", &self.money(moved.drawer_minor))]);
        moved.register_fault.as_ref().map_or(text.clone(), |fault| format!("{text}\n{fault}"))
    }

    fn money(&self, minor: i64) -> String {
        format!("{} {}", Money(minor), self.currency)
    }
}

fn name_of(menu: &Menu, sku: &kava::facts::id::Sku) -> String {
    menu.get(sku).map_or_else(|| sku.to_string(), |product| product.name.clone())
}

fn cut(name: &str) -> String {
    name.chars().take(NAME).collect()
}

/// Basis points as percent, without zeros behind the mark.
fn percent(bp: i64) -> String {
    let text = Money(bp).to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
