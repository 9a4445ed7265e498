// Thunks: what the screen asks of the counter.
import { type Door, Refused } from "@kava/door";
import type { BaristaShown, Command, Screen } from "@kava/contract";
import { look, type Refund } from "./look";
import { keepDiagonal } from "./scale";
import type { Dispatch, State } from "./store";
import { till } from "./till";

type Thunk<T = Promise<void>> = (dispatch: Dispatch, state: () => State, door: Door) => T;

/** Commands of which two in a row are meant. Of the others a second one from the same snapshot is a double tap. */
const REPEATED = new Set<Command["do"]>(["add", "change", "undo", "scan", "greet", "usual", "set_pin"]);
const PAYING = new Set<Command["do"]>(["pay", "refund", "resume", "close_shift", "report_x", "cash", "try_out", "enrol"]);

let count = 0;
const session = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

/** The id by which the counter knows a double tap. */
export function idOf(command: Command, serial: number): string {
  // Of the one with a PIN nothing is kept, not even to know it again.
  if (REPEATED.has(command.do) || ("pin" in command && command.pin)) {
    count += 1;
    return `${session}-${count}`;
  }
  return `${session}-${serial}-${JSON.stringify(command)}`;
}

/** Asks the counter to do something, and shows what came of it. */
export function act(command: Command): Thunk {
  return async (dispatch, state, door) => {
    const { screen, paying } = state().till;
    const pays = PAYING.has(command.do);
    // While the register is waited for, a second payment is a double tap; everything else waits in line.
    if (pays && paying) return;
    dispatch(till.actions.sent({ paying: pays }));
    try {
      const next = await door.act(idOf(command, screen?.serial ?? 0), command);
      dispatch(show(next));
    } catch (error) {
      dispatch(failed(error));
    } finally {
      dispatch(till.actions.answered({ paying: pays }));
    }
  };
}

/** Shows that nothing came back, and why, where the counter says it. */
function failed(error: unknown): ReturnType<typeof till.actions.refused> | ReturnType<typeof till.actions.heard> {
  if (error instanceof Refused) return till.actions.refused({ code: error.code, message: error.message, cause: error.cause_code });
  return till.actions.heard(false);
}

/** Shows a snapshot, and gets the menu when it is another one. */
export function show(screen: NonNullable<State["till"]["screen"]>): Thunk<void> {
  return (dispatch, state) => {
    const before = state().till.screen;
    dispatch(till.actions.shown(screen));
    if (state().till.shelf?.key !== screen.shelf) void dispatch(getShelf());
    const begins = (before?.cart.lines.length ?? 0) > 0 && screen.cart.lines.length === 0;
    if (begins || (screen.paid && !before?.paid)) dispatch(look.actions.begun());
    const grown = screen.cart.lines.length !== (before?.cart.lines.length ?? 0);
    if (grown && state().look.line !== 0) dispatch(look.actions.selected(0));
  };
}

export function getShelf(): Thunk {
  return async (dispatch, _state, door) => {
    try {
      dispatch(till.actions.shelved(await door.shelf()));
    } catch {
      dispatch(till.actions.heard(false));
    }
  };
}

export function getReceipts(): Thunk {
  return async (dispatch, _state, door) => {
    try {
      dispatch(till.actions.listed(await door.receipts()));
    } catch {
      dispatch(till.actions.heard(false));
    }
  };
}

export function getHealth(): Thunk {
  return async (dispatch, _state, door) => {
    try {
      dispatch(till.actions.examined(await door.health()));
    } catch {
      dispatch(till.actions.heard(false));
    }
  };
}

/** Whether there is a log that can be written into one file. */
export function hasLog(): Thunk<boolean> {
  return (_dispatch, _state, door) => door.exportLog !== null;
}

/** Writes the log into one file; gives its path, or null where there is none or it cannot be written. */
export function exportLog(): Thunk<Promise<string | null>> {
  return (_dispatch, _state, door) => door.exportLog?.().catch(() => null) ?? Promise.resolve(null);
}

/** Whether the till opens with the machine; null where that cannot be set. */
export function opensWithMachine(): Thunk<Promise<boolean | null>> {
  return (_dispatch, _state, door) => door.autostart?.isOn().catch(() => null) ?? Promise.resolve(null);
}

