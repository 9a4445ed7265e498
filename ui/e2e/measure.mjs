// Measures the screen against a running counter: node e2e/measure.mjs ADDRESS CODE [SCANS].
// Tap to paint and scan to discount in a browser slowed down four times, and how many scans are heard whatever is open.
import { chromium } from "playwright-core";

const [address, code, scans = "200"] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
await page.goto(address);
await page.locator(".tile").first().waitFor();
const devtools = await page.context().newCDPSession(page);
await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });

/** Runs in the page: from an event to the first frame after which the question is answered. */
await page.evaluate(() => {
  globalThis.until = (begin, answered) =>
    new Promise((done) => {
      const at = performance.now();
      begin();
      const look = () => (answered() ? requestAnimationFrame(() => done(performance.now() - at)) : requestAnimationFrame(look));
      requestAnimationFrame(look);
    });
  globalThis.scan = (text) => {
    for (const one of [...text].map((digit) => `Digit${digit}`).concat("Enter")) {
      const key = { code: one, key: "", bubbles: true, cancelable: true };
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", key));
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keyup", key));
    }
  };
  globalThis.total = () => document.querySelector(".total b")?.textContent ?? "";
  globalThis.button = (name) => [...document.querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === name || one.textContent === name);
});
const wait = (what) => page.waitForFunction(what);
const clear = async () => {
  for (const name of ["Следующий гость", "Очистить", "Без гостя"]) {
    await page.evaluate((label) => button(label)?.click(), name);
    await page.waitForTimeout(100);
  }
  await wait(() => document.querySelector(".lines.none") && !document.querySelector("[data-testid=guest]"));
};
const percentile = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
const say = (what, times) => console.log(`${what}: n ${times.length}, p50 ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`);

await clear();
const taps = [];
for (let nth = 0; nth < 100; nth += 1) {
  taps.push(
    await page.evaluate((at) => {
      const before = total();
      return until(() => document.querySelectorAll(".tile")[at].click(), () => total() !== before);
    }, nth % 15),
  );
  if (nth % 10 === 9) await clear();
}
say("tap to paint", taps);

const discounts = [];
for (let nth = 0; nth < 50; nth += 1) {
  await clear();
  await page.evaluate(() => document.querySelectorAll(".tile")[3].click());
  await wait(() => document.querySelectorAll(".line").length === 1);
  discounts.push(await page.evaluate((text) => until(() => scan(text), () => document.querySelector(".sum .saved") !== null), code));
}
say("scan to discount", discounts);

await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
await clear();
const places = ["", "Ввести код", "Поиск", "Меню кассы", "Наличные", "Ещё"];
let heard = 0;
for (let nth = 0; nth < Number(scans); nth += 1) {
  if (nth % places.length === 4) await page.evaluate(() => document.querySelector(".tile")?.click());
  await page.evaluate((name) => name && button(name)?.click(), places[nth % places.length]);
  const number = await page.evaluate(() => document.querySelector(".message")?.dataset.code ?? "");
  await page.evaluate((text) => scan(text), nth % 2 === 0 ? code : "100000000004217");
  const expected = nth % 2 === 0 ? "greeted" : "code_check_digits";
  const came = await page.waitForFunction((wanted) => document.querySelector(".message")?.dataset.code === wanted, expected, { timeout: 5000 }).then(() => true, () => false);
  heard += came ? 1 : 0;
  if (!came) console.log(`scan ${nth} in ${places[nth % places.length] || "tiles"} was not heard; before it ${number}`);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector(".tiles") !== null && document.querySelector(".pane") === null);
  if (nth % 12 === 11) await clear();
}
console.log(`scans heard: ${heard} of ${scans}`);
await browser.close();
