// A console that is left open: it keeps itself new without keeping its clerk in, waits for an office that is gone, and gives
// way to whoever follows a link of their own in it.
import type { Browser, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open } from "./browser";
import { Chain } from "./chain";
import { Clerk } from "./clerk";

const PASSWORD = "correct horse battery staple";
/** A little more than the console waits before it asks anew. */
const TURN_MS = 16_000;

let browser: Browser;
let chain: Chain;
let owner: Clerk;

/** The next question of this name, as it was asked while a turn passed. */
async function turn(name: string): Promise<Request> {
  const [asked] = await Promise.all([
    owner.page.waitForRequest((request) => request.url().endsWith(`/api/${name}`)),
    owner.page.clock.fastForward(TURN_MS),
  ]);
  return asked;
}

const isUnasked = (request: Request) => request.headers()["kava-unasked"] === "1";

beforeAll(async () => {
  browser = await launch();
  chain = await Chain.openOffice();
  owner = new Clerk(await open(browser, [1280, 800]));
  await owner.page.clock.install();
  await owner.page.goto(chain.invite());
  await owner.choosePassword(PASSWORD);
  await owner.page.getByText("Ни одна касса ещё не подключена").waitFor();
});

afterAll(async () => {
  await browser?.close();
  await chain?.close();
});

describe.sequential("an open console", () => {
  it("says that nobody asked while nobody touches it, and that somebody did once they do", async () => {
    // Who has just come in has touched it.
    expect(isUnasked(await turn("overview"))).toBe(false);
    expect(isUnasked(await turn("overview"))).toBe(true);
    await owner.page.keyboard.press("Shift");
    expect(isUnasked(await turn("overview"))).toBe(false);
    expect(isUnasked(await turn("overview"))).toBe(true);
  });

  it("waits for an office that is gone when it is opened, and lets its clerk in by itself", async () => {
    await owner.page.route("**/office/api/**", (route) => route.abort());
    await owner.page.reload();
    await owner.sees("Офис не отвечает");
    await owner.page.unroute("**/office/api/**");
    await turn("session");
    await owner.sees("Обзор");
  });

  it("keeps a link until the office has answered, and leaves the desk to whose it is", async () => {
    const { link } = JSON.parse(chain.sync("admin", "link", "--name", "pavel", "--role", "support", "--at", new URL(chain.console).origin)) as { link: string };
    await owner.page.route("**/office/api/link", (route) => route.abort());
    await owner.page.goto(link);
    await owner.page.getByText("Офис не отвечает").waitFor();
    expect(owner.page.url()).toContain("enter=");
    await owner.page.unroute("**/office/api/link");
    await turn("link");
    await owner.sees("Здравствуйте, pavel");
    expect(owner.page.url()).not.toContain("enter=");
    await owner.choosePassword(PASSWORD);
    await owner.sees("Обзор");
    expect(await owner.page.getByRole("link", { name: "Сотрудники" }).count()).toBe(0);
    expect(owner.complaints.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
  });
});
