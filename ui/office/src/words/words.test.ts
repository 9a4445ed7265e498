import { differences } from "@kava/words";
import { sources } from "@kava/words/sources";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ALARMS, BUNDLE_PARTS, BUNDLE_STATES, CAMPAIGN_STATES, CLOSE_OPENS, CLOSE_WHYS, CELLS, COLUMNS, DEEDS, HEALTHS, MADE, DAYPARTS, GATES, MENU_FIELDS, MODEL_REASONS, MOVED_OF, MOVES, PROGRAMMES, REPORTS, ROLES, SIGNALS, TRUTHS, VERDICTS, WHY } from "../door/answers";
import { THEMES } from "../state/look";
import { SCREENS } from "../state/place";
import { WAYS } from "../state/revision";
import { catalogues, type Key } from "./index";

const SOURCE = resolve(import.meta.dirname, "..");
const keys = Object.keys(catalogues.ru) as Key[];

const rust = (path: string) => readFileSync(resolve(SOURCE, "../../..", path), "utf8");

/** The codes that a source of the counter gives to an enumeration. */
function codes(path: string, of: string): string[] {
  return [...rust(path).matchAll(new RegExp(`${of}::\\w+ => "(\\w+)"`, "g"))].map(([, code = ""]) => code);
}

/** What a receipt may say by a code. */
const said = [
  ...codes("src/facts/offer.rs", "Reason").map((code) => `reason.${code}`),
  ...codes("src/steps/guard.rs", "RefusalCode").map((code) => `refusal.${code}`),
  ...codes("src/facts/purchase.rs", "PurchaseKind").map((code) => `kind.${code}`),
  ...codes("src/facts/purchase.rs", "PaymentKind").map((code) => `pay.${code}`),
];

/** The codes of every fault of an enumeration, whatever a fault holds. */
const faults = (path: string, of: string): string[] => [...rust(path).matchAll(new RegExp(`${of}::\\w+(?:\\(_\\)| \\{ \\.\\. \\})? => "(\\w+)"`, "g"))].map(([, code = ""]) => code);

/** What only counters are told. */
const FOR_COUNTERS = ["series_foreign", "series_gap", "series_fork", "erasures_first", "enrol_code", "enrol_code_old", "enrol_other"];
const ofDesk = faults("sync/src/http/desk/fault.rs", "DeskFault");
const ofOffice = faults("sync/src/http/reply.rs", "OfficeFault");
const ofLedger = faults("sync/src/ledger/fault.rs", "LedgerFault");

/** Refusals that a clerk may meet; those of the ledger have one sentence together. */
const refusals = [...ofDesk, ...ofOffice.filter((code) => !FOR_COUNTERS.includes(code)), "not_out"].map((code) => `fault.${code}`);

