// Examples of what the console shows: one for every state.
import type { Counter, Day, Guest, Menu, Offer, Product, Receipt, ReceiptRow, Rehearsal, Revision, Session, Sums } from "../door/answers";
import type { Answers } from "../door/fake";
import { blank, type Draft } from "../state/draft";
import { PAGE } from "../state/deeds";
import type { Place } from "../state/place";
import type { Way } from "../state/revision";
import type { Phase } from "../state/session";
import { models, modelStates } from "./models";
import { coupon, daily, hash, standing } from "./campaigns";
import { close, closes } from "./close";
import { report, reports, reportStates } from "./reports";
import { erasures, guests } from "./privacy";
import { at, attention, lift, lifts, rehearsal, revision, segments, versions } from "./work";

const date = (days: number) => at(days).slice(0, 10);

const sums = (receipts: number): Sums => ({ receipts, discounted: Math.floor(receipts * 0.6), list_minor: receipts * 811, saved_minor: receipts * 41, net_minor: receipts * 770, refunds: 2, refunded_minor: 1380 });

export const session: Session = {
  name: "Ўладзіслава",
  role: "owner",
  shop: "",
  may: ["costs", "sales", "counters", "menu", "menu_edit", "campaigns", "campaigns_edit", "segments", "receipts", "attention", "models", "models_edit", "close", "privacy", "clerks", "deeds"],
  second: true,
  expires: at(0.5),
  office_time: at(0),
  title: "Кофейня на Немиге",
  currency: "BYN",
};

const counter = (shop: string, name: string, more: Partial<Counter>): Counter => ({
  shop,
  counter: name,
  health: "in_order",
  why: [],
  state: "active",
  epoch: 1,
  records: 18_204,
  dead: 0,
  seen: at(0),
  queue: 0,
  version: "0.1.0",
  clock_ahead_ms: 240,
  streams: [
    { stream: "menu", has: 7, newest: 7 },
    { stream: "policy", has: 3, newest: 3 },
  ],
  ...more,
});

const product = (sku: string, name: string, category: string, price: number, cost: number | null, deepest: number): Product => ({
  sku,
  name,
  category,
  role: "item",
  variant_of: null,
  price_minor: price,
  eligible: true,
  drink: category !== "выпечка",
  weighed: false,
  cost_minor: cost,
  cost_day: cost === null ? null : date(-12),
  floor_minor: cost === null ? null : Math.ceil((cost * 12_000) / 9000),
  deepest_bp: deepest,
});

const offers: readonly Offer[] = [
  { id: "k0000000000000001", scope: { kind: "basket" }, depth_bp: 700, until: at(13), reason: "status_base" },
  { id: "k0000000000000002", scope: { kind: "category", of: "кофе с молоком" }, depth_bp: 1200, until: at(13), reason: "favourite_category" },
];

const receipt: Receipt = {
  receipt: "01a21201-4cbd-7cf0-bb2a-17edd30fc8e5",
  shop: "1",
  counter: "1",
  at: at(-1),
  utc_offset_min: 180,
  kind: "sale",
  offer: "k0000000000000002",
  list_minor: 1390,
  saved_minor: 102,
  net_minor: 1288,
  payments: [{ kind: "card", minor: 1288 }],
  customer: "c7a90b12e44f",
  erased: false,
  lines: [
    { line: 1, name: "Капучино M", qty: "1", list_minor: 690, discount_minor: 83, net_minor: 607, floor_minor: 262, cost_minor: 196 },
    { line: 2, name: "Круассан с миндалём и шоколадной начинкой", qty: "1", list_minor: 700, discount_minor: 19, net_minor: 681, floor_minor: 681, cost_minor: 510 },
  ],
  refunds: [{ at: at(-0.5), net_minor: 681 }],
  record: { epoch: 1, seq: 18_204, hash: hash("a7f3"), prev_hash: hash("09be"), received: at(-1), payload_hash: hash("5c21") },
  decision: {
    segment: "regular",
    arm: "deep-next",
    holdout: false,
    offers,
    chosen: offers[1] ?? null,
    refusals: [{ code: "floor", line: 2 }],
    next: { id: "v01a21201.next", scope: { kind: "category", of: "чай" }, depth_bp: 1000, until: at(10), reason: "next_visit" },
    policy: hash("d04e"),
    menu: hash("77ab"),
    bundle: hash("1f3c"),
  },
};

