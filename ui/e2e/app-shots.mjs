// Takes a picture of every state of an app that the office serves: node e2e/app-shots.mjs ADDRESS FOLDER [STATE…], where the
// address is the app's own, such as http://127.0.0.1:8480/club/. Three languages, light and dark.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, folder, ...only] = process.argv.slice(2);
const [width, height] = address.includes("/office") ? [1280, 800] : [390, 780];
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width, height } });
await page.goto(new URL("dev/states/", address).href);
await page.locator("li a").first().waitFor();
const states = await page.locator("li a").allTextContents();
for (const state of states) {
  if (only.length > 0 && !only.includes(state)) continue;
  for (const [language, theme] of [["ru", "light"], ["be", "dark"], ["en", "light"]]) {
    await page.goto(new URL(`dev/states/${state}?language=${language}&theme=${theme}`, address).href);
    await page.locator("#screen > *").first().waitFor();
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${folder}/${state}-${language}.png`, fullPage: width > height });
  }
}
await browser.close();
