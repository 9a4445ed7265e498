// Who sells: one tap on one's own name, and a sale that takes as many taps as before.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, SIZES } from "./browser";
import { Shop } from "./shop";
import { Person, WAIT } from "./till";

let browser: Browser;
let shop: Shop;
let person: Person;
let complaints: string[];

beforeAll(async () => {
  browser = await launch();
  shop = await Shop.furnished();
  for (const name of ["Аня", "Боря"]) shop.kava("staff", "add", name);
  await shop.start();
  const page = await open(browser, SIZES.till);
  complaints = page.complaints;
  person = await Person.at(page, shop.address);
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

/** Names in the strip, and whether somebody is signed on. */
const strip = () => person.page.locator(".strip .button.chip").evaluateAll((all) => all.map((one) => `${one.textContent}${one.getAttribute("aria-pressed") === "true" ? "!" : ""}`));

describe.sequential("who sells", () => {
  it("asks nobody before a sale", async () => {
    await person.tap("Открыть смену");
    await person.hears("shift_opened");
    expect(await strip()).toEqual(["Аня", "Боря"]);
    expect(await person.sell("Капучино")).toBeGreaterThan(0);
  });

  it("is one tap on one's own name, in the middle of an order too, of which nothing is lost", async () => {
    await person.tap("Следующий гость");
    await person.want("Латте");
    const before = await person.total();
    await person.tap("Боря");
    await expect.poll(strip, WAIT).toEqual(["Боря!"]);
    expect(await person.total()).toBe(before);
    await person.payByCard();
    await person.sees("paid");
    expect(await strip()).toEqual(["Боря!"]);
  });

  it("changes with a tap and ends with the shift", async () => {
    await person.tap("Следующий гость");
    await person.tap("Боря");
    await person.page.locator(".pane").getByRole("button", { name: "Аня" }).click();
    await expect.poll(strip, WAIT).toEqual(["Аня!"]);
    expect(await person.page.locator(".pane").count()).toBe(0);
    await person.tap("Меню кассы");
    await person.tap("Смена");
    await person.tap("Закрыть смену");
    await expect.poll(strip, WAIT).toContain("Боря");
    expect(complaints).toEqual([]);
  });
});
