// The program is killed at every step of a sale, as by a power cut, and started again: the same cart or a finished
// sale, and never two charges.
import type { Command, Screen } from "@kava/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Caller } from "./caller";
import { REGULAR } from "./furnish";
import { Shop } from "./shop";

const WATER = "4810268000010";

/** What a barista does one after the other; of each but the first it is known what is on the screen before. */
const STEPS: readonly Command[] = [
  { do: "add", sku: "cro", qty: 1, with: [] },
  { do: "scan", text: REGULAR },
  { do: "usual" },
  { do: "change", line: 2, sku: "cap-l", qty: 2, with: ["oat"] },
  { do: "scan", text: WATER },
  { do: "choose", offer: "none" },
  { do: "choose", offer: "best" },
  { do: "change", line: 1, sku: "cro", qty: 0, with: [] },
];
/** When the register answers late or never, and in how many milliseconds after the tap the power goes. */
const FAULTS = ["delay:0", "delay:60", "drop_answer", "half_answer", "drop_request"] as const;
const CUTS_MS = [0, 5, 10, 15, 20, 25, 30, 40, 60, 90, 130, 200] as const;

let shop: Shop;
let till: Caller;
let slowest = 0;

const rung = () => shop.rungUp().filter(({ kind }) => kind === "receipt");
const cartOf = ({ cart }: Screen) => ({ lines: cart.lines, net: cart.net_minor, choice: cart.choice });

/** As a power cut, and the next start. */
async function cut(): Promise<Screen> {
  await shop.stop("SIGKILL");
  const begun = performance.now();
  await shop.start();
  till = new Caller(shop.address);
  const screen = await till.screen();
  slowest = Math.max(slowest, performance.now() - begun);
  return screen;
}

/** Pays, and the register has exactly this receipt more. */
async function sell(): Promise<void> {
  const before = rung().length;
  const { cart } = await till.screen();
  const { paid } = await till.pay();
  expect(paid?.net_minor).toBe(cart.net_minor);
  expect(rung().slice(before).map(({ total_minor }) => total_minor)).toEqual([cart.net_minor]);
}

beforeAll(async () => {
  shop = await Shop.open();
  till = new Caller(shop.address);
});

afterAll(async () => {
  await shop?.close();
});

describe.sequential("a counter that is killed", () => {
  it.each(STEPS.map((step, at) => [at, JSON.stringify(step)] as const))("has the same cart after step %i, %s", async (at) => {
    let before: Screen | null = null;
    for (const step of STEPS.slice(0, at + 1)) before = await till.act(step);
    const after = await cut();
    expect(before && cartOf(before)).toEqual(cartOf(after));
    for (const step of STEPS.slice(at + 1)) await till.act(step);
    await sell();
  });

  it.each(STEPS.map((step, at) => [at, JSON.stringify(step)] as const))("sells once when it is killed during step %i, %s", async (at) => {
    await till.act(STEPS[0] as Command);
    for (const step of STEPS.slice(1, at)) await till.act(step);
    // Nobody hears the answer.
    const asked = till.act(STEPS[at] as Command).catch(() => null);
    const after = await cut();
    await asked;
    expect(after.cart.lines.length).toBeGreaterThan(0);
    await sell();
  });

  it.each(FAULTS)("charges once when it is killed while the register answers with %s", async (fault) => {
    for (const wait of CUTS_MS) {
      const before = rung().length;
      await till.act(STEPS[0] as Command);
      const sale = await till.act(STEPS[1] as Command);
      await shop.misbehave(fault);
      const asked = till.pay().catch(() => null);
      await new Promise((done) => setTimeout(done, wait));
      const after = await cut();
      await asked;
      await shop.misbehave();
      const where = `${fault}, cut after ${wait} ms`;
      expect(after.reviews, where).toEqual([]);
      // Either it is sold, or it is in front of the barista again; what is sold is not offered a second time.
      if (rung().length > before) expect(after.cart.lines, where).toEqual([]);
      else {
        expect(cartOf(after), where).toEqual(cartOf(sale));
        await till.pay();
      }
      expect(rung().slice(before).map(({ total_minor }) => total_minor), where).toEqual([sale.cart.net_minor]);
      await till.act({ do: "next" });
    }
  });

  it("has in its books what the register has, and nothing twice", async () => {
    const receipts = await till.receipts();
    const newest = rung().toReversed().slice(0, receipts.length);
    expect(receipts.map(({ net_minor }) => net_minor)).toEqual(newest.map(({ total_minor }) => total_minor));
    await shop.stop();
    expect(shop.kava("audit")).toContain("the books hold");
    console.log(`the slowest start until the screen was there: ${(slowest / 1000).toFixed(2)} s`);
  });
});
