// The till of a town as it was recorded: what was sold before, and the orders of its last days in their order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Past } from "./furnish";
import type { Wish } from "./taps";

/** A recorded order. */
export interface Order {
  /** The guest's printed card; null for somebody unknown. */
  card: string | null;
  /** Visits that were recorded of this guest before. */
  visits: number;
  lines: Wish[];
}

const rows = (text: string): string[][] => text.trimEnd().split("\n").map((row) => row.split(","));

/** Reads the folder of an export; the last `count` orders are to be sold again, what was before them is the past. */
export function recorded(folder: string, count: number): { past: Past; orders: Order[] } {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const [head = [], ...sold] = rows(read("receipts.csv"));
  const of = (row: string[]) => `${row[0]} ${row[2]}`;
  const receipts = new Map<string, string[][]>();
  for (const row of sold) receipts.set(of(row), [...(receipts.get(of(row)) ?? []), row]);
  const cards = new Map(rows(read("customers.csv")).map(([customer = "", , card = ""]) => [customer, card]));
  const last = [...receipts.keys()].slice(-count);
  const before = [...receipts.entries()].slice(0, -count);
  const orders = last.map((key): Order => {
    const lines = receipts.get(key) ?? [];
    const customer = lines[0]?.[3] ?? "";
    const visits = before.filter(([, past]) => customer !== "" && past[0]?.[3] === customer).length;
    return { card: cards.get(customer) ?? null, visits, lines: lines.map((row) => ({ sku: row[4] ?? "", qty: Number(row[5]) })) };
  });
  const past = before.flatMap(([, lines]) => lines);
  return {
    past: {
      "menu.csv": read("menu.csv"),
      "mapping.toml": read("mapping.toml"),
      "customers.csv": read("customers.csv"),
      "receipts.csv": `${[head, ...past].map((row) => row.join(",")).join("\n")}\n`,
    },
    orders,
  };
}
