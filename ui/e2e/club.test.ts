// A guest's way from joining to leaving: the real office, a real counter, a real browser, and a reader of codes that shares
// nothing with them.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PURPOSES } from "../club/src/door/answers";
import { ru } from "../club/src/words/ru";
import { launch } from "./browser";
import { Chain } from "./chain";
import { Guest, read } from "./guest";

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true, locale: "ru-RU" };
const WAIT = { timeout: 15_000 };

let browser: Browser;
let chain: Chain;
let guest: Guest;
/** The code that was sold with, as a picture of the screen. */
let used: Buffer;
let usedText: string;
let customer: string;
let saved = 0;

async function phone(): Promise<Guest> {
  const context = await browser.newContext(PHONE);
  return new Guest(await context.newPage(), context);
}

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.open();
  await chain.openCounter();
  guest = await phone();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

describe.sequential("a guest", () => {
  it("joins at once, without a name, and has a code", async () => {
    await guest.page.goto(chain.address);
    await guest.join();
    expect(await guest.code()).toMatch(/^2[12]\d{484,}$/);
  });

  it("opens the app without a network, and the code stands there", async () => {
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.context.setOffline(true);
    await guest.page.reload();
    expect(await guest.code()).toMatch(/^2[12]\d{484,}$/);
    await guest.page.getByText("Нет сети").waitFor();
  });

  it("is known to a counter that has no network either", async () => {
    await chain.stopOffice();
    const greeted = await chain.ask({ do: "greet", code: await guest.code() });
    expect(greeted.error).toBeUndefined();
    expect(greeted.customer?.consent).toEqual(["programme", "personalisation"]);
    customer = greeted.customer?.id ?? "";
    await chain.ask({ do: "cancel", visit: greeted.visit });
  });

  it("chooses a card, still without a network, and the receipt has exactly its discount", async () => {
    await guest.go("Скидки");
    const cards = guest.page.locator("[data-card]");
    expect(await cards.count()).toBeGreaterThanOrEqual(1);
    const card = (await cards.last().getAttribute("data-card")) ?? "";
    await cards.last().getByRole("button", { name: "Выбрать" }).click();
    const before = await guest.page.locator(".qr").count();
    expect(before).toBe(0);
    await guest.go("Код");
    await guest.page.getByText("Применится").waitFor();
    usedText = await guest.code();
    used = await guest.picture();
    const { greeted, quoted, settled } = await chain.sell(usedText, "cap-m");
    expect(greeted.customer?.id).toBe(customer);
    expect(greeted.wanted).toBe(card);
    expect(quoted.offer).toBe(card);
    expect(settled.status).toBe("done");
    expect(settled.saved_minor).toBeGreaterThan(0);
    expect(settled.saved_minor).toBe(quoted.discount_minor);
    saved += settled.saved_minor;
  });

  it("cannot use a picture of the code once more", async () => {
    const text = (await read(used))?.text ?? "";
    expect(text).toBe(usedText);
    const again = await chain.ask({ do: "greet", code: text });
    expect(again.error?.code).toBe("code_replayed");
  });

  it("comes once more with the next code, and sees what was saved: the sum of the receipts, to the kopeck", async () => {
    const { settled } = await chain.sell(await guest.nextCode(usedText), "lat-m");
    saved += settled.saved_minor;
    await chain.closeCounter();
    await chain.startOffice();
    chain.fetchNews();
    await guest.context.setOffline(false);
    await guest.page.reload();
    await guest.go("Я");
    await expect.poll(() => guest.saved(), WAIT).toBe(saved);
    await guest.tap(/История и чеки/);
    const parts = await guest.page.locator("[data-saved]").evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset["saved"])));
    expect(parts).toHaveLength(2);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(saved);
    await guest.back();
  });

  it("has digits to say aloud and bars, both read by the counter of that shop", async () => {
    await guest.go("Код");
    const spoken = (await guest.page.getByTestId("spoken").innerText()).replace(/\D/g, "");
    await guest.tap("Полосатый код");
    await guest.page.locator(".bars").waitFor();
    const bars = await read(await guest.picture());
    expect(bars?.format).toBe("Code128");
    await guest.back();
    await chain.openCounter();
    for (const code of [spoken, bars?.text ?? ""]) {
      const greeted = await chain.ask({ do: "greet", code });
      expect(greeted.customer?.id, code).toBe(customer);
      await chain.ask({ do: "cancel", visit: greeted.visit });
    }
    await chain.closeCounter();
  });

  it("edits the profile without a network while another phone edits it too, and both edits are there in the end", async () => {
    await guest.go("Я");
    await guest.tap(/Перенести на другой телефон/);
    await guest.tap("Получить код");
    const code = await guest.page.getByTestId("transfer").innerText();
    await guest.back();
    const other = await phone();
    await other.page.goto(chain.address);
    await other.tap("У меня уже есть аккаунт");
    await other.page.locator("[name=transfer]").fill(code.toLowerCase());
    await other.tap("Перенести сюда");
    await other.page.locator(".white .qr").waitFor();

    await guest.context.setOffline(true);
    await guest.tap(/Мои данные/);
    await guest.page.locator("[name=name]").fill("Ганна <b>");
    await guest.tap("Сохранить");
    await guest.page.getByText("Ждёт отправки").waitFor();

    await other.go("Я");
    await expect.poll(() => other.saved(), WAIT).toBe(saved);
    await other.tap(/Мои данные/);
    await other.page.locator("[name=birthday]").fill("1991-04-12");
    await other.tap("Сохранить");
    await other.page.getByText("Сохранено").waitFor();

    await guest.context.setOffline(false);
    await guest.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect.poll(() => guest.page.locator("[name=birthday]").inputValue(), WAIT).toBe("1991-04-12");
    expect(await guest.page.locator("[name=name]").inputValue()).toBe("Ганна <b>");
    expect(chain.kept()).toContain("Ганна");
    expect(other.complaints).toEqual([]);
    await other.context.close();
    await guest.back();
  });

  it("says no to the use of their history, and the counter's decision is another one", async () => {
    await guest.go("Код");
    const before = await guest.code();
    await guest.go("Я");
    await guest.tap(/Согласия/);
    await guest.page.getByRole("switch", { name: /Учитывать мою историю/ }).uncheck();
    await guest.page.getByText("Что и когда вы ответили").waitFor();
    await guest.back();
    await guest.go("Скидки");
    await guest.page.getByText("Действует всегда").waitFor();
    await guest.go("Код");
    await chain.openCounter();
    const greeted = await chain.ask({ do: "greet", code: await guest.nextCode(before) });
    expect(greeted.customer?.consent).toEqual(["programme"]);
    expect(greeted.offers).toHaveLength(1);
    await chain.ask({ do: "cancel", visit: greeted.visit });
    await chain.closeCounter();
  });

  it("leaves: nothing that names them stays at the office, and no counter takes the code", async () => {
    const code = await guest.code();
    const residue = ["Ганна", "1991-04-12", ...PURPOSES.map((purpose) => ru[`consent.${purpose}_words`])];
    // All of it was there, or looking for it afterwards would show nothing.
    for (const words of residue) expect(chain.kept().includes(words), words).toBe(true);
    await guest.go("Я");
    await guest.tap("Удалить аккаунт");
    await guest.tap("Удалить навсегда");
    await guest.page.getByRole("button", { name: "Стать участником" }).waitFor();
    const kept = chain.kept();
    for (const words of residue) expect(kept.includes(words), words).toBe(false);
    expect(await guest.kept()).toEqual([]);
    chain.fetchNews();
    await chain.openCounter();
    const greeted = await chain.ask({ do: "greet", code });
    expect(greeted.error?.code).toBe("code_pass_revoked");
    expect(guest.complaints).toEqual([]);
  });
});
