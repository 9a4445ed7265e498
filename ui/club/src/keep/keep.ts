// What the app keeps on the phone: IndexedDB, or the memory of this page where a browser has none to give.
import { type IDBPDatabase, openDB } from "idb";
import type { Home } from "../door/answers";
import type { PhoneKey } from "../key/phone";
import type { Errand } from "../state/errands";

/** Everything that is kept, by name. */
export interface Kept {
  key: PhoneKey;
  home: Home;
  /** When the home came, by the phone's own clock. */
  fetched: number;
  /** By how much the office's clock is ahead. */
  ahead: number;
  /** The chosen card. */
  choice: string;
  errands: Errand[];
  /** Number of the next event. */
  events: number;
  language: string;
  theme: string;
  /** The install guide was put away. */
  guided: boolean;
}

/** A place to keep things. */
export interface Keep {
  /** Whether they outlive this page. */
  readonly lasts: boolean;
  get<K extends keyof Kept>(name: K): Promise<Kept[K] | undefined>;
  put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void>;
  forget(): Promise<void>;
}

const NAME = "kava-club";
const STORE = "kept";

/** Opens the phone's own memory; a browser that gives none, or takes what was written, gives the page's. */
export async function openKeep(): Promise<Keep> {
  try {
    const db = await openDB(NAME, 1, { upgrade: (fresh) => void fresh.createObjectStore(STORE) });
    await db.get(STORE, "key");
    return lasting(db);
  } catch {
    return passing();
  }
}

function lasting(db: IDBPDatabase): Keep {
  return {
    lasts: true,
    get: (name) => db.get(STORE, name),
    put: async (name, value) => {
      // A full disk must not keep the code from being shown.
      await db.put(STORE, value, name).catch(() => undefined);
    },
    forget: async () => {
      await db.clear(STORE);
    },
  };
}

/** Keeps things as long as the page lives. */
export function passing(first: Partial<Kept> = {}): Keep {
  const kept = new Map<string, unknown>(Object.entries(first));
  return {
    lasts: false,
    get: <K extends keyof Kept>(name: K) => Promise.resolve(kept.get(name) as Kept[K] | undefined),
    put: (name, value) => {
      kept.set(name, value);
      return Promise.resolve();
    },
    forget: () => {
      kept.clear();
      return Promise.resolve();
    },
  };
}
