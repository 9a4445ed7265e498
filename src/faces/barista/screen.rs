//! The snapshot: everything the barista's screen shows, as plain values. Its types are written in TypeScript for
//! `ui/` (`tests/contract.rs`).

use crate::flow::till::ShiftSummary;
use serde::Serialize;
use std::collections::BTreeMap;

#[cfg(feature = "contract")]
use ts_rs::TS;

/// The whole screen.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct Screen {
    /// Grows with every snapshot.
    pub serial: u64,
    /// Changes when the menu or the places of its tiles do.
    pub shelf: String,
    /// `ru`, `be` or `en`.
    pub language: String,
    /// Title of the shop.
    pub title: String,
    /// Shop and counter.
    pub place: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Nothing that is sold here is real.
    pub training: bool,
    /// Whether a shift is open.
    pub shift_open: bool,
    /// The line to the office: `none` where there is no office, `up`, or `down` for a while now.
    #[cfg_attr(feature = "contract", ts(type = "\"none\" | \"up\" | \"down\""))]
    pub link: &'static str,
    /// Records that wait for the office.
    pub queue: u64,
    /// The register is being asked right now.
    pub busy: bool,
    /// Who is served, if known.
    pub guest: Option<GuestShown>,
    /// Cards of this guest.
    pub cards: Vec<CardShown>,
    /// The sale.
    pub cart: CartShown,
    /// Steps that can be taken back.
    pub undo: usize,
    /// The last message.
    pub notice: Option<Notice>,
    /// The sale that has just been paid.
    pub paid: Option<PaidShown>,
    /// A new guest's card to be shown.
    pub joined: Option<JoinedShown>,
    /// What a person must look at.
    pub reviews: Vec<ReviewShown>,
    /// What the cashier is asked about a register without a cable.
    pub question: Option<Question>,
    /// Sums of the shift, when they were asked for.
    pub report: Option<ReportShown>,
    /// Who may sign on here, in the order of their names.
    pub staff: Vec<BaristaShown>,
    /// Who is signed on.
    pub barista: Option<BaristaShown>,
    /// Whether a manager's PIN is set.
    pub pin_set: bool,
    /// Slips that wait for the printer.
    pub slips_waiting: usize,
    /// The register's name.
    pub register: String,
    /// The printer's name.
    pub printer: Option<String>,
    /// Version of the program.
    pub version: String,
    /// Bundle of models in force.
    pub bundle: Option<String>,
}

/// Somebody who sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct BaristaShown {
    /// Their id.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// Whether they sign on with a PIN.
    pub pin: bool,
}

/// The guest.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct GuestShown {
    /// Who this is, in words.
    pub segment: String,
    /// Visits so far.
    pub visits: u32,
    /// Saved so far.
    pub saved_minor: i64,
    /// What the code gives a right to: `base`, `today` or `full`.
    pub rights: &'static str,
    /// The usual order.
    pub usual: Option<UsualShown>,
    /// Products worth offering.
    pub likes: Vec<LikeShown>,
    /// Coupons that are good in another shop only, each with its place in one sentence.
    pub elsewhere: Vec<String>,
    /// What they are owed from an older programme, each kind in one short sentence.
    pub owed: Vec<String>,
}

/// The usual order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct UsualShown {
    /// What it is, in words.
    pub text: String,
    /// Its list price.
    pub list_minor: i64,
}

/// A product worth offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct LikeShown {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Why, in words.
    pub why: String,
}

/// A card of the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct CardShown {
    /// Its id.
    pub id: String,
    /// Depth.
    pub depth_bp: i64,
    /// What it covers, in words.
    pub scope: String,
    /// Why, in words.
    pub reason: String,
    /// The last day it is good, as `2026-12-09`.
    pub until: String,
    /// What it saves on the cart as it is.
    pub saves_minor: i64,
    /// Whether it is the one that counts.
    pub chosen: bool,
    /// Whether the guest has chosen it on the phone.
    pub wanted: bool,
}

/// The sale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct CartShown {
    /// The visit that a payment names.
    pub visit: Option<String>,
    /// Lines in order.
    pub lines: Vec<LineShown>,
    /// List price.
    pub list_minor: i64,
    /// Discount.
    pub discount_minor: i64,
    /// What the guest pays.
    pub net_minor: i64,
    /// Why this discount, in words; empty where there is nothing to say.
    pub reason: String,
    /// Why goods leave.
    #[cfg_attr(feature = "contract", ts(type = "PurchaseKind"))]
    pub kind: &'static str,
    /// Whether money is taken for them.
    pub charged: bool,
    /// `best`, `none`, or the id of a card.
    pub choice: String,
    /// Notes that a guest may give: the exact sum first.
    pub cash: Vec<i64>,
    /// Whether a person may say that a piece is sold without its marking code.
    pub goes_without_mark: bool,
    /// What of a split bill waits to be paid after this.
    pub rest: Option<RestShown>,
}

