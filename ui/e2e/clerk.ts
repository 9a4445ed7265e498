// A clerk at the console: what they tap, type and read.
import type { Page } from "playwright-core";
import { minorOf } from "./minor";

export class Clerk {
  readonly complaints: string[];

  constructor(readonly page: Page & { complaints: string[] }) {
    this.complaints = page.complaints;
    page.setDefaultTimeout(15_000);
    // A browser of its own language would ask for another.
    void page.addInitScript(() => localStorage.setItem("language", "ru"));
  }

  tap(name: string): Promise<void> {
    return this.page.getByRole("button", { name, exact: true }).first().click();
  }

  go(screen: string): Promise<void> {
    return this.page.getByRole("navigation").getByRole("link", { name: screen }).click();
  }

  async sees(heading: string): Promise<void> {
    await this.page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  }

  type(field: string, text: string): Promise<void> {
    return this.page.locator(`[name=${field}]`).fill(text);
  }

  /** Chooses one of a list. */
  async choose(field: string, value: string): Promise<void> {
    await this.page.locator(`select[name=${field}]`).selectOption(value);
  }

  async choosePassword(password: string): Promise<void> {
    await this.type("password", password);
    await this.type("again", password);
    await this.tap("Сохранить и войти");
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.type("name", name);
    await this.type("password", password);
    await this.tap("Войти");
  }

  /** Looks a receipt up. */
  async find(receipt: string): Promise<void> {
    await this.type("receipt", receipt);
    await this.tap("Найти");
  }

  /** A figure of the overview in minor units. */
  async sum(of: "net" | "saved" | "kept"): Promise<number> {
    return minorOf(await this.page.getByTestId(of).innerText());
  }
}
