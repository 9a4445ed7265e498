import type { Command, Health, ReceiptShown, Screen, Shelf } from "@kava/contract";
import type { Door } from "./door";

/** A screen on which nothing happens. */
export const emptyScreen: Screen = {
  serial: 1,
  shelf: "",
  language: "ru",
  title: "Кофейня",
  place: "1/1",
  currency: "BYN",
  training: false,
  shift_open: true,
  link: "up",
  queue: 0,
  busy: false,
  guest: null,
  cards: [],
  cart: {
    visit: null,
    lines: [],
    list_minor: 0,
    discount_minor: 0,
    net_minor: 0,
    reason: "",
    kind: "sale",
    charged: true,
    choice: "best",
    cash: [],
    goes_without_mark: false,
    rest: null,
  },
  undo: 0,
  notice: null,
  paid: null,
  joined: null,
  reviews: [],
  question: null,
  report: null,
  staff: [],
  barista: null,
  pin_set: false,
  slips_waiting: 0,
  register: "register simulator",
  printer: "file",
  version: "0.1.0",
  bundle: null,
};

/** A counter that is well. */
export const wellHealth: Health = {
  version: "0.1.0",
  sqlite: "3.53.0",
  policy: 1,
  products: 45,
  prices_of: "2026-11-20",
  models: null,
  queue: 0,
  office: null,
  hitch: null,
  hitch_code: null,
  hitch_since: null,
  clock_behind_ms: 0,
  free_mb: 51200,
};

/** A counter that always shows one snapshot, for pages of states and for tests. It remembers what it was asked. */
export function fakeDoor(
  screen: Screen,
  shelf: Shelf,
  receipts: ReceiptShown[] = [],
  health: Health = wellHealth,
): Door & { asked: Command[] } {
  const asked: Command[] = [];
  return {
    asked,
    act: (_id, command) => {
      asked.push(command);
      return Promise.resolve(screen);
    },
    shelf: () => Promise.resolve(shelf),
    receipts: () => Promise.resolve(receipts),
    health: () => Promise.resolve(health),
    exportLog: null,
    autostart: null,
    watch: (news, alive) => {
      alive(true);
      news(screen);
      return () => {};
    },
  };
}
