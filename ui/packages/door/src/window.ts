import type { Health, ReceiptShown, Screen, Shelf } from "@kava/contract";
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { CounterGone, type Door } from "./door";
import { Refused } from "./faults";

/** Whether this page is a window of the desktop program. */
export const inWindow = (): boolean => isTauri();

/** A pause after a question without an answer, before the next. */
const PAUSE_MS = 500;

/** What the counter says instead of an answer. */
interface Refusal {
  code: string;
  message: string;
  /** The code of what is behind it. */
  cause?: string;
}

const isRefusal = (said: unknown): said is Refusal =>
  typeof said === "object" && said !== null && "code" in said && "message" in said;

const refusedBy = ({ code, message, cause }: Refusal) => new Refused(code, message, cause ?? null);

async function ask<T>(command: string, words?: Record<string, unknown>): Promise<T> {
  let answer: unknown;
  try {
    answer = await invoke(command, words);
  } catch (error) {
    if (isRefusal(error)) throw refusedBy(error);
    throw new CounterGone(command);
  }
  // Where the store fails, the counter answers with the reason.
  const error = (answer as { error?: unknown } | null)?.error;
  if (isRefusal(error)) throw refusedBy(error);
  return answer as T;
}

/** The counter in the same program. Snapshots come by themselves; after a question that had no answer they are also
 * asked for, until one does. */
export function windowDoor(pauseMs = PAUSE_MS): Door {
  const watching = new Set<() => void>();
  const asked = async <T>(command: string, words?: Record<string, unknown>): Promise<T> => {
    try {
      return await ask<T>(command, words);
    } catch (error) {
      for (const look of watching) look();
      throw error;
    }
  };
  return {
    act: (id, command) => asked<Screen>("act", { id, command }),
    shelf: () => asked<Shelf>("shelf"),
    receipts: () => asked<ReceiptShown[]>("receipts"),
    health: () => asked<Health>("health"),
    exportLog: () => asked<string>("export_log"),
    autostart: {
      isOn: () => asked<boolean | null>("autostart"),
      set: (on) => asked<boolean | null>("set_autostart", { on }),
    },
    watch: (news, alive, refused) => {
      const stops = [
        listen<Screen>("screen", ({ payload }) => news(payload)),
        listen<{ code: string; message: string }>("trouble", ({ payload }) => refused(new Refused("counter_not_ready", payload.message, payload.code))),
      ];
      const looking = lookUntilHeard({ news, alive, refused }, pauseMs);
      watching.add(looking.look);
      // Whoever listens first and looks then misses nothing.
      void Promise.all(stops).then(looking.look);
      return () => {
        watching.delete(looking.look);
        looking.end();
        for (const stop of stops) void stop.then((end) => end());
      };
    },
  };
}

interface Ears {
  news: (screen: Screen) => void;
  alive: (alive: boolean) => void;
  refused: (why: Refused) => void;
}

/** Asks for a snapshot until there is an answer; whoever asks to look meanwhile shares it. */
function lookUntilHeard({ news, alive, refused }: Ears, pauseMs: number): { look: () => void; end: () => void } {
  const stop = new AbortController();
  let looks = false;
  const once = async (): Promise<boolean> => {
    try {
      const screen = await ask<Screen | null>("screen");
      if (stop.signal.aborted) return true;
      alive(true);
      if (screen) news(screen);
      return true;
    } catch (error) {
      if (stop.signal.aborted) return true;
      if (error instanceof Refused) refused(error);
      else alive(false);
      return false;
    }
  };
  const look = async () => {
    if (looks) return;
    looks = true;
    // The question that failed is told of first.
    await Promise.resolve();
    while (!stop.signal.aborted && !(await once())) await new Promise((done) => setTimeout(done, pauseMs));
    looks = false;
  };
  return { look: () => void look(), end: () => stop.abort() };
}
