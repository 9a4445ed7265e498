import type { Health, ReceiptShown, Screen, Shelf } from "@kava/contract";
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { CounterGone, type Door, Refused } from "./door";

/** Whether this page is a window of the desktop program. */
export const inWindow = (): boolean => isTauri();

/** What the counter says instead of an answer. */
interface Refusal {
  code: string;
  message: string;
}

const isRefusal = (said: unknown): said is Refusal =>
  typeof said === "object" && said !== null && "code" in said && "message" in said;

async function ask<T>(command: string, words?: Record<string, unknown>): Promise<T> {
  let answer: unknown;
  try {
    answer = await invoke(command, words);
  } catch (error) {
    if (isRefusal(error)) throw new Refused(error.code, error.message);
    throw new CounterGone(command);
  }
  // Where the store fails, the counter answers with the reason.
  const error = (answer as { error?: unknown } | null)?.error;
  if (isRefusal(error)) throw new Refused(error.code, error.message);
  return answer as T;
}

/** The counter in the same program. */
export function windowDoor(): Door {
  return {
    act: (id, command) => ask<Screen>("act", { id, command }),
    shelf: () => ask<Shelf>("shelf"),
    receipts: () => ask<ReceiptShown[]>("receipts"),
    health: () => ask<Health>("health"),
    exportLog: () => ask<string>("export_log"),
    watch: (news, alive, refused) => {
      const stops = [
        listen<Screen>("screen", ({ payload }) => news(payload)),
        listen<string>("trouble", ({ payload }) => refused(new Refused("counter_not_ready", payload))),
      ];
      const first = async () => {
        // Whoever listens first and looks then misses nothing.
        await Promise.all(stops);
        try {
          const screen = await ask<Screen | null>("screen");
          alive(true);
          if (screen) news(screen);
        } catch (error) {
          if (error instanceof Refused) refused(error);
          else alive(false);
        }
      };
      void first();
      return () => {
        for (const stop of stops) void stop.then((end) => end());
      };
    },
  };
}
