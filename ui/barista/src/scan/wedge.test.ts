import { describe, expect, it } from "vitest";
import { character } from "./keys";
import { type Stroke, Wedge, type Wedged } from "./wedge";

const down = (code: string, at: number): Stroke => ({ code, key: code, down: true, repeat: false, at });
const up = (code: string, at: number): Stroke => ({ ...down(code, at), down: false });
const digits = (text: string, from: number, every: number): Stroke[] =>
  [...text].map((digit, nth) => down(`Digit${digit}`, from + nth * every));
const run = (strokes: Stroke[]): Wedged[] => {
  const wedge = new Wedge();
  return [...strokes.flatMap((stroke) => wedge.push(stroke)), ...wedge.idle(1e9)];
};
const scan = (text: string): Wedged => ({ is: "scan", text });

describe("a scanner that types", () => {
  it("is a fast run, with Enter or with silence", () => {
    const keys = digits("100000000004216", 0, 4);
    expect(run(keys)).toEqual([scan("100000000004216")]);
    const ended = [...keys, down("Enter", 60), up("Enter", 62), down("Enter", 64)];
    expect(run(ended), "carriage return and line feed are one end").toEqual([scan("100000000004216")]);
  });

  it("is no person", () => {
    const slowly = run(digits("123456", 0, 90));
    expect(slowly.map((one) => one.is)).toEqual(Array(6).fill("typed"));
    const burst = digits("12345", 0, 5);
    expect(run(burst), "five keys are too few").toEqual([{ is: "typed", strokes: burst }]);
    const held = Array.from({ length: 50 }, (_, nth) => ({ ...down("Digit7", nth * 20), repeat: nth > 0 }));
    expect(run(held).every((one) => one.is === "typed")).toBe(true);
  });

  it("leaves keys just before a scan to the person", () => {
    const keys = [down("KeyQ", 0), ...digits("100000000004216", 20, 2)];
    expect(run(keys)).toEqual([{ is: "typed", strokes: [down("KeyQ", 0)] }, scan("100000000004216")]);
  });

  it("is read whatever the layout: letters, Alt codes and separators", () => {
    const rest = digits("12345", 8, 2);
    const shifted = [down("ShiftLeft", 0), down("KeyS", 1), up("KeyS", 1), up("ShiftLeft", 2), down("KeyS", 3)];
    expect(run([...shifted, ...rest])).toEqual([scan("Ss12345")]);
    const alt = [down("AltLeft", 0), down("Numpad0", 1), down("Numpad8", 2), down("Numpad3", 3), up("AltLeft", 4)];
    const separator = [down("ControlLeft", 5), down("BracketRight", 6), up("ControlLeft", 7)];
    expect(run([...alt, ...separator, ...rest])).toEqual([scan("S\u001d12345")]);
  });

  it("loses no key and makes none up, whatever the gaps", () => {
    const seed = Number(process.env["KAVA_SEED"] ?? Date.now() % 1_000_000);
    let state = seed;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    for (let round = 0; round < 200; round += 1) {
      let at = 0;
      const keys = Array.from({ length: random(80) }, () => down("Digit5", (at += random(120))));
      const heard = run(keys).reduce((sum, one) => sum + (one.is === "scan" ? one.text.length : one.strokes.length), 0);
      expect(heard, `KAVA_SEED=${seed}`).toBe(keys.length);
    }
  });

  it("is read by what stands on the key", () => {
    const table: [string, boolean, string | null][] = [
      ["KeyA", false, "a"],
      ["KeyA", true, "A"],
      ["Digit2", true, "@"],
      ["Numpad7", true, "7"],
      ["Semicolon", true, ":"],
      ["NumpadAdd", false, null],
      ["F5", false, null],
      ["", false, null],
    ];
    for (const [code, shift, expected] of table) expect(character(code, shift, false), code).toBe(expected);
    expect(character("KeyC", false, true)).toBeNull();
  });
});
