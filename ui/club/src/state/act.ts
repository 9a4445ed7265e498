// What the app does. Whatever needs the office works without it as far as it can and is made up for later.
import { faultOf } from "@kava/door/faults";
import { languageOf } from "@kava/words";
import type { Answered, Event, Joining, Profile } from "../door/answers";
import { account, profileOf } from "./account";
import { code } from "./code";
import type { Errand } from "./errands";
import { look, type Tab, type Theme } from "./look";
import { session } from "./session";
import { tick } from "./show";
import { type Api, thunk } from "./store";
import { endsAll, isMember, keepErrands, keepHome, refresh } from "./visit";

/** Reads what this phone keeps; the code stands before anything is asked of the office. */
export const open = thunk("open", async (_: void, api) => {
  const { dispatch, extra } = api;
  const { keep } = extra.handset;
  await extra.handset.open();
  const language = (await keep.get("language")) ?? languageOf(navigator.language.slice(0, 2));
  dispatch(look.actions.spoke(languageOf(language)));
  const theme = await keep.get("theme");
  if (theme === "light" || theme === "dark") dispatch(look.actions.themed(theme));
  if (await keep.get("guided")) dispatch(look.actions.guided());
  const home = await keep.get("home");
  if (home !== undefined && extra.handset.hasKey()) {
    const fetched = (await keep.get("fetched")) ?? 0;
    dispatch(account.actions.came({ home, fetched, ahead: extra.handset.aheadMs() }));
    dispatch(account.actions.resumed({ errands: (await keep.get("errands")) ?? [], events: (await keep.get("events")) ?? 0 }));
    dispatch(code.actions.chosen((await keep.get("choice")) || null));
    dispatch(session.actions.opened({ phase: "member", lasts: keep.lasts }));
    await dispatch(tick());
    await dispatch(refresh());
  } else {
    dispatch(session.actions.opened({ phase: "stranger", lasts: keep.lasts }));
  }
});

/** Becomes a member. */
export const join = thunk("join", async (joining: Joining, api) => {
  const { dispatch, extra } = api;
  dispatch(session.actions.asked(true));
  try {
    await extra.handset.makeKey();
    const home = await extra.door.join(joining);
    dispatch(session.actions.joined());
    await keepHome(home, api);
    void globalThis.navigator?.storage?.persist?.().catch(() => false);
    await dispatch(tick());
    dispatch(session.actions.asked(false));
  } catch (why) {
    // A key that was withdrawn is of no use any more.
    if (endsAll(why)) await extra.handset.forget();
    dispatch(session.actions.failed(faultOf(why)));
  }
});

async function later(errand: Errand, api: Api): Promise<void> {
  if (!isMember(api)) return;
  api.dispatch(account.actions.waits(errand));
  await keepErrands(api);
}

/** Edits the profile, here at once; whether nobody has refused it. */
export const edit = thunk("edit", async (to: Profile, api) => {
  const { account: state } = api.getState();
  const from = profileOf(state);
  if (from === null) return false;
  api.dispatch(session.actions.failed(null));
  // What the guest writes anew is no question any more.
  api.dispatch(account.actions.clashed(state.clashes.filter(({ field }) => to[field] === from[field])));
  await later({ kind: "edit", from, to }, api);
  await api.dispatch(refresh());
  return api.getState().session.fault === null;
});

/** Of a field that was changed here and elsewhere: takes mine after all. */
export const insist = thunk("insist", async (take: "mine" | "theirs", api) => {
  const { account: state } = api.getState();
  const profile = profileOf(state);
  const mine = Object.fromEntries(state.clashes.map(({ field, mine }) => [field, mine]));
  api.dispatch(account.actions.clashed([]));
  if (take === "mine" && profile !== null) await api.dispatch(edit({ ...profile, ...mine }));
});

/** Answers what the guest agrees to, here at once. */
export const answer = thunk("answer", async (answers: readonly Answered[], api) => {
  await later({ kind: "answer", answers }, api);
  await api.dispatch(refresh());
});

