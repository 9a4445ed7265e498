// Every state of the guests' app: nothing for axe to say, targets of 44 px, no text cut off at the side; and how much is
// fetched before the code stands.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { APP, Chain } from "./chain";
import { lookAtAll, namesOf, small, stand, wide } from "./looks";

/** How long all states of one screen may take on a busy machine. */
const PATIENCE = 300_000;
const LEAST = 44;
const SIZES = { phone: [390, 844], narrow: [320, 568], lying: [844, 390] } as const;

let browser: Browser;
let chain: Chain;
let states: string[];

const address = (state: string, query = "") => `${chain.address}dev/states/${state}?${query}`;

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.openOffice();
  const page = await open(browser, SIZES.phone);
  states = await namesOf(page, address(""));
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

/** What fingers press. A switch is pressed by its whole label. */
const PRESSED = "button, summary, label.switch, input:not([role=switch])";

describe("every state of the guests' app", () => {
  it("is there", () => {
    expect(states.length).toBeGreaterThan(35);
  });

  it.each(Object.entries(SIZES))("has nothing for axe, targets for fingers and no text cut off, on a %s screen", async (name, size) => {
    const looks = name === "phone" ? ["language=ru&theme=light", "language=be&theme=dark", "language=en&theme=light"] : ["language=be&theme=light"];
    const visits = states.flatMap((state) => looks.map((query) => ({ state, query })));
    const found = await lookAtAll(browser, size, visits, async (page, { state, query }) => {
      await stand(page, address(state, query));
      // The languages differ in words only; axe sees one of them in each theme.
      const axe = name === "phone" && !query.includes("en") ? await violations(page) : [];
      const sizes = (await small(page, LEAST, PRESSED)).map((what) => `small ${what}`);
      const sides = (await wide(page)) ? ["too wide"] : [];
      return [...axe, ...sizes, ...sides].map((what) => `${name} ${state} ${query}: ${what}`);
    });
    expect(found).toEqual([]);
  }, PATIENCE);

  it("writes Belarusian days and money right in a browser that knows no Belarusian", async () => {
    const page = await open(browser, SIZES.phone);
    const knows = await page.evaluate(() => new Intl.DateTimeFormat("be", { month: "long" }).format(new Date("2026-12-09T12:00:00Z")));
    await page.goto(address("me", "language=be"));
    const text = (await page.locator("main").innerText()).replace(/[\u00a0\u202f]/g, " ");
    expect(text).toContain("1 234,72 Br");
    expect(text).toContain("Вы з намі з 3 верасня");
    // Should browsers learn it one day, the table may go.
    expect(knows).not.toBe("снежань");
    await page.close();
  });
});

describe("the first load", () => {
  it("is at most 150 kB of script, packed, and 15 kB of style", () => {
    const files = readdirSync(join(APP, "assets"));
    const packed = (ending: string) => {
      const first = files.filter((name) => name.endsWith(ending) && !name.startsWith("States"));
      return first.reduce((sum, name) => sum + gzipSync(readFileSync(join(APP, "assets", name)), { level: 9 }).length, 0);
    };
    expect(packed(".js")).toBeGreaterThan(50_000);
    expect(packed(".js")).toBeLessThanOrEqual(150_000);
    expect(packed(".css")).toBeLessThanOrEqual(15_000);
  });

  it("fetches nothing from elsewhere, and no page of states", async () => {
    const page = await open(browser, SIZES.phone);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(chain.address);
    await page.getByRole("heading").waitFor();
    const own = new URL(chain.address).origin;
    expect(asked.filter((url) => !url.startsWith(own))).toEqual([]);
    expect(asked.filter((url) => url.includes("States"))).toEqual([]);
    await page.close();
  });
});
