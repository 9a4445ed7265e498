// The office over HTTP. Every request is signed with the phone's key, as docs/club.md says; there is no password and no
// cookie. Where the office refuses a request for its time, the phone learns the office's and asks once more.
import { OfficeGone, Refused } from "@kava/door/faults";
import { toHex } from "../code/digits";
import { nameOf, type PhoneKey, sign } from "../key/phone";
import type { Answered, Edited, Event, Home, Joining, Profile, Receipt } from "./answers";
import type { Door } from "./door";

/** How long an answer is waited for. */
const DEADLINE_MS = 15_000;

/** What the door needs of the phone. */
export interface Phone {
  key(): Promise<PhoneKey>;
  /** By how much the office's clock is ahead of this one. */
  aheadMs(): number;
  /** The office has said what time it is. */
  learn(officeTime: string): void;
}

const text = (words: string) => new TextEncoder().encode(words);

async function hash(body: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", text(body))));
}

async function headers(phone: Phone, method: string, path: string, body: string): Promise<Record<string, string>> {
  const key = await phone.key();
  const time = new Date(Date.now() + phone.aheadMs()).toISOString();
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
  const said = text(`kava-request\n${method}\n${path}\n${time}\n${nonce}\n${await hash(body)}\n`);
  const signature = toHex(await sign(key, said));
  return { "kava-key": await nameOf(key), "kava-time": time, "kava-nonce": nonce, "kava-signature": signature };
}

interface Wrong {
  error?: { code: string; message: string };
  office_time?: string;
}

/** The door of a phone. */
export function httpDoor(phone: Phone, fetcher: typeof fetch = (...words) => fetch(...words)): Door {
  const once = async (method: string, path: string, body: string): Promise<Response> => {
    const sealed = await headers(phone, method, path, body);
    const init: RequestInit = { method, headers: sealed, cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) };
    try {
      return await fetcher(path, body === "" ? init : { ...init, body, headers: { ...sealed, "content-type": "application/json" } });
    } catch {
      throw new OfficeGone(path);
    }
  };
  const ask = async (method: string, path: string, said?: unknown): Promise<{ words: string; meant: unknown }> => {
    const body = said === undefined ? "" : JSON.stringify(said);
    for (let nth = 0; ; nth += 1) {
      const answer = await once(method, path, body);
      const words = await answer.text().catch(() => "");
      const meant = parsed(words);
      // A network that wants a password first answers everything with a page of its own.
      if (meant === null) throw new OfficeGone(path);
      if (answer.ok) return { words, meant };
      const wrong = meant as Wrong;
      if (wrong.office_time !== undefined && nth === 0) {
        phone.learn(wrong.office_time);
        continue;
      }
      if (wrong.error === undefined || answer.status >= 500 || answer.status === 429) throw new OfficeGone(path, wrong.error?.code);
      throw new Refused(wrong.error.code, wrong.error.message);
    }
  };
  const json = async <T>(method: string, path: string, said?: unknown): Promise<T> => (await ask(method, path, said)).meant as T;
  const welcome = (home: Home): Home => {
    if (typeof home.office_time !== "string") throw new OfficeGone("home");
    phone.learn(home.office_time);
    return home;
  };
  const api = "/api/v1/club";
  return {
    join: async (joining: Joining) => {
      const { algorithm, public: own } = await phone.key();
      return welcome(await json<Home>("POST", `${api}/join`, { algorithm, public: own, ...joining }));
    },
    home: async () => welcome(await json<Home>("GET", `${api}/home`)),
    receipts: (before: string) => json<Receipt[]>("GET", `${api}/receipts?before=${before}`),
    edit: (version: number, profile: Profile) => json<Edited>("PUT", `${api}/profile`, { version, ...profile }),
    answers: () => json<Answered[]>("GET", `${api}/consents`),
    answer: async (answers: readonly Answered[]) => void (await ask("POST", `${api}/consents`, answers)),
    tell: async (events: readonly Event[]) => void (await ask("POST", `${api}/events`, events)),
    transfer: () => json("POST", `${api}/transfer`),
    takeAlong: async () => (await ask("GET", `${api}/export`)).words,
    erase: async () => void (await ask("DELETE", `${api}/account`)),
  };
}

/** What a body says, where it is an office's: an object or a list. */
function parsed(words: string): object | null {
  try {
    const meant: unknown = JSON.parse(words);
    return typeof meant === "object" ? meant : null;
  } catch {
    return null;
  }
}
