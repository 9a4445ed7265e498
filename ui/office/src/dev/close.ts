// Examples of a day's close: even, told by receipts, with something that nobody can tell, not complete, and a day without trade.
import type { AcquirerClose, Close, CounterClose, Named, Pair } from "../door/close";
import { at } from "./work";

const pair = (ours: number, theirs: number, named: readonly Named[] = []): Pair => {
  const difference = theirs - ours;
  return { ours_minor: ours, theirs_minor: theirs, difference_minor: difference, named, open_minor: difference - named.reduce((sum, { minor }) => sum + minor, 0) };
};

const named = (why: Named["why"], receipt: string, minor: number, or?: readonly string[]): Named => (or === undefined ? { why, receipt, minor } : { why, receipt, minor, or });

const shift = { opened: at(-1.4), closed: at(-0.9), by: "register", receipts: 214, sales_minor: 164_320, refunds_minor: 1_380, drawer_minor: 40_210, counted_minor: 40_210, fault: null } as const;

const counter = (name: string, sales: Pair, refunds: Pair, shifts: CounterClose["shifts"] = [shift]): CounterClose => ({ counter: name, shifts, sales, refunds });

const acquirer: AcquirerClose = { made: at(-0.1), made_by: "Ўладзіслава", name: "выписка 30.11.xlsx", rows: 151, matched: 151, by_sum: 2, pair: pair(118_430, 118_430) };

const even: Close = {
  day: at(-1).slice(0, 10),
  shop: "1",
  shops: ["1", "2", "Проспект 14"],
  open: [],
  totals: { receipts: 213, list_minor: 173_050, saved_minor: 8_730, net_minor: 164_320, refunds: 2, refunded_minor: 1_380 },
  payments: [
    { kind: "card", taken_minor: 119_120, back_minor: 690 },
    { kind: "cash", taken_minor: 44_510, back_minor: 690 },
    { kind: "unknown", taken_minor: 690, back_minor: 0 },
  ],
  taxes: [
    { tax_bp: null, net_minor: 690, tax_minor: null },
    { tax_bp: 1_000, net_minor: 21_400, tax_minor: 1_945 },
    { tax_bp: 2_000, net_minor: 140_850, tax_minor: 23_475 },
  ],
  discounts: [
    { programme: "base", title: null, receipts: 71, saved_minor: 2_950 },
    { programme: "campaign", title: "Счастливые часы", receipts: 30, saved_minor: 2_410 },
    { programme: "personal", title: null, receipts: 44, saved_minor: 3_120 },
    { programme: "staff", title: null, receipts: 3, saved_minor: 320 },
    { programme: "refunds", title: null, receipts: 1, saved_minor: -70 },
  ],
  counters: [counter("1", pair(164_320, 164_320), pair(1_380, 1_380))],
  acquirer,
};

const told: Close = {
  ...even,
  counters: [
    counter("1", pair(164_320, 162_950, [named("not_rung_up", "01a21201-4cbd-7cf0-bb2a-17edd30fc8e5", -690, ["01a21201-4cbd-7cf0-bb2a-17edd30fc8f1"]), named("no_shift", "01a21207-1111-7cf0-bb2a-17edd30fc8e6", -680)]), pair(1_380, 1_380), [{ ...shift, counted_minor: 39_900 }]),
    counter("2", pair(20_450, 21_140, [named("rung_up_twice", "01a21201-9999-7cf0-bb2a-17edd30fc8e7", 690)]), pair(0, 0), [{ ...shift, by: "counter", counted_minor: null, fault: "the register did not answer in time" }]),
  ],
  acquirer: {
    ...acquirer,
    by_sum: 0,
    matched: 149,
    pair: pair(118_430, 118_120, [named("card_missing", "01a21201-aaaa-7cf0-bb2a-17edd30fc8e8", -1_000), named("refund_missing", "01a21201-bbbb-7cf0-bb2a-17edd30fc8e9", 690), named("booked_other_day", "01a21150-cccc-7cf0-bb2a-17edd30fc8ea", -690), named("charged_twice", "01a21201-dddd-7cf0-bb2a-17edd30fc8eb", 450), named("no_receipt", "RRN 433312345678", 240)]),
  },
};

export const closes = {
  even,
  untold: { ...even, counters: [counter("1", pair(164_320, 164_300), pair(1_380, 1_380))], acquirer: { ...acquirer, name: "", rows: 0, matched: 0, by_sum: 0, pair: pair(118_430, 118_400) } },
  open: {
    ...even,
    open: [{ counter: "1", why: "shift_open" }, { counter: "1", why: "waiting" }, { counter: "2", why: "silent" }, { counter: "3", why: "not_over" }, { counter: "4", why: "dead" }],
    counters: [counter("1", pair(9_660, 0, Array.from({ length: 14 }, (_, nth) => named("shift_open", `01a2120${nth}-4cbd-7cf0-bb2a-17edd30fc8e5`, -690))), pair(0, 0), [{ ...shift, closed: null, by: null, receipts: null, sales_minor: 0, refunds_minor: 0, counted_minor: null }])],
    acquirer: null,
  },
  empty: { ...even, shops: [], totals: { receipts: 0, list_minor: 0, saved_minor: 0, net_minor: 0, refunds: 0, refunded_minor: 0 }, payments: [], taxes: [], discounts: [], counters: [], acquirer: null },
} satisfies Readonly<Record<string, Close>>;

export const close = told;
