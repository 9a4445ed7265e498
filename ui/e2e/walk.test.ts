// A walk through a sale in the desktop program, one picture after each step: the README's moving picture. `cargo xtask
// walk` puts them together.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Desk, Driver } from "./desk";
import { REGULAR } from "./furnish";
import { Shop } from "./shop";
import { WAIT } from "./till";

const FOLDER = process.env["KAVA_WALK"] ?? "";

let driver: Driver;
let shop: Shop;
let desk: Desk;
let pictures = 0;

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
  pictures += 1;
  const name = `${String(pictures).padStart(2, "0")}-${lasts}.png`;
  writeFileSync(join(FOLDER, name), Buffer.from(await desk.driver.takeScreenshot(), "base64"));
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
  await picture(160);
  await changes(() => desk.tap("Без скидки"));
  await picture(130);
  await changes(() => desk.tap("Без скидки"));
  await picture(150);
  await desk.tap("Наличные");
  await picture(160);
  await desk.tap("20,00");
  await desk.sees("paid");
  await picture(300);
  await desk.want("Латте");
  await picture(140);
  expect(pictures).toBe(10);
});
