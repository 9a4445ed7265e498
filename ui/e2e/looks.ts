// What is wrong with how a page looks, as far as it can be measured.
import type { Page } from "playwright-core";

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

/** The names of every state, as the list of them has it. */
export async function namesOf(page: Page, list: string): Promise<string[]> {
  await page.goto(list);
  await page.locator("li a").first().waitFor();
  return page.locator("li a").allTextContents();
}
