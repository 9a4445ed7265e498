import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { amount, catalogues, day, dayOf, differences, find, type Key, money, percent, plural, say, timeOf } from "./index";
import { sources } from "./sources";

const UI = resolve(import.meta.dirname, "../../..");
const keys = Object.keys(catalogues.ru) as Key[];
const source = (path: string) => readFileSync(join(UI, "..", path), "utf8");

/** Where the counter gives codes to what goes wrong; what is wrong with the store has one sentence together. */
const FAULTS = ["flow/fault", "facts/basket", "steps/charge", "steps/sale", "steps/scan", "wire/code/fault"];
const faults = FAULTS.flatMap((file) => [...source(`src/${file}.rs`).matchAll(/\w+Fault::\w+(?:\(_\)| \{ \.\. \})? => "(\w+)"/g)].map(([, code = ""]) => code));
/** Why an office does not let a till in: what the counter says by itself, and what the office says to this question. */
const own = [...source("src/flow/enrol.rs").matchAll(/NotIn::\w+(?:\(_\)|\(Hitch::Line\(_\)\))? => "(\w+)"/g)].map(([, code = ""]) => code);
const enrolments = [...own, "enrol_code", "enrol_code_old", "enrol_other", "too_many_tries", "seal_clock", "body_unreadable"];
/** What keeps a device from working. */
const ailments = [...source("src/flow/tryout.rs").matchAll(/Ailment::new\(\s*"(\w+)"/g)].map(([, code = ""]) => code);

describe("the catalogues", () => {
  it("have every key in every language, with the same places to fill", () => {
    for (const words of Object.values(catalogues)) expect(differences(catalogues.ru, words)).toEqual([]);
  });

  it("have no key that nobody uses", () => {
    const code = ["barista/src", "packages"].map((folder) => sources(join(UI, folder))).join("\n");
    const rust = ["act", "till", "turns"].map((name) => source(`src/faces/barista/${name}.rs`)).join("\n");
    const page = source("docs/interfaces.md");
    // Keys that are put together: the codes of messages, kinds, payments and differences come from the counter.
    const composed = (key: string) => {
      const [room, code_] = key.split(".") as [string, string];
      if (room === "notice") return code_ === "store" || code_ === "other" || rust.includes(`"${code_}"`) || [...faults, ...ailments, ...enrolments].includes(code_);
      if (room === "hitch") return code_ === "other" || code_ === "line" || page.includes(`\`${code_}\``);
      if (room === "kind" || room === "pay") return code.includes(`${room}.\${`) && /^(sale|staff|remake|comp|writeoff|corporate|training|cash|card|qr|certificate|invoice|rest_cash|rest_card)$/.test(code_);
      if (room === "trouble") return page.includes(`\`${code_}\``);
      if (room === "differs") return page.includes(`\`${code_}\``);
      return false;
    };
    const unused = keys.filter((key) => !code.includes(`"${key}"`) && !composed(key) && !key.startsWith("guest.visits_"));
    expect(unused).toEqual([]);
  });

  it("have words for everything the counter says by itself", () => {
    const rust = ["act", "till", "turns"].map((name) => source(`src/faces/barista/${name}.rs`)).join("\n");
    const said = [...rust.matchAll(/say\(\s*Tone::\w+,\s*(?:if \w+ \{ )?"(\w+)"(?: \} else \{ "(\w+)")?/g)].flatMap(([, one, other]) => [one, other]).filter((code) => code !== undefined);
    expect(said.length).toBeGreaterThan(15);
    expect(said.filter((code) => find("ru", `notice.${code}`) === null)).toEqual([]);
  });

  it("have words for everything that can go wrong, so that nobody reads a sentence meant for a program", () => {
    expect(faults.length).toBeGreaterThan(50);
    expect(ailments.length).toBeGreaterThan(5);
    expect(own.length).toBeGreaterThan(4);
    const page = source("docs/interfaces.md");
    expect(enrolments.filter((code) => !own.includes(code) && !page.includes(`\`${code}\``))).toEqual([]);
    expect([...faults, ...ailments, ...enrolments].filter((code) => find("ru", `notice.${code}`) === null)).toEqual([]);
    for (const words of Object.values(catalogues)) expect(Object.entries(words).filter(([key, text]) => key.startsWith("notice.") && text.includes("{message}"))).toEqual([]);
  });
});

describe("the differences of two catalogues", () => {
  it("are keys that one lacks, keys that are too many, words that are none and other places to fill", () => {
    const one = { a: "{sum} of {all}", b: "b", c: "c" };
    expect(differences(one, { a: "{all} {sum}", b: "B", c: "C" })).toEqual([]);
    expect(differences(one, { a: "{sum}", b: " ", d: "d" })).toEqual(["a: fills {sum}, not {all} {sum}", "b: is empty", "c: is missing", "d: is too much"]);
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

  it("of an instant are written as people do, whatever the browser knows of Belarusian", () => {
    const year = new Date().getUTCFullYear();
    expect(dayOf("be", `${year}-12-09T21:30:00.000Z`, 180)).toBe("10 снежня");
    expect(dayOf("be", "1999-12-09T10:00:00.000Z", 180)).toBe("9 снежня 1999");
    expect(timeOf("2026-12-09T21:05:00.000Z", 180)).toBe("00:05");
  });

  it("have the right form of the word beside them", () => {
    const forms = ["one", "few", "many"] as const;
    const table: [number, string][] = [[1, "one"], [2, "few"], [5, "many"], [11, "many"], [12, "many"], [21, "one"], [104, "few"], [111, "many"], [0, "many"]];
    for (const [count, form] of table) expect(plural("be", count, forms), String(count)).toBe(form);
    expect(plural("en", 1, forms)).toBe("one");
    expect(plural("en", 21, forms)).toBe("many");
  });
});
