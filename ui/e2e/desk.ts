// A person at the window of the desktop program, through WebKit's own driver on a display that nobody sees.
import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { Builder, By, Capabilities, until, type WebDriver, type WebElement } from "selenium-webdriver";
import { expect } from "vitest";
import { minorOf } from "./minor";
import { ROOT } from "./shop";
import { strike, WAIT } from "./till";

const PROGRAM = process.env["KAVA_DESKTOP"] ?? `${ROOT}/target/debug/kava-desktop`;
const DRIVER = process.env["KAVA_WEBDRIVER"] ?? "WebKitWebDriver";

/** A port that nobody uses now. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no port"))));
    });
  });
}

/** Whether somebody listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}

/** WebKit's driver, which starts the program. */
export class Driver {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(): Promise<Driver> {
    const port = await freePort();
    // The program lets itself be driven only when it is told so from outside.
    const env = { ...process.env, TAURI_AUTOMATION: "true", TAURI_WEBVIEW_AUTOMATION: "true" };
    const words = [`--port=${port}`, "--host=127.0.0.1"];
    // A group of its own: where it brings a display along, both end together.
    const child = spawn(DRIVER, words, { env, detached: true, stdio: ["ignore", "inherit", "inherit"] });
    await new Promise((done, fail) => {
      child.on("spawn", done);
      child.on("error", fail);
    });
    const deadline = Date.now() + WAIT.timeout;
    while (!(await listens(port))) {
      if (Date.now() > deadline) throw new Error(`${DRIVER} does not listen on ${port}`);
      await new Promise((done) => setTimeout(done, 50));
    }
    return new Driver(child, port);
  }

  /** Starts the program with these words and gives its window. */
  async open(...args: string[]): Promise<Desk> {
    const wanted = new Capabilities({ "webkitgtk:browserOptions": { binary: PROGRAM, args } });
    // By this name the program answers the driver.
    wanted.setBrowserName("wry");
    const driver = await new Builder().withCapabilities(wanted).usingServer(`http://127.0.0.1:${this.port}`).build();
    return new Desk(driver);
  }

  async end(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.pid === undefined) return;
    const ended = new Promise((done) => child.on("exit", done));
    process.kill(-child.pid);
    await ended;
  }
}

/** The window, and what a person does there. */
export class Desk {
  constructor(readonly driver: WebDriver) {}

  private find(css: string): Promise<WebElement> {
    return Promise.resolve(this.driver.wait(until.elementLocated(By.css(css)), WAIT.timeout));
  }

  sees(what: string): Promise<WebElement> {
    return this.find(`[data-testid="${what}"]`);
  }

  hears(code: string): Promise<WebElement> {
    return this.find(`[data-code="${code}"]`);
  }

  async text(css: string): Promise<string> {
    // What is drawn anew between finding and reading is found again.
    const found = await this.driver.executeScript("return document.querySelector(arguments[0])?.innerText ?? ''", css);
    return String(found);
  }

  /** Presses what has this in its words or label. */
  async tap(words: string): Promise<void> {
    const name = `contains(normalize-space(.), "${words}") or contains(@aria-label, "${words}")`;
    const button = await this.driver.wait(until.elementLocated(By.xpath(`//button[${name}]`)), WAIT.timeout);
    await button.click();
  }

  async want(dish: string): Promise<void> {
    const before = await this.text(".cart");
    const tile = By.xpath(`//button[contains(@class, "tile") and contains(normalize-space(.), "${dish}")]`);
    await this.driver.wait(until.elementLocated(tile), WAIT.timeout).click();
    await expect.poll(async () => (await this.text(".cart")) !== before, WAIT).toBe(true);
  }

  /** The sum on the screen in minor units. */
  async total(): Promise<number> {
    const text = await this.text('[data-testid="total"] b');
    return minorOf(text);
  }

  /** Types as a scanner does. */
  async scan(text: string): Promise<void> {
    await this.driver.executeScript(strike, text);
  }

  /** A guest is served by scan. A machine too busy to hear the keys in one go is scanned at again, as a person would;
   * that no scan is lost on one that is not, scans.test.ts counts. */
  async greet(code: string): Promise<void> {
    const guest = until.elementLocated(By.css('[data-testid="guest"]'));
    for (let tries = 0; tries < 3; tries += 1) {
      await this.scan(code);
      if (await this.driver.wait(guest, WAIT.timeout / 4).then(() => true, () => false)) return;
    }
    await this.sees("guest");
  }

  async payByCard(): Promise<void> {
    await (await this.find(".by-card:not(:disabled)")).click();
    await this.sees("paid");
  }

  async end(): Promise<void> {
    await this.driver.quit();
  }
}
