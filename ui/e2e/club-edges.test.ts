// What goes wrong on phones: clocks, tabs, memory, keys, old builds, hostile names.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "./browser";
import { APP, Chain } from "./chain";
import { Guest } from "./guest";

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, locale: "ru-RU" };
const WAIT = { timeout: 20_000 };
const HOUR = 3_600_000;

let browser: Browser;
let chain: Chain;

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.open();
  await chain.openCounter();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

/** A phone on which something is done before the app begins. */
async function phone(before?: (context: BrowserContext) => Promise<unknown>): Promise<Guest> {
  const context = await browser.newContext(PHONE);
  await before?.(context);
  return new Guest(await context.newPage(), context);
}

/** A clock that is off: every page of this phone lives at another time. */
const off = (ms: number) => (context: BrowserContext) =>
  context.addInitScript((by) => {
    const real = Date.now.bind(Date);
    const Plain = Date;
    // As a phone does it: the clock is off for everything that asks.
    globalThis.Date = class extends Plain {
      constructor(...words: [] | [number | string]) {
        if (words.length === 0) super(real() + by);
        else super(words[0]);
      }
      static override now() {
        return real() + by;
      }
    } as DateConstructor;
  }, ms);

describe.sequential("a phone", () => {
  it.each([HOUR, -HOUR, 400 * 24 * HOUR])("whose clock is %i ms off joins, and shows codes that the counter takes", async (ms) => {
    const guest = await phone(off(ms));
    await guest.page.goto(chain.address);
    await guest.join();
    const greeted = await chain.ask({ do: "greet", code: await guest.code() });
    expect(greeted.error).toBeUndefined();
    await chain.ask({ do: "cancel", visit: greeted.visit });
    // The time it has learnt is kept: without a network the code is right, too.
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.context.setOffline(true);
    await guest.page.reload();
    const again = await chain.ask({ do: "greet", code: await guest.code() });
    expect(again.error).toBeUndefined();
    await chain.ask({ do: "cancel", visit: again.visit });
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
  });

  it("without Ed25519 signs with P-256, and the counter takes it", async () => {
    const guest = await phone((context) =>
      context.addInitScript(() => {
        const plain = crypto.subtle.generateKey.bind(crypto.subtle);
        crypto.subtle.generateKey = ((algorithm: string | { name: string }, ...rest: [boolean, KeyUsage[]]) =>
          algorithm === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError")) : plain(algorithm as "Ed25519", ...rest)) as typeof crypto.subtle.generateKey;
      }),
    );
    await guest.page.goto(chain.address);
    await guest.join();
    const code = await guest.code();
    expect(code.startsWith("22")).toBe(true);
    const { settled } = await chain.sell(code, "cap-m");
    expect(settled.status).toBe("done");
    await guest.context.close();
  });

  it("keeps its key where no script can take it out", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    expect(await guest.page.getByText("Этот браузер ничего не хранит").count()).toBe(0);
    const taken = await guest.page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((done) => {
        const asked = indexedDB.open("kava-club");
        asked.onsuccess = () => done(asked.result);
      });
      const key = await new Promise<{ secret: CryptoKey }>((done) => {
        const asked = db.transaction("kept").objectStore("kept").get("key");
        asked.onsuccess = () => done(asked.result as { secret: CryptoKey });
      });
      return crypto.subtle.exportKey("pkcs8", key.secret).then(
        () => "taken",
        (why: Error) => why.name,
      );
    });
    expect(taken).toBe("InvalidAccessError");
    await guest.context.close();
  });

  it("with two tabs shows a code in each, and the counter takes either once", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    const second = new Guest(await guest.context.newPage(), guest.context);
    await second.page.goto(chain.address);
    const [one, other] = [await guest.code(), await second.code()];
    expect(one).not.toBe(other);
    const { settled } = await chain.sell(one, "cap-m");
    expect(settled.status).toBe("done");
    expect((await chain.ask({ do: "greet", code: one })).error?.code).toBe("code_replayed");
    const greeted = await chain.ask({ do: "greet", code: other });
    expect(greeted.error).toBeUndefined();
    await chain.ask({ do: "cancel", visit: greeted.visit });
    await guest.context.close();
  });

  it("that brings a membership which is none joins without it", async () => {
    const guest = await phone();
    await guest.page.goto(`${chain.address}?claim=31415926`);
    await guest.tap("Стать участником");
    await guest.page.getByText("Это приглашение уже занято").waitFor();
    await guest.join();
    const greeted = await chain.ask({ do: "greet", code: await guest.code() });
    expect(greeted.error).toBeUndefined();
    await chain.ask({ do: "cancel", visit: greeted.visit });
    await guest.context.close();
  });

  it("whose memory was taken away asks to join, and gets the account back from another phone", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    const other = await phone();
    await guest.go("Я");
    await guest.tap(/Перенести на другой телефон/);
    await guest.tap("Получить код");
    const code = await guest.page.getByTestId("transfer").innerText();
    await other.page.goto(chain.address);
    await other.tap("У меня уже есть аккаунт");
    await other.page.locator("[name=transfer]").fill("0000-0000-0000-0000");
    await other.tap("Перенести сюда");
    await other.page.getByText("Код не подошёл").waitFor();
    await other.page.locator("[name=transfer]").fill(code);
    await other.tap("Перенести сюда");
    const mine = await chain.ask({ do: "greet", code: await other.code() });
    await chain.ask({ do: "cancel", visit: mine.visit });
    // The first phone loses everything.
    await guest.page.evaluate(() => new Promise<void>((done) => {
      indexedDB.databases().then((all) => all.forEach(({ name = "" }) => indexedDB.deleteDatabase(name)), () => undefined);
      setTimeout(done, 300);
    }));
    await guest.context.clearCookies();
    await guest.page.reload();
    await guest.page.getByRole("button", { name: "Стать участником" }).waitFor();
    await guest.context.close();
    await other.context.close();
  });

  it("on which a browser keeps nothing works as long as the page is open", async () => {
    const guest = await phone((context) =>
      context.addInitScript(() => {
        Object.defineProperty(globalThis, "indexedDB", { value: undefined });
      }),
    );
    await guest.page.goto(chain.address);
    await guest.join();
    expect(await guest.code()).toMatch(/^2[12]\d{484,}$/);
    await guest.page.getByText("Этот браузер ничего не хранит").waitFor();
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
  });

  it("inside another app is told to open a real browser", async () => {
    const context = await browser.newContext({ ...PHONE, userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Instagram 300.0" });
    const guest = new Guest(await context.newPage(), context);
    await guest.page.goto(chain.address);
    await guest.page.getByRole("heading", { name: "Откройте в браузере" }).waitFor();
    await context.close();
  });

  it("shows a name as text, whatever stands in it", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.go("Я");
    await guest.tap(/Мои данные/);
    const name = `<img src=x onerror="globalThis.harmed=1"> שלום`;
    await guest.page.locator("[name=name]").fill(name);
    await guest.tap("Сохранить");
    await guest.page.getByText("Сохранено").waitFor();
    await guest.back();
    expect(await guest.page.locator("h1").innerText()).toBe(name);
    expect(await guest.page.evaluate(() => (globalThis as { harmed?: number }).harmed)).toBeUndefined();
    await guest.context.close();
  });

  it("keeps what the guest is typing while the office's news come, and what is typed on while it is sent", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.go("Я");
    await guest.tap(/Мои данные/);
    const [name, email] = [guest.page.locator("[name=name]"), guest.page.locator("[name=email]")];
    const fetched = () => guest.page.waitForResponse((answer) => answer.url().endsWith("/club/home"));
    await name.fill("Ганна");
    const news = fetched();
    await guest.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await news;
    expect(await name.inputValue()).toBe("Ганна");
    // An office that takes its time.
    await guest.context.route("**/club/profile", async (route) => {
      await email.fill("a@example.by");
      await route.continue();
    });
    await guest.tap("Сохранить");
    await guest.page.getByText("Сохранено").waitFor({ state: "attached" });
    expect(await email.inputValue()).toBe("a@example.by");
    expect(await name.inputValue()).toBe("Ганна");
    await guest.context.close();
  });

  it("drops a chosen card when its time is over, without a network, and says so", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.go("Скидки");
    await guest.tap("Выбрать");
    await guest.go("Код");
    await guest.page.getByText("Применится").waitFor();
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.context.setOffline(true);
    await off(20 * 24 * HOUR)(guest.context);
    await guest.page.reload();
    await guest.page.getByText("Касса сама выберет лучшую скидку").waitFor();
    expect(await guest.code()).toMatch(/^2[12]/);
    await guest.go("Скидки");
    await guest.page.getByText("Срок выбранной скидки вышел").waitFor();
    await guest.context.close();
  });

  it("says after thirty days without a network that the code has ended, and renews it with one", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.context.setOffline(true);
    await off(31 * 24 * HOUR)(guest.context);
    await guest.page.reload();
    await guest.page.getByText("Код действовал 30 дней без связи и закончился").waitFor();
    expect(await guest.page.getByRole("button", { name: "Обновить" }).isVisible()).toBe(true);
    // As soon as there is one, by itself.
    await guest.context.setOffline(false);
    const greeted = await chain.ask({ do: "greet", code: await guest.code() });
    expect(greeted.error).toBeUndefined();
    await chain.ask({ do: "cancel", visit: greeted.visit });
    await guest.context.close();
  });

  it("with a build of before opens it, is told of the newer one, and takes it without a blank screen", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kava-app-"));
    cpSync(APP, folder, { recursive: true });
    await chain.stopOffice();
    await chain.startOffice(folder);
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.page.reload();
    // Five builds later: other files, and those of before are gone from the office.
    const index = readFileSync(join(folder, "index.html"), "utf8");
    const script = /assets\/index-[\w-]+\.js/.exec(index)?.[0] ?? "";
    const worker = readFileSync(join(folder, "sw.js"), "utf8");
    const next = script.replace("index-", "index-newer-");
    writeFileSync(join(folder, next), readFileSync(join(folder, script)));
    rmSync(join(folder, script));
    rmSync(join(folder, `${script}.gz`));
    rmSync(join(folder, "index.html.gz"));
    writeFileSync(join(folder, "index.html"), index.replace(script, next));
    writeFileSync(join(folder, "sw.js"), worker.replace(script, next).replace(/VERSION = "\w+"/, 'VERSION = "newer"'));
    rmSync(join(folder, "sw.js.gz"), { force: true });
    await chain.stopOffice();
    await chain.startOffice(folder);
    await guest.page.reload();
    expect(await guest.code()).toMatch(/^2[12]/);
    await guest.page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration?.update()));
    await guest.page.getByText("Есть новая версия").waitFor();
    await guest.page.locator(".newer button").click();
    await expect.poll(() => guest.page.evaluate(() => document.querySelector("script[type=module]")?.getAttribute("src") ?? "").catch(() => ""), WAIT).toContain("index-newer-");
    expect(await guest.code()).toMatch(/^2[12]/);
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("whose pass was signed by a key that the office withdrew gets a new one", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    const old = await guest.code();
    await chain.closeCounter();
    chain.sync("key", "revoke", "1");
    chain.fetchNews();
    await chain.openCounter();
    expect((await chain.ask({ do: "greet", code: old })).error?.code).toBe("code_key_revoked");
    await guest.page.reload();
    await expect.poll(async () => (await chain.ask({ do: "greet", code: await guest.code() })).error?.code, WAIT).toBeUndefined();
    await guest.context.close();
  });

  it("in flight mode has every screen", async () => {
    const guest = await phone();
    await guest.page.goto(chain.address);
    await guest.join();
    await guest.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await guest.context.setOffline(true);
    await guest.page.reload();
    for (const tab of ["Скидки", "Лента", "Меню", "Я", "Код"]) {
      await guest.go(tab);
      await guest.page.getByText("Нет сети").waitFor();
      await guest.page.getByRole("heading", { level: 1 }).waitFor();
    }
    await guest.go("Я");
    await guest.tap("Скачать мои данные");
    await guest.page.getByText("Нет связи с кофейней").waitFor();
    await guest.tap("Удалить аккаунт");
    await guest.tap("Удалить навсегда");
    await guest.page.getByText("Нет связи с кофейней").waitFor();
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
  });
});