/** What the office's sources say anywhere. */
const office = readdirSync(resolve(SOURCE, "../../../sync/src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".rs"))
  .map((path) => rust(`sync/src/${path}`))
  .join("\n");

/** Keys that the code puts together, every one. */
const composed = new Set([
  ...said,
  ...refusals,
  ...SCREENS.map((screen) => `screen.${screen}`),
  ...THEMES.map((theme) => `theme.${theme}`),
  ...ROLES.map((role) => `role.${role}`),
  ...HEALTHS.map((health) => `health.${health}`),
  ...WAYS.map((way) => `work.${way}`),
  ...MADE.map((why) => `made.${why}`),
  ...CELLS.map((code) => `cell.${code}`),
  ...MENU_FIELDS.map((field) => `field.${field}`),
  ...["added", "changed", "gone", "restated", "same"].map((kind) => `revision.${kind}`),
  ...VERDICTS.map((verdict) => `lift.${verdict}`),
  ...["programme", "campaign"].map((of) => `lift.no_holdout_${of}`),
  ...SIGNALS.map((signal) => `signal.${signal}`),
  ...DAYPARTS.map((part) => `attention.${part}`),
  ...WHY.map((why) => `why.${why}`),
  ...MODEL_REASONS.map((code) => `models.why_${code}`),
  ...BUNDLE_STATES.map((state) => `bundle.${state}`),
  ...BUNDLE_PARTS.map((part) => `part.${part}`),
  ...GATES.map((code) => `gate.${code}`),
  ...MOVES.map((verdict) => `move.${verdict}`),
  ...MOVED_OF.map((of) => `moved.${of}`),
  ...TRUTHS.map((verdict) => `truth.${verdict}`),
  ...["on", "stay", "back"].map((go) => `roll.${go}`),
  ...["value", "response"].map((of) => `drift.${of}`),
  ...REPORTS.map((name) => `report.${name}`),
  ...COLUMNS.map((column) => `column.${column}`),
  ...CLOSE_WHYS.map((why) => `close.${why}`),
  ...CLOSE_OPENS.map((why) => `close.open_${why}`),
  ...PROGRAMMES.map((programme) => `programme.${programme}`),
  ...ALARMS.map((code) => `alarm.${code}`),
  ...DEEDS.map((what) => `did.${what}`),
  ...CAMPAIGN_STATES.map((state) => `campaign.${state}`),
  ...["invited", "active", "revoked"].map((state) => `clerk.${state}`),
  ...["title", "depth", "each", "from", "to", "money", "uses", "day_money", "day_uses", "apart"].flatMap((field) => [`draft.${field}`, `gap.${field}`]),
  ...["receipts", "products", "uses", "uses_of"].flatMap((of) => ["one", "few", "many"].map((form) => `${of}.${form}`)),
]);

describe("the faults of the office", () => {
  it("are read from its sources, every one", () => {
    const variants = (path: string, of: string) => /pub enum \w+ \{([\s\S]*?)\n\}/.exec(rust(path).slice(rust(path).indexOf(`pub enum ${of}`)))?.[1]?.match(/^ {4}[A-Z]\w*/gm) ?? [];
    expect(ofDesk.length).toBe(variants("sync/src/http/desk/fault.rs", "DeskFault").length);
    expect(ofLedger.length).toBe(variants("sync/src/ledger/fault.rs", "LedgerFault").length);
    // Five of these hand on the faults of a room behind them.
    expect(ofOffice.length).toBe(variants("sync/src/http/reply.rs", "OfficeFault").length - 5);
    expect(FOR_COUNTERS.filter((code) => !ofOffice.includes(code))).toEqual([]);
    expect(ofLedger.filter((code) => !code.startsWith("ledger_"))).toEqual([]);
  });
});

describe("deeds and alarms", () => {
  it("that the console knows are those of the office", () => {
    expect([...DEEDS, ...ALARMS].filter((code) => !office.includes(`"${code}"`))).toEqual([]);
  });

  it("that the office writes where it says them by name are known to the console", () => {
    const named = (call: string) => [...office.matchAll(new RegExp(`\\b${call}\\((?:\\w+, )[^;"]*?\\("(\\w+)"`, "g"))].map(([, code = ""]) => code);
    const [deeds, alarms] = [named("deeds::keep"), named("alarm")];
    expect([deeds.length, alarms.length].every((count) => count > 5)).toBe(true);
    expect(deeds.filter((code) => !DEEDS.some((one) => one === code))).toEqual([]);
    expect(alarms.filter((code) => !ALARMS.some((one) => one === code))).toEqual([]);
  });
});

describe("bundles of models", () => {
  it("are told of in words for every code of the office's", () => {
    const source = rust("sync/src/roll/verdict.rs");
    const reasons = [...source.matchAll(/Reason::\w+ => "(\w+)"/g)].map(([, code = ""]) => code);
    expect([...reasons, "hand"].toSorted()).toEqual([...MODEL_REASONS].toSorted());
    const states = [...(/fn state_of[\s\S]*?\n\}/.exec(rust("sync/src/desk/models.rs"))?.[0]?.matchAll(/=> "(\w+)"/g) ?? [])].map(([, code = ""]) => code);
    expect([...new Set(states)].toSorted()).toEqual([...BUNDLE_STATES].toSorted());
  });
});

describe("reasons to look", () => {
  it("that the console has sentences for are those that the office counts", () => {
    const rates = [...rust("sync/src/watch/rates.rs").matchAll(/^ {4}(?:rate|cash)\("(\w+)"/gm)].map(([, code = ""]) => code);
    const codes = [...rust("sync/src/watch/codes.rs").matchAll(/: &str = "(\w+)"/g)].map(([, code = ""]) => code);
    expect([...rates, ...codes].toSorted()).toEqual([...SIGNALS].toSorted());
  });
});

describe("what a menu's file may have wrong, and what a revision changes", () => {
  it("is known to the console, every code of the office's", () => {
    const source = rust("sync/src/desk/revision.rs");
    const cells = [...(/const CODES[^;]*;\s*\d+\] = \[([\s\S]*?)\];/.exec(source)?.[1]?.matchAll(/", "(\w+)"\)/g) ?? [])].map(([, code = ""]) => code);
    const fields = [...source.matchAll(/\("(\w+)", json!/g)].map(([, field = ""]) => field);
    expect([...new Set([...cells, "other"])].toSorted()).toEqual([...CELLS].toSorted());
    expect(fields.toSorted()).toEqual([...MENU_FIELDS].toSorted());
  });
});

describe("the catalogues of the console", () => {
  it("have every key in every language, with the same places to fill", () => {
    for (const words of Object.values(catalogues)) expect(differences(catalogues.ru, words)).toEqual([]);
  });

  it("have no key that nobody uses", () => {
    const code = sources(SOURCE);
    expect(keys.filter((key) => !code.includes(`"${key}"`) && !composed.has(key))).toEqual([]);
  });

  it("have words for everything that a receipt or a fault says by a code", () => {
    expect(said.length).toBeGreaterThan(25);
    expect([...composed].filter((key) => !keys.includes(key as Key))).toEqual([]);
  });
});
