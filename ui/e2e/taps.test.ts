import type { Shelf } from "@kava/contract";
import { describe, expect, it } from "vitest";
import { taps, type Wish } from "./taps";

const size = (sku: string, label = "") => ({ sku, label, price_minor: 500, out: false });
const dish = (name: string, category: string, top: boolean, sizes: ReturnType<typeof size>[]) => ({
  name,
  category,
  top,
  drink: true,
  sizes,
  usual: 0,
});
const shelf: Shelf = {
  key: "",
  categories: ["coffee", "food"],
  dishes: [
    dish("Cappuccino", "coffee", true, [size("cap-m", "M"), size("cap-l", "L")]),
    dish("Raf", "coffee", false, [size("raf")]),
    dish("Bun", "food", true, [size("bun")]),
    dish("Cake", "food", false, [size("cake")]),
  ],
  extras: [],
};

describe("taps for an order", () => {
  it.each<[string, Wish[], number]>([
    ["one drink", [{ sku: "cap-m", qty: 1 }], 1],
    ["another size", [{ sku: "cap-l", qty: 1 }], 2],
    ["three of one", [{ sku: "bun", qty: 3 }], 3],
    ["something from a category", [{ sku: "raf", qty: 1 }], 2],
    ["two categories", [{ sku: "raf", qty: 1 }, { sku: "cake", qty: 1 }, { sku: "bun", qty: 1 }], 5],
    ["two sizes of one drink", [{ sku: "cap-m", qty: 1 }, { sku: "cap-l", qty: 1 }], 3],
  ])("%s", (_, wishes, count) => {
    expect(taps(wishes, shelf)).toHaveLength(count);
  });

  it("takes the larger first, so that the tile does not count it up", () => {
    const first = taps([{ sku: "cap-m", qty: 1 }, { sku: "cap-l", qty: 1 }], shelf);
    expect(first).toEqual([{ on: "tile", at: 0 }, { on: "size", at: 1 }, { on: "tile", at: 0 }]);
  });

  it("knows nothing that is not on the menu", () => {
    expect(taps([{ sku: "gone", qty: 1 }], shelf)).toBeNull();
  });
});
