// The office over HTTP. Who asks is known by a cookie that this page cannot read.
import { OfficeGone, Refused } from "@kava/door/faults";
import type { Alarm, Campaign, Clerk, Day, Deed, Erasure, Guest, MenuWish, ModelLine, ReportKind, Revision, Role, Standing, Version, Wanted } from "./answers";
import type { Door } from "./door";

/** How long an answer is waited for. */
const DEADLINE_MS = 15_000;
export const API = "/office/api";
/** A file as it is. */
const FILE = "application/octet-stream";

interface Wrong {
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a question says that nobody asked by hand: it does not lengthen a session. */
export const UNASKED = { "kava-unasked": "1" };

/** What is asked for, behind an address; what is empty is not said. */
export function queryOf(wanted: Readonly<Record<string, string>>): string {
  const said = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "")).toString();
  return said === "" ? "" : `?${said}`;
}

export function httpDoor(headers: Readonly<Record<string, string>> = {}, fetcher: typeof fetch = (...words) => fetch(...words)): Door {
  const ask = async <T>(path: string, said?: object): Promise<T> => {
    const init: RequestInit = { headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) };
    const [kind, body] = said instanceof Blob ? [FILE, said] : ["application/json", JSON.stringify(said ?? {})];
    const post: RequestInit = { method: "POST", headers: { ...headers, "content-type": kind }, body };
    let answer: Response;
    try {
      answer = await fetcher(API + path, said === undefined ? init : { ...init, ...post });
    } catch {
      throw new OfficeGone(path);
    }
    const meant: unknown = await answer.json().catch(() => null);
    if (meant === null || typeof meant !== "object") throw new OfficeGone(path);
    if (answer.ok) return meant as T;
    const { error } = meant as Wrong;
    if (error === undefined || answer.status >= 500) throw new OfficeGone(path, error?.code);
    throw new Refused(error.code, error.message);
  };
  const named = encodeURIComponent;
  const revise = (wish: MenuWish, publish: number | null): Promise<Revision> => {
    if (wish.kind === "edit") return ask("/menu/edit", { edits: wish.edits, publish });
    if (wish.kind === "return") return ask("/menu/return", { version: wish.version, publish });
    return ask(`/menu/import${queryOf({ name: wish.name, tax_bp: String(wish.tax_bp ?? ""), publish: String(publish ?? "") })}`, wish.file);
  };
  return {
    link: (code) => ask("/link", { code }),
    enter: (code, password) => ask("/enter", { code, password }),
    login: (name, password, second) => ask("/login", second === "" ? { name, password } : { name, password, second }),
    logout: async () => void (await ask("/logout", {})),
    session: () => ask("/session"),
    password: (old, fresh) => ask("/password", { old, new: fresh }),
    offerSecond: () => ask("/second", {}),
    confirmSecond: async (digits) => void (await ask("/second/confirm", { digits })),
    removeSecond: async (password) => void (await ask("/second/remove", { password })),
    overview: () => ask("/overview"),
    counters: () => ask("/counters"),
    alarms: async () => (await ask<{ alarms: Alarm[] }>("/alarms")).alarms,
    menu: () => ask("/menu"),
    versions: async () => (await ask<{ versions: Version[] }>("/menu/versions")).versions,
    revise,
    campaigns: async () => (await ask<{ campaigns: Standing[] }>("/campaigns")).campaigns,
    rehearse: (campaign: Campaign) => ask("/campaigns/try", campaign),
    launch: async (campaign: Campaign) => void (await ask("/campaigns", campaign)),
    end: async (campaign) => void (await ask(`/campaigns/${named(campaign)}/end`, {})),
    days: async () => (await ask<{ days: Day[] }>("/days")).days,
    lift: () => ask("/lift"),
    segments: () => ask("/segments"),
    attention: () => ask("/attention"),
    models: async () => (await ask<{ lines: ModelLine[] }>("/models")).lines,
    advanceModels: async (shop, version) => void (await ask("/models/advance", { shop, version })),
    returnModels: async (shop, to, seen) => void (await ask("/models/return", { shop, to, seen })),
    findGuest: async (asked) => (await ask<{ guests: Guest[] }>("/privacy/find", { asked })).guests,
    exportGuest: (customer) => ask("/privacy/export", { customer }),
    eraseGuest: async (customer) => void (await ask("/privacy/erase", { customer })),
    erasures: async () => (await ask<{ erasures: Erasure[] }>("/privacy/erasures")).erasures,
    close: ({ shop, day }) => ask(`/close${queryOf({ shop, day })}`),
    bringStatement: ({ shop, day }, file, name) => ask(`/close/statement${queryOf({ shop, day, name })}`, file),
    bringTotal: ({ shop, day }, total_minor) => ask("/close/total", { shop, day, total_minor }),
    receipts: (wanted: Wanted) => ask(`/receipts${queryOf({ ...wanted })}`),
    receipt: (id) => ask(`/receipts/${named(id)}`),
    reports: async () => (await ask<{ reports: ReportKind[] }>("/reports")).reports,
    report: ({ name, ...rest }) => ask(`/reports/${named(name)}${queryOf(rest)}`),
    clerks: async () => (await ask<{ clerks: Clerk[] }>("/clerks")).clerks,
    invite: (name: string, role: Role, shop: string) => ask("/clerks", shop === "" ? { name, role } : { name, role, shop }),
    revoke: async (name) => void (await ask(`/clerks/${named(name)}/revoke`, {})),
    deeds: async (before) => (await ask<{ deeds: Deed[] }>(before === null ? "/deeds" : `/deeds?before=${before}`)).deeds,
  };
}
