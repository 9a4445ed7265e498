import type { Command, Health, ReceiptShown, Screen, Shelf } from "@kava/contract";
import { CounterGone, type Door } from "./door";
import { Refused } from "./faults";

/** A pause after a lost connection, before the next try. */
const PAUSE_MS = 500;

/** The counter over loopback HTTP; the token is in a cookie that this page cannot read. */
export function httpDoor(fetcher: typeof fetch = (...words) => fetch(...words)): Door {
  const ask = async <T>(path: string, init?: RequestInit): Promise<T> => {
    let answer: Response;
    try {
      answer = await fetcher(path, { credentials: "same-origin", cache: "no-store", ...init });
    } catch {
      throw new CounterGone(path);
    }
    const body: unknown = await answer.json().catch(() => null);
    const error = (body as { error?: { code: string; message: string } } | null)?.error;
    if (error) throw new Refused(error.code, error.message);
    if (!answer.ok || body === null) throw new CounterGone(path);
    return body as T;
  };
  return {
    act: (id, command: Command) =>
      ask<Screen>("/api/do", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id, ...command }),
      }),
    shelf: () => ask<Shelf>("/api/shelf"),
    receipts: () => ask<ReceiptShown[]>("/api/receipts"),
    health: () => ask<Health>("/api/health"),
    exportLog: null,
    autostart: null,
    watch: (news, alive, refused) => watch(ask, news, alive, refused),
  };
}

function watch(
  ask: <T>(path: string, init?: RequestInit) => Promise<T>,
  news: (screen: Screen) => void,
  alive: (alive: boolean) => void,
  refused: (why: Refused) => void,
): () => void {
  const stop = new AbortController();
  const run = async () => {
    let after: number | null = null;
    while (!stop.signal.aborted) {
      try {
        const path = after === null ? "/api/screen" : `/api/screen?after=${after}`;
        const screen: Screen = await ask<Screen>(path, { signal: stop.signal });
        after = screen.serial ?? 0;
        alive(true);
        if (screen.serial) news(screen);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof Refused) refused(error);
        else alive(false);
        after = null;
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    }
  };
  void run();
  return () => stop.abort();
}
