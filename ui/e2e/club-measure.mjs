// Measures the guests' app: node e2e/club-measure.mjs ADDRESS [ROUNDS]. How long a launch without a network takes until a
// reader can read the code, and how often an independent reader reads it dimmed, cracked, with glare, small and turned.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const [address, rounds = "60"] = process.argv.slice(2);
const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm).buffer } });
const reads = async (picture) => (await readBarcodes(new Uint8Array(picture), { formats: ["QRCode"], tryHarder: true })).length > 0;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: "ru-RU" });
const page = await context.newPage();
await page.goto(address);
await page.getByRole("button", { name: "Стать участником" }).click();
await page.locator(".qr").waitFor();
await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
await page.reload();
await context.setOffline(true);

// From the start of the navigation to the frame with the code, by the page's own clock.
const launches = [];
for (let nth = 0; nth < 11; nth += 1) {
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      if (document.querySelector(".qr path") === null) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.stood = performance.now())));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await page.waitForFunction(() => globalThis.stood !== undefined);
  launches.push(await page.evaluate(() => Math.round(globalThis.stood)));
}
launches.sort((one, other) => one - other);

// The code alone, as a camera sees it: one hard thing after the other, then together.
await page.locator(".white").click();
await page.locator(".full .qr").waitFor();
let seed = 1;
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
const kinds = {
  clean: {},
  "dim to 15 %": { dim: 0.15 },
  "dim to 30 %": { dim: 0.3 },
  "six cracks": { cracks: 6 },
  glare: { glare: true },
  "160 px wide": { wide: 160 },
  "cracks, dim to 30 %, glare": { cracks: 6, dim: 0.3, glare: true },
};
const rates = {};
for (const [name, { dim = 1, cracks = 0, glare = false, wide = 360 }] of Object.entries(kinds)) {
  let good = 0;
  for (let nth = 0; nth < Number(rounds); nth += 1) {
    const lines = Array.from({ length: cracks }, () => [random(), random(), random(), random()]);
    const turn = random() * 36 - 18;
    const spot = [random(), random()];
    await page.evaluate(
      ({ dim, lines, glare, wide, turn, spot }) => {
        document.querySelector("#camera")?.remove();
        const qr = document.querySelector(".qr").cloneNode(true);
        const [, , side] = qr.getAttribute("viewBox").split(" ").map(Number);
        const quiet = 4;
        for (const [x1, y1, x2, y2] of lines) {
          const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
          const at = (share) => share * side - quiet;
          Object.entries({ x1: at(x1), y1: at(y1), x2: at(x2), y2: at(y2), stroke: "#777", "stroke-width": 0.7 }).forEach(([key, value]) => line.setAttribute(key, value));
          qr.append(line);
        }
        const camera = document.createElement("div");
        camera.id = "camera";
        const light = glare ? `radial-gradient(circle at ${spot[0] * 100}% ${spot[1] * 100}%, rgb(255 255 255 / 85%), transparent 32%)` : "none";
        Object.assign(camera.style, { position: "fixed", inset: "0", background: "#222", display: "grid", placeItems: "center", zIndex: 9 });
        const phone = document.createElement("div");
        Object.assign(phone.style, { position: "relative", width: `${wide / devicePixelRatio}px`, background: "#fff", filter: `brightness(${dim}) blur(0.4px)`, rotate: `${turn}deg` });
        const shine = document.createElement("div");
        Object.assign(shine.style, { position: "absolute", inset: "0", background: light });
        phone.append(qr, shine);
        camera.append(phone);
        document.body.append(camera);
      },
      { dim, lines, glare, wide: wide === 360 ? 700 : wide, turn, spot },
    );
    if (await reads(await page.screenshot())) good += 1;
  }
  rates[name] = Math.round((100 * good) / Number(rounds));
}
const size = await page.evaluate(() => Number(document.querySelector(".full .qr").getAttribute("viewBox").split(" ")[2]) - 8);
console.log(JSON.stringify({ launch_ms: { median: launches[5], worst: launches[10] }, modules: size, rounds: Number(rounds), read_percent: rates }, null, 1));
await browser.close();
