import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { amount, catalogues, day, find, type Key, money, percent, plural, say } from "./index";

const UI = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const keys = Object.keys(catalogues.ru) as Key[];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

describe("the catalogues", () => {
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
    const code = [join(UI, "barista/src"), join(UI, "packages")].flatMap(sources).filter((path) => !path.includes("packages/words")).map((path) => readFileSync(path, "utf8")).join("\n");
    const rust = ["act", "till", "turns"].map((name) => readFileSync(join(UI, `../src/faces/barista/${name}.rs`), "utf8")).join("\n");
    const page = readFileSync(join(UI, "../docs/interfaces.md"), "utf8");
    // Keys that are put together: the codes of messages, kinds, payments and differences come from the counter.
    const composed = (key: string) => {
      const [room, code_] = key.split(".") as [string, string];
      if (room === "notice") return code_ === "store" || code_ === "other" || rust.includes(`"${code_}"`) || page.includes(`\`${code_}\``);
      if (room === "kind" || room === "pay") return code.includes(`${room}.\${`) && /^(sale|staff|remake|comp|writeoff|corporate|training|cash|card|qr|certificate|invoice|rest_cash|rest_card)$/.test(code_);
      if (room === "differs") return page.includes(`\`${code_}\``);
      return false;
    };
    const unused = keys.filter((key) => !code.includes(`"${key}"`) && !composed(key) && !key.startsWith("guest.visits_"));
    expect(unused).toEqual([]);
  });

  it("have words for everything the counter says by itself", () => {
    const rust = ["act", "till", "turns"].map((name) => readFileSync(join(UI, `../src/faces/barista/${name}.rs`), "utf8")).join("\n");
    const said = [...rust.matchAll(/say\(\s*Tone::\w+,\s*(?:if \w+ \{ )?"(\w+)"(?: \} else \{ "(\w+)")?/g)].flatMap(([, one, other]) => [one, other]).filter((code) => code !== undefined);
    expect(said.length).toBeGreaterThan(15);
    expect(said.filter((code) => find("ru", `notice.${code}`) === null)).toEqual([]);
  });
});

describe("numbers and days", () => {
  it("are written as people write them", () => {
    const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
    expect(plain(money("ru", 123450, "BYN"))).toBe("1 234,50 Br");
    expect(plain(money("be", 123450, "BYN"))).toBe("1 234,50 Br");
    expect(plain(money("en", 123450, "BYN"))).toBe("BYN 1,234.50");
    expect(plain(amount("be", 705))).toBe("7,05");
    expect(percent("ru", 1250)).toBe("12,5 %");
    expect(day("be", "2026-12-09")).toBe("9 снежня");
    expect(day("en", "2026-01-31")).toBe("31 January");
    expect(say("en", "strip.queue", { count: "3" })).toBe("To send: 3");
  });

  it("have the right form of the word beside them", () => {
    const forms = ["one", "few", "many"] as const;
    const table: [number, string][] = [[1, "one"], [2, "few"], [5, "many"], [11, "many"], [12, "many"], [21, "one"], [104, "few"], [111, "many"], [0, "many"]];
    for (const [count, form] of table) expect(plural("be", count, forms), String(count)).toBe(form);
    expect(plural("en", 1, forms)).toBe("one");
    expect(plural("en", 21, forms)).toBe("many");
  });
});
