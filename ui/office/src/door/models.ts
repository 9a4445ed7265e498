// Bundles of models, where each is and what was seen of it: docs/office.md, in TypeScript.

export const BUNDLE_STATES = ["first", "in_force", "kept", "returned", "past"] as const;
export const BUNDLE_PARTS = ["segments", "value", "tastes", "response", "game"] as const;
/** What the gate of the game may say that this page has words for; a newer office may say more. */
export const GATES = ["accepted", "not_shown", "segment_loses", "estimators_apart", "too_few"] as const;
/** Why a bundle goes on, stays or goes back; a newer office may know more. */
export const MODEL_REASONS = ["holds", "early", "few", "not_taken", "margin", "given", "cut", "value", "response", "drift", "hand"] as const;
export const MOVES = ["too_few", "still", "begun", "moved"] as const;
export const MOVED_OF = ["segment", "recency", "frequency", "receipt", "memory"] as const;
export const TRUTHS = ["too_few", "holds", "off", "worse_than_before"] as const;

/** A part of a bundle, and what was said of it when it was learned. */
export interface BundlePart {
  readonly part: (typeof BUNDLE_PARTS)[number];
  readonly is_there: boolean;
  /** Learned with this bundle; else as it was before. */
  readonly is_new: boolean;
  /** In the words of the fit, which are English. */
  readonly why: string | null;
  /** Of the game, what its gate said. */
  readonly gate: string | null;
  /** Guests, receipts or rows that it was learned from. */
  readonly from: number | null;
}

export interface Bundle {
  readonly version: number;
  /** Nothing where it cannot be read. */
  readonly release: number | null;
  readonly made: string | null;
  readonly published: string;
  readonly not_after: string | null;
  readonly by: string;
  readonly state: (typeof BUNDLE_STATES)[number];
  /** The version whose models came back with it. */
  readonly of: number | null;
  readonly why: readonly string[];
  readonly parts: readonly BundlePart[];
}

/** A bundle on its way through the shops. */
export interface Roll {
  readonly id: number;
  readonly version: number;
  /** What shops without it keep; 0 where there was nothing. */
  readonly before: number;
  readonly days: number;
  readonly stage_bp: number;
  readonly began: string;
  readonly since: string;
  readonly state: string;
  readonly ended: string | null;
  readonly why: string;
  readonly shops: readonly string[];
  readonly without: readonly string[];
}

/** Those with it less those without, in thousandths. */
export interface Difference {
  readonly mean_milli: number;
  readonly error_milli: number;
  readonly chance_lower_ppm: number;
}

export interface Moved {
  readonly of: string;
  /** Population stability index. */
  readonly index_milli: number;
  /** What chance alone exceeds once in a thousand looks. */
  readonly chance_milli: number;
  readonly verdict: (typeof MOVES)[number];
  readonly has_risen: boolean | null;
}

export interface Calibration {
  readonly guests: number;
  readonly foretold_milli: number;
  readonly seen_milli: number;
  /** Seen over foretold: low, middle, high. */
  readonly ratio_milli: readonly number[];
  readonly before_milli: number | null;
  readonly verdict: (typeof TRUTHS)[number];
}

/** What was seen of a bundle, and what follows. */
export interface ModelLook {
  readonly at: string;
  readonly version: number;
  readonly stage_bp: number | null;
  readonly go: "on" | "stay" | "back";
  readonly reasons: readonly string[];
  readonly figures: {
    readonly days: number;
    readonly visits: number;
    readonly in_use_bp: number;
    readonly by_shops: boolean;
    readonly kept: Difference | null;
    readonly rate: Difference | null;
    readonly cut: Difference | null;
  };
  readonly moved: readonly Moved[];
  readonly moved_without: readonly Moved[];
  readonly value: Calibration;
  readonly response: Calibration;
  /** The world is not any more what it was made for. */
  readonly drifted: boolean;
}

/** The chain's bundles, or a shop's own. */
export interface ModelLine {
  /** Empty for the chain. */
  readonly shop: string;
  /** What comes back where somebody wishes it; nothing where there is nothing. */
  readonly back_to: number | null;
  readonly bundles: readonly Bundle[];
  readonly roll: Roll | null;
  readonly look: ModelLook | null;
  /** Look by look, the oldest first. */
  readonly drift: readonly { readonly at: string; readonly version: number; readonly index_milli: number; readonly value_milli: number | null }[];
}