/// What of a split bill waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct RestShown {
    /// How many pieces; what is weighed counts as one.
    pub pieces: i64,
    /// Their list price.
    pub list_minor: i64,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct LineShown {
    /// 1-based number.
    pub line: u16,
    /// Which product.
    pub sku: String,
    /// Its name with the size.
    pub name: String,
    /// How many, as a person writes it.
    pub qty: String,
    /// Extras on each.
    pub with: Vec<ExtraOnLine>,
    /// List price.
    pub list_minor: i64,
    /// Discount.
    pub discount_minor: i64,
    /// Net.
    pub net_minor: i64,
    /// Why it got less than was wished, in words.
    pub refusal: Option<String>,
    /// Has a marking code.
    pub marked: bool,
    /// Waits for the marking code of its piece.
    pub wants_mark: bool,
}

/// An extra on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct ExtraOnLine {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
}

/// How a message sounds and looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Done.
    Good,
    /// Not done.
    Bad,
    /// A code that was used before.
    Used,
    /// Only to be read.
    Quiet,
}

/// A message: a code that has words in every catalogue, and what fills them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct Notice {
    /// Grows with every message, so that the same one twice is heard twice.
    pub number: u64,
    /// Tone.
    pub tone: Tone,
    /// The key of its words.
    pub code: String,
    /// What fills the words.
    pub values: BTreeMap<String, String>,
    /// What the counter says where the catalogue has no words.
    pub message: String,
}

/// A sale that is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct PaidShown {
    /// The receipt.
    pub receipt: String,
    /// What the guest paid.
    pub net_minor: i64,
    /// What the guest saved.
    pub saved_minor: i64,
    /// What the guest has saved in all.
    pub saved_all_minor: Option<i64>,
    /// Money to give back.
    pub change_minor: i64,
    /// The guest's segment before, in words.
    pub segment_before: Option<String>,
    /// The guest's segment after, in words.
    pub segment_after: Option<String>,
    /// Cards for the next visit.
    pub next: Vec<CardShown>,
}

/// A guest who has just joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct JoinedShown {
    /// The printed card's digits.
    pub code: String,
    /// Digits with which the guest's phone claims the membership.
    pub claim: Option<String>,
    /// The address at which the phone does it.
    pub link: Option<String>,
}

/// A receipt that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct ReviewShown {
    /// Which.
    pub receipt: String,
    /// What the register should have.
    pub net_minor: i64,
    /// What to look at, in the shop's language.
    pub look: String,
}

/// What the cashier is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct Question {
    /// `rung_up` or `given_back`.
    pub about: &'static str,
    /// Which receipt.
    pub receipt: String,
    /// Its total.
    pub total_minor: i64,
    /// Name, pieces and net of every line.
    pub lines: Vec<PaperLine>,
}

/// A line to be rung up by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct PaperLine {
    /// Name.
    pub name: String,
    /// How many, as a person writes it.
    pub qty: String,
    /// Net.
    pub net_minor: i64,
}

/// Sums of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct ReportShown {
    /// `x` or `z`.
    pub what: &'static str,
    /// The sums.
    #[serde(flatten)]
    pub sums: ShiftSummary,
}

/// A receipt of this counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct ReceiptShown {
    /// Its id.
    pub receipt: String,
    /// Day on the shop's wall, as `2026-11-25`.
    pub day: String,
    /// Time on the shop's wall, as `08:15`.
    pub time: String,
    /// Why goods left.
    #[cfg_attr(feature = "contract", ts(type = "PurchaseKind"))]
    pub kind: &'static str,
    /// What was paid.
    pub net_minor: i64,
    /// What was saved.
    pub discount_minor: i64,
    /// What was given back.
    pub refunded_minor: i64,
    /// Kinds of payment.
    #[cfg_attr(feature = "contract", ts(type = "PaymentKind[]"))]
    pub paid: Vec<&'static str>,
    /// Whether the guest is known.
    pub known: bool,
    /// Lines.
    pub lines: Vec<ReceiptLine>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(TS))]
pub struct ReceiptLine {
    /// 1-based number.
    pub line: u16,
    /// Name with extras.
    pub name: String,
    /// Pieces.
    pub qty: i64,
    /// Net.
    pub net_minor: i64,
}
