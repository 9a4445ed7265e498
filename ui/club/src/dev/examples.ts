// Examples of what a phone shows: one for every state.
import type { Card, Home, Receipt } from "../door/answers";
import type { Errand, Clash } from "../state/errands";
import type { Pane, Tab } from "../state/look";
import type { Phase } from "../state/session";

const DAY = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY).toISOString();
/** Bytes of a pass as long as a real one with both blocks. */
const pass = "2fe794c001".padEnd(2 * 214, "5a");

const cards: readonly Card[] = [
  { id: "v0123456789abcdef.next", scope: { kind: "category", of: "чай" }, name: "чай", depth_bp: 1000, kept: true, from: at(-1), until: at(9), reason: "next_visit", pass: `${pass}01` },
  { id: "k0000000000000001", scope: { kind: "basket" }, name: "", depth_bp: 700, kept: false, from: at(0), until: at(13), reason: "status_base", pass: `${pass}02` },
  { id: "k0000000000000002", scope: { kind: "category", of: "кофе с молоком" }, name: "кофе с молоком", depth_bp: 1200, kept: false, from: at(0), until: at(0.4), reason: "favourite_category", pass: `${pass}03` },
  { id: "k0000000000000003", scope: { kind: "product", of: "cold" }, name: "Колд брю с апельсиновым соком и тимьяном", depth_bp: 1250, kept: false, from: at(0), until: at(13), reason: "try_something_new", pass: `${pass}04` },
];

const receipts: readonly Receipt[] = [
  {
    receipt: "01a21201-4cbd-7cf0-bb2a-17edd30fc8e5",
    at: at(-1),
    utc_offset_min: 180,
    shop: "1",
    net_minor: 748,
    saved_minor: 72,
    returned: false,
    lines: [{ name: "Колд брю + Сироп", qty: "1", net_minor: 748, saved_minor: 72 }],
  },
  {
    receipt: "01a21201-4cbd-7cf0-bb2a-17edd30fc8e4",
    at: at(-4),
    utc_offset_min: 180,
    shop: "1",
    net_minor: 1240,
    saved_minor: 0,
    returned: false,
    lines: [
      { name: "Капучино M", qty: "1", net_minor: 690, saved_minor: 0 },
      { name: "Круассан с миндалём и шоколадной начинкой", qty: "1", net_minor: 550, saved_minor: 0 },
    ],
  },
  { receipt: "01a21201-4cbd-7cf0-bb2a-17edd30fc8e3", at: at(-300), utc_offset_min: 180, shop: "1", net_minor: 0, saved_minor: 0, returned: true, lines: [{ name: "Эспрессо", qty: "1", net_minor: 380, saved_minor: 30 }] },
];

export const home: Home = {
  office_time: at(0),
  title: "Кофейня на Немиге",
  currency: "BYN",
  joined: "2026-09-03T08:00:00.000Z",
  version: 3,
  profile: { name: "Ўладзіслава", birthday: "1991-04-12", phone: "+375291234567", email: "u@example.by", language: "ru" },
  consent: { programme: true, personalisation: true, marketing: false },
  pass,
  until: at(29),
  cards,
  shops: [{ shop: "1", weeks: Array.from({ length: 3 }, (_, nth) => ({ week: Math.floor((Math.floor(Date.now() / DAY) + 3) / 7) + nth, short: "3306984116884191795200", spoken: "361203" })) }],
  status: { name: "member", base_bp: 500, visits: 7 },
  saved_minor: 123_472,
  receipts_count: 41,
  receipts,
  feed: [
    { kind: "card_ends", card: "v0123456789abcdef.next", until: at(2) },
    { kind: "status_near", status: "regular", visits: 3, base_bp: 700 },
    { kind: "new_product", name: "Латте с халвой", price_minor: 890, since: at(-3) },
    { kind: "price_fell", name: "Фильтр-кофе", before_minor: 540, price_minor: 480, since: at(-6) },
  ],
  shelf: {
    made: at(-2),
    dishes: [
      { sku: "cap-m", name: "Капучино M", category: "кофе с молоком", price_minor: 690, mine: { k0000000000000001: 642, k0000000000000002: 607 } },
      { sku: "lat-l", name: "Латте L", category: "кофе с молоком", price_minor: 820, mine: { k0000000000000001: 763, k0000000000000002: 722 } },
      { sku: "cold", name: "Колд брю с апельсиновым соком и тимьяном", category: "холодное", price_minor: 720, mine: { k0000000000000003: 630 } },
      { sku: "cro", name: "Круассан", category: "выпечка", price_minor: 450 },
    ],
  },
};

