// The installed package on a clean machine, as `cargo xtask window --try FOLDER` prepares one: it enrols at an office,
// sells without it, and sends what waits when it is back.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Chain } from "./chain";
import { type Desk, Driver } from "./desk";
import { WAIT } from "./till";

const MACHINE = process.env["KAVA_CLEAN"] ?? "";
/** How long a courier may take to try the office again. */
const SENT = { timeout: 90_000 };

let chain: Chain;
let driver: Driver;
let desk: Desk;

/** Runs the installed `kava` there, as whoever furnishes the till does. */
const kava = (...words: string[]) => execFileSync("chroot", [MACHINE, "kava", ...words], { encoding: "utf8" });

/** A sale on a register that no cable reaches. */
async function sell(dish: string): Promise<void> {
  await desk.want(dish);
  await desk.tap("Карта");
  await desk.sees("question");
  await desk.tap("Пробито");
  await desk.sees("paid");
}

beforeAll(async () => {
  rmSync(join(MACHINE, "root/.local/share/kava"), { recursive: true, force: true });
  chain = await Chain.open();
  driver = await Driver.start();
});

afterAll(async () => {
  await desk?.end().catch(() => {});
  await driver?.end();
  await chain?.close();
});

describe.sequential("a clean machine", () => {
  it("says in the window what is missing before it is furnished", async () => {
    desk = await driver.open();
    await expect.poll(() => desk.text("body"), WAIT).toContain("Касса не может начать");
    await desk.end();
  });

  it("enrols at the office and gets its menu", () => {
    kava("init", "--counter", "2", "--currency", "BYN", "--language", "ru", "--title", "Кофейня");
    const { code } = JSON.parse(chain.sync("enrol-code", "--counter", "2")) as { code: string };
    kava("enrol", "--office", chain.officeUrl, code);
    expect(kava("sync")).toContain("documents came");
  });

  it("sells in its window, and the office hears of it", async () => {
    const begun = performance.now();
    desk = await driver.open();
    await desk.tap("Открыть смену");
    console.log(`from the start to the first tap: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    await sell("Капучино");
    await expect.poll(() => desk.text(".strip"), SENT).toContain("Всё отправлено");
  }, 180_000);

  it("sells on without the office", async () => {
    await chain.stopOffice();
    await sell("Латте");
    await sell("Круассан");
    await expect.poll(() => desk.text(".strip"), SENT).toContain("К отправке");
  }, 180_000);

  it("sends what waited when the office is back", async () => {
    await chain.startOffice();
    await expect.poll(() => desk.text(".strip"), SENT).toContain("Всё отправлено");
    await desk.end();
    expect(kava("audit")).toContain("the books hold");
    const audited = JSON.parse(chain.sync("audit")) as { checked: { receipts: number } };
    expect(audited.checked.receipts).toBe(3);
  }, 180_000);
});
