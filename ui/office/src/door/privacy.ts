// What somebody who helps a guest asks of the office.

/** A guest who was found. */
export interface Guest {
  readonly customer: string;
  /** Nothing for whoever never joined by the app. */
  readonly joined: string | null;
  readonly name: string;
  /** The last digits of their phone. */
  readonly phone_end: string;
  readonly receipts: number;
  readonly seen: string | null;
}

/** Somebody who was erased, and which counters have done it. */
export interface Erasure {
  readonly id: number;
  readonly who: string;
  readonly at: string;
  /** Counters that have given a receipt, and when. */
  readonly done: readonly (readonly [string, string])[];
  readonly open: readonly string[];
  /** Counters that were shut out before they did it. */
  readonly out: readonly string[];
}
