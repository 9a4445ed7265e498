// A newcomer's path at the office, from a table of prices to what a campaign earned: the real office, a real counter, a real
// browser, and the till of a town as it was recorded. `cargo xtask test` makes the town.
import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open } from "./browser";
import { type Answer, Chain } from "./chain";
import { Clerk } from "./clerk";
import type { Past } from "./furnish";
import { minorOf } from "./minor";
import { recorded } from "./recorded";

const FOLDER = process.env["KAVA_ORDERS"] ?? "";
const PASSWORD = "correct horse battery staple";
/** Guests who buy before the campaign: enough that a share of them kept from something is more than fifty. */
const GUESTS = 260;
const SHARE_BP = 4000;
const DRINKS = ["кофе", "чай", "какао", "холодное"];
const EXTRAS = "добавки";
const WAIT = { timeout: 30_000 };

let browser: Browser;
let chain: Chain;
let owner: Clerk;
let past: Past;
let cards: string[];
/** What was sold before the campaign, with what it saved. */
let sold: Answer[];

/** The town's menu as a person would bring it: with columns that say what is a drink and what an extra. */
function priceList(menu: string): string[] {
  const [head = "", ...rows] = menu.trimEnd().split("\n");
  const flags = rows.map((row) => {
    const category = row.split(",")[2] ?? "";
    const is = (flag: boolean) => (flag ? "да" : "нет");
    return `${row},2000,${is(DRINKS.includes(category))},${is(category === EXTRAS)},${is(category !== EXTRAS)}`;
  });
  return [`${head},tax_bp,напиток,добавка,участвует`, ...flags];
}

async function bring(lines: readonly string[]): Promise<void> {
  writeFileSync(chain.path("prices.csv"), `${lines.join("\n")}\n`);
  // A person clicks, and chooses.
  const chosen = owner.page.waitForEvent("filechooser");
  await owner.page.locator("[name=file]").click();
  await (await chosen).setFiles(chain.path("prices.csv"));
  await owner.tap("Проверить");
}

/** A latte for each of these cards. */
async function sell(to: readonly string[], sku: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  await chain.openCounter();
  for (const card of to) {
    const { quoted, settled } = await chain.sell(card, sku);
    answers.push({ ...settled, offer: quoted.offer });
  }
  await chain.closeCounter();
  chain.fetchNews();
  return answers;
}

const saved = (answers: readonly Answer[]) => answers.reduce((sum, { saved_minor }) => sum + saved_minor, 0);
const revision = () => owner.page.getByTestId("revision");
const text = async (testId: string) => (await owner.page.getByTestId(testId).innerText()).replace(/\u00a0/g, " ");