const days: readonly Day[] = Array.from({ length: 14 }, (_, nth) => {
  const receipts = 260 + ((nth * 53) % 190);
  return { day: date(nth - 13), receipts, saved_minor: receipts * (29 + ((nth * 7) % 16)), net_minor: receipts * 770, kept_minor: receipts * (301 - ((nth * 31) % 90)) };
});

const row = (nth: number): ReceiptRow => ({
  receipt: `01a21201-4cbd-7cf0-bb2a-17edd30f${String(9999 - nth).padStart(4, "0")}`,
  shop: String(1 + (nth % 3)),
  counter: "1",
  at: new Date(Date.now() - nth * 170_000).toISOString(),
  utc_offset_min: 180,
  charged: nth % 17 !== 5,
  saved_minor: nth % 3 === 0 ? 0 : 41 + nth,
  net_minor: 420 + ((nth * 97) % 1300),
  refunded_minor: nth % 19 === 7 ? 420 : 0,
});

export const answers: Answers = {
  invited: { name: "Ўладзіслава", role: "owner", shop: "", expires: at(1) },
  session,
  overview: {
    office_time: at(0),
    currency: "BYN",
    day: date(0),
    alarms: 2,
    all: sums(412),
    shops: [
      { shop: "1", counters: { in_order: 2, limited: 0, silent: 0, out: 0 }, day: sums(241), week: sums(1604) },
      { shop: "2", counters: { in_order: 0, limited: 1, silent: 1, out: 0 }, day: sums(171), week: sums(1190) },
      { shop: "3", counters: { in_order: 1, limited: 0, silent: 0, out: 1 }, day: sums(0), week: sums(88) },
    ],
    campaigns: { running: 2, spent_minor: 58_760, budget_minor: 150_000 },
  },
  counters: {
    office_time: at(0),
    counters: [
      counter("1", "1", {}),
      counter("1", "2", { health: "limited", why: ["behind", "clock"], clock_ahead_ms: -94_300, streams: [{ stream: "menu", has: 6, newest: 7 }, { stream: "policy", has: null, newest: 3 }] }),
      counter("2", "1", { health: "silent", why: ["queue", "erasures"], seen: at(-0.4), queue: 318 }),
      counter("2", "2", { health: "limited", why: ["quarantined", "dead"], dead: 3 }),
      counter("3", "1", { health: "out", seen: null, queue: null, version: null, clock_ahead_ms: null, records: 0, streams: [] }),
    ],
  },
  alarms: [
    { at: at(-0.4), counter: "2/2", code: "series_fork", text: "two records have the number 1204 in epoch 1" },
    { at: at(-1), counter: "1/2", code: "pin_first", text: "the first manager's PIN was set at this till" },
    { at: at(-2), counter: null, code: "erasures_lost", text: "it has done erasure 14, this ledger knows them up to 11" },
  ],
  menu: {
    made: at(-2),
    version: 7,
    margin_floor_bp: 1000,
    ladder_bp: [0, 500, 700, 1000, 1200, 1500, 2000],
    products: [
      product("cap-m", "Капучино M", "кофе с молоком", 690, 196, 2000),
      product("lat-l", "Латте L", "кофе с молоком", 820, 231, 2000),
      product("cold", "Колд брю с апельсиновым соком и тимьяном", "холодное", 720, 488, 700),
      product("lem", "Лимонад", "холодное", 640, 420, 1200),
      product("cro", "Круассан с миндалём и шоколадной начинкой", "выпечка", 700, 510, 0),
      product("bun", "Булочка с корицей", "выпечка", 420, null, 0),
      { ...product("gift", "Подарочный набор", "прочее", 4500, 3900, 0), eligible: false },
    ],
  },
  versions,
  revision,
  rehearsal,
  campaigns: [
    standing("happy-hours", {}),
    standing("winter", { state: "to_come", spent: { money: 0, uses: 0 } }, "Зимнее меню"),
    standing("first-day", { state: "over", spent: { money: 150_000, uses: 1011 }, pool: { money: 0, uses: 189 }, lent: { money: 0, uses: 0 } }, "День открытия"),
    standing("mistake", { state: "ended", ended: at(-1) }, "Скидка на всё"),
  ],
  days,
  lift,
  segments,
  attention,
  models,
  close,
  reports,
  report,
  guests,
  erasures,
  receipts: { day: date(0), receipts: Array.from({ length: 50 }, (_, nth) => row(nth)), more: true },
  receipt,
  clerks: [
    { name: "Ўладзіслава", role: "owner", shop: "", added: at(-90), seen: at(0), second: true, state: "active" },
    { name: "Марына", role: "marketer", shop: "", added: at(-30), seen: at(-1), second: false, state: "active" },
    { name: "Алесь", role: "shop_manager", shop: "2", added: at(0), seen: null, second: false, state: "invited" },
    { name: "Павел", role: "support", shop: "", added: at(-60), seen: at(-20), second: false, state: "revoked" },
  ],
  deeds: [
    { id: 5, at: at(0), clerk: "Марына", what: "campaign_added", of: "happy-hours", text: "15 %, 1500.00" },
    { id: 4, at: at(-0.1), clerk: "command line", what: "learned", of: "", text: "release 29765280 version 8" },
    { id: 3, at: at(-0.2), clerk: "command line", what: "coupon_moved", of: "birthday", text: "to shop 2" },
    { id: 2, at: at(-1), clerk: "Ўладзіслава", what: "invited", of: "Алесь", text: "shop_manager of shop 2" },
    { id: 1, at: at(-1), clerk: "Ўладзіслава", what: "logged_in", of: "Ўладзіслава", text: "" },
  ],
};