/** Lets the till open with the machine, or no longer; gives whether it does now. */
export function openWithMachine(on: boolean): Thunk<Promise<boolean | null>> {
  // What cannot be set is as it was.
  return (_dispatch, _state, door) => door.autostart?.set(on).catch(() => !on) ?? Promise.resolve(null);
}

/** Follows the counter until the way back is called. */
export function follow(): Thunk<() => void> {
  return (dispatch, state, door) => watch(dispatch, state, door, (screen) => dispatch(show(screen)));
}

/** Follows the counter and asks it for nothing: all that the guest's window may do. */
export function onlyLook(): Thunk<() => void> {
  return (dispatch, state, door) => watch(dispatch, state, door, (screen) => dispatch(till.actions.shown(screen)));
}

function watch(dispatch: Dispatch, state: () => State, door: Door, news: (screen: Screen) => void): () => void {
  const alive = (heard: boolean) => {
    if (heard !== state().till.alive) dispatch(till.actions.heard(heard));
  };
  return door.watch(news, alive, (why) => dispatch(failed(why)));
}

/** Signs somebody on; whoever has a PIN is asked for it first. */
export function signOn(one: BaristaShown, pin?: string): Thunk {
  return async (dispatch, state) => {
    if (one.pin && pin === undefined) {
      dispatch(look.actions.signing(one));
      return;
    }
    await dispatch(act({ do: "sign_on", barista: one.id, ...(pin === undefined ? {} : { pin }) }));
    // A name in the strip is tapped beside whatever is open, and leaves it as it is.
    if (state().look.pane !== "staff") return;
    if (state().till.screen?.barista?.id === one.id) dispatch(look.actions.closed());
    else dispatch(look.actions.emptied());
  };
}

/** Gives money back; where that needs the manager, the PIN is asked for. */
export function giveBack(refund: Refund): Thunk {
  return async (dispatch, state) => {
    const before = state().till.screen?.notice?.number ?? 0;
    await dispatch(act(refund));
    const notice = state().till.screen?.notice;
    if (!notice || notice.number <= before || notice.code !== "pin_needed") return;
    dispatch(look.actions.vouching(refund));
    // What is open now says it, and a message would lie on its keys.
    await dispatch(act({ do: "dismiss" }));
  };
}

/** The screen has so many inches; null where nobody knows. It stays so on this machine. */
export function measured(diagonal: number | null): Thunk<void> {
  return (dispatch) => {
    keepDiagonal(diagonal);
    dispatch(look.actions.measured(diagonal));
  };
}

/** Asks the office to let this till in, and shows how the till is once it is. */
export function enrol(office: string, code: string): Thunk {
  return async (dispatch, state) => {
    const before = state().till.screen?.notice?.number ?? 0;
    await dispatch(act({ do: "enrol", office, code }));
    const notice = state().till.screen?.notice;
    if (notice && notice.number > before && notice.code === "enrolled") dispatch(look.actions.opened("about"));
  };
}

/** A way to pay. */
type Way = "cash" | "card" | "qr" | "certificate" | "invoice";

/** Pays a part in one way and the rest in another. */
export function payBoth(part: { kind: Way; minor: number }, rest: Way): Thunk {
  return async (dispatch, state) => {
    const cart = state().till.screen?.cart;
    if (!cart?.visit || part.minor <= 0 || part.minor >= cart.net_minor) return;
    const { visit, net_minor } = cart;
    const pays = [part, { kind: rest, minor: net_minor - part.minor }];
    await dispatch(act({ do: "pay", visit, net_minor, pays }));
  };
}

/** Pays the whole sum in one way; cash with what the guest has given. */
export function pay(kind: Way, given?: number): Thunk {
  return async (dispatch, state) => {
    const cart = state().till.screen?.cart;
    if (!cart?.visit || cart.lines.length === 0) return;
    const pays = cart.net_minor > 0 ? [{ kind, minor: cart.net_minor }] : [];
    const { visit, net_minor } = cart;
    await dispatch(act({ do: "pay", visit, net_minor, pays, ...(given === undefined ? {} : { given_minor: given }) }));
  };
}
