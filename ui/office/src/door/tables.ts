// Tables that the browser itself fetches, with the cookie that this page cannot read.
import { API, queryOf } from "./http";

export type Taken = "menu" | "campaigns" | "receipts" | "close" | `reports/${string}`;

/** Where a table is; what is empty is not said. */
export const tableOf = (what: Taken, query: Readonly<Record<string, string>> = {}): string => `${API}/${what}/export${queryOf(query)}`;
