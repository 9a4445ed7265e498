// A newcomer's way through the console: the real office, a real counter, a real browser. In by the printed link, look at the
// counter and its sales, write a campaign, see it on a receipt.
import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe";
import { launch, open } from "./browser";
import { type Answer, Chain } from "./chain";
import { Clerk } from "./clerk";
import { REGULAR } from "./furnish";
import { read } from "./guest";
import { minorOf } from "./minor";

const DESK = [1280, 800] as const;
const PASSWORD = "correct horse battery staple";
const WAIT = { timeout: 20_000 };

let browser: Browser;
let chain: Chain;
let owner: Clerk;
let sold: Answer;

async function clerk(): Promise<Clerk> {
  return new Clerk(await open(browser, DESK));
}

/** A sale to the regular, of which the office hears at once. */
async function sell(sku: string): Promise<Answer> {
  await chain.openCounter();
  const { settled } = await chain.sell(REGULAR, sku);
  await chain.closeCounter();
  chain.fetchNews();
  return settled;
}

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.open();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

describe.sequential("the owner", () => {
  it("comes in by the link that the office prints, and the link is good once", async () => {
    const link = chain.invite();
    owner = await clerk();
    await owner.page.goto(link);
    await owner.sees("Здравствуйте, owner");
    expect(owner.page.url()).not.toContain("enter=");
    await owner.choosePassword(PASSWORD);
    await owner.sees("Обзор");
    const other = await clerk();
    await other.page.goto(link);
    await other.page.getByText("Ссылка неизвестна, использована или устарела").waitFor();
    await other.page.close();
  });

  it("sees the counter, and what it sells as soon as the office hears of it", async () => {
    await owner.go("Кассы");
    await owner.page.locator('[data-counter="1/1"]').getByText("в норме").waitFor();
    sold = await sell("cap-m");
    expect(sold.status).toBe("done");
    await owner.go("Обзор");
    await owner.page.locator('[data-shop="1"]').waitFor();
    await expect.poll(() => owner.sum("net"), WAIT).toBe(sold.net_minor);
    expect(await owner.sum("saved")).toBe(sold.saved_minor);
    expect(await owner.page.getByTestId("receipts").innerText()).toBe("1");
    // Paid, less a sixth of tax, less the cup's cost.
    expect(await owner.sum("kept")).toBe(sold.net_minor - Math.round(sold.net_minor / 6) - 170);
    await owner.page.getByRole("img", { name: /Сэкономили гости/ }).waitFor();
  });

  it("finds the receipt among those of the day, and reads it to the kopeck, with what was decided", async () => {
    await owner.go("Чеки");
    const row = owner.page.locator(`[data-row="${sold.receipt}"]`);
    expect(minorOf(await row.locator("td").nth(4).innerText())).toBe(sold.net_minor);
    await owner.choose("counter", "1");
    await row.waitFor();
    await owner.type("day", "2020-01-01");
    await owner.page.getByText("Чеков нет").waitFor();
    await owner.type("day", "");
    await row.getByRole("link").click();
    const story = owner.page.locator(`[data-receipt="${sold.receipt}"]`);
    await story.getByText("Капучино M").waitFor();
    await story.getByText("скидка участника").first().waitFor();
    expect((await story.innerText()).replace(/\u00a0/g, " ")).toContain(`${(sold.net_minor / 100).toFixed(2).replace(".", ",")} Br`);
    await owner.find("00000000-0000-0000-0000-000000000000");
    await owner.page.getByText("Такого нет").waitFor();
  });

  it("closes the day beside the acquirer's total, and takes the day away as a workbook", async () => {
    await owner.go("Закрытие дня");
    const acquirer = owner.page.getByTestId("acquirer");
    await acquirer.getByText("Выписки за этот день ещё нет").waitFor(WAIT);
    expect(minorOf(await owner.page.getByTestId("net").innerText())).toBe(sold.net_minor);
    await owner.page.locator('[data-counter="1"]').getByText("Смена ещё открыта").waitFor();
    await owner.type("total", "0");
    await owner.tap("Сверить с итогом");
    // Paid by card, and the acquirer has nothing of it.
    await acquirer.locator('[data-why="card_missing"]').getByText(sold.receipt).waitFor();
    const [book] = await Promise.all([owner.page.waitForEvent("download"), owner.page.getByRole("link", { name: "Скачать книгу XLSX" }).click()]);
    expect(book.suggestedFilename()).toMatch(/^close-\d{4}-\d\d-\d\d\.xlsx$/);
  });

  it("finds a guest by their receipt, and takes what is kept of them away", async () => {
    await owner.go("Данные гостей");
    await owner.type("guest", sold.receipt);
    await owner.tap("Найти");
    await owner.page.locator("[data-guest]").getByText(/чеков: [1-9]/).waitFor();
    const [file] = await Promise.all([owner.page.waitForEvent("download"), owner.tap("Скачать всё, что хранится")]);
    expect(file.suggestedFilename()).toMatch(/\.json$/);
  });

  it("reads the rules that guests read, made of the policy", async () => {
    const rules = await open(browser, DESK);
    await rules.goto(new URL("/rules?language=be", chain.console).href);
    await rules.getByRole("heading", { name: "Асабістая зніжка" }).waitFor();
    expect(await violations(rules)).toEqual([]);
    expect(rules.complaints).toEqual([]);
    await rules.close();
  });

  it("is told that nothing asks for a look, and that a number would be no verdict", async () => {
    await owner.go("На что посмотреть");
    await owner.page.getByText("Ничего, на что стоило бы смотреть").waitFor(WAIT);
    await owner.page.getByText("повод посмотреть, а не приговор").waitFor(WAIT);
  });

  it("sees which models there were, and brings the earlier ones back after being asked twice", async () => {
    await owner.go("Модели");
    await owner.page.getByText("Моделей ещё нет").waitFor(WAIT);
    for (const release of [1, 2]) {
      const bundle = { v: 1, issuer: "office", release, made: "2026-01-01T00:00:00.000Z", not_after: "2099-01-01T00:00:00.000Z" };
      writeFileSync(chain.path("bundle"), `${JSON.stringify(bundle)}\nnobody's 00\n`);
      chain.sync("publish", "bundle", chain.path("bundle"));
    }
    await owner.go("Обзор");
    await owner.go("Модели");
    await owner.page.locator('[data-version="2"]').getByText("действует").waitFor(WAIT);
    await owner.tap("Вернуть");
    await owner.tap("Вернуть модели версии 1");
    await owner.page.locator('[data-version="3"]').getByText("модели версии 1").waitFor(WAIT);
    await owner.page.locator('[data-version="2"]').getByText("вернулась").waitFor(WAIT);
  });

  it("sees the menu with costs and floors", async () => {
    await owner.go("Меню и цены");
    const row = owner.page.locator('[data-sku="cap-m"]');
    await row.waitFor();
    const text = await row.innerText();
    for (const part of ["6,90", "1,70"]) expect(text).toContain(part);
    expect(await owner.page.getByRole("columnheader", { name: "Себестоимость" }).count()).toBe(1);
  });

  it("is shown the floors that too deep a discount meets before saving, and loses nothing when the office restarts", async () => {
    await owner.go("Акции");
    await owner.tap("Новая акция");
    await owner.type("title", "Больше кофе");
    const guard = owner.page.getByTestId("guard");
    await guard.getByText("Выберите скидку").waitFor();
    await owner.choose("depth", "3000");
    await guard.getByText("Будет срезана").waitFor();
    const water = await guard.getByRole("row", { name: "Вода без газа" }).innerText();
    for (const part of ["2,90", "2,78", "без скидки"]) expect(water).toContain(part);
    await owner.choose("scope", "category:кофе");
    await owner.choose("depth", "2000");
    await guard.getByText("Скидка пройдёт целиком").waitFor();
    await owner.type("money", "100,00");
    await owner.type("uses", "50");
    // The regular is to have it, whatever the lot.
    await owner.type("apart", "");
    await chain.stopOffice();
    await owner.tap("Запустить");
    await owner.page.getByText("Офис не отвечает").first().waitFor();
    await owner.tap("Выйти");
    await owner.page.getByText("Вы ещё не вышли").waitFor();
    await chain.startOffice();
    await owner.page.reload();
    await owner.tap("Новая акция");
    expect(await owner.page.locator("[name=title]").inputValue()).toBe("Больше кофе");
    await owner.tap("Запустить");
    await owner.page.locator("[data-campaign]").getByText("Больше кофе").waitFor();
  });

  it("sees the campaign on a counter's receipt, and its budget going", async () => {
    // The counter hears of it, and is lent a part of its budget.
    chain.fetchNews();
    chain.fetchNews();
    const receipt = await sell("lat-m");
    expect(receipt.saved_minor).toBe(142);
    await owner.go("Чеки");
    await owner.find(receipt.receipt);
    await owner.page.locator(`[data-receipt="${receipt.receipt}"]`).locator(".offers .chosen").getByText("акция").waitFor();
    await owner.go("Акции");
    await owner.page.locator("[data-campaign]").getByText("Потрачено 1,42").waitFor();
  });

  it("ends it, after being asked twice", async () => {
    await owner.tap("Остановить");
    await owner.tap("Остановить на всех кассах");
    await owner.page.locator("[data-campaign]").getByText("остановлена").waitFor();
  });
});

