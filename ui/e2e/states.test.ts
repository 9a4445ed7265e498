// Every state in three languages and three sizes: nothing serious for axe, targets of 15 mm, no text cut off at the
// side, no card's text cut through.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe";
import { launch, open, SIZES } from "./browser";
import { cutThrough, lookAtAll, namesOf, outside, small, stand, tiny, wide } from "./looks";
import { Shop } from "./shop";

/** How long all states of one screen may take on a busy machine. */
const PATIENCE = 300_000;
/** What axe may not find. */
const HEAVY = ["serious", "critical"];
/** 15 mm on the reference screen of each size: 15.6" at 1366 and 1920 pixels, 10.4" at 800. */
const MM15 = { till: 59, small: 56, large: 83 } as const;

/** The reference screens: inches and pixels. */
const REFERENCE = [
  [15, 1024, 768],
  [15.6, 1366, 768],
  [10.1, 1280, 800],
] as const;

let browser: Browser;
let shop: Shop;
let states: string[];

const address = (state: string, query = "") => new URL(`/dev/states/${state}?${query}`, shop.address).href.replace(/token=[^&]*&?/, "");

beforeAll(async () => {
  browser = await launch();
  shop = await Shop.open();
  const page = await open(browser, SIZES.till);
  states = await namesOf(page, new URL("/dev/states", shop.address).href);
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

/** Money with less contrast than 7 to 1 against what is behind it. */
function faint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const light = (colour: string) => {
      const [r = 0, g = 0, b = 0] = parts(colour).slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element): string => {
      for (let one: Element | null = element; one; one = one.parentElement) {
        const colour = getComputedStyle(one).backgroundColor;
        const alpha = parts(colour)[3];
        if (alpha === undefined || alpha === 1) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const money = document.querySelectorAll(".total b, .price b, .saved, .card em, .tile b, .net, .change b, .next b");
    return [...money].flatMap((element) => {
      const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      return ratio < 7 ? [`${element.textContent} ${ratio.toFixed(1)}`] : [];
    });
  });
}

describe("every state", () => {
  it("is there", () => {
    expect(states.length).toBeGreaterThan(25);
  });

  it.each(Object.entries(SIZES))("has nothing serious for axe, readable money and large targets at %s", async (name, size) => {
    const visits = states.flatMap((state) => ["language=ru&theme=light", "language=be&theme=dark"].map((query) => ({ state, query })));
    const found = await lookAtAll(browser, size, visits, async (page, { state, query }) => {
      await stand(page, address(state, query));
      const axe = name === "till" ? await violations(page, HEAVY) : [];
      const sizes = (await small(page, MM15[name as keyof typeof MM15])).map((what) => `small ${what}`);
      const cut = (await cutThrough(page, ".card span")).map((what) => `cut through ${what}`);
      const pale = (await faint(page)).map((what) => `faint ${what}`);
      const sides = (await wide(page)) ? ["too wide"] : [];
      return [...axe, ...sizes, ...cut, ...pale, ...sides].map((what) => `${name} ${state} ${query}: ${what}`);
    });
    expect(found).toEqual([]);
  }, PATIENCE);

  it.each(REFERENCE)("is large enough for a finger and an eye at %s inches of %s x %s, where the diagonal is known", async (inches, width, height) => {
    const millimetre = Math.hypot(width, height) / (inches * 25.4);
    const shown = states.filter((name) => !name.startsWith("display-"));
    const found = await lookAtAll(browser, [width, height], shown, async (page, state) => {
      await stand(page, address(state, `language=be&diagonal=${inches}`));
      const small15 = (await small(page, 15 * millimetre)).map((what) => `small ${what}`);
      const tiny3 = (await tiny(page, 3.6 * millimetre)).map((what) => `tiny ${what}`);
      const tiny5 = (await tiny(page, 5 * millimetre, ".total b, .line .name, .line .price b, .button.main")).map((what) => `tiny ${what}`);
      const cut = (await cutThrough(page, ".card span")).map((what) => `cut through ${what}`);
      const sides = (await wide(page)) ? ["too wide"] : [];
      const below = ["paid", "cash"].includes(state) ? (await outside(page, ".main, .typed .button")).map((what) => `outside ${what}`) : [];
      return [...small15, ...tiny3, ...tiny5, ...cut, ...sides, ...below].map((what) => `${state}: ${what}`);
    });
    expect(found).toEqual([]);
  }, PATIENCE);
});
