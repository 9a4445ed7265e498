// What the office answers: sync/src/people/home.rs and its neighbours, in TypeScript.

export interface Profile {
  readonly name: string;
  readonly birthday: string;
  readonly phone: string;
  readonly email: string;
  readonly language: string;
}

export const PURPOSES = ["programme", "personalisation", "marketing"] as const;
export type Purpose = (typeof PURPOSES)[number];
export type Consent = { readonly [purpose in Purpose]: boolean };

export interface Answered {
  readonly purpose: Purpose;
  readonly given: boolean;
  readonly language: string;
  readonly words: string;
  readonly at?: string;
}

export type Scope = { readonly kind: "basket" } | { readonly kind: "category"; readonly of: string } | { readonly kind: "product"; readonly of: string };

export interface Card {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly depth_bp: number;
  /** Whether an earlier visit has left it. */
  readonly kept: boolean;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  /** The pass that carries it, hexadecimal. */
  readonly pass: string;
}

export interface WeekCodes {
  readonly week: number;
  readonly short: string;
  readonly spoken: string;
}

export interface ShopCodes {
  readonly shop: string;
  readonly weeks: readonly WeekCodes[];
}

export interface ReceiptLine {
  readonly name: string;
  readonly qty: string;
  readonly net_minor: number;
  readonly saved_minor: number;
}

export interface Receipt {
  readonly receipt: string;
  readonly at: string;
  readonly utc_offset_min: number;
  readonly shop: string;
  readonly net_minor: number;
  readonly saved_minor: number;
  readonly returned: boolean;
  readonly lines: readonly ReceiptLine[];
}

export type Entry =
  | { readonly kind: "card_ends"; readonly card: string; readonly until: string }
  | { readonly kind: "status_near"; readonly status: string; readonly visits: number; readonly base_bp: number }
  | { readonly kind: "new_product"; readonly name: string; readonly price_minor: number; readonly since: string }
  | { readonly kind: "price_fell"; readonly name: string; readonly before_minor: number; readonly price_minor: number; readonly since: string };

export interface Dish {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly variant_of?: string;
  readonly price_minor: number;
  /** The guest's price of one piece, by card. */
  readonly mine?: Readonly<Record<string, number>>;
}

export interface Home {
  readonly office_time: string;
  readonly title: string;
  readonly currency: string;
  readonly joined: string;
  readonly version: number;
  readonly profile: Profile;
  readonly consent: Consent;
  readonly pass: string;
  readonly until: string;
  readonly cards: readonly Card[];
  readonly shops: readonly ShopCodes[];
  readonly status: { readonly name: string; readonly base_bp: number; readonly visits: number };
  readonly saved_minor: number;
  readonly receipts_count: number;
  readonly receipts: readonly Receipt[];
  readonly feed: readonly Entry[];
  readonly shelf: { readonly made: string | null; readonly dishes: readonly Dish[] };
}

export interface Event {
  readonly number: number;
  readonly at: string;
  readonly kind: "card_shown" | "card_chosen" | "screen";
  readonly of: string;
}

export interface Joining {
  readonly language: string;
  readonly consents: readonly Answered[];
  readonly claim?: string;
  readonly transfer?: string;
}

export interface Edited {
  readonly version: number;
  readonly profile: Profile;
}
