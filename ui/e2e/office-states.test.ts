// Every state of the console: nothing for axe to say, targets of at least 32 px, no page wider than its screen; and how much
// is fetched first.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { Chain, CONSOLE } from "./chain";
import { lookAtAll, namesOf, small, stand, wide } from "./looks";

/** How long all states of one screen may take on a busy machine. */
const PATIENCE = 420_000;
const LEAST = 32;
const SIZES = { desk: [1280, 800], tablet: [820, 1180], phone: [390, 844] } as const;

let browser: Browser;
let chain: Chain;
let states: string[];

const address = (state: string, query = "") => `${chain.console}dev/states/${state}?${query}`;

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.openOffice();
  const page = await open(browser, SIZES.desk);
  states = await namesOf(page, address(""));
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

describe("every state of the console", () => {
  it("is there", () => {
    expect(states.length).toBeGreaterThan(30);
  });

  it.each(Object.entries(SIZES))("has nothing for axe, targets to hit and no page too wide, on a %s", async (name, size) => {
    const looks = name === "desk" ? ["language=ru&theme=light", "language=be&theme=dark", "language=en&theme=light"] : ["language=be&theme=light"];
    const visits = states.flatMap((state) => looks.map((query) => ({ state, query })));
    const found = await lookAtAll(browser, size, visits, async (page, { state, query }) => {
      await stand(page, address(state, query));
      // The languages differ in words only; axe sees one of them in each theme.
      const axe = query.includes("en") ? [] : await violations(page);
      const sizes = (await small(page, LEAST, "button, nav a, input, select")).map((what) => `small ${what}`);
      const sides = (await wide(page)) ? ["too wide"] : [];
      return [...axe, ...sizes, ...sides].map((what) => `${name} ${state} ${query}: ${what}`);
    });
    expect(found).toEqual([]);
  }, PATIENCE);
});

describe("the first load of the console", () => {
  it("is at most 150 kB of script, packed, and 15 kB of style", () => {
    // What the page itself names; screens that few come to are fetched when somebody does.
    const named = readFileSync(join(CONSOLE, "index.html"), "utf8").matchAll(/assets\/([^"]+)"/g);
    const files = [...named].map(([, name = ""]) => name);
    const packed = (ending: string) => {
      const first = files.filter((name) => name.endsWith(ending));
      return first.reduce((sum, name) => sum + gzipSync(readFileSync(join(CONSOLE, "assets", name)), { level: 9 }).length, 0);
    };
    expect(packed(".js")).toBeGreaterThan(50_000);
    expect(packed(".js")).toBeLessThanOrEqual(150_000);
    expect(packed(".css")).toBeLessThanOrEqual(15_000);
  });
});
