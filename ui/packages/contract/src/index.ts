// Written by tests/contract.rs from src/faces/barista; do not edit.
// KAVA_WRITE=1 cargo test -p kava --test contract

export type PurchaseKind = "sale" | "staff" | "remake" | "comp" | "writeoff" | "corporate" | "training";

export type PaymentKind = "cash" | "card" | "qr" | "certificate" | "invoice";

export type Command = { "do": "scan",
  /** What was read. */ text: string,
  /** What kind of code, if the scanner says so. */ symbology?: "ean" | "qr" | "data_matrix" | "code128" | "other" | null, } | { "do": "greet",
  /** The code. */ code: string, } | { "do": "forget_guest" } | { "do": "add",
  /** The product. */ sku: string,
  /** How many; one if left out. */ qty: number,
  /** Extras on each. */ with: Array<string>, } | { "do": "usual" } | { "do": "change",
  /** 1-based line. */ line: number,
  /** The size. */ sku: string,
  /** How many; none takes the line away. */ qty: number,
  /** Extras on each. */ with: Array<string>, } | { "do": "without_mark",
  /** 1-based line. */ line: number, } | { "do": "undo" } | { "do": "split",
  /** Lines and pieces that are paid now. */ lines: Array<Pieces>, } | { "do": "clear" } | { "do": "choose",
  /** Which. */ offer: string, } | { "do": "kind",
  /** The kind. */ kind: PurchaseKind, } | { "do": "pay",
  /** The visit on the screen. */ visit: string,
  /** The sum on the screen. */ net_minor: number,
  /** How; the parts sum to the net. */ pays: Array<PayPart>,
  /** Cash that was given, for the change. */ given_minor?: number, } | { "do": "next" } | { "do": "answer",
  /** What. */ answer: "rung_up" | "not_rung_up" | "declined" | "unsure", } | { "do": "review",
  /** Which. */ receipt: string,
  /** Whether it is there. */ rung_up: boolean, } | { "do": "resume" } | { "do": "new_guest" } | { "do": "refund",
  /** Which. */ receipt: string,
  /** Lines and pieces; the whole if left out. */ lines?: Array<Pieces>,
  /** The manager's PIN, where the policy wants it. */ pin?: string | null, } | { "do": "set_pin",
  /** The one until now, if there is one. */ old?: string | null,
  /** The one from now on. */ new: string, } | { "do": "try_out",
  /** What. */ device: "register" | "printer" | "drawer", } | { "do": "stop",
  /** Which. */ skus: Array<string>,
  /** Whether they are out. */ out: boolean, } | { "do": "reprint",
  /** Which. */ receipt: string, } | { "do": "sign_on",
  /** Their id. */ barista: string,
  /** Their PIN, where they have one. */ pin?: string | null, } | { "do": "sign_off" } | { "do": "open_shift" } | { "do": "report_x" } | { "do": "close_shift",
  /** Cash that was counted. */ counted_minor?: number, } | { "do": "cash",
  /** How much. */ minor: number,
  /** Why. */ reason: string, } | { "do": "enrol",
  /** The office's address. */ office: string,
  /** The one-time code. */ code: string, } | { "do": "dismiss" } | { "do": "language",
  /** `ru`, `be` or `en`. */ language: string, };

export type PayPart = {
  /** How. */ kind: PaymentKind,
  /** How much. */ minor: number, };

export type Pieces = {
  /** 1-based line. */ line: number,
  /** How many. */ qty: number, };

export type Screen = {
  /** Grows with every snapshot. */ serial: number,
  /** Changes when the menu or the places of its tiles do. */ shelf: string,
  /** `ru`, `be` or `en`. */ language: string,
  /** Title of the shop. */ title: string,
  /** Shop and counter. */ place: string,
  /** ISO 4217 code. */ currency: string,
  /** Nothing that is sold here is real. */ training: boolean,
  /** Whether a shift is open. */ shift_open: boolean,
  /** The line to the office: `none` where there is no office, `up`, or `down` for a while now. */ link: "none" | "up" | "down",
  /** Records that wait for the office. */ queue: number,
  /** The register is being asked right now. */ busy: boolean,
  /** Who is served, if known. */ guest: GuestShown | null,
  /** Cards of this guest. */ cards: Array<CardShown>,
  /** The sale. */ cart: CartShown,
  /** Steps that can be taken back. */ undo: number,
  /** The last message. */ notice: Notice | null,
  /** The sale that has just been paid. */ paid: PaidShown | null,
  /** A new guest's card to be shown. */ joined: JoinedShown | null,
  /** What a person must look at. */ reviews: Array<ReviewShown>,
  /** What the cashier is asked about a register without a cable. */ question: Question | null,
  /** Sums of the shift, when they were asked for. */ report: ReportShown | null,
  /** Who may sign on here, in the order of their names. */ staff: Array<BaristaShown>,
  /** Who is signed on. */ barista: BaristaShown | null,
  /** Whether a manager's PIN is set. */ pin_set: boolean,
  /** Slips that wait for the printer. */ slips_waiting: number,
  /** The register's name. */ register: string,
  /** The printer's name. */ printer: string | null,
  /** Version of the program. */ version: string,
  /** Bundle of models in force. */ bundle: string | null, };

