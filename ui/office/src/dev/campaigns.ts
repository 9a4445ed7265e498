// Campaigns for the pages of states.
import type { Amount, DayLimit, Standing } from "../door/answers";
import { at } from "./work";

export const hash = (seed: string) => seed.repeat(64).slice(0, 64);

export const standing = (id: string, more: Partial<Standing>, title = "Счастливые часы"): Standing => ({
  campaign: { id, title, scope: { kind: "category", of: "холодное" }, depth_bp: 1500, from: at(-3), until: at(11), budget: { money: 150_000, uses: 1200 }, per_customer: 3 },
  ended: null,
  state: "running",
  pool: { money: 61_240, uses: 702 },
  lent: { money: 30_000, uses: 200 },
  spent: { money: 58_760, uses: 298 },
  over: { money: 0, uses: 0 },
  ...more,
});

/** A campaign that gives only so much a day. */
export const daily = (id: string, title: string, per_day: DayLimit, today: Amount): Standing => {
  const { campaign, ...usual } = standing(id, {}, title);
  return { ...usual, campaign: { ...campaign, per_day }, today: { limit: { ...campaign.budget, ...per_day }, lent: today } };
};

/** A coupon whose one use is in the pool, with a counter, or used. */
export const coupon = (id: string, title: string, where: "pool" | "lent" | "spent"): Standing => {
  const [budget, none] = [{ money: 900, uses: 1 }, { money: 0, uses: 0 }];
  const { campaign: { per_customer: _each, ...campaign }, ...usual } = standing(id, { pool: none, lent: none, spent: none, [where]: budget }, title);
  return { ...usual, campaign: { ...campaign, budget, coupon: { whose: hash("9f"), shop: "2" } } };
};
