import { differences } from "@kava/words";
import { sources } from "@kava/words/sources";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CAMPAIGN_STATES, HEALTHS, ROLES, WHY } from "../door/answers";
import { THEMES } from "../state/look";
import { SCREENS } from "../state/place";
import { catalogues, type Key } from "./index";

const SOURCE = resolve(import.meta.dirname, "..");
const keys = Object.keys(catalogues.ru) as Key[];

/** The codes that a source of the counter gives to an enumeration. */
function codes(path: string, of: string): string[] {
  const rust = readFileSync(resolve(SOURCE, "../../..", path), "utf8");
  return [...rust.matchAll(new RegExp(`${of}::\\w+ => "(\\w+)"`, "g"))].map(([, code = ""]) => code);
}

/** What a receipt may say by a code. */
const said = [
  ...codes("src/facts/offer.rs", "Reason").map((code) => `reason.${code}`),
  ...codes("src/steps/guard.rs", "RefusalCode").map((code) => `refusal.${code}`),
  ...codes("src/facts/purchase.rs", "PurchaseKind").map((code) => `kind.${code}`),
  ...codes("src/facts/purchase.rs", "PaymentKind").map((code) => `pay.${code}`),
];

/** Refusals that a clerk may meet. */
const refusals = ["gone", "desk_stranger", "desk_login", "desk_link", "desk_forbidden", "desk_password", "desk_field", "desk_foreign", "desk_campaign", "too_many_tries", "unknown"].map((code) => `fault.${code}`);

/** Keys that the code puts together, every one. */
const composed = new Set([
  ...said,
  ...refusals,
  ...SCREENS.map((screen) => `screen.${screen}`),
  ...THEMES.map((theme) => `theme.${theme}`),
  ...ROLES.map((role) => `role.${role}`),
  ...HEALTHS.map((health) => `health.${health}`),
  ...WHY.map((why) => `why.${why}`),
  ...CAMPAIGN_STATES.map((state) => `campaign.${state}`),
  ...["invited", "active", "revoked"].map((state) => `clerk.${state}`),
  ...["title", "depth", "each", "from", "to", "money", "uses"].flatMap((field) => [`draft.${field}`, `gap.${field}`]),
  ...["receipts", "products", "uses"].flatMap((of) => ["one", "few", "many"].map((form) => `${of}.${form}`)),
]);

describe("the catalogues of the console", () => {
  it("have every key in every language, with the same places to fill", () => {
    for (const words of Object.values(catalogues)) expect(differences(catalogues.ru, words)).toEqual([]);
  });

  it("have no key that nobody uses", () => {
    const code = sources(SOURCE);
    expect(keys.filter((key) => !code.includes(`"${key}"`) && !composed.has(key))).toEqual([]);
  });

  it("have words for everything that a receipt says by a code", () => {
    expect(said.length).toBeGreaterThan(25);
    expect([...composed].filter((key) => !keys.includes(key as Key))).toEqual([]);
  });
});
