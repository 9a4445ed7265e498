// What the office answers its clerks: docs/office.md, in TypeScript. Money is in whole minor units.
export * from "./models";
export * from "./reports";
export * from "./close";
export * from "./privacy";
export * from "./watch";
export * from "./work";

export const ROLES = ["owner", "marketer", "analyst", "shop_manager", "support"] as const;
export type Role = (typeof ROLES)[number];

/** What a role may see or do. */
export type Right = "costs" | "sales" | "counters" | "menu" | "menu_edit" | "campaigns" | "campaigns_edit" | "segments" | "receipts" | "attention" | "models" | "models_edit" | "close" | "privacy" | "clerks" | "deeds";

/** Whose a one-time link is. */
export interface Invited {
  readonly name: string;
  readonly role: Role;
  readonly shop: string;
  readonly expires: string;
}

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly role: Role;
  /** The only shop they see; empty for all. */
  readonly shop: string;
  readonly may: readonly Right[];
  readonly second: boolean;
  readonly expires: string;
  readonly office_time: string;
  readonly title: string;
  readonly currency: string;
}

/** What a second device makes its digits of. */
export interface Secret {
  readonly secret: string;
  readonly uri: string;
}

export interface Sums {
  readonly receipts: number;
  readonly discounted: number;
  readonly list_minor: number;
  readonly saved_minor: number;
  readonly net_minor: number;
  readonly refunds: number;
  readonly refunded_minor: number;
}

export const HEALTHS = ["in_order", "limited", "silent", "out"] as const;
export type Health = (typeof HEALTHS)[number];

export interface ShopNow {
  readonly shop: string;
  readonly counters: Readonly<Record<Health, number>>;
  /** Sums need a right. */
  readonly day?: Sums;
  readonly week?: Sums;
}

export interface Overview {
  readonly office_time: string;
  readonly currency: string;
  readonly day: string;
  /** Alarms of the last seven days. */
  readonly alarms: number;
  readonly all?: Sums;
  readonly shops: readonly ShopNow[];
  readonly campaigns?: { readonly running: number; readonly spent_minor: number; readonly budget_minor: number };
}

/** A day of trade; of sales for which money was taken. */
export interface Day {
  readonly day: string;
  readonly receipts: number;
  readonly saved_minor: number;
  readonly net_minor: number;
  /** What stayed after tax and cost; needs a right, and is not there where there was too much to read. */
  readonly kept_minor?: number;
}

export const WHY = ["quarantined", "dead", "clock", "queue", "behind", "erasures"] as const;

export interface Counter {
  readonly shop: string;
  readonly counter: string;
  readonly health: Health;
  readonly why: readonly (typeof WHY)[number][];
  readonly state: string;
  readonly epoch: number;
  readonly records: number;
  readonly dead: number;
  readonly seen: string | null;
  readonly queue: number | null;
  readonly version: string | null;
  readonly clock_ahead_ms: number | null;
  readonly streams: readonly { readonly stream: string; readonly has: number | null; readonly newest: number }[];
}

export interface Counters {
  readonly office_time: string;
  readonly counters: readonly Counter[];
}

/** What is known to need a person; a newer office may know more. */
export const ALARMS = ["counter_revoked", "series_fork", "series_unanchored", "record_prev_hash", "receipt_twice", "lease_foreign", "lease_overrun", "erasure_unheard_of", "erasures_lost", "carried_twice", "owed_overpaid", "pin_first", "bundle_returned", "models_drift"] as const;

export interface Alarm {
  readonly at: string;
  readonly counter: string | null;
  readonly code: string;
  readonly text: string;
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly role: string;
  readonly variant_of: string | null;
  readonly price_minor: number;
  readonly eligible: boolean;
  readonly drink: boolean;
  readonly weighed: boolean;
  /** The least that it must bring; needs a right, and a cost. */
  readonly floor_minor?: number | null;
  readonly cost_minor?: number | null;
  readonly cost_day?: string | null;
  /** The deepest rung of the ladder that the guard lets through. */
  readonly deepest_bp?: number;
}

export interface Menu {
  readonly made: string | null;
  /** 0 where there is none. */
  readonly version: number;
  /** Needs a right. */
  readonly margin_floor_bp?: number;
  readonly ladder_bp: readonly number[];
  readonly products: readonly Product[];
}

export type Scope = { readonly kind: "basket" } | { readonly kind: "category"; readonly of: string } | { readonly kind: "product"; readonly of: string };

/** Money in minor units, and uses. */
export interface Amount {
  readonly money: number;
  readonly uses: number;
}

