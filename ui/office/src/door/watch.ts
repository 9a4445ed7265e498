// What is a reason to look: docs/office.md, in TypeScript.

/** What is known to be counted; a newer office may count more. */
export const SIGNALS = ["late", "late_cash", "spoken", "spoken_cash", "found", "found_cash", "printed_card", "printed_card_cash", "known_cash", "closing_cash", "again", "refund", "refund_soon", "refund_cash", "taken_off", "taken_off_cash", "given_up", "staff", "free", "deep", "deep_cash", "joined", "code_again", "code_shared", "code_tied", "code_late"] as const;

export const DAYPARTS = ["morning", "midday", "afternoon", "evening"] as const;

/** A reason to look; never a verdict. */
export interface Reason {
  readonly signal: string;
  readonly shop: string;
  /** Who was signed on. */
  readonly barista: string | null;
  /** Their name, where they are on the staff list now. */
  readonly name: string | null;
  /** Where nobody was signed on. */
  readonly counter: string | null;
  /** The guest, where it is about one code. */
  readonly code: string | null;
  /** Nothing for all day. */
  readonly daypart: (typeof DAYPARTS)[number] | null;
  readonly count: number;
  readonly of: number;
  readonly usual_bp: number;
  /** Of what is as sure as this, so much is chance: parts of a million. */
  readonly chance_ppm: number;
  readonly receipts: readonly string[];
}

export interface Attention {
  readonly from: string;
  readonly until: string;
  /** The surest first. */
  readonly alarms: readonly Reason[];
}