/** What is left of a receipt whose guest was erased. */
const { kind: _kind, offer: _offer, payments: _payments, customer: _customer, lines: _lines, ...left } = receipt;
const gone: Receipt = { ...left, erased: true, decision: null, refunds: [] };

const none = sums(0);
const empty: Answers = {
  ...answers,
  overview: { ...answers.overview, alarms: 0, all: { ...none, discounted: 0, refunds: 0 }, shops: [], campaigns: { running: 0, spent_minor: 0, budget_minor: 0 } },
  counters: { ...answers.counters, counters: [] },
  alarms: [],
  menu: { ...answers.menu, made: null, version: 0, products: [] },
  campaigns: [],
  segments: { guests: 0, segments: [], weeks: segments.weeks, flows: [] },
  attention: { ...attention, alarms: [] },
  days: days.map(({ day }) => ({ day, receipts: 0, saved_minor: 0, net_minor: 0, kept_minor: 0 })),
  receipts: { day: date(0), receipts: [], more: false },
};

const uncosted: readonly Day[] = days.map(({ kept_minor: _kept, ...rest }) => rest);

const withoutCosts: Menu = {
  ladder_bp: answers.menu.ladder_bp,
  made: answers.menu.made,
  version: answers.menu.version,
  products: answers.menu.products.map(({ cost_minor: _cost, cost_day: _day, floor_minor: _floor, ...rest }) => rest),
};

/** Support: no sums, no menu. */
const { all: _all, campaigns: _campaigns, ...bare } = answers.overview;
const helping: Answers = {
  ...answers,
  session: { ...session, name: "Павел", role: "support", may: ["counters", "receipts", "privacy"] },
  overview: { ...bare, shops: bare.shops.map(({ shop, counters }) => ({ shop, counters })) },
};

/** What a marketer is told beforehand: no margins. */
const { kept_without_minor: _without, kept_with_minor: _with, break_even_bp: _even, ...blind } = rehearsal;

/** A marketer: campaigns without costs. */
const selling: Answers = { ...answers, rehearsal: blind, session: { ...session, name: "Марына", role: "marketer", second: false, may: ["sales", "menu", "campaigns", "campaigns_edit", "segments"] }, menu: withoutCosts, days: uncosted };

/** A shop manager: no costs, one shop. */
const humble: Answers = {
  ...answers,
  session: { ...session, name: "Алесь", role: "shop_manager", shop: "2", may: ["sales", "counters", "menu", "campaigns", "receipts"] },
  overview: { ...answers.overview, shops: answers.overview.shops.slice(1, 2) },
  menu: withoutCosts,
  days: uncosted,
};

const hostile: Answers = {
  ...answers,
  session: { ...session, title: '<img src=x onerror="alert(1)">', name: "</b><script>alert(1)</script> שלום" },
  campaigns: [standing("x", {}, "<script>alert(2)</script> مرحبا بالعالم")],
};