/** The most that a campaign gives on one of its days; what is not said is the whole budget. */
export type DayLimit = Partial<Amount>;

/** What makes a campaign one guest's, good once. */
export interface Coupon {
  /** Whose, by a hash. */
  readonly whose: string;
  /** The shop in which it can be used. */
  readonly shop: string;
}

export interface Campaign {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  readonly depth_bp: number;
  readonly from: string;
  /** Exclusive. */
  readonly until: string;
  readonly budget: Amount;
  readonly per_customer?: number;
  readonly per_day?: DayLimit;
  /** So many of the guests who are known are kept from it. */
  readonly holdout_bp?: number;
  readonly coupon?: Coupon;
}

export const CAMPAIGN_STATES = ["to_come", "running", "over", "ended"] as const;

export interface Standing {
  readonly campaign: Campaign;
  readonly ended: string | null;
  readonly state: (typeof CAMPAIGN_STATES)[number];
  /** Not lent to any counter. */
  readonly pool: Amount;
  readonly lent: Amount;
  readonly spent: Amount;
  readonly over: Amount;
  /** Of a campaign that gives only so much a day: the most of today, and what was lent on it, spent or not. */
  readonly today?: { readonly limit: Amount; readonly lent: Amount };
}

export interface ReceiptLine {
  readonly line: number;
  readonly name: string;
  readonly qty: string;
  readonly list_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly floor_minor?: number | null;
  readonly cost_minor?: number | null;
}

export interface Offer {
  readonly id: string;
  readonly scope: Scope;
  readonly depth_bp: number;
  readonly until: string;
  readonly reason: string;
}

export interface Decision {
  readonly segment: string | null;
  readonly arm: string | null;
  readonly holdout: boolean | null;
  readonly offers: readonly Offer[];
  readonly chosen: Offer | null;
  readonly refusals: readonly { readonly code: string; readonly line: number }[];
  readonly next: Offer | null;
  /** Digests of what was in force. */
  readonly policy: string;
  readonly menu: string;
  readonly bundle: string | null;
}

/** A receipt among those of its day. */
export interface ReceiptRow {
  readonly receipt: string;
  readonly shop: string;
  readonly counter: string;
  readonly at: string;
  readonly utc_offset_min: number;
  /** Whether money was taken for it. */
  readonly charged: boolean;
  readonly saved_minor: number;
  readonly net_minor: number;
  readonly refunded_minor: number;
}

export interface ReceiptPage {
  readonly day: string;
  /** The newest first. */
  readonly receipts: readonly ReceiptRow[];
  /** Whether older ones of that day follow. */
  readonly more: boolean;
}

/** Which receipts are asked for; what is empty is any, of days today's. */
export interface Wanted {
  readonly shop: string;
  readonly counter: string;
  readonly day: string;
  /** Only what is older than this one. */
  readonly before: string;
}

export interface Receipt {
  readonly receipt: string;
  readonly shop: string;
  readonly counter: string;
  readonly at: string;
  readonly utc_offset_min: number;
  readonly list_minor: number;
  readonly saved_minor: number;
  readonly net_minor: number;
  /** Its guest was erased: sums are all that is left, and what follows is not there. */
  readonly erased: boolean;
  readonly kind?: string;
  readonly offer?: string | null;
  readonly payments?: readonly { readonly kind: string; readonly minor: number }[];
  readonly customer?: string | null;
  readonly lines?: readonly ReceiptLine[];
  readonly refunds: readonly { readonly at: string; readonly net_minor: number }[];
  readonly record: { readonly epoch: number; readonly seq: number; readonly hash: string; readonly prev_hash: string; readonly received: string; readonly payload_hash: string };
  readonly decision: Decision | null;
}

export interface Clerk {
  readonly name: string;
  readonly role: Role;
  readonly shop: string;
  readonly added: string;
  readonly seen: string | null;
  readonly second: boolean;
  readonly state: "invited" | "active" | "revoked";
}

/** What is known to be done; a newer office may know more. */
export const DEEDS = ["entered", "logged_in", "password_set", "second_set", "second_removed", "invited", "shut_out", "campaign_added", "campaign_ended", "coupon_moved", "key_added", "key_revoked", "enrol_code", "counter_revoked", "published", "learned", "bundle_begun", "bundle_advanced", "bundle_done", "bundle_returned", "erased", "merged", "blanks_made", "restored", "staff_added", "staff_removed", "statement_kept", "guest_looked_up", "guest_exported"] as const;

export interface Deed {
  readonly id: number;
  readonly at: string;
  readonly clerk: string;
  readonly what: string;
  readonly of: string;
  readonly text: string;
}
