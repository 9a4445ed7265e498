// The close of a day, as the office answers it: docs/office.md.

/** Why a receipt is in one sum and not in the other. */
export const CLOSE_WHYS = ["not_rung_up", "rung_up_twice", "no_shift", "shift_open", "other_shift", "other_day", "card_missing", "refund_missing", "booked_other_day", "charged_twice", "no_receipt"] as const;
/** Why a day is not complete. */
export const CLOSE_OPENS = ["shift_open", "waiting", "not_over", "silent", "dead"] as const;
/** By what guests saved. */
export const PROGRAMMES = ["base", "personal", "promised", "campaign", "coupon", "staff", "corporate", "other", "unknown", "refunds"] as const;

export interface Named {
  readonly why: (typeof CLOSE_WHYS)[number];
  readonly receipt: string;
  /** What it adds to theirs less ours. */
  readonly minor: number;
  /** Others of the same sum that it could be as well. */
  readonly or?: readonly string[];
}

export interface Pair {
  readonly ours_minor: number;
  readonly theirs_minor: number;
  readonly difference_minor: number;
  readonly named: readonly Named[];
  /** What no receipt explains. */
  readonly open_minor: number;
}

export interface Shift {
  readonly opened: string;
  readonly closed: string | null;
  readonly by: "register" | "counter" | null;
  readonly receipts: number | null;
  readonly sales_minor: number;
  readonly refunds_minor: number;
  readonly drawer_minor: number;
  readonly counted_minor: number | null;
  readonly fault: string | null;
}

export interface CounterClose {
  readonly counter: string;
  readonly shifts: readonly Shift[];
  readonly sales: Pair;
  readonly refunds: Pair;
}

export interface AcquirerClose {
  readonly made: string;
  readonly made_by: string;
  /** Empty where a total was typed. */
  readonly name: string;
  readonly rows: number;
  readonly matched: number;
  readonly by_sum: number;
  readonly pair: Pair;
}

export interface Close {
  readonly day: string;
  readonly shop: string;
  /** To choose from; none for whoever has one shop. */
  readonly shops: readonly string[];
  readonly open: readonly { readonly counter: string; readonly why: (typeof CLOSE_OPENS)[number] }[];
  readonly totals: { readonly receipts: number; readonly list_minor: number; readonly saved_minor: number; readonly net_minor: number; readonly refunds: number; readonly refunded_minor: number };
  readonly payments: readonly { readonly kind: string; readonly taken_minor: number; readonly back_minor: number }[];
  readonly taxes: readonly { readonly tax_bp: number | null; readonly net_minor: number; readonly tax_minor: number | null }[];
  readonly discounts: readonly { readonly programme: (typeof PROGRAMMES)[number]; readonly title: string | null; readonly receipts: number; readonly saved_minor: number }[];
  readonly counters: readonly CounterClose[];
  readonly acquirer: AcquirerClose | null;
}

/** Which close is asked for; what is empty is the first shop, and today. */
export interface CloseWanted {
  readonly shop: string;
  readonly day: string;
}
