// What the office answers to work on menu and campaigns before it holds, and of what they earned. Money is in whole minor units.
import type { Language } from "@kava/words";

/** What can be said of what something earned. */
export const VERDICTS = ["no_holdout", "too_few", "unsure", "earned", "lost"] as const;

/** What something earned against guests whom a lot keeps from it. */
export interface Lift {
  readonly verdict: (typeof VERDICTS)[number];
  /** Guests who have it, and those who are kept from it. */
  readonly with: number;
  readonly kept: number;
  readonly holdout_bp: number;
  /** The sides are not as the lot would have them. */
  readonly uneven: boolean;
  readonly more_guests: number;
  /** Where there are enough guests; what is behind `give_or_take` holds with 95 % however often one looks. */
  readonly earned_minor?: number;
  readonly give_or_take_minor?: number;
  readonly per_guest_minor?: number;
  readonly per_guest_give_or_take_minor?: number;
  readonly with_brings_minor?: number;
  readonly kept_brings_minor?: number;
}

export interface Lifts {
  readonly from: string;
  readonly until: string;
  readonly programme: Lift;
  /** Of campaigns that keep guests from them. */
  readonly campaigns: readonly { readonly campaign: string; readonly lift: Lift }[];
}

/** Why a version was made; a newer office may know more. */
export const MADE = ["file", "import", "edit", "return"] as const;

export interface Version {
  readonly version: number;
  readonly made: string;
  /** Empty where it was not noted. */
  readonly made_by: string;
  /** One of `MADE`, and of what. */
  readonly why: string;
  readonly products: number;
  readonly in_force: boolean;
}

/** What is wished for one product of the menu; what is not said stays. */
export interface Edit {
  readonly sku: string;
  readonly price_minor?: number;
  readonly price_by_bp?: number;
  readonly cost_minor?: number;
  readonly eligible?: boolean;
  readonly off?: true;
}

/** Another menu that is wished: from a file, by edits, or as it was. */
export type MenuWish =
  | { readonly kind: "file"; readonly file: Blob; readonly name: string; readonly tax_bp: number | null }
  | { readonly kind: "edit"; readonly edits: readonly Edit[] }
  | { readonly kind: "return"; readonly version: number };

export interface MenuLine {
  readonly sku: string;
  readonly name: string;
  readonly price_minor: number;
  readonly cost_minor: number | null;
  readonly floor_minor: number | null;
}

export const MENU_FIELDS = ["name", "category", "variant_of", "price", "cost", "tax_bp", "extra", "eligible", "drink", "weighed", "needs_mark"] as const;
export type MenuField = (typeof MENU_FIELDS)[number];

export interface MenuChange {
  readonly sku: string;
  readonly name: string;
  readonly floor_minor: number | null;
  readonly fields: readonly { readonly field: MenuField; readonly from: FieldValue; readonly to: FieldValue }[];
}

/** Sums in minor units, tax in basis points, words and flags. */
export type FieldValue = number | string | boolean | null;

/** What may be wrong with a cell of a file; a newer office may know more. */
export const CELLS = ["empty", "number", "negative", "large", "twice", "long", "tax", "flag", "cells", "quote", "day", "cost_missing", "cost_zero", "cost_above", "other"] as const;

export interface BadCell {
  readonly line: number;
  /** Empty where the whole line is meant. */
  readonly column: string;
  readonly value: string;
  readonly code: (typeof CELLS)[number];
}

/** Another menu, and what it changes of the one in force. */
export interface Revision {
  readonly base: number;
  /** The version that it became; nothing while it is only tried. */
  readonly published: number | null;
  readonly added: readonly MenuLine[];
  readonly changed: readonly MenuChange[];
  readonly gone: readonly MenuLine[];
  readonly restated: number;
  readonly same: number;
  readonly refused: readonly BadCell[];
  readonly warnings: readonly BadCell[];
}

/** What a campaign would have done on receipts that are past: figures of a run in the middle. */
export interface Rehearsal {
  /** Days of a run. */
  readonly days: number;
  readonly runs: number;
  /** Runs in which the budget would have run out. */
  readonly ran_out: number;
  readonly receipts: number;
  readonly with: number;
  readonly spent_minor: number;
  readonly least_minor: number;
  readonly most_minor: number;
  /** What it would have given above discounts that there were. */
  readonly above_minor: number;
  readonly guard: { readonly whole: number; readonly cut: number; readonly codes: readonly { readonly code: string; readonly lines: number }[] };
  /** Lines of goods that are not sold any more. */
  readonly left_out: number;
  /** Margins need a right. */
  readonly kept_without_minor?: number;
  readonly kept_with_minor?: number;
  /** So many more such receipts make up for it; `null` where no number does. */
  readonly break_even_bp?: number | null;
}

/** A segment of guests. */
export interface Segment {
  readonly segment: string;
  readonly words: Readonly<Record<Language, string>>;
  /** How many guests were in it at the end of each week, the oldest first. */
  readonly guests: readonly number[];
}

/** Guests who went from one segment to another in a week. */
export interface Flow {
  readonly week: number;
  /** Nothing for guests who were seen for the first time. */
  readonly from: string | null;
  readonly to: string;
  readonly guests: number;
}

export interface Segments {
  readonly guests: number;
  readonly segments: readonly Segment[];
  /** The first day of each. */
  readonly weeks: readonly string[];
  readonly flows: readonly Flow[];
}