beforeAll(async () => {
  if (FOLDER === "") throw new Error("there is no town; run `cargo xtask test`, or name its folder with KAVA_ORDERS");
  browser = await launch();
  chain = await Chain.openOffice();
  ({ past } = recorded(FOLDER, 1));
  cards = (past["customers.csv"] ?? "").trimEnd().split("\n").slice(1).map((row) => row.split(",")[2] ?? "");
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

describe.sequential("a newcomer", () => {
  it("comes in, brings a menu with a slip of the keyboard, and is told in which line before anything is kept", async () => {
    owner = new Clerk(await open(browser, [1280, 800]));
    await owner.page.goto(chain.invite());
    await owner.sees("Здравствуйте, owner");
    await owner.choosePassword(PASSWORD);
    await owner.go("Меню и цены");
    await owner.page.getByText("Меню ещё не опубликовано").waitFor();
    await owner.tap("Из файла");
    const lines = priceList(past["menu.csv"] ?? "");
    const slip = lines.map((line, at) => (at === 3 ? line.replace(/,\d+\.\d\d,/, ",дорого,") : line));
    await bring(slip);
    await revision().locator('[data-line="4"]').getByText("это не число").waitFor();
    await revision().getByText(`Новые: ${lines.length - 2}`).waitFor();
    await bring(lines);
    await revision().getByText(`Новые: ${lines.length - 1}`).waitFor();
    expect(await revision().locator("[data-line]").count()).toBe(0);
    await revision().getByRole("button", { name: "Опубликовать" }).click();
    await revision().getByText("Версия 1 опубликована").waitFor();
    await owner.tap("Закрыть");
    const latte = await owner.page.locator('[data-sku="lat-m"]').innerText();
    expect(latte).toMatch(/\d,\d\d/);
  });

  it("raises prices of many at once beside their floors, thinks better of it, and goes back", async () => {
    const price = async () => minorOf(await owner.page.locator('[data-sku="lat-m"] td').nth(1).innerText());
    const before = await price();
    await owner.tap("Цены и себестоимость");
    await owner.type("some", "кофе");
    await owner.type("percent", "10");
    await owner.tap("Проверить");
    await revision().locator('[data-changed="lat-m"]').waitFor();
    await revision().getByRole("button", { name: "Опубликовать" }).click();
    await revision().getByText("Версия 2 опубликована").waitFor();
    await owner.tap("Закрыть");
    await expect.poll(price, WAIT).toBe(Math.round(before * 1.1));
    await owner.tap("История меню");
    await owner.page.locator('[data-version="1"]').getByRole("button", { name: "Вернуть" }).click();
    await revision().getByRole("button", { name: "Опубликовать" }).click();
    await revision().getByText("Версия 3 опубликована").waitFor();
    await owner.page.locator('[data-version="3"]').getByText("возврат к версии 1").waitFor();
    expect(await owner.page.locator('[data-version="3"]').innerText()).toContain("owner");
    await owner.tap("Закрыть");
    await expect.poll(price, WAIT).toBe(before);
  });

  it("has a counter that sells by this menu, and sees what the programme earned, or that it is too early to tell", async () => {
    await owner.go("Обзор");
    await owner.page.getByTestId("lift-programme").getByText("Мало данных").waitFor();
    await chain.addCounter({ holdout: [{ from_day: 0, share_bp: SHARE_BP }] }, past);
    sold = await sell(cards.slice(0, GUESTS), "lat-m");
    expect(sold.every(({ status }) => status === "done")).toBe(true);
    await owner.page.reload();
    await owner.sees("Обзор");
    await expect.poll(() => owner.sum("saved"), WAIT).toBe(saved(sold));
    const lift = await text("lift-programme");
    expect(lift).toMatch(/(Заработано|Потеряно|Пока не отличить от нуля).*±/s);
    const [, has = "", kept = ""] = /Гостей с ней (\d+), без неё (\d+)/.exec(lift) ?? [];
    expect(Number(has) + Number(kept)).toBe(GUESTS);
    expect(Math.abs(Number(kept) - (GUESTS * SHARE_BP) / 10_000)).toBeLessThan(40);
  }, 240_000);

  it("sees in which segments those guests are, and that all of them came for the first time", async () => {
    await owner.go("Гости по группам");
    await owner.page.locator("[data-segment]").first().waitFor();
    const sizes = await owner.page.locator("[data-segment] td b").allInnerTexts();
    expect(sizes.reduce((sum, size) => sum + Number(size), 0)).toBe(GUESTS);
    const flows = await owner.page.locator("[data-flow] td:last-child").allInnerTexts();
    expect(flows.reduce((sum, size) => sum + Number(size), 0)).toBe(GUESTS);
    expect(await owner.page.locator("[data-flow]").first().innerText()).toContain("впервые у нас");
  });

  it("tries a campaign on what was sold, reads what the guard leaves and what it costs, and launches it", async () => {
    await owner.go("Акции");
    await owner.tap("Новая акция");
    await owner.type("title", "Больше латте");
    await owner.choose("scope", "product:lat-m");
    await owner.choose("depth", "2000");
    await owner.type("money", "2000,00");
    await owner.type("uses", "2000");
    await owner.type("apart", "40");
    const rehearsal = owner.page.getByTestId("rehearsal");
    await rehearsal.getByText("Стоила бы").waitFor();
    const told = await text("rehearsal");
    // One day of ninety, and all of it in the last run: whoever is kept from it has nothing.
    expect(told).toMatch(/от 0,00 Br до [1-9]/);
    expect(told).toMatch(/Маржа этих чеков/);
    expect(told).toMatch(new RegExp(`всё целиком: ${GUESTS} `));
    await owner.tap("Запустить");
    await owner.page.locator("[data-campaign]").getByText("без неё 40 % гостей").waitFor();
  });

  it("sees it on a receipt of the counter, its budget going to the kopeck, and what it earned", async () => {
    chain.fetchNews();
    chain.fetchNews();
    // What a counter is lent of a budget grows with what it spends, each time that it asks.
    const again: Answer[] = [];
    for (let from = 0; from < 40; from += 5) again.push(...(await sell(cards.slice(from, from + 5), "lat-m")));
    const had = again.filter(({ offer }) => offer?.startsWith("campaign.") === true);
    // A share of the guests is kept from it by lot, and nobody has it who is.
    expect(had.length).toBeGreaterThan(5);
    expect(had.length).toBeLessThan(40);
    await owner.go("Чеки");
    await owner.find(had[0]?.receipt ?? "");
    await owner.page.locator(`[data-receipt="${had[0]?.receipt}"]`).locator(".offers .chosen").getByText("акция").waitFor();
    await owner.go("Акции");
    const card = owner.page.locator("[data-campaign]");
    await card.getByText(`Потрачено ${(saved(had) / 100).toFixed(2).replace(".", ",")}`).waitFor();
    const lift = await text("lift-campaign");
    expect(lift).toMatch(/(Заработано|Потеряно|Пока не отличить от нуля).*±/s);
    expect(lift).toMatch(/Гостей с ней \d+, без неё \d+/);
    expect(owner.complaints).toEqual([]);
  }, 240_000);
});
