// Takes a picture of every state of the guests' app: node e2e/club-shots.mjs ADDRESS FOLDER [STATE…]. Three languages, light and dark.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, folder, ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 390, height: 780 } });
await page.goto(new URL("/club/dev/states", address).href);
await page.locator("li a").first().waitFor();
const states = await page.locator("li a").allTextContents();
for (const state of states) {
  if (only.length > 0 && !only.includes(state)) continue;
  for (const [language, theme] of [["ru", "light"], ["be", "dark"], ["en", "light"]]) {
    await page.goto(new URL(`/club/dev/states/${state}?language=${language}&theme=${theme}`, address).href);
    await page.locator("#screen > *").first().waitFor();
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${folder}/${state}-${language}.png` });
  }
}
await browser.close();
