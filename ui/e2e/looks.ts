// What is wrong with how a page looks, as far as it can be measured.
import type { Browser, Page } from "playwright-core";
import { open } from "./browser";

/** Looks at each of these, two at a time; says what was found, and what the pages complained about. */
export async function lookAtAll<One>(
  browser: Browser,
  size: readonly [number, number],
  all: readonly One[],
  look: (page: Page, one: One) => Promise<string[]>,
): Promise<string[]> {
  const waiting = [...all];
  const walk = async () => {
    const page = await open(browser, size);
    await page.emulateMedia({ reducedMotion: "reduce" });
    const found: string[] = [];
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) found.push(...(await look(page, one)));
    await page.close();
    return [...found, ...page.complaints];
  };
  return (await Promise.all([walk(), walk()])).flat();
}

/** Goes to a state's page and waits until it stands. */
export async function stand(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator("#screen > *").first().waitFor();
  // A part of it may still be fetched.
  await page.locator("[data-coming]").waitFor({ state: "detached" });
}

/** What is narrower or lower than a finger needs, of what this selector finds. */
export function small(page: Page, least: number, what = "button"): Promise<string[]> {
  return page.evaluate(
    ([least, what]) => {
      const boxes = [...document.querySelectorAll(what)].map((one) => ({ one, box: one.getBoundingClientRect() }));
      const found = boxes.filter(({ box }) => box.width < least || box.height < least);
      return found.map(({ one, box }) => `${one.textContent} ${Math.round(box.width)}x${Math.round(box.height)}`);
    },
    [least, what] as const,
  );
}

/** Whether something sticks out of the screen at the side. */
export function wide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** Texts that show a part of a line: a box too low for them cuts through it. */
export function cutThrough(page: Page, what: string): Promise<string[]> {
  return page.evaluate((what) => {
    const shown = [...document.querySelectorAll(what)].map((one) => ({ one, lines: one.clientHeight / Number.parseFloat(getComputedStyle(one).lineHeight) }));
    return shown.filter(({ lines }) => Math.abs(lines - Math.round(lines)) > 0.1).map(({ one, lines }) => `${one.textContent} ${lines.toFixed(2)} lines`);
  }, what);
}

/** The names of every state, as the list of them has it. */
export async function namesOf(page: Page, list: string): Promise<string[]> {
  await page.goto(list);
  await page.locator("li a").first().waitFor();
  return page.locator("li a").allTextContents();
}

/** Words that are written smaller than so many pixels, of what this selector finds. */
export function tiny(page: Page, least: number, what = "body *"): Promise<string[]> {
  return page.evaluate(
    ([least, what]) => {
      const says = (one: Element) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      const found = [...document.querySelectorAll(what)].filter((one) => says(one) && one.getClientRects().length > 0 && Number.parseFloat(getComputedStyle(one).fontSize) < least);
      return found.map((one) => `${one.textContent} ${getComputedStyle(one).fontSize}`);
    },
    [least, what] as const,
  );
}

/** What does not stand whole on the screen, of what this selector finds. */
export function outside(page: Page, what: string): Promise<string[]> {
  return page.evaluate((what) => {
    const boxes = [...document.querySelectorAll(what)].map((one) => ({ one, box: one.getBoundingClientRect() }));
    return boxes.filter(({ box }) => box.bottom > innerHeight || box.right > innerWidth).map(({ one, box }) => `${one.textContent} ${Math.round(box.bottom)}`);
  }, what);
}
