// A day of a shop in the desktop program itself: its window, its register, a power cut in the middle, its books.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desk, Driver } from "./desk";
import { REGULAR } from "./furnish";
import { Shop } from "./shop";
import { WAIT } from "./till";

/** Sales of the day, as many as a quiet hour has. */
const SALES = 30;
const DISHES = ["Капучино", "Латте", "Круассан", "Эспрессо", "Какао"] as const;

let driver: Driver;
let shop: Shop;
let desk: Desk;
const receipts = () => shop.rungUp().filter(({ kind }) => kind === "receipt");

beforeAll(async () => {
  driver = await Driver.start();
  shop = await Shop.furnished();
  desk = await driver.open(...shop.words());
});

afterAll(async () => {
  await desk?.end().catch(() => {});
  await driver?.end();
  await shop?.close();
});

describe.sequential("a day at the window", () => {
  it("opens the shift", async () => {
    await desk.tap("Открыть смену");
    await desk.hears("shift_opened");
  });

  it("gives a guest the personal discount for a scan and no tap more", async () => {
    await desk.want("Капучино");
    const list = await desk.total();
    await desk.greet(REGULAR);
    await expect.poll(() => desk.total(), WAIT).toBeLessThan(list);
    const sum = await desk.total();
    await desk.payByCard();
    expect(receipts().at(-1)?.total_minor).toBe(sum);
    expect(await desk.text('[data-testid="paid"]')).toContain("В следующий раз");
  });

  it(`sells ${SALES} times, to guests and others`, async () => {
    const before = receipts().length;
    for (let sale = 0; sale < SALES; sale += 1) {
      if (sale % 3 === 0) {
        await desk.tap("Следующий гость");
        await desk.greet(REGULAR);
      }
      await desk.want(DISHES[sale % DISHES.length] ?? "Латте");
      const sum = await desk.total();
      await desk.payByCard();
      expect(receipts().at(-1)?.total_minor).toBe(sum);
    }
    expect(receipts().length).toBe(before + SALES);
  });

  it("keeps the order when the payment is declined", async () => {
    await shop.misbehave("decline");
    await desk.want("Сырники");
    await desk.tap("Карта");
    await desk.hears("declined");
    expect(await desk.text(".cart")).toContain("Сырники");
    await desk.payByCard();
  });

  it("asks a person about what nobody knows", async () => {
    await shop.misbehave("wrong_total");
    const before = receipts().length;
    await desk.want("Колд брю");
    await desk.tap("Карта");
    await desk.sees("review");
    await desk.tap("Пробит");
    await desk.hears("review_done");
    expect(receipts().length).toBe(before + 1);
  });

  it("sells on with the same cart after a power cut", async () => {
    await desk.greet(REGULAR);
    await desk.want("Латте");
    const [cart, sum] = [await desk.text(".cart .lines"), await desk.total()];
    shop.cutPower("kava-desktop");
    await desk.end().catch(() => {});
    desk = await driver.open(...shop.words());
    await desk.sees("guest");
    expect(await desk.text(".cart .lines")).toBe(cart);
    expect(await desk.total()).toBe(sum);
    await desk.payByCard();
    expect(receipts().at(-1)?.total_minor).toBe(sum);
  });

  it("closes the shift, and everything agrees", async () => {
    await desk.tap("Меню кассы");
    await desk.tap("Смена");
    await desk.tap("Закрыть смену");
    await desk.sees("report");
  });

  it("leaves books that hold, and decisions that can be computed again", async () => {
    await desk.end();
    expect(shop.kava("audit")).toContain("the books hold");
    expect(shop.kava("replay")).toContain("0 different");
    expect(shop.printed().length).toBeGreaterThan(1000);
  });
});
