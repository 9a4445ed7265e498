// Scans over all screens and dialogs: every one is answered, by what it should be. `KAVA_SCANS=10000 npm run browser -- scans`
// makes as many; without it there are two hundred.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, SIZES } from "./browser";
import { Caller } from "./caller";
import { REGULAR } from "./furnish";
import { Shop } from "./shop";
import { Person, strike, WAIT } from "./till";

const SCANS = Number(process.env["KAVA_SCANS"] ?? 200);
/** Scans with one thing open before the next is opened: after the first of them the focus is where the scan left it. */
const IN_A_ROW = 2;

/** What is scanned, and what the counter says to it. */
const CODES = [
  [REGULAR, "greeted"],
  ["4810268000010", "added"],
  ["100000000004217", "code_check_digits"],
] as const;

let browser: Browser;
let shop: Shop;
let person: Person;
let till: Caller;

/** Everything that can be open, and the way there. */
const PLACES: Record<string, () => Promise<unknown>> = {
  "the tiles": async () => {},
  "a category": () => person.page.locator(".rail button", { hasText: "выпечка" }).click(),
  "a product's sheet": () => person.page.locator(".tile").first().click(),
  "another line": async () => {
    await person.want("Латте");
    await person.want("Круассан");
    await person.page.locator(".lines .line").first().click();
  },
  "digits": () => person.tap("Ввести код"),
  "half a code": async () => {
    await person.tap("Ввести код");
    for (const digit of ["1", "2", "3"]) await person.page.getByRole("button", { name: digit, exact: true }).click();
  },
  "the search": () => person.tap("Поиск"),
  "the menu": () => person.tap("Меню кассы"),
  "the receipts": () => person.go("Чеки"),
  "a question about a refund": async () => {
    await person.go("Чеки");
    await person.tap("Вернуть всё");
  },
  "the shift": () => person.go("Смена"),
  "what this till is": () => person.go("О кассе"),
  "the keys": () => person.go("Клавиши"),
  "cash": async () => {
    await person.want("Круассан");
    await person.tap("Наличные");
  },
  "other ways to pay": async () => {
    await person.want("Круассан");
    await person.tap("Ещё");
  },
  "a certificate": async () => {
    await person.want("Круассан");
    await person.tap("Ещё");
    await person.tap("Сертификат");
  },
  "a sale that is paid": async () => {
    await person.want("Круассан");
    await person.payByCard();
    await person.sees("paid");
  },
  "a new guest's card": async () => {
    await person.tap("Новый гость");
    await person.sees("joined");
  },
  "a report": async () => {
    await till.act({ do: "report_x" });
    await person.sees("report");
  },
  "a receipt that needs review": async () => {
    if ((await till.screen()).reviews.length > 0) return;
    await shop.misbehave("wrong_total");
    await person.want("Круассан");
    await person.page.locator(".by-card").click();
    await person.sees("review");
  },
};

/** Puts away whatever is open. */
async function away(): Promise<void> {
  for (const { receipt } of (await till.screen()).reviews) await till.act({ do: "review", receipt, rung_up: true });
  for (const command of ["next", "dismiss", "clear", "forget_guest"] as const) await till.act({ do: command });
  const tiles = () =>
    person.page.evaluate(() => {
      const [back, first] = [".pane header button", ".rail button"].map((css) => document.querySelector<HTMLElement>(css));
      (first ?? back)?.click();
      return document.querySelector(".tiles") !== null && document.querySelector(".lines.none") !== null;
    });
  await expect.poll(tiles, WAIT).toBe(true);
}

/** Scans, and gives what the counter said to it. */
async function scan(page: Page, text: string): Promise<string> {
  // An empty code changes nothing and is answered, so that what comes after it is known to be the scan's.
  const before = (await till.act({ do: "greet", code: "" })).notice?.number ?? 0;
  await page.evaluate(strike, text);
  for (let tries = 0; tries < 500; tries += 1) {
    const { notice } = await till.screen();
    const answers = (notice?.number ?? before) - before;
    if (notice && answers > 0) return answers === 1 ? notice.code : `${answers} answers`;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return "nothing";
}

beforeAll(async () => {
  browser = await launch();
  shop = await Shop.open();
  person = await Person.at(await open(browser, SIZES.till), shop.address);
  till = new Caller(shop.address);
  await till.act({ do: "open_shift" });
  await till.act({ do: "add", sku: "cap-m", qty: 1, with: [] });
  await till.pay();
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

describe("scans", () => {
  it(`are all caught, ${SCANS} of them, whatever is open`, { timeout: 60_000 + SCANS * 2_000 }, async () => {
    const lost: string[] = [];
    const places = Object.entries(PLACES);
    for (let nth = 0; nth < SCANS; nth += 1) {
      const [place, go] = places[Math.floor(nth / IN_A_ROW) % places.length] ?? ["", async () => {}];
      if (nth % IN_A_ROW === 0) {
        await away();
        await go();
      }
      const [text, expected] = CODES[nth % CODES.length] ?? CODES[0];
      const said = await scan(person.page, text);
      if (said !== expected) lost.push(`scan ${nth} over ${place}: ${said} instead of ${expected}`);
    }
    expect(lost).toEqual([]);
    expect(SCANS).toBeGreaterThanOrEqual(places.length * IN_A_ROW);
    console.log(`scans caught: ${SCANS} of ${SCANS}, over ${places.length} screens and dialogs`);
  });

  it("wait for their turn while the cashier is asked about a register without a cable", async () => {
    const manual = await Shop.open("manual");
    const other = await Person.at(await open(browser, SIZES.till), manual.address);
    const caller = new Caller(manual.address);
    await other.want("Круассан");
    await other.page.locator(".by-card").click();
    await other.sees("question");
    await other.scan(REGULAR);
    await other.tap("Пробито");
    await other.sees("guest");
    expect((await caller.screen()).notice?.code).toBe("greeted");
    await other.page.close();
    await manual.close();
  });
});
