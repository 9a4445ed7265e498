// A walk through a sale in the desktop program, one picture after each step: the README's moving picture. `cargo xtask
// walk` puts them together. No picture may show what did not happen.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Desk, Driver } from "./desk";
import { REGULAR } from "./furnish";
import { minorOf } from "./minor";
import { Shop } from "./shop";
import { WAIT } from "./till";

const FOLDER = process.env["KAVA_WALK"] ?? "";

let driver: Driver;
let shop: Shop;
let desk: Desk;
const pictures: Buffer[] = [];

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  driver = await Driver.start();
  shop = await Shop.furnished();
  desk = await driver.open(...shop.words());
});

afterAll(async () => {
  await desk?.end().catch(() => {});
  await driver?.end();
  await shop?.close();
});

/** A picture that stands for so many hundredths of a second. */
async function picture(lasts: number): Promise<void> {
  const shown = Buffer.from(await desk.driver.takeScreenshot(), "base64");
  expect(pictures.at(-1)?.equals(shown) ?? false, `picture ${pictures.length + 1} is the one before`).toBe(false);
  pictures.push(shown);
  writeFileSync(join(FOLDER, `${String(pictures.length).padStart(2, "0")}-${lasts}.png`), shown);
}

/** Waits until the cart says something else than before. */
async function changes(what: () => Promise<void>): Promise<void> {
  const before = await desk.text(".cart");
  await what();
  await expect.poll(() => desk.text(".cart"), WAIT).not.toBe(before);
}

it("walks through a sale", async () => {
  await desk.tap("Открыть смену");
  await desk.hears("shift_opened");
  await picture(120);
  await desk.want("Круассан");
  await picture(110);
  await desk.greet(REGULAR);
  await picture(220);
  await changes(() => desk.tap("Как обычно"));
  await picture(200);
  await changes(() => desk.tap("Овсяное молоко"));
  for (const sold of ["Круассан", "Капучино", "овсяное молоко"]) expect(await desk.text(".cart")).toContain(sold);
  const total = await desk.total();
  await picture(160);
  await changes(() => desk.tap("Без скидки"));
  await expect.poll(() => desk.total(), WAIT).toBeGreaterThan(total);
  await picture(130);
  await changes(() => desk.tap("Без скидки"));
  await expect.poll(() => desk.total(), WAIT).toBe(total);
  await picture(150);
  await desk.tap("Наличные");
  await picture(160);
  await desk.tap("20,00");
  await desk.sees("paid");
  expect(shop.rungUp().filter(({ kind }) => kind === "receipt").map(({ total_minor }) => total_minor)).toEqual([total]);
  expect(minorOf(await desk.text(".change b"))).toBe(2000 - total);
  await picture(300);
  await desk.want("Латте");
  await picture(140);
  expect(await desk.text(".cart")).toContain("Латте");
});
