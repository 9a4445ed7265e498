// A person at the screen: what they tap, scan and read.
import { expect } from "vitest";
import type { Page } from "playwright-core";
import { minorOf } from "./minor";

/** How long a person waits for the screen; a busy machine is slow. */
export const WAIT = { timeout: 10_000 };

/** What a scanner at the keyboard does, on a machine whose layout is Russian. The keys come a few milliseconds apart and
 * carry the time at which they were struck, however late a busy machine hears them. Runs in the page. */
export function strike(digits: string): void {
  const codes = [...digits].map((digit) => `Digit${digit}`).concat("Enter");
  const begun = performance.now() - codes.length * 4;
  for (const [nth, code] of codes.entries()) {
    for (const kind of ["keydown", "keyup"]) {
      const event = new KeyboardEvent(kind, { code, key: "ы", bubbles: true, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: begun + nth * 4 });
      (document.activeElement ?? document.body).dispatchEvent(event);
    }
  }
}

export class Person {
  constructor(readonly page: Page) {}

  /** Opens the counter's address. */
  static async at(page: Page, address: string): Promise<Person> {
    await page.goto(address);
    await page.locator(".tile").first().waitFor();
    return new Person(page);
  }

  tap(name: string | RegExp): Promise<void> {
    return this.page.getByRole("button", { name }).first().click();
  }

  /** Adds a product by its tile. */
  async want(name: string): Promise<void> {
    const before = await this.lines();
    await this.page.locator(".tile", { hasText: name }).first().click();
    await expect.poll(() => this.said(before), WAIT).toBe(true);
  }

  /** Whether the cart says something else than before. */
  private async said(before: string): Promise<boolean> {
    return (await this.lines()) !== before;
  }

  lines(): Promise<string> {
    return this.page.locator(".cart").innerText();
  }

  /** Types as a scanner does: physical keys a few milliseconds apart, whatever layout is in use. */
  async scan(text: string): Promise<void> {
    await this.page.evaluate(strike, text);
  }

  /** The sum on the screen in minor units. */
  async total(): Promise<number> {
    const text = await this.page.getByTestId("total").locator("b").innerText();
    return minorOf(text);
  }

  async sees(what: string): Promise<void> {
    await this.page.getByTestId(what).waitFor();
  }

  /** Waits for a message with this code. */
  async hears(code: string): Promise<void> {
    await this.page.locator(`[data-code="${code}"]`).waitFor();
  }

  /** A guest is served by scan. */
  async greet(code: string): Promise<void> {
    await this.scan(code);
    await this.sees("guest");
  }

  async payByCard(): Promise<void> {
    await this.page.locator(".by-card").click();
  }

  /** The next guest, once nothing of the one before is left: what is wanted then is not taken for what went. */
  async next(): Promise<void> {
    await this.tap("Следующий гость");
    await expect.poll(() => this.lines(), WAIT).toContain("Корзина пуста");
  }

  /** A whole sale by card; gives the sum. */
  async sell(...names: string[]): Promise<number> {
    for (const name of names) await this.want(name);
    const sum = await this.total();
    await this.payByCard();
    await this.sees("paid");
    return sum;
  }

  /** Opens a place of the till's menu. */
  async go(place: string): Promise<void> {
    await this.tap("Меню кассы");
    await this.tap(place);
  }

  async back(): Promise<void> {
    await this.page.keyboard.press("Escape");
    // A person's key is told from a scanner's by the silence after it.
    await this.page.locator(".pane").waitFor({ state: "detached" });
  }
}
