import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import decode from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { modules } from "./modules";

/** Pixels on a side of a module, as a camera sees it. */
const SCALE = 4;

/** What a reader makes of a drawn code. */
function readBack({ side, path }: ReturnType<typeof modules>): string {
  const wide = side * SCALE;
  const pixels = new Uint8Array(wide * wide * 4).fill(255);
  for (const [, x = "", y = "", run = ""] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      for (let at = Number(x) * SCALE; at < (Number(x) + Number(run)) * SCALE; at += 1) pixels.fill(0, (row * wide + at) * 4, (row * wide + at) * 4 + 3);
    }
  }
  return decode({ width: wide, height: wide, data: pixels });
}

describe("a QR code", () => {
  it.each(["otpauth://totp/Kava:%D0%90?secret=JBSWY3DPEHPK3PXP&issuer=Kava", "216567117386161511543125".repeat(20), "https://kava.example/club/?claim=100000000004216"])("of %s is read back", (text) => {
    for (const ecc of ["low", "medium"] as const) expect(readBack(modules(text, ecc))).toBe(text);
  });

  it("of 486 digits has at most 57 modules on a side, of 699 at most 69, and four of white around", () => {
    expect(modules("1".repeat(486)).side).toBeLessThanOrEqual(57 + 8);
    expect(modules("1".repeat(699)).side).toBeLessThanOrEqual(69 + 8);
    expect(modules("1").path).toMatch(/^M4 4h7/);
  });

  it("is drawn by an encoder that loads where prototypes are frozen, as in the desktop window", () => {
    const encoder = pathToFileURL(createRequire(import.meta.url).resolve("qr")).href;
    const program = `Object.freeze(Object.prototype); const { default: encode } = await import("${encoder}"); console.log(encode("1", "raw").length);`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(Number(said)).toBeGreaterThan(20);
  });
});
