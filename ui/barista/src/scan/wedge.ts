// A scanner that types like a keyboard: which keys are a scan, and which are a person. The same rules as
// src/devices/scanner/wedge.rs: keys with short gaps that end in Enter, Tab or silence are a scan.
import { character } from "./keys";

/** The longest pause between two keys of a scan, in milliseconds. */
export const GAP = 30;
/** Silence after which no more keys are waited for. */
export const SILENCE = 100;
/** The fewest characters of a scan. */
export const SHORTEST = 6;
/** The most keys that are held; somebody leaning on the keyboard is no scan. */
const LONGEST = 4096;

export interface Stroke {
  /** The physical key, as `KeyboardEvent.code` names it. */
  code: string;
  /** What the layout in use makes of it, for a person's keys. */
  key: string;
  down: boolean;
  repeat: boolean;
  /** Milliseconds since some fixed start. */
  at: number;
}

export type Wedged = { is: "typed"; strokes: Stroke[] } | { is: "scan"; text: string };

interface Held {
  text: string | null;
  stroke: Stroke;
}

/** The parser of one keyboard. Pure: the time of each key is an argument. */
export class Wedge {
  private held: Held[] = [];
  private last: number | null = null;
  /** When a scan ended with Enter: a second Enter right behind it belongs to it. */
  private scanned: number | null = null;
  private shift = false;
  private control = false;
  /** Digits typed on the numeric pad while Alt is down. */
  private alt: string | null = null;

  /** Takes a key; gives what it has made clear, in order. */
  push(stroke: Stroke): Wedged[] {
    const clear: Wedged[] = [];
    if (this.last !== null && stroke.at - this.last > GAP) clear.push(...this.end());
    const text = this.text(stroke);
    if (!stroke.down && text === null) return clear;
    if (stroke.repeat) {
      // No scanner holds a key down.
      return [...clear, ...this.typed(), { is: "typed", strokes: [stroke] }];
    }
    const ends = stroke.down && ["Enter", "NumpadEnter", "Tab"].includes(stroke.code);
    if (ends && this.held.length === 0) {
      const scanned = this.scanned;
      this.scanned = null;
      if (scanned !== null && stroke.at - scanned <= GAP) return clear;
    }
    this.last = stroke.at;
    this.held.push({ text, stroke });
    if (ends) {
      const ended = this.end();
      this.scanned = ended.some((one) => one.is === "scan") ? stroke.at : null;
      clear.push(...ended);
    } else if (this.held.length > LONGEST) {
      clear.push(...this.typed());
    }
    return clear;
  }

  /** What silence until now has made clear. */
  idle(at: number): Wedged[] {
    return this.last !== null && at - this.last >= SILENCE ? this.end() : [];
  }

  /** The character of a key that went down, or of Alt that went up. */
  private text({ code, down }: Stroke): string | null {
    if (code === "ShiftLeft" || code === "ShiftRight") this.shift = down;
    else if (code === "ControlLeft" || code === "ControlRight") this.control = down;
    else if (code === "AltLeft" && down) this.alt = "";
    else if (code === "AltLeft") {
      const number = Number(this.alt || Number.NaN);
      this.alt = null;
      return number >= 1 && number < 128 ? String.fromCharCode(number) : null;
    } else if (down && this.alt !== null) {
      this.alt += /^Numpad(\d)$/.exec(code)?.[1] ?? "";
    } else if (down) return character(code, this.shift, this.control);
    return null;
  }

  private end(): Wedged[] {
    const before = this.hasty();
    const scan = this.held.slice(before).map(({ text }) => text ?? "").join("");
    if ([...scan].length < SHORTEST) return this.typed();
    this.held.length = before;
    return [...this.typed(), { is: "scan", text: scan }];
  }

  /** How many keys at the beginning are a person's: those before a pause much longer than the scanner's. */
  private hasty(): number {
    const times = this.held.map(({ stroke }) => stroke.at);
    const pauses = times.slice(1).map((time, at) => time - (times[at] ?? time));
    const sorted = pauses.toSorted((a, b) => a - b);
    const long = (sorted[Math.floor(sorted.length / 2)] ?? 0) * 3 + 4;
    // Only a person's last few keys can stand so near to a scan.
    return pauses.slice(0, 6).reduce((found, pause, at) => (pause > long ? at + 1 : found), 0);
  }

  private typed(): Wedged[] {
    this.last = null;
    const strokes = this.held.map(({ stroke }) => stroke).filter(({ down }) => down);
    this.held = [];
    return strokes.length === 0 ? [] : [{ is: "typed", strokes }];
  }
}
