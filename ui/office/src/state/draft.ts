// A campaign as it is being written: what was typed, and what it means where it means something.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Campaign, DayLimit, Product, Scope } from "../door/answers";
import { session } from "./session";

export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  /** The rung that was chosen, in basis points; nothing until one is. */
  readonly depth_bp: number | null;
  /** Days, as the browser gives them. */
  readonly from: string;
  /** The last day. */
  readonly to: string;
  /** Money, as typed. */
  readonly money: string;
  readonly uses: string;
  /** How often one guest may use it; empty for as often as they like. */
  readonly each: string;
  /** What of the money may go on one day; empty for all of it. */
  readonly day_money: string;
  readonly day_uses: string;
  /** Percent of the guests who are kept from it, so that it can be told what it brings; empty for nobody. */
  readonly apart: string;
}

const initialState: { draft: Draft | null } = { draft: null };

export const draft = createSlice({
  name: "draft",
  initialState,
  reducers: {
    begun(state, { payload }: PayloadAction<Draft>) {
      state.draft = payload;
    },
    written(state, { payload }: PayloadAction<Partial<Draft>>) {
      if (state.draft) Object.assign(state.draft, payload);
    },
    dropped: () => initialState,
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
  },
});

/** An empty draft; the id is drawn once, so that what is sent twice is one campaign. */
export function blank(today: string, id: string): Draft {
  return { id, title: "", scope: { kind: "basket" }, depth_bp: null, from: today, to: today, money: "", uses: "", each: "", day_money: "", day_uses: "", apart: "10" };
}

/** Hundredths that were typed: `12,5` is 1250. */
export function hundredths(typed: string): number | null {
  const found = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(typed);
  return found === null ? null : Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

function whole(typed: string): number | null {
  return /^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : null;
}

/** At most half of the guests are kept from a campaign. */
const APART_MAX_BP = 5000;

/** A limit that may be left empty: nothing said is `undefined`, and `null` what is no limit within the whole. */
function limit(typed: string, meaning: (typed: string) => number | null, most: number | null = null): number | null | undefined {
  if (typed.trim() === "") return undefined;
  const meant = meaning(typed);
  return !meant || (most !== null && meant > most) ? null : meant;
}

/** The first instant of a day here, so many days later. */
function begins(day: string, later = 0): string | null {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const at = new Date(year, month - 1, date + later);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}

/** Fields in which something is missing or cannot be read. */
export type Gap = "title" | "depth" | "from" | "to" | "money" | "uses" | "each" | "day_money" | "day_uses" | "apart";

/** The rungs of a ladder that take something off. */
export const rungs = (ladder_bp: readonly number[]): readonly number[] => ladder_bp.filter((rung) => rung > 0);

/** The rung that was chosen; nothing where there is none of that depth any more. */
export const rungOf = ({ depth_bp }: Draft, ladder_bp: readonly number[]): number | null => rungs(ladder_bp).find((rung) => rung === depth_bp) ?? null;

/** The campaign that was written, or the fields that are still to be filled. Its depth is a rung of the ladder: between rungs
 * the guard grants what no forecast here would say. */
export function read(draft: Draft, ladder_bp: readonly number[]): { readonly campaign: Campaign } | { readonly gaps: readonly Gap[] } {
  const depth = rungOf(draft, ladder_bp);
  const [from, until] = [begins(draft.from), begins(draft.to, 1)];
  const [money, uses] = [hundredths(draft.money), whole(draft.uses)];
  const each = limit(draft.each, whole);
  const per_day = { money: limit(draft.day_money, hundredths, money), uses: limit(draft.day_uses, whole, uses) };
  const apart = limit(draft.apart, hundredths, APART_MAX_BP);
  const gaps: Gap[] = [];
  if (draft.title.trim() === "") gaps.push("title");
  if (depth === null) gaps.push("depth");
  if (from === null) gaps.push("from");
  if (until === null || (from !== null && until <= from)) gaps.push("to");
  if (!money) gaps.push("money");
  if (!uses) gaps.push("uses");
  if (each === null) gaps.push("each");
  if (per_day.money === null) gaps.push("day_money");
  if (per_day.uses === null) gaps.push("day_uses");
  if (apart === null) gaps.push("apart");
  if (gaps.length > 0 || depth === null || from === null || until === null || !money || !uses) return { gaps };
  const { id, scope } = draft;
  const campaign = { id, title: draft.title.trim(), scope, depth_bp: depth, from, until, budget: { money, uses } };
  return { campaign: { ...campaign, ...(each && { per_customer: each }), ...dayLimit(per_day), ...(apart && { holdout_bp: apart }) } };
}

/** What is said of a day; nothing where no half of it is. */
function dayLimit({ money, uses }: { readonly [half in keyof DayLimit]: number | null | undefined }): Pick<Campaign, "per_day"> {
  if (!money && !uses) return {};
  return { per_day: { ...(money && { money }), ...(uses && { uses }) } };
}

/** Whether two campaigns are one: the office writes moments in its own way. */
export function isSame(one: Campaign, other: Campaign): boolean {
  const told = ({ title, scope, depth_bp, from, until, budget, per_customer, per_day, holdout_bp, coupon }: Campaign) => {
    const limits = [budget.money, budget.uses, per_customer ?? null, per_day?.money ?? null, per_day?.uses ?? null, holdout_bp ?? null, coupon?.whose ?? null];
    return JSON.stringify([title, scope.kind, "of" in scope ? scope.of : null, depth_bp, Date.parse(from), Date.parse(until), ...limits]);
  };
  return told(one) === told(other);
}

/** A product of which it is known how deep a discount may go. */
export type Guarded = Product & { readonly deepest_bp: number };

const isGuarded = (product: Product): product is Guarded => product.deepest_bp !== undefined;

/** What a discount of this depth, a rung, meets at the guard: the products it is for, those that do not hold it, the deepest
 * rung for all. */
export function meets(products: readonly Product[], scope: Scope, depth_bp: number) {
  const isFor = (product: Product) => scope.kind === "basket" || product[scope.kind === "category" ? "category" : "sku"] === scope.of;
  const covered = products.filter(isGuarded).filter((product) => product.eligible && isFor(product));
  const cut = covered.filter(({ deepest_bp }) => deepest_bp < depth_bp);
  const deepest = covered.length === 0 ? 0 : Math.min(...covered.map(({ deepest_bp }) => deepest_bp));
  return { covered, cut, deepest };
}
