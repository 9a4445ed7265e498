import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Deed } from "../door/answers";
import { continued, PAGE, pageOf, renewed } from "./deeds";

const deed = (id: number): Deed => ({ id, at: "2026-11-25T10:00:00.000Z", clerk: "a", what: "login", of: "", text: "" });

/** The newest of so many deeds before one, as the office gives them. */
const page = (all: number, before = all + 1) => pageOf(Array.from({ length: Math.min(PAGE, before - 1) }, (_, nth) => deed(before - 1 - nth)));

const ids = ({ deeds }: { readonly deeds: readonly Deed[] }) => deeds.map(({ id }) => id);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, nth) => from - nth);

describe("deeds on the desk", () => {
  it("have pages as long as the office's", () => {
    const rust = readFileSync(resolve(import.meta.dirname, "../../../../sync/src/desk/deeds.rs"), "utf8");
    expect(/DEEDS_MAX: i64 = (\d+)/.exec(rust)?.[1]).toBe(String(PAGE));
  });

  it("are read to the first, also where that is the last of a page", () => {
    for (const all of [399, 400, 401]) {
      let deeds = renewed(null, page(all));
      let pages = 1;
      while (!deeds.whole) {
        deeds = continued(deeds, page(all, deeds.deeds.at(-1)?.id));
        pages += 1;
        expect(pages).toBeLessThan(5);
      }
      expect(ids(deeds)).toEqual(down(all, 1));
    }
  });

  it("keep what was read of older deeds when the newest come anew", () => {
    const read = continued(page(450), page(450, 251));
    const later = renewed(read, page(453));
    expect(ids(later)).toEqual(down(453, 51));
    expect(later.whole).toBe(false);
  });

  it("begin anew where deeds between are not known", () => {
    const read = continued(page(450), page(450, 251));
    expect(ids(renewed(read, page(900)))).toEqual(down(900, 701));
  });
});
