// Examples of work on menu and campaigns before it holds.
import type { Attention, Reason } from "../door/watch";
import type { Lift, Lifts, Rehearsal, Revision, Segments, Version } from "../door/work";

const DAY = 86_400_000;

/** An instant so many days from now. */
export const at = (days: number) => new Date(Date.now() + days * DAY).toISOString();

export const versions: readonly Version[] = [
  { version: 7, made: at(-2), made_by: "Ўладзіслава", why: "edit 3", products: 7, in_force: true },
  { version: 6, made: at(-9), made_by: "Ўладзіслава", why: "return 4", products: 7, in_force: false },
  { version: 5, made: at(-9.1), made_by: "Ўладзіслава", why: "import меню на зиму с новыми ценами.xlsx", products: 9, in_force: false },
  { version: 4, made: at(-60), made_by: "command line", why: "file", products: 7, in_force: false },
  { version: 1, made: at(-90), made_by: "", why: "", products: 5, in_force: false },
];

export const rehearsal: Rehearsal = {
  days: 14,
  runs: 6,
  ran_out: 0,
  receipts: 5768,
  with: 412,
  spent_minor: 48_210,
  least_minor: 41_900,
  most_minor: 55_040,
  above_minor: 31_115,
  guard: { whole: 2210, cut: 262, codes: [{ code: "floor", lines: 231 }, { code: "cost_unknown", lines: 40 }] },
  left_out: 0,
  kept_without_minor: 162_400,
  kept_with_minor: 136_471,
  break_even_bp: 1900,
};

/** A file with all that may be in one. */
export const revision: Revision = {
  base: 7,
  published: null,
  added: [{ sku: "spro", name: "Эспрессо-тоник с грейпфрутом", price_minor: 860, cost_minor: 240, floor_minor: 320 }],
  changed: [
    { sku: "cap-m", name: "Капучино M", floor_minor: 280, fields: [{ field: "price", from: 690, to: 740 }, { field: "cost", from: 196, to: 210 }] },
    { sku: "gift", name: "Подарочный набор", floor_minor: null, fields: [{ field: "eligible", from: false, to: true }, { field: "tax_bp", from: 1000, to: 2000 }, { field: "category", from: "прочее", to: "подарки" }, { field: "cost", from: 3900, to: null }] },
  ],
  gone: [{ sku: "lem", name: "Лимонад", price_minor: 640, cost_minor: 420, floor_minor: 560 }],
  restated: 3,
  same: 1,
  refused: [
    { line: 4, column: "цена", value: "дорого", code: "number" },
    { line: 9, column: "", value: "Круассан; с миндалём", code: "cells" },
  ],
  warnings: [{ line: 12, column: "себестоимость", value: "", code: "cost_missing" }],
};

/** A lift of each kind. */
const told: Lift = { verdict: "unsure", with: 1640, kept: 402, holdout_bp: 2000, uneven: false, more_guests: 3900, earned_minor: 31_200, give_or_take_minor: 88_050, per_guest_minor: 19, per_guest_give_or_take_minor: 54, with_brings_minor: 1_105, kept_brings_minor: 1_086 };
const { earned_minor: _e, give_or_take_minor: _g, per_guest_minor: _p, per_guest_give_or_take_minor: _t, with_brings_minor: _w, kept_brings_minor: _k, ...bare } = told;

export const lifts: Readonly<Record<"unsure" | "earned" | "lost" | "few" | "none", Lift>> = {
  unsure: told,
  earned: { ...told, verdict: "earned", more_guests: 0, earned_minor: 124_000, give_or_take_minor: 40_000, per_guest_minor: 76, per_guest_give_or_take_minor: 24, with_brings_minor: 1_162 },
  lost: { ...told, verdict: "lost", more_guests: 0, earned_minor: -124_000, give_or_take_minor: 40_000, per_guest_minor: -76, per_guest_give_or_take_minor: 24, with_brings_minor: 1_010 },
  few: { ...bare, verdict: "too_few", with: 61, kept: 14, more_guests: 180 },
  none: { ...bare, verdict: "no_holdout", with: 2042, kept: 0, holdout_bp: 0, more_guests: 0 },
};

export const lift: Lifts = { from: at(-27).slice(0, 10), until: at(0).slice(0, 10), programme: lifts.unsure, campaigns: [] };

const reason: Reason = { signal: "late", shop: "1", barista: "vera", name: "Вера", counter: null, code: null, daypart: null, count: 12, of: 80, usual_bp: 300, chance_ppm: 1_200, receipts: Array.from({ length: 12 }, (_, nth) => `01JC${nth}KQ3M8T`) };

export const attention: Attention = {
  from: at(-29).slice(0, 10),
  until: at(0).slice(0, 10),
  alarms: [
    { ...reason, signal: "refund_soon", barista: "alies-2", name: null, count: 41, of: 1_904, usual_bp: 31, chance_ppm: 0 },
    reason,
    { ...reason, signal: "code_tied", shop: "2", code: "Q7XK2M", count: 14, of: 15, usual_bp: 3_810, chance_ppm: 900 },
    { ...reason, signal: "code_again", shop: "2", barista: null, name: null, code: "H3PT9W", count: 52, of: 81, usual_bp: 610, chance_ppm: 70 },
    { ...reason, signal: "taken_off_cash", shop: "3", barista: null, name: null, counter: "1", daypart: "evening", count: 31, of: 44, usual_bp: 2_900, chance_ppm: 15_000 },
    { ...reason, signal: "known_by_a_later_office", shop: "3", receipts: [] },
  ],
};

export const segments: Segments = {
  guests: 431,
  segments: [
    { segment: "rare", words: { ru: "Редко у нас", be: "Рэдка ў нас", en: "Seldom here" }, guests: [120, 131, 140, 149, 160, 171, 180, 183] },
    { segment: "frequent_big_spenders_tea", words: { ru: "Часто у нас, крупные чеки, чай", be: "Часта ў нас, вялікія чэкі, чай", en: "Often here, big receipts, tea" }, guests: [110, 112, 118, 121, 126, 130, 131, 134] },
    { segment: "cooling", words: { ru: "Давно не был", be: "Даўно не быў", en: "Away for long" }, guests: [60, 64, 66, 70, 72, 77, 80, 81] },
    { segment: "new", words: { ru: "Новый гость", be: "Новы госць", en: "New guest" }, guests: [51, 48, 50, 44, 39, 36, 35, 33] },
  ],
  weeks: Array.from({ length: 8 }, (_, nth) => at(7 * (nth - 8)).slice(0, 10)),
  flows: [
    { week: 7, from: "new", to: "rare", guests: 9 },
    { week: 7, from: null, to: "new", guests: 7 },
    { week: 7, from: "frequent_big_spenders_tea", to: "cooling", guests: 3 },
    { week: 6, from: "cooling", to: "rare", guests: 2 },
  ],
};
