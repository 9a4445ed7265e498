// A guest with a phone: what they tap and read, and what an independent reader sees on their screen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Page } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { minorOf } from "./minor";

// The reader's own module, from the disk: nothing is fetched.
const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
void prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer as ArrayBuffer } });

/** What zxing-cpp reads on a picture. */
export async function read(picture: Buffer): Promise<{ format: string; text: string } | null> {
  const [found] = await readBarcodes(new Uint8Array(picture), { formats: ["QRCode", "Code128"], tryHarder: true });
  return found === undefined ? null : { format: found.format, text: found.text };
}

export class Guest {
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  tap(name: string | RegExp): Promise<void> {
    return this.page.getByRole("button", { name }).first().click();
  }

  async join(): Promise<void> {
    await this.page.getByRole("switch", { name: /Учитывать мою историю/ }).check();
    await this.tap("Стать участником");
    await this.page.locator(".white .qr").waitFor();
  }

  go(tab: string): Promise<void> {
    return this.page.getByRole("navigation").getByRole("button", { name: tab }).click();
  }

  async back(): Promise<void> {
    await this.tap("Назад");
  }

  /** A picture of the screen, as a camera would see it. */
  picture(): Promise<Buffer> {
    return this.page.screenshot();
  }

  /** The digits that a reader finds on the screen; waits where a step ends just now. */
  async code(): Promise<string> {
    await this.page.locator(".qr").first().waitFor();
    for (let nth = 0; nth < 20; nth += 1) {
      const found = await read(await this.picture());
      if (found?.format === "QRCode") return found.text;
      await this.page.waitForTimeout(100);
    }
    throw new Error("nothing on the screen can be read");
  }

  /** A code of another step than this one. */
  async nextCode(before: string): Promise<string> {
    for (let nth = 0; nth < 200; nth += 1) {
      const code = await this.code();
      if (code !== before) return code;
      await this.page.waitForTimeout(100);
    }
    throw new Error("the code does not change");
  }

  /** The names of everything that the app keeps on this phone. */
  kept(): Promise<string[]> {
    return this.page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((done) => {
        const asked = indexedDB.open("kava-club");
        asked.onsuccess = () => done(asked.result);
      });
      const names = db.transaction("kept").objectStore("kept").getAllKeys();
      return new Promise<string[]>((done) => {
        names.onsuccess = () => done(names.result as string[]);
      });
    });
  }

  /** The sum on the screen in minor units. */
  async saved(): Promise<number> {
    const text = await this.page.getByTestId("saved").innerText();
    return minorOf(text);
  }
}