const fresh: Home = { ...home, cards: [], shops: [], status: { ...home.status, visits: 0 }, saved_minor: 0, receipts_count: 0, receipts: [], feed: [], profile: { name: "", birthday: "", phone: "", email: "", language: "ru" } };
const hostile: Home = {
  ...home,
  title: '<img src=x onerror="alert(1)">',
  profile: { ...home.profile, name: "</b><script>alert(1)</script> שלום עולם مرحبا" },
  cards: [{ ...(cards[0] as Card), scope: { kind: "category", of: "x" }, name: "<script>alert(2)</script>" }],
};
const base: Home = { ...home, consent: { programme: true, personalisation: false, marketing: false }, cards: [{ ...(cards[1] as Card), id: "club.1", pass }] };

const edit: Errand = { kind: "edit", from: home.profile, to: { ...home.profile, name: "Улада" } };
const clash: Clash = { field: "name", mine: "Улада", theirs: "Ўладзіслава К." };

export interface Example {
  readonly home?: Home;
  readonly phase?: Phase;
  readonly tab?: Tab;
  readonly pane?: Pane;
  readonly choice?: string;
  readonly full?: boolean;
  readonly offline?: boolean;
  readonly ended?: boolean;
  readonly lapsed?: boolean;
  readonly newer?: boolean;
  readonly inside?: boolean;
  readonly fault?: string;
  readonly busy?: boolean;
  readonly errands?: readonly Errand[];
  readonly clashes?: readonly Clash[];
  readonly transfer?: boolean;
  readonly guided?: boolean;
  readonly lasts?: boolean;
}

export const STATES: Readonly<Record<string, Example>> = {
  join: { phase: "stranger" },
  "join-offline": { phase: "stranger", fault: "gone" },
  "join-claim": { phase: "stranger", fault: "club_claim" },
  "join-passing": { phase: "stranger", lasts: false },
  "join-busy": { phase: "stranger", busy: true },
  inside: { phase: "stranger", inside: true },
  withdrawn: { phase: "withdrawn" },
  code: { guided: true },
  "code-guide": {},
  "code-new-guest": { home: fresh },
  "code-chosen": { choice: "k0000000000000003", guided: true },
  "code-offline": { offline: true, guided: true },
  "code-ended": { ended: true, offline: true },
  "code-passing": { lasts: false, guided: true },
  "code-newer": { newer: true, guided: true },
  "code-full": { full: true },
  "code-hostile": { home: hostile, choice: "v0123456789abcdef.next", guided: true },
  bars: { pane: "bars" },
  cards: { tab: "cards" },
  "cards-chosen": { tab: "cards", choice: "v0123456789abcdef.next" },
  "cards-lapsed": { tab: "cards", lapsed: true },
  "cards-base": { tab: "cards", home: base },
  "cards-none": { tab: "cards", home: fresh },
  feed: { tab: "feed" },
  "feed-none": { tab: "feed", home: fresh },
  menu: { tab: "menu" },
  "menu-chosen": { tab: "menu", choice: "k0000000000000002" },
  "menu-none": { tab: "menu", home: { ...fresh, shelf: { made: null, dishes: [] } } },
  me: { tab: "me" },
  "me-new-guest": { tab: "me", home: fresh },
  "me-waits": { tab: "me", errands: [edit], offline: true },
  "me-fault": { tab: "me", fault: "gone" },
  "me-hostile": { tab: "me", home: hostile },
  receipts: { tab: "me", pane: "receipts" },
  "receipts-none": { tab: "me", pane: "receipts", home: fresh },
  profile: { tab: "me", pane: "profile" },
  "profile-waits": { tab: "me", pane: "profile", errands: [edit], offline: true },
  "profile-clash": { tab: "me", pane: "profile", clashes: [clash] },
  "profile-fault": { tab: "me", pane: "profile", fault: "club_field" },
  consents: { tab: "me", pane: "consents" },
  "consents-fault": { tab: "me", pane: "consents", fault: "club_consent" },
  transfer: { tab: "me", pane: "transfer" },
  "transfer-code": { tab: "me", pane: "transfer", transfer: true },
  leave: { tab: "me", pane: "leave" },
  "leave-fault": { tab: "me", pane: "leave", fault: "gone" },
  install: { tab: "me", pane: "install" },
};
