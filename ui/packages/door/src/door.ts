import type { Command, Health, ReceiptShown, Screen, Shelf } from "@kava/contract";
import type { Refused } from "./faults";

/** What the screen may ask of the counter. */
export interface Door {
  /** Does one thing; the snapshot afterwards. Two calls with one id are one. */
  act(id: string, command: Command): Promise<Screen>;
  /** The menu as tiles. */
  shelf(): Promise<Shelf>;
  /** The latest receipts. */
  receipts(): Promise<ReceiptShown[]>;
  /** How the counter is. */
  health(): Promise<Health>;
  /** Writes the log into one file; gives its path. Only the desktop program has one. */
  exportLog: (() => Promise<string>) | null;
  /** Whether the till opens with the machine, and the way to say so. Only the desktop program has one. */
  autostart: Autostart | null;
  /** Calls back with every new snapshot, with whether the counter answers at all, and with why it lets nobody in or
   * cannot begin; gives the way to stop. */
  watch(news: (screen: Screen) => void, alive: (alive: boolean) => void, refused: (why: Refused) => void): () => void;
}

/** Whether a till opens with its machine; null where that cannot be set. */
export interface Autostart {
  isOn(): Promise<boolean | null>;
  /** Gives whether it does now. */
  set(on: boolean): Promise<boolean | null>;
}

/** The counter does not answer. */
export class CounterGone extends Error {
  override name = "CounterGone";
}
