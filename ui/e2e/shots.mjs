// Takes a picture of every state: node e2e/shots.mjs ADDRESS FOLDER [SIZE…]. Languages, sizes and themes.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, folder, ...only] = process.argv.slice(2);
const sizes = { till: [1366, 768], small: [800, 600], large: [1920, 1080] };
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const [name, [width, height]] of Object.entries(sizes)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(new URL("/dev/states", address).href);
  const states = await page.locator("li a").allTextContents();
  for (const state of states) {
    for (const [language, theme] of [["ru", "light"], ["be", "dark"], ["en", "light"]]) {
      await page.goto(new URL(`/dev/states/${state}?language=${language}&theme=${theme}`, address).href);
      await page.waitForTimeout(700);
      await page.screenshot({ path: `${folder}/${name}-${state}-${language}.png` });
    }
  }
  await page.close();
}
await browser.close();