/** A whole page of deeds, with an older one behind it. */
const many: Answers["deeds"] = Array.from({ length: PAGE }, (_, nth) => ({ id: 1000 - nth, at: at(-nth / 40), clerk: "Марына", what: "logged_in", of: "Марына", text: "" }));

const written: Draft = { ...blank(date(0), "a1b2c3"), title: "Больше кофе", depth_bp: 1500, to: date(13), money: "1500", uses: "1200" };

export interface Example {
  readonly answers?: Answers;
  readonly phase?: Phase;
  readonly place?: Place;
  readonly fault?: string;
  readonly second?: boolean;
  readonly stays?: string;
  readonly draft?: Draft;
  readonly work?: Way;
  /** What the office says to the draft; the usual where nothing is said. */
  readonly rehearsed?: Rehearsal | "fault";
  readonly tried?: Revision;
  /** Whom somebody who helps has found. */
  readonly found?: readonly Guest[];
  /** What did not come, and why. */
  readonly missing?: boolean;
}

const place = (screen: Place["screen"], of = ""): { readonly place: Place } => ({ place: { screen, of } });

export const STATES: Readonly<Record<string, Example>> = {
  "sign-in": { phase: "stranger" },
  "sign-in-wrong": { phase: "stranger", fault: "desk_login" },
  "sign-in-second": { phase: "stranger", second: true },
  "sign-in-late": { phase: "stranger", fault: "desk_stranger" },
  "link-spent": { phase: "stranger", fault: "desk_link" },
  gone: { phase: "gone" },
  enter: { phase: "invited" },
  "enter-short": { phase: "invited", fault: "desk_password" },
  overview: {},
  "overview-earned": { answers: { ...answers, lift: { ...lift, programme: lifts.earned } } },
  "overview-lost": { answers: { ...answers, lift: { ...lift, programme: { ...lifts.lost, uneven: true } } } },
  "overview-too-few": { answers: { ...answers, lift: { ...lift, programme: lifts.few } } },
  "overview-no-holdout": { answers: { ...answers, lift: { ...lift, programme: lifts.none } } },
  "overview-empty": { answers: empty },
  "overview-humble": { answers: humble },
  "overview-support": { answers: helping },
  "overview-gone": { fault: "gone", missing: true },
  "overview-not-out": { stays: "not_out" },
  "overview-hostile": { answers: hostile },
  counters: place("counters"),
  "counters-empty": { ...place("counters"), answers: empty },
  menu: place("menu"),
  "menu-empty": { ...place("menu"), answers: empty },
  "menu-humble": { ...place("menu"), answers: humble },
  "menu-file": { ...place("menu"), work: "file" },
  "menu-file-refused": { ...place("menu"), work: "file", fault: "desk_menu_columns" },
  "menu-edit": { ...place("menu"), work: "edit" },
  "menu-edit-tried": { ...place("menu"), work: "edit", tried: revision },
  "menu-edit-moved": { ...place("menu"), work: "edit", fault: "desk_menu_moved" },
  "menu-edit-nothing": { ...place("menu"), work: "edit", tried: { ...revision, added: [], changed: [], gone: [], refused: [], warnings: [], restated: 0, same: 7 } },
  "menu-published": { ...place("menu"), work: "edit", tried: { ...revision, published: 8 } },
  "menu-history": { ...place("menu"), work: "history" },
  campaigns: place("campaigns"),
  "campaigns-days": {
    ...place("campaigns"),
    answers: {
      ...answers,
      campaigns: [
        daily("morning", "Утренний кофе", { money: 100_00, uses: 80 }, { money: 42_00, uses: 79 }),
        daily("money", "Тёплый ноябрь", { money: 300_00 }, { money: 0, uses: 0 }),
        daily("uses", "Сто чашек", { uses: 100 }, { money: 61_20, uses: 104 }),
        { ...daily("later", "Зимнее меню", { money: 300_00 }, { money: 0, uses: 0 }), state: "to_come" },
      ],
    },
  },
  "campaigns-coupons": {
    ...place("campaigns"),
    answers: { ...answers, campaigns: [coupon("birthday", "Чашка ко дню рождения", "pool"), coupon("sorry", "Извините за ожидание", "lent"), coupon("thanks", "Спасибо за отзыв", "spent")] },
  },
  "campaigns-earned": { ...place("campaigns"), answers: { ...answers, lift: { ...lift, campaigns: [lifts.earned, lifts.lost, lifts.few, lifts.unsure].map((one, nth) => ({ campaign: answers.campaigns[nth]?.campaign.id ?? "", lift: one })) } } },
  "campaigns-empty": { ...place("campaigns"), answers: empty },
  "campaigns-humble": { ...place("campaigns"), answers: humble },
  "campaigns-hostile": { ...place("campaigns"), answers: hostile },
  draft: { ...place("campaigns"), draft: blank(date(0), "a1b2c3") },
  "draft-cut": { ...place("campaigns"), draft: written },
  "draft-days": { ...place("campaigns"), draft: { ...written, day_money: "150,00", day_uses: "100" } },
  "draft-holds": { ...place("campaigns"), draft: { ...written, scope: { kind: "category", of: "кофе с молоком" } } },
  "draft-deepest": { ...place("campaigns"), draft: { ...written, depth_bp: 2000 } },
  "draft-nothing": { ...place("campaigns"), draft: { ...written, scope: { kind: "product", of: "gift" } } },
  "draft-marketer": { ...place("campaigns"), answers: selling, draft: { ...written, depth_bp: 2000 } },
  "draft-wrong": { ...place("campaigns"), draft: { ...written, depth_bp: 1234, money: "много", uses: "0", apart: "90", each: "1,5", day_money: "0", day_uses: "сто", to: date(-1) } },
  "draft-loses": { ...place("campaigns"), draft: written, rehearsed: { ...rehearsal, ran_out: 6, left_out: 12, kept_with_minor: -2_100, break_even_bp: null } },
  "draft-no-past": { ...place("campaigns"), draft: written, rehearsed: { ...rehearsal, receipts: 0, with: 0 } },
  "draft-untold": { ...place("campaigns"), draft: written, rehearsed: "fault" },
  "draft-refused": { ...place("campaigns"), draft: written, fault: "desk_field" },
  "draft-taken": { ...place("campaigns"), draft: written, fault: "desk_taken" },
  "overview-loss": { answers: { ...answers, days: days.map((one, nth) => (nth < 4 ? uncosted[nth] ?? one : nth % 4 === 1 ? { ...one, kept_minor: -21_040 } : one)) } },
  segments: place("segments"),
  "segments-empty": { ...place("segments"), answers: empty },
  attention: place("attention"),
  "attention-empty": { ...place("attention"), answers: empty },
  models: place("models"),
  ...Object.fromEntries(Object.entries(modelStates).map(([name, lines]) => [`models-${name}`, { ...place("models"), answers: { ...answers, models: lines } }])),
  "models-moved": { ...place("models"), fault: "desk_models_moved" },
  "models-analyst": { ...place("models"), answers: { ...answers, session: { ...session, role: "analyst", may: session.may.filter((right) => !right.endsWith("_edit")) } } },
  privacy: place("privacy"),
  "privacy-found": { ...place("privacy"), found: guests },
  "privacy-nobody": { ...place("privacy"), found: [], answers: { ...answers, erasures: [] } },
  close: { ...place("close"), answers: { ...answers, close: closes.even } },
  "close-told": place("close"),
  "close-untold": { ...place("close"), answers: { ...answers, close: closes.untold }, fault: "desk_statement" },
  "close-open": { ...place("close"), answers: { ...answers, close: closes.open } },
  "close-empty": { ...place("close"), answers: { ...answers, close: closes.empty } },
  reports: place("reports"),
  ...Object.fromEntries(Object.entries(reportStates).map(([name, one]) => [`reports-${name}`, { ...place("reports"), answers: { ...answers, report: one } }])),
  receipts: place("receipts"),
  "receipts-empty": { ...place("receipts"), answers: empty },
  "receipts-humble": { ...place("receipts"), answers: humble },
  "receipts-gone": { ...place("receipts"), fault: "gone", missing: true },
  receipt: place("receipts", receipt.receipt),
  "receipt-erased": { ...place("receipts", receipt.receipt), answers: { ...answers, receipt: gone } },
  clerks: place("clerks"),
  deeds: place("deeds"),
  "deeds-many": { ...place("deeds"), answers: { ...answers, deeds: many }, fault: "gone" },
  self: { ...place("self"), answers: selling },
  "self-second": place("self"),
  "self-wrong": { ...place("self"), fault: "desk_login" },
  forbidden: { ...place("clerks"), answers: humble },
};