/** What the guest was asked and has answered. */
export const readAnswers = thunk("answers", (_: void, api) => api.extra.door.answers());

/** Chooses a card for the next code, or none. */
export const choose = thunk("choose", async (card: string | null, api) => {
  if (!isMember(api)) return;
  api.dispatch(code.actions.chosen(card));
  await api.extra.handset.keep.put("choice", card ?? "");
  if (card !== null) await tell([{ kind: "card_chosen", of: card }], api);
  await api.dispatch(tick());
});

async function tell(what: readonly Pick<Event, "kind" | "of">[], api: Api): Promise<void> {
  if (!isMember(api)) return;
  const at = new Date(api.extra.handset.now()).toISOString();
  api.dispatch(account.actions.happened(what.map((one) => ({ ...one, at }))));
  await keepErrands(api);
}

/** Goes to a screen. */
export const go = thunk("go", async (tab: Tab, api) => {
  api.dispatch(look.actions.went(tab));
  const cards = tab === "cards" ? (api.getState().account.home?.cards ?? []) : [];
  await tell([{ kind: "screen", of: tab }, ...cards.map(({ id }) => ({ kind: "card_shown", of: id }) as const)], api);
});

/** Older receipts. */
export const more = thunk("more", async (_: void, api) => {
  const { home, older } = api.getState().account;
  const last = older.at(-1) ?? home?.receipts.at(-1);
  if (last === undefined) return;
  try {
    api.dispatch(account.actions.older(await api.extra.door.receipts(last.at)));
  } catch {
    api.dispatch(look.actions.reached(false));
  }
});

/** A code that brings the account to another phone. */
export const offerTransfer = thunk("transfer", async (_: void, api) => {
  await asked(api, async () => {
    api.dispatch(look.actions.offered(await api.extra.door.transfer()));
  });
});

/** Everything that the office has of the guest, as a file. */
export const takeAlong = thunk("take along", async (_: void, api) => {
  await asked(api, async () => {
    const file = new Blob([await api.extra.door.takeAlong()], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "kava.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
});

/** Leaves: the office forgets the guest, and this phone does. */
export const leave = thunk("leave", async (_: void, api) => {
  const goodbye = async () => {
    await api.extra.door.erase();
    await forget(api);
  };
  await asked(api, () => api.extra.turns.take(goodbye));
});

/** Begins anew on a phone that was withdrawn. */
export const beginAnew = thunk("begin anew", (_: void, api) => api.extra.turns.take(() => forget(api)));

async function forget({ dispatch, extra }: Api): Promise<void> {
  // No member any more: from here on nothing of the guest is kept, whatever is still under way.
  dispatch(session.actions.left());
  dispatch(account.actions.gone());
  dispatch(code.actions.gone());
  dispatch(look.actions.went("code"));
  await extra.handset.forget();
}

async function asked({ dispatch }: Api, ask: () => Promise<void>): Promise<void> {
  dispatch(session.actions.asked(true));
  try {
    await ask();
    dispatch(session.actions.asked(false));
  } catch (why) {
    dispatch(session.actions.failed(faultOf(why)));
  }
}

/** Speaks another language from now on. */
export const speak = thunk("speak", async (language: string, api) => {
  api.dispatch(look.actions.spoke(languageOf(language)));
  await api.extra.handset.keep.put("language", language);
  const profile = profileOf(api.getState().account);
  if (profile !== null && profile.language !== language) await api.dispatch(edit({ ...profile, language }));
});

/** Light, dark, or as the phone has it. */
export const shade = thunk("shade", async (theme: Theme, api) => {
  api.dispatch(look.actions.themed(theme));
  await api.extra.handset.keep.put("theme", theme);
});

/** The install guide was read. */
export const putGuideAway = thunk("guided", async (_: void, api) => {
  api.dispatch(look.actions.guided());
  await api.extra.handset.keep.put("guided", true);
});
