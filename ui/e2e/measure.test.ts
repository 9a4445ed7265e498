// Measures the screen: from a tap to what it painted, and from a scan to the discount, in a browser slowed down four
// times. `KAVA_BIN=PROGRAM npm run measure` prints figures and holds nothing against them: a busy machine says little. That
// every tap and every scan was heard once, and that what was painted is what the counter says, is held.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, SIZES } from "./browser";
import { Caller } from "./caller";
import { REGULAR } from "./furnish";
import { minorOf } from "./minor";
import { Shop } from "./shop";
import { Person, strike } from "./till";

const ROUNDS = Number(process.env["KAVA_ROUNDS"] ?? 100);
const THROTTLE = 4;

let browser: Browser;
let shop: Shop;
let page: Page;
let person: Person;
let till: Caller;

/** In the page: from `begin` to the first frame after which `css` shows something else than before. */
function untilPainted(begin: () => void, css: string): Promise<number> {
  return new Promise((done) => {
    const shown = () => document.querySelector(css)?.textContent ?? "";
    const before = shown();
    const at = performance.now();
    begin();
    const look = () => void (shown() === before ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - at)));
    requestAnimationFrame(look);
  });
}

/** The milliseconds that it takes; the page may make no programs of texts, the one who drives it may. */
const measured = (begin: string, css: string): Promise<number> =>
  page.evaluate(`(${untilPainted.toString()})(() => ${begin}, ${JSON.stringify(css)})`);

async function clear(): Promise<void> {
  for (const command of ["next", "clear", "forget_guest", "dismiss"] as const) await till.act({ do: command });
  await page.locator(".lines.none").waitFor();
  await page.getByTestId("guest").waitFor({ state: "detached" });
}

function say(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(0);
  console.log(`${what}: n ${times.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${THROTTLE}x throttle`);
}

beforeAll(async () => {
  browser = await launch();
  shop = await Shop.open();
  page = await open(browser, SIZES.till);
  person = await Person.at(page, shop.address);
  till = new Caller(shop.address);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

describe.sequential("the screen", () => {
  it("paints what was tapped", { timeout: 600_000 }, async () => {
    const taps: number[] = [];
    for (let nth = 0; nth < ROUNDS; nth += 1) {
      if (nth % 10 === 0) await clear();
      const tile = `document.querySelectorAll(".tile")[${nth % 15}].click()`;
      taps.push(await measured(tile, ".total b"));
      const { cart } = await till.screen();
      expect(cart.lines.reduce((sum, { qty }) => sum + Number(qty), 0), `tap ${nth}`).toBe((nth % 10) + 1);
      expect(await person.total(), `tap ${nth}`).toBe(cart.net_minor);
    }
    say("tap to paint", taps);
  });

  it("shows the discount of whom was scanned", { timeout: 600_000 }, async () => {
    const scans: number[] = [];
    const begin = `(${strike.toString()})("${REGULAR}")`;
    for (let nth = 0; nth < ROUNDS; nth += 1) {
      await clear();
      await till.act({ do: "add", sku: "cap-m", qty: 1, with: [] });
      await page.locator(".line").first().waitFor();
      scans.push(await measured(begin, ".sum .saved"));
      const { cart, guest } = await till.screen();
      expect(guest, `scan ${nth}`).not.toBeNull();
      expect(cart.discount_minor, `scan ${nth}`).toBeGreaterThan(0);
      expect(minorOf(await page.locator(".sum .saved").innerText()), `scan ${nth}`).toBe(cart.discount_minor);
    }
    say("scan to discount", scans);
  });
});