export type BaristaShown = {
  /** Their id. */ id: string,
  /** What they are called. */ name: string,
  /** Whether they sign on with a PIN. */ pin: boolean, };

export type GuestShown = {
  /** Who this is, in words. */ segment: string,
  /** Visits so far. */ visits: number,
  /** Saved so far. */ saved_minor: number,
  /** What the code gives a right to: `base`, `today` or `full`. */ rights: string,
  /** The usual order. */ usual: UsualShown | null,
  /** Products worth offering. */ likes: Array<LikeShown>,
  /** Coupons that are good in another shop only, each with its place in one sentence. */ elsewhere: Array<string>,
  /** What they are owed from an older programme, each kind in one short sentence. */ owed: Array<string>, };

export type UsualShown = {
  /** What it is, in words. */ text: string,
  /** Its list price. */ list_minor: number, };

export type LikeShown = {
  /** Which. */ sku: string,
  /** Its name. */ name: string,
  /** Why, in words. */ why: string, };

export type CardShown = {
  /** Its id. */ id: string,
  /** Depth. */ depth_bp: number,
  /** What it covers, in words. */ scope: string,
  /** Why, in words. */ reason: string,
  /** The last day it is good, as `2026-12-09`. */ until: string,
  /** What it saves on the cart as it is. */ saves_minor: number,
  /** Whether it is the one that counts. */ chosen: boolean,
  /** Whether the guest has chosen it on the phone. */ wanted: boolean, };

export type CartShown = {
  /** The visit that a payment names. */ visit: string | null,
  /** Lines in order. */ lines: Array<LineShown>,
  /** List price. */ list_minor: number,
  /** Discount. */ discount_minor: number,
  /** What the guest pays. */ net_minor: number,
  /** Why this discount, in words; empty where there is nothing to say. */ reason: string,
  /** Why goods leave. */ kind: PurchaseKind,
  /** Whether money is taken for them. */ charged: boolean,
  /** `best`, `none`, or the id of a card. */ choice: string,
  /** Notes that a guest may give: the exact sum first. */ cash: Array<number>,
  /** Whether a person may say that a piece is sold without its marking code. */ goes_without_mark: boolean,
  /** What of a split bill waits to be paid after this. */ rest: RestShown | null, };

export type RestShown = {
  /** How many pieces; what is weighed counts as one. */ pieces: number,
  /** Their list price. */ list_minor: number, };

export type LineShown = {
  /** 1-based number. */ line: number,
  /** Which product. */ sku: string,
  /** Its name with the size. */ name: string,
  /** How many, as a person writes it. */ qty: string,
  /** Extras on each. */ with: Array<ExtraOnLine>,
  /** List price. */ list_minor: number,
  /** Discount. */ discount_minor: number,
  /** Net. */ net_minor: number,
  /** Why it got less than was wished, in words. */ refusal: string | null,
  /** Has a marking code. */ marked: boolean,
  /** Waits for the marking code of its piece. */ wants_mark: boolean, };

export type ExtraOnLine = {
  /** Which. */ sku: string,
  /** Its name. */ name: string, };

export type Tone = "good" | "bad" | "used" | "quiet";

export type Notice = {
  /** Grows with every message, so that the same one twice is heard twice. */ number: number,
  /** Tone. */ tone: Tone,
  /** The key of its words. */ code: string,
  /** What fills the words. */ values: { [key in string]: string },
  /** What the counter says where the catalogue has no words. */ message: string, };

export type PaidShown = {
  /** The receipt. */ receipt: string,
  /** What the guest paid. */ net_minor: number,
  /** What the guest saved. */ saved_minor: number,
  /** What the guest has saved in all. */ saved_all_minor: number | null,
  /** Money to give back. */ change_minor: number,
  /** The guest's segment before, in words. */ segment_before: string | null,
  /** The guest's segment after, in words. */ segment_after: string | null,
  /** Cards for the next visit. */ next: Array<CardShown>, };

export type JoinedShown = {
  /** The printed card's digits. */ code: string,
  /** Digits with which the guest's phone claims the membership. */ claim: string | null,
  /** The address at which the phone does it. */ link: string | null, };

