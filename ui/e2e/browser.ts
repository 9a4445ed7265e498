// Debian's Chromium, without a network of its own.
import { type Browser, chromium, type Page } from "playwright-core";

const PROGRAM = process.env["KAVA_CHROMIUM"] ?? "/usr/bin/chromium";
const WORDS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const SIZES = { till: [1366, 768], small: [800, 600], large: [1920, 1080] } as const;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: WORDS });
}

/** A page of a screen's size; what it complains about is kept. */
export async function open(browser: Browser, [width, height]: readonly [number, number]): Promise<Page & { complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return Object.assign(page, { complaints });
}
