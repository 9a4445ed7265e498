import { CounterGone, emptyScreen, fakeDoor, Refused } from "@kava/door";
import type { Screen, Shelf } from "@kava/contract";
import { describe, expect, it } from "vitest";
import { act, enrol, giveBack, idOf, onlyLook, openWithMachine, opensWithMachine, pay, payBoth, show, signOn } from "./act";
import { typed } from "./keys";
import { look } from "./look";
import { makeStore } from "./store";
import { till } from "./till";

const shelf: Shelf = { key: "", categories: [], dishes: [], extras: [] };
const line = { line: 1, sku: "cap", name: "Капучино", qty: "1", with: [], list_minor: 690, discount_minor: 0, net_minor: 690, refusal: null, marked: false, wants_mark: false };
const sale: Screen = {
  ...emptyScreen,
  serial: 7,
  cart: { ...emptyScreen.cart, visit: "v1", lines: [line], net_minor: 690, list_minor: 690 },
};
const key = (code: string) => ({ code, key: code, down: true, repeat: false, at: 0 });

function begin(screen = sale) {
  const door = fakeDoor(screen, shelf);
  const store = makeStore(door);
  store.dispatch(till.actions.shelved(shelf));
  store.dispatch(show(screen));
  return { door, store };
}

describe("what the screen asks", () => {
  it("pays exactly what is on the screen, for exactly this visit", async () => {
    const { door, store } = begin();
    await store.dispatch(pay("cash", 1000));
    expect(door.asked).toEqual([
      { do: "pay", visit: "v1", net_minor: 690, pays: [{ kind: "cash", minor: 690 }], given_minor: 1000 },
    ]);
  });

  it("pays a part in one way and the rest in another, and never more or less than the sum", async () => {
    const { door, store } = begin();
    await store.dispatch(payBoth({ kind: "certificate", minor: 500 }, "card"));
    for (const minor of [0, 690, 900]) await store.dispatch(payBoth({ kind: "cash", minor }, "card"));
    expect(door.asked).toEqual([
      { do: "pay", visit: "v1", net_minor: 690, pays: [{ kind: "certificate", minor: 500 }, { kind: "card", minor: 190 }] },
    ]);
  });

  it("asks for the manager's PIN where a refund needs it, and keeps nothing of it", async () => {
    const refund = { do: "refund", receipt: "r1" } as const;
    const needs = { ...sale, notice: { number: 1, tone: "bad", code: "pin_needed", values: {}, message: "" } } as const;
    const { door, store } = begin();
    store.dispatch(till.actions.shown(sale));
    door.act = (_id, command) => {
      door.asked.push(command);
      return Promise.resolve(command.do === "refund" ? needs : { ...sale, serial: 8 });
    };
    await store.dispatch(giveBack(refund));
    expect(store.getState().look).toMatchObject({ pane: "pin", refund });
    expect(door.asked.map((command) => command.do)).toEqual(["refund", "dismiss"]);
    store.dispatch(look.actions.closed());
    expect(store.getState().look.refund).toBeNull();
    expect(idOf({ ...refund, pin: "4711" }, 7)).not.toContain("4711");
    expect(idOf({ do: "set_pin", new: "4711" }, 7)).not.toContain("4711");
  });

  it("signs on with one tap, asks for a PIN where the name has one, and keeps nothing of it", async () => {
    const [anna, boris] = [{ id: "b-1", name: "Аня", pin: true }, { id: "b-2", name: "Боря", pin: false }];
    const { door, store } = begin({ ...sale, staff: [anna, boris] });
    door.act = (_id, command) => {
      door.asked.push(command);
      const good = command.do === "sign_on" && (command.barista === "b-2" || command.pin === "4711");
      const barista = !good ? null : command.barista === "b-2" ? boris : anna;
      return Promise.resolve({ ...sale, serial: 7 + door.asked.length, barista });
    };
    store.dispatch(look.actions.opened("cash"));
    store.dispatch(look.actions.typed("2000"));
    await store.dispatch(signOn(boris));
    expect(store.getState().look, "what was begun goes on").toMatchObject({ pane: "cash", typed: "2000" });
    await store.dispatch(signOn(anna));
    expect(store.getState().look).toMatchObject({ pane: "staff", signing: anna, typed: "" });
    store.dispatch(look.actions.typed("4712"));
    await store.dispatch(signOn(anna, "4712"));
    expect(store.getState().look, "a wrong one is typed again").toMatchObject({ pane: "staff", signing: anna, typed: "" });
    await store.dispatch(signOn(anna, "4711"));
    expect(store.getState().look).toMatchObject({ pane: "tiles", signing: null, typed: "" });
    expect(door.asked).toEqual([
      { do: "sign_on", barista: "b-2" },
      { do: "sign_on", barista: "b-1", pin: "4712" },
      { do: "sign_on", barista: "b-1", pin: "4711" },
    ]);
    expect(idOf({ do: "sign_on", barista: "b-1", pin: "4711" }, 7)).not.toContain("4711");
  });

  it("pays once, however often it is tapped", async () => {
    const { door, store } = begin();
    await Promise.all([store.dispatch(pay("card")), store.dispatch(pay("card")), store.dispatch(pay("card"))]);
    expect(door.asked).toHaveLength(1);
    expect(store.getState().till.paying).toBe(false);
  });

  it("lets the guest's window look, though it may ask for nothing", () => {
    const refuses = () => Promise.reject(new CounterGone("may not"));
    const store = makeStore({ ...fakeDoor(sale, shelf), shelf: refuses, receipts: refuses, act: refuses });
    store.dispatch(onlyLook());
    expect(store.getState().till).toMatchObject({ alive: true, screen: sale });
  });

  it("never pays for an empty cart", async () => {
    const { door, store } = begin(emptyScreen);
    await store.dispatch(pay("card"));
    expect(door.asked).toEqual([]);
  });

  it("gives a double tap one id, and two cups two", () => {
    expect(idOf({ do: "new_guest" }, 7)).toBe(idOf({ do: "new_guest" }, 7));
    expect(idOf({ do: "new_guest" }, 7)).not.toBe(idOf({ do: "new_guest" }, 8));
    const cup = { do: "add", sku: "cap", qty: 1, with: [] } as const;
    expect(idOf({ ...cup, with: [] }, 7)).not.toBe(idOf({ ...cup, with: [] }, 7));
  });

  it("does not show a snapshot that was overtaken", () => {
    const { store } = begin();
    store.dispatch(show({ ...sale, serial: 9, queue: 9 }));
    store.dispatch(show({ ...sale, serial: 8, queue: 8 }));
    expect(store.getState().till.screen?.queue).toBe(9);
  });

  it("takes a snapshot of a counter that has started again, whose numbers begin anew", () => {
    const { store } = begin();
    store.dispatch(till.actions.heard(false));
    store.dispatch(show({ ...sale, serial: 1, queue: 1 }));
    expect(store.getState().till.screen?.queue).toBe(1);
    expect(store.getState().till.alive).toBe(true);
  });

  it("says that the counter is gone, and that a token is refused", async () => {
    for (const [error, alive, locked] of [
      [new CounterGone(), false, false],
      [new Refused("token_refused", ""), true, true],
    ] as const) {
      const store = makeStore({ ...fakeDoor(sale, shelf), act: () => Promise.reject(error) });
      await store.dispatch(act({ do: "undo" }));
      const state = store.getState().till;
      expect([state.alive, state.locked, state.pending]).toEqual([alive, locked, 0]);
    }
  });

  it.each([
    ["store_in_use", "store_in_use"],
    [null, "counter_not_ready"],
  ])("knows what keeps the till from starting by the code of it: %s", async (cause, code) => {
    const refused = new Refused("counter_not_ready", "kava.db is in use", cause);
    const store = makeStore({ ...fakeDoor(sale, shelf), act: () => Promise.reject(refused) });
    await store.dispatch(act({ do: "undo" }));
    expect(store.getState().till.trouble).toEqual({ code, message: "kava.db is in use" });
  });

  it("goes back to the first page when the next sale begins", () => {
    const { store } = begin();
    store.dispatch(look.actions.categorised("чай"));
    store.dispatch(look.actions.opened("cash"));
    store.dispatch(show({ ...emptyScreen, serial: 8 }));
    expect(store.getState().look).toMatchObject({ pane: "tiles", category: null });
  });

  it("types addresses in Latin letters whatever layout is in use, and shows the till once the office has let it in", async () => {
    const { door, store } = begin();
    const told = (code: string, number: number): Screen => ({ ...sale, serial: 8 + number, notice: { number, tone: "good", code, values: {}, message: "" } });
    store.dispatch(look.actions.opened("enrol"));
    for (const [code, key] of [["KeyR", "к"], ["KeyF", "А"], ["Slash", "."], ["Period", "."], ["Digit7", "7"]] as const) store.dispatch(typed({ code, key, down: true, repeat: false, at: 0 }));
    expect([store.getState().look.typed, door.asked]).toEqual(["http://rF..7", []]);
    door.act = () => Promise.resolve(told("enrol_code", 1));
    await store.dispatch(enrol("http://office", "CODE"));
    expect(store.getState().look).toMatchObject({ pane: "enrol", typed: "http://rF..7" });
    door.act = () => Promise.resolve(told("enrolled", 2));
    await store.dispatch(enrol("http://office", "CODE"));
    expect(store.getState().look.pane).toBe("about");
  });

  it("asks the program whether it opens with the machine, and believes it when that cannot be set", async () => {
    const { store } = begin();
    expect(await store.dispatch(opensWithMachine())).toBeNull();
    expect(await store.dispatch(openWithMachine(true))).toBeNull();
    let on = false;
    const autostart = { isOn: () => Promise.resolve(on), set: (wanted: boolean) => Promise.resolve((on = wanted)) };
    const able = makeStore({ ...fakeDoor(sale, shelf), autostart });
    expect(await able.dispatch(openWithMachine(true))).toBe(true);
    expect(await able.dispatch(opensWithMachine())).toBe(true);
    const refuses = { ...autostart, set: () => Promise.reject(new Refused("autostart_not_set", "read only")) };
    const unable = makeStore({ ...fakeDoor(sale, shelf), autostart: refuses });
    expect(await unable.dispatch(openWithMachine(false))).toBe(true);
  });

  it("takes the line of an unscanned piece away by Escape, and closes what is open first", () => {
    const lines = [line, { ...line, line: 2, sku: "water", wants_mark: true }];
    const { door, store } = begin({ ...sale, cart: { ...sale.cart, lines } });
    store.dispatch(look.actions.opened("more"));
    store.dispatch(typed(key("Escape")));
    expect([store.getState().look.pane, door.asked]).toEqual(["tiles", []]);
    store.dispatch(typed(key("Escape")));
    expect(door.asked).toEqual([{ do: "change", line: 2, sku: "water", qty: 0, with: [] }]);
    store.dispatch(show({ ...sale, serial: 8 }));
    store.dispatch(typed(key("Escape")));
    expect(door.asked).toHaveLength(1);
  });

  it("has keys for a whole sale", async () => {
    const { door, store } = begin();
    store.dispatch(typed(key("F4")));
    store.dispatch(typed(key("F9")));
    store.dispatch(typed(key("F8")));
    expect(store.getState().look.pane).toBe("cash");
    store.dispatch(typed({ ...key("Digit5"), key: "5" }));
    store.dispatch(typed({ ...key("KeyQ"), key: "q" }));
    expect(store.getState().look.typed).toBe("5");
    store.dispatch(typed(key("Escape")));
    expect(store.getState().look.pane).toBe("tiles");
    expect(door.asked.map((command) => command.do)).toEqual(["undo", "pay"]);
  });
});
