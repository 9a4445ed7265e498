import { afterEach, describe, expect, it, vi } from "vitest";
import { DIAGONALS, keepDiagonal, keptDiagonal, leastRem, millimetre } from "./scale";

/** The reference screens: inches, pixels, and pixels of a millimetre. */
const SCREENS = [
  [15, 1024, 768, 3.36],
  [15.6, 1366, 768, 3.96],
  [10.1, 1280, 800, 5.88],
] as const;
const TARGET_REM = 3.75;

afterEach(() => vi.unstubAllGlobals());

describe("the scale of a screen", () => {
  it.each(SCREENS)("makes a target of at least 15 mm at %s inches of %s x %s", (diagonal, width, height, pixels) => {
    const screen = { width, height };
    expect(millimetre(diagonal, screen)).toBeCloseTo(pixels, 1);
    const target = (leastRem(diagonal, screen) * TARGET_REM) / millimetre(diagonal, screen);
    expect(target).toBeGreaterThanOrEqual(15);
    expect(target).toBeLessThan(15.2);
  });

  it("is kept on this machine, and what cannot be is no diagonal", () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) });
    expect(keptDiagonal()).toBeNull();
    for (const diagonal of DIAGONALS) {
      keepDiagonal(diagonal);
      expect(keptDiagonal()).toBe(diagonal);
    }
    keepDiagonal(null);
    expect(kept.size).toBe(0);
    for (const wrong of ["9.9", "33", "wide", ""]) {
      kept.set("kava.diagonal", wrong);
      expect(keptDiagonal(), wrong).toBeNull();
    }
  });

  it("is not needed where a machine keeps nothing", () => {
    vi.stubGlobal("localStorage", { getItem: () => { throw new Error("denied"); }, setItem: () => { throw new Error("denied"); } });
    keepDiagonal(15);
    expect(keptDiagonal()).toBeNull();
  });
});
