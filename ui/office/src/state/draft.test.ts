import { describe, expect, it } from "vitest";
import { answers } from "../dev/examples";
import { blank, type Draft, hundredths, meets, read } from "./draft";

const whole: Draft = { ...blank("2026-11-30", "a1b2c3"), title: " Больше кофе ", depth: "12,5", to: "2026-12-01", money: "1500.50", uses: "1200" };

describe("what is typed", () => {
  it.each([["12", 1200], ["12,5", 1250], [" 0.07 ", 7], ["1500,50", 150_050], ["", null], ["12,555", null], ["-1", null], ["много", null], ["1e3", null]])("%j is %j hundredths", (typed, expected) => {
    expect(hundredths(typed)).toBe(expected);
  });

  it("becomes a campaign that lasts to the end of its last day here", () => {
    const meant = read(whole);
    if (!("campaign" in meant)) throw new Error(meant.gaps.join());
    const { campaign } = meant;
    expect(campaign).toMatchObject({ id: "2026-11-30-a1b2c3", title: "Больше кофе", scope: { kind: "basket" }, depth_bp: 1250, budget: { money: 150_050, uses: 1200 } });
    expect(new Date(campaign.from)).toEqual(new Date(2026, 10, 30));
    expect(new Date(campaign.until)).toEqual(new Date(2026, 11, 2));
    expect("per_customer" in campaign).toBe(false);
    expect(read({ ...whole, each: "3" })).toMatchObject({ campaign: { per_customer: 3 } });
  });

  it.each([
    ["title", { title: " " }],
    ["depth", { depth: "0" }],
    ["depth", { depth: "100,01" }],
    ["from", { from: "" }],
    ["to", { to: "2026-11-29" }],
    ["money", { money: "0" }],
    ["uses", { uses: "1,5" }],
    ["each", { each: "0" }],
  ] as const)("has a gap in %s with %j", (gap, typed) => {
    expect(read({ ...whole, ...typed })).toEqual({ gaps: [gap] });
  });
});

describe("what a discount meets at the guard", () => {
  const { products } = answers.menu;

  it("is the deepest that each product holds; who takes no part is not counted", () => {
    const { covered, cut, deepest } = meets(products, { kind: "basket" }, 1000);
    expect(covered.map(({ sku }) => sku)).not.toContain("gift");
    expect(cut.map(({ sku }) => sku)).toEqual(["cold", "cro", "bun"]);
    expect(deepest).toBe(0);
  });

  it("is only what it is for", () => {
    expect(meets(products, { kind: "category", of: "кофе с молоком" }, 2000)).toMatchObject({ cut: [], deepest: 2000 });
    expect(meets(products, { kind: "category", of: "кофе с молоком" }, 2001).cut.map(({ sku }) => sku)).toEqual(["cap-m", "lat-l"]);
    expect(meets(products, { kind: "product", of: "cold" }, 500)).toMatchObject({ cut: [], deepest: 700 });
    expect(meets(products, { kind: "product", of: "none" }, 500)).toEqual({ covered: [], cut: [], deepest: 0 });
  });
});
