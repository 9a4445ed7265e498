// A person's keys: where they go depends on what is open.
import { character } from "../scan/keys";
import type { Stroke } from "../scan/wedge";
import type { Command, LineShown, Screen } from "@kava/contract";
import { act, pay } from "./act";
import { look, type Pane } from "./look";
import type { Dispatch, State } from "./store";

/** Keys that do something wherever nobody types. */
export const KEYS = { card: "F9", cash: "F8", undo: "F4", usual: "F2", help: "F1", close: "Escape" } as const;

/** The line whose piece is to be scanned next; nothing where none waits, or the sale is over. */
export function waitsForMark(screen: Screen | null): LineShown | null {
  return (screen?.paid ? null : screen?.cart.lines.find((line) => line.wants_mark)) ?? null;
}

/** Takes a line away. */
export function takeAway(line: LineShown): Command {
  return { do: "change", line: line.line, sku: line.sku, qty: 0, with: [] };
}

/** Where digits or letters are typed. */
const TYPED = new Set<Pane>(["search", "code", "cash", "certificate", "shift", "pin", "enrol"]);

/** Does what a key stands for. */
export function typed(stroke: Stroke) {
  return (dispatch: Dispatch, state: () => State): void => {
    const { pane } = state().look;
    const { screen } = state().till;
    if (stroke.code === KEYS.close) return void dispatch(close());
    if (stroke.code === "Enter" || stroke.code === "NumpadEnter" || stroke.code === "Space") return press();
    if (TYPED.has(pane)) {
      if (stroke.code === "Backspace") return void dispatch(look.actions.rubbed());
      const key = pane === "enrol" ? latin(stroke) : stroke.key;
      const fits = pane === "search" || pane === "enrol" ? [...key].length === 1 : /^\d$/.test(key);
      if (fits) return void dispatch(look.actions.typed(key));
    }
    if (stroke.repeat) return;
    if (stroke.code === KEYS.card) void dispatch(pay("card"));
    else if (stroke.code === KEYS.cash) dispatch(look.actions.opened("cash"));
    else if (stroke.code === KEYS.undo || stroke.code === "Backspace") void dispatch(act({ do: "undo" }));
    else if (stroke.code === KEYS.usual && screen?.guest?.usual) void dispatch(act({ do: "usual" }));
    else if (stroke.code === KEYS.help || stroke.key === "?") dispatch(look.actions.opened("keys"));
  };
}

/** What a key is on a Latin layout: addresses and codes have no other letters, whatever layout is in use. */
function latin({ code, key }: Stroke): string {
  return /^[\x21-\x7e]$/.test(key) ? key : (character(code, key !== key.toLowerCase(), false) ?? "");
}

/** Closes what is open; where a piece is asked for, its line goes away. */
function close() {
  return (dispatch: Dispatch, state: () => State): void => {
    const line = state().look.pane === "tiles" ? waitsForMark(state().till.screen) : null;
    dispatch(look.actions.closed());
    if (line) void dispatch(act(takeAway(line)));
  };
}

/** Enter and space press what has the focus; a scan that ends in Enter never comes here. */
function press(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement) focused.click();
}