export type ReviewShown = {
  /** Which. */ receipt: string,
  /** What the register should have. */ net_minor: number,
  /** What to look at, in the shop's language. */ look: string, };

export type Question = {
  /** `rung_up` or `given_back`. */ about: string,
  /** Which receipt. */ receipt: string,
  /** Its total. */ total_minor: number,
  /** Name, pieces and net of every line. */ lines: Array<PaperLine>, };

export type PaperLine = {
  /** Name. */ name: string,
  /** How many, as a person writes it. */ qty: string,
  /** Net. */ net_minor: number, };

export type ReportShown = {
  /** `x` or `z`. */ what: string,
  /** Receipts. */ receipts: number,
  /** Net of charged kinds. */ net_minor: number,
  /** Discounts. */ discount_minor: number,
  /** Refunds. */ refunds: number,
  /** Given back. */ refunded_minor: number,
  /** Taken less given back, by kind of payment. */ paid: { [key in string]: number },
  /** Cash put into the drawer beside sales. */ cash_in_minor: number,
  /** Cash taken out of it. */ cash_out_minor: number,
  /** Cash that should be in the drawer now, with what earlier shifts left there. */ drawer_minor: number,
  /** Cash that a person has counted. */ counted_minor?: number,
  /** What the register says it has. */ register?: RegisterSums,
  /** Why the register did not do its part. */ register_fault?: string,
  /** Where books, register and drawer do not agree; empty when all is well. */ differences: Array<ShiftDifference>, };

export type ShiftDifference = {
  /** `payments`, `receipts`, `sales`, `refunds`, `register_cash` or `counted_cash`. */ what: string,
  /** In the books. */ books_minor: number,
  /** Found. */ found_minor: number, };

export type RegisterSums = {
  /** Receipts of the shift. */ receipts: number | null,
  /** Taken. */ sales: number | null,
  /** Given back. */ refunds: number | null,
  /** Cash in the drawer. */ cash: number | null, };

export type ReceiptShown = {
  /** Its id. */ receipt: string,
  /** Day on the shop's wall, as `2026-11-25`. */ day: string,
  /** Time on the shop's wall, as `08:15`. */ time: string,
  /** Why goods left. */ kind: PurchaseKind,
  /** What was paid. */ net_minor: number,
  /** What was saved. */ discount_minor: number,
  /** What was given back. */ refunded_minor: number,
  /** Kinds of payment. */ paid: PaymentKind[],
  /** Whether the guest is known. */ known: boolean,
  /** Lines. */ lines: Array<ReceiptLine>, };

export type ReceiptLine = {
  /** 1-based number. */ line: number,
  /** Name with extras. */ name: string,
  /** Pieces. */ qty: number,
  /** Net. */ net_minor: number, };

export type Shelf = {
  /** The key that the screen names. */ key: string,
  /** Categories in the order of the menu. */ categories: Array<string>,
  /** Dishes in order of category and name. */ dishes: Array<Dish>,
  /** Extras in order of name. */ extras: Array<ExtraShown>, };

export type Dish = {
  /** Its name without a size. */ name: string,
  /** Its category. */ category: string,
  /** Whether it is among the bestsellers. */ top: boolean,
  /** Whether extras go with it. */ drink: boolean,
  /** Sizes, cheapest first; a product without sizes has one. */ sizes: Array<Size>,
  /** The size that one tap adds: the one that sells best. */ usual: number, };

export type Size = {
  /** The product. */ sku: string,
  /** `M`, `L`; empty where there is one size. */ label: string,
  /** Shelf price. */ price_minor: number,
  /** Whether the shop is out of it today. */ out: boolean, };

export type ExtraShown = {
  /** Which. */ sku: string,
  /** Its name. */ name: string,
  /** Shelf price. */ price_minor: number, };

export type Health = {
  /** Version of the program. */ version: string,
  /** Version of the database's own program. */ sqlite: string,
  /** Version of the policy in force. */ policy: number,
  /** Products on sale. */ products: number,
  /** The day on which a cost was last stated. */ prices_of: string | null,
  /** Release of the models, and the day on which they were made. */ models: ModelsAge | null,
  /** Records that wait for the office. */ queue: number,
  /** The office's address. */ office: string | null,
  /** What is between this counter and it. */ hitch: string | null,
  /** Its code: the office's own where the office refuses, else `line`. */ hitch_code: string | null,
  /** Since when. */ hitch_since: string | null,
  /** What phones say that the clock is behind, in milliseconds; nothing of it is known where it is zero. */ clock_behind_ms: number,
  /** Room on the disk, in megabytes. */ free_mb: number | null, };

export type ModelsAge = {
  /** Their release. */ release: number,
  /** The day on which they were made. */ made: string,
  /** The last day on which they are used. */ until: string, };
