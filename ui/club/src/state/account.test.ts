import { describe, expect, it } from "vitest";
import { weekAt } from "../code/proof";
import { home } from "../dev/examples";
import type { Card } from "../door/answers";
import { codesAt, goodCards } from "./account";

const now = Date.UTC(2026, 10, 23, 12);
const card = (id: string, until: number): Card => ({ ...(home.cards[0] as Card), id, until: new Date(until).toISOString() });

describe("at an instant of the office's clock", () => {
  it("a card is good until its time is over", () => {
    const cards = [card("over", now - 1), card("ends", now), card("good", now + 1)];
    expect(goodCards({ ...home, cards }, now).map(({ id }) => id)).toEqual(["good"]);
    expect(goodCards(null, now)).toEqual([]);
  });

  it("the short codes are those of its week, of every usual shop", () => {
    const weeks = [0, 1].map((nth) => ({ week: weekAt(now) + nth, short: `short ${nth}`, spoken: `spoken ${nth}` }));
    const shops = [{ shop: "1", weeks }, { shop: "2", weeks: weeks.slice(1) }];
    expect(codesAt({ ...home, shops }, now)).toEqual([{ shop: "1", short: "short 0", spoken: "spoken 0" }]);
    expect(codesAt({ ...home, shops }, now + 7 * 86_400_000).map(({ shop, spoken }) => `${shop} ${spoken}`)).toEqual(["1 spoken 1", "2 spoken 1"]);
  });
});
