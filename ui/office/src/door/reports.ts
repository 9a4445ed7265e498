// Reports of the embedded warehouse, as the office answers them: docs/reports.md.

/** Every report, in the order in which they are chosen from. */
export const REPORTS = ["trade", "products", "hours", "payments", "offers", "recognised", "decisions", "refusals", "segments", "cohorts", "budgets", "counters"] as const;
/** Columns that have a name in words. */
export const COLUMNS = [
  "day", "shop", "counter", "receipts", "discounted", "list_minor", "saved_minor", "net_minor", "refunds", "refunded_minor", "sku", "name", "category", "pieces_milli", "tax_minor",
  "kept_minor", "hour", "payment", "payments", "paid_minor", "programme", "recognised_by", "segment", "arm", "holdout", "decisions", "shown", "chosen", "cut", "code", "lines",
  "segment_before", "segment_after", "guests", "month", "months_later", "visits", "campaign", "title", "budget_minor", "budget_uses", "spent_minor", "spent_uses", "lent_minor",
  "pool_minor", "over_minor", "state", "epoch", "records", "dead_letters", "seen", "queued", "version", "clock_ahead_ms",
] as const;

export interface ReportKind {
  readonly name: string;
  readonly columns: readonly string[];
  /** It is of some days. */
  readonly by_day: boolean;
  /** It can be of one shop. */
  readonly by_shop: boolean;
}

export type Cell = number | string | null;

export interface Report extends ReportKind {
  readonly rows: readonly (readonly Cell[])[];
  /** There were more rows than are here. */
  readonly more: boolean;
}

/** Which report is asked for; without days it is of four weeks. */
export interface ReportWanted {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly shop: string;
}
