// Reports for the pages of states.
import type { Answers } from "../door/fake";

const kind = (name: string, columns: readonly string[], by_shop = true) => ({ name, columns, by_day: columns.includes("day"), by_shop });

const trade = kind("trade", ["day", "shop", "counter", "receipts", "discounted", "list_minor", "saved_minor", "net_minor", "refunds", "refunded_minor"]);
const products = kind("products", ["day", "shop", "sku", "name", "category", "pieces_milli", "list_minor", "saved_minor", "net_minor", "tax_minor", "kept_minor"]);
const cohorts = kind("cohorts", ["month", "months_later", "guests", "visits"], false);

export const reports: Answers["reports"] = [trade, products, kind("hours", ["day", "shop", "hour", "receipts"]), cohorts];

export const report: Answers["report"] = {
  ...trade,
  rows: [
    ["2026-11-29", "Немига 12", "1", 214, 160, 145_230, 14_120, 131_110, 2, 1_340],
    ["2026-11-29", "Немига 12", "2", 98, 61, 60_410, 5_050, 55_360, 0, 0],
    ["2026-11-30", "Немига 12", "1", 201, 149, 139_900, 13_480, 126_420, 1, 670],
  ],
  more: false,
};

/** The others that a page of states shows. */
export const reportStates: Record<string, Answers["report"]> = {
  products: {
    ...products,
    rows: [
      ["2026-11-30", "Немига 12", "latte", "Латте", "coffee", 61_000, 40_870, 4_090, 36_780, 6_130, 23_940],
      ["2026-11-30", "Немига 12", "cake", "Торт медовый с очень длинным именем, который режут и взвешивают", "cake", 2_350, 7_050, 0, 7_050, 1_175, 3_120],
    ],
    more: true,
  },
  cohorts: { ...cohorts, rows: [["2026-09-01", 0, 412, 980], ["2026-09-01", 1, 201, 640], ["2026-10-01", 0, 388, 871]], more: false },
  empty: { ...trade, rows: [], more: false },
};
