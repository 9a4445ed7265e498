import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogues, dayOf, type Key, timeOf } from "./index";

const SOURCE = resolve(import.meta.dirname, "..");
const keys = Object.keys(catalogues.ru) as Key[];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "words" ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

describe("the catalogues of the club", () => {
  it("have every key in every language, with the same places to fill", () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
    for (const [language, words] of Object.entries(catalogues)) {
      expect(Object.keys(words).toSorted(), language).toEqual(keys.toSorted());
      for (const key of keys) {
        expect(words[key].trim(), `${language} ${key}`).not.toBe("");
        expect(places(words[key]), `${language} ${key}`).toEqual(places(catalogues.ru[key]));
      }
    }
  });

  it("have no key that nobody uses", () => {
    const code = sources(SOURCE).map((path) => readFileSync(path, "utf8")).join("\n");
    const composed = ["reason.", "fault.", "tab.", "consent.", "theme.", "visits.", "receipts.one", "receipts.few", "receipts.many", "install.", "profile."];
    const unused = keys.filter((key) => !code.includes(`"${key}"`) && !composed.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  it("have words for every reason that a counter or the office gives", () => {
    const rust = readFileSync(resolve(SOURCE, "../../../src/facts/offer.rs"), "utf8");
    const reasons = [...rust.matchAll(/Reason::\w+ => "(\w+)"/g)].map(([, code]) => `reason.${code}`);
    expect(reasons.length).toBeGreaterThan(5);
    expect(reasons.filter((key) => !keys.includes(key as Key))).toEqual([]);
  });

  it("write days and times as people do, whatever the browser knows of Belarusian", () => {
    const year = new Date().getUTCFullYear();
    expect(dayOf("be", `${year}-12-09T21:30:00.000Z`, 180)).toBe("10 снежня");
    expect(dayOf("be", "1999-12-09T10:00:00.000Z", 180)).toBe("9 снежня 1999");
    expect(timeOf("2026-12-09T21:05:00.000Z", 180)).toBe("00:05");
  });
});
