import { describe, expect, it } from "vitest";
import { answers } from "../dev/examples";
import { blank, type Draft, hundredths, isSame, meets, read, rungOf } from "./draft";

const LADDER = [0, 500, 1250, 2000];
const whole: Draft = { ...blank("2026-11-30", "2026-11-30-a1b2c3"), title: " Больше кофе ", depth_bp: 1250, to: "2026-12-01", money: "1500.50", uses: "1200" };

describe("what is typed", () => {
  it.each([["12", 1200], ["12,5", 1250], [" 0.07 ", 7], ["1500,50", 150_050], ["", null], ["12,555", null], ["-1", null], ["много", null], ["1e3", null]])("%j is %j hundredths", (typed, expected) => {
    expect(hundredths(typed)).toBe(expected);
  });

  it("becomes a campaign that lasts to the end of its last day here", () => {
    const meant = read(whole, LADDER);
    if (!("campaign" in meant)) throw new Error(meant.gaps.join());
    const { campaign } = meant;
    expect(campaign).toMatchObject({ id: "2026-11-30-a1b2c3", title: "Больше кофе", scope: { kind: "basket" }, depth_bp: 1250, budget: { money: 150_050, uses: 1200 } });
    expect(new Date(campaign.from)).toEqual(new Date(2026, 10, 30));
    expect(new Date(campaign.until)).toEqual(new Date(2026, 11, 2));
    expect("per_customer" in campaign).toBe(false);
    expect(read({ ...whole, each: "3" }, LADDER)).toMatchObject({ campaign: { per_customer: 3 } });
  });

  it.each([
    [{}, undefined],
    [{ day_money: "100,50" }, { money: 10_050 }],
    [{ day_uses: " 80 " }, { uses: 80 }],
    [{ day_money: "1500,50", day_uses: "1200" }, { money: 150_050, uses: 1200 }],
  ] as const)("says of a day with %j what was typed, and nothing else", (typed, per_day) => {
    const meant = read({ ...whole, ...typed }, LADDER);
    if (!("campaign" in meant)) throw new Error(meant.gaps.join());
    expect(meant.campaign.per_day).toEqual(per_day);
    expect("per_day" in meant.campaign).toBe(per_day !== undefined);
  });

  it("keeps a tenth of the guests from it, or what was typed, or nobody", () => {
    expect(read(whole, LADDER)).toMatchObject({ campaign: { holdout_bp: 1000 } });
    expect(read({ ...whole, apart: "2,5" }, LADDER)).toMatchObject({ campaign: { holdout_bp: 250 } });
    const everybody = read({ ...whole, apart: " " }, LADDER);
    expect("campaign" in everybody && "holdout_bp" in everybody.campaign).toBe(false);
  });

  it.each([
    ["title", { title: " " }],
    ["depth", { depth_bp: null }],
    ["depth", { depth_bp: 0 }],
    ["depth", { depth_bp: 1300 }],
    ["from", { from: "" }],
    ["to", { to: "2026-11-29" }],
    ["money", { money: "0" }],
    ["uses", { uses: "1,5" }],
    ["each", { each: "0" }],
    ["day_money", { day_money: "0" }],
    ["day_money", { day_money: "1500,51" }],
    ["day_money", { day_money: "много" }],
    ["day_uses", { day_uses: "0" }],
    ["day_uses", { day_uses: "1201" }],
    ["day_uses", { day_uses: "1,5" }],
    ["apart", { apart: "0" }],
    ["apart", { apart: "50,01" }],
    ["apart", { apart: "половина" }],
  ] as const)("has a gap in %s with %j", (gap, typed) => {
    expect(read({ ...whole, ...typed }, LADDER)).toEqual({ gaps: [gap] });
  });
});

describe("the depth of a campaign", () => {
  it("is a rung of the ladder of now, also where a draft was kept from another time", () => {
    expect(rungOf(whole, LADDER)).toBe(1250);
    expect(rungOf(whole, [0, 500])).toBeNull();
    expect(rungOf({ ...whole, depth_bp: 0 }, LADDER)).toBeNull();
    const { depth_bp: _, ...older } = { ...whole, depth: "12,5" };
    expect(rungOf({ ...blank("2026-11-30", "x"), ...older }, LADDER)).toBeNull();
  });
});

describe("two campaigns", () => {
  const one = { id: "a", title: "A", scope: { kind: "basket" }, depth_bp: 1000, from: "2026-11-30T04:00:00.000Z", until: "2026-12-01T04:00:00.000Z", budget: { money: 100, uses: 10 } } as const;

  it("are one where they say the same, however the office writes it", () => {
    expect(isSame(one, { ...one, from: "2026-11-30T04:00:00Z", budget: { uses: 10, money: 100 } })).toBe(true);
    const daily = { ...one, per_day: { money: 50, uses: 5 } };
    expect(isSame(daily, { ...one, per_day: { uses: 5, money: 50 } })).toBe(true);
  });

  it.each([
    { title: "B" },
    { scope: { kind: "category", of: "чай" } },
    { depth_bp: 1001 },
    { until: "2026-12-02T04:00:00.000Z" },
    { budget: { money: 101, uses: 10 } },
    { budget: { money: 100, uses: 11 } },
    { per_customer: 1 },
    { per_day: { money: 50 } },
    { per_day: { uses: 50 } },
    { coupon: { whose: "9f", shop: "2" } },
  ] as const)("are two where one has %j", (other) => {
    expect(isSame(one, { ...one, ...other })).toBe(false);
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
    expect(meets(products, { kind: "product", of: "cold" }, 500)).toMatchObject({ cut: [], deepest: 700 });
    expect(meets(products, { kind: "product", of: "none" }, 500)).toEqual({ covered: [], cut: [], deepest: 0 });
  });
});
