import { differences } from "@kava/words";
import { sources } from "@kava/words/sources";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { PURPOSES } from "../door/answers";
import { TABS } from "../state/look";
import { catalogues, type Key } from "./index";

const SOURCE = resolve(import.meta.dirname, "..");
const keys = Object.keys(catalogues.ru) as Key[];
const rust = (path: string) => readFileSync(resolve(SOURCE, "../../..", path), "utf8");

/** Reasons that a counter gives for a card. */
const reasons = [...rust("src/facts/offer.rs").matchAll(/Reason::\w+ => "(\w+)"/g)].map(([, code]) => `reason.${code}`);
/** Refusals of the office that a guest may read; the app itself joins what was changed elsewhere. */
const refusals = [...rust("sync/src/http/club/fault.rs").matchAll(/ClubFault::\w+(?:\(_\))? => "(\w+)"/g)]
  .map(([, code]) => `fault.${code}`)
  .filter((key) => key !== "fault.club_changed");
/** Keys that the code puts together, every one. */
const composed = new Set([
  ...reasons,
  ...refusals,
  "fault.too_many_tries",
  ...TABS.map((tab) => `tab.${tab}`),
  ...PURPOSES.flatMap((purpose) => [`consent.${purpose}`, `consent.${purpose}_words`]),
  ...["auto", "light", "dark"].map((theme) => `theme.${theme}`),
  ...["name", "birthday", "phone", "email"].map((field) => `profile.${field}`),
  ...["visits", "receipts"].flatMap((of) => ["one", "few", "many"].map((form) => `${of}.${form}`)),
]);

describe("the catalogues of the club", () => {
  it("have every key in every language, with the same places to fill", () => {
    for (const words of Object.values(catalogues)) expect(differences(catalogues.ru, words)).toEqual([]);
  });

  it("have no key that nobody uses", () => {
    const code = sources(SOURCE);
    const unused = keys.filter((key) => !code.includes(`"${key}"`) && !composed.has(key));
    expect(unused).toEqual([]);
  });

  it("have words for every reason that a counter gives, and for every refusal of the office", () => {
    expect(reasons.length).toBeGreaterThan(5);
    expect(refusals.length).toBeGreaterThan(5);
    expect([...reasons, ...refusals].filter((key) => !keys.includes(key as Key))).toEqual([]);
  });
});