describe.sequential("somebody who was invited", () => {
  let marketer: Clerk;

  it("comes in by a link of the owner's, and sees no costs and no other people", async () => {
    await owner.go("Сотрудники");
    await owner.type("name", "marina");
    await owner.choose("role", "marketer");
    await owner.tap("Сделать ссылку");
    const link = await owner.page.getByTestId("link").innerText();
    marketer = await clerk();
    await marketer.page.goto(chain.console);
    await marketer.sees("Вход в офис");
    // Into the console that is open already.
    await marketer.page.goto(link);
    await marketer.sees("Здравствуйте, marina");
    await marketer.choosePassword(PASSWORD);
    await marketer.go("Меню и цены");
    await marketer.page.locator('[data-sku="cap-m"]').waitFor();
    expect(await marketer.page.getByRole("columnheader", { name: "Себестоимость" }).count()).toBe(0);
    await marketer.page.goto(`${chain.console}clerks`);
    await marketer.page.getByText("Вашей роли этот раздел не открыт").waitFor();
  });

  it("reads the key of a second device off the screen with its camera", async () => {
    await marketer.go("Вход и пароль");
    await marketer.tap("Добавить");
    await marketer.page.locator(".qr").waitFor();
    const secret = (await marketer.page.locator("form code").innerText()).replaceAll(" ", "");
    const seen = await read(await marketer.page.locator(".qr").screenshot());
    expect(seen?.text).toMatch(/^otpauth:\/\/totp\/Kava:/);
    expect(seen?.text).toContain(`secret=${secret}&`);
  });

  it("is let in by name and password, and out", async () => {
    await marketer.tap("Выйти");
    await marketer.sees("Вход в офис");
    await marketer.signIn("marina", "another horse battery staple");
    await marketer.page.getByText("Имя, пароль или цифры не подошли").waitFor();
    await marketer.signIn("marina", PASSWORD);
    await marketer.sees("Вход и пароль");
  });

  it("is shut out by the owner at once, and the journal says who did what", async () => {
    await owner.tap("Отозвать");
    expect(await owner.page.getByText("отозван", { exact: true }).count()).toBe(0);
    await owner.tap("Отозвать доступ");
    await owner.page.getByText("отозван").waitFor();
    await marketer.go("Обзор");
    await marketer.sees("Вход в офис");
    await owner.go("Журнал");
    const journal = owner.page.locator("table");
    await journal.waitFor();
    for (const word of ["marina", "owner"]) expect(await journal.innerText()).toContain(word);
    // The browser itself names refused answers; nothing else may be complained of.
    const real = [...owner.complaints, ...marketer.complaints].filter((text) => !text.startsWith("Failed to load resource"));
    expect(real).toEqual([]);
  });
});
