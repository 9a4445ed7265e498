// What the app does. Whatever needs the office works without it as far as it can and is made up for later.
import { languageOf } from "@kava/words";
import { cardTag, digits, message, STEP_MS, stepAt } from "../code/proof";
import { fromHex } from "../code/digits";
import { sign } from "../key/phone";
import type { Answered, Event, Home, Joining, Profile } from "../door/answers";
import { OfficeGone, Refused } from "../door/door";
import { account, profileOf } from "./account";
import { code } from "./code";
import { type Errand, merge, withErrand } from "./errands";
import { look, type Tab, type Theme } from "./look";
import { session } from "./session";
import { type Dispatch, type Outside, type State, thunk } from "./store";

type Api = { dispatch: Dispatch; getState: () => State; extra: Outside };

const faultOf = (why: unknown): string => (why instanceof Refused || why instanceof OfficeGone ? why.code : "gone");

/** A refusal that ends what this phone may do here. */
const endsAll = (why: unknown) => why instanceof Refused && ["club_withdrawn", "club_stranger"].includes(why.code);

async function keepHome(home: Home, { dispatch, extra }: Api): Promise<void> {
  const fetched = extra.handset.now();
  dispatch(account.actions.came({ home, fetched, ahead: extra.handset.aheadMs() }));
  await extra.handset.keep.put("home", home);
  await extra.handset.keep.put("fetched", fetched);
}

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
    dispatch(account.actions.waits((await keep.get("errands")) ?? []));
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
    const home = await extra.door.join(joining);
    await keepHome(home, api);
    dispatch(session.actions.joined());
    void navigator.storage?.persist?.().catch(() => false);
    await dispatch(tick());
    dispatch(session.actions.asked(false));
  } catch (why) {
    // A key that was withdrawn is of no use any more.
    if (endsAll(why)) await extra.handset.forget();
    dispatch(session.actions.failed(faultOf(why)));
  }
});

/** Sends what waits and fetches what is new. */
export const refresh = thunk("refresh", async (_: void, api) => {
  const { dispatch, extra, getState } = api;
  if (getState().session.phase !== "member") return;
  try {
    await runErrands(api);
    await keepHome(await extra.door.home(), api);
    dispatch(look.actions.reached(true));
    await dispatch(tick());
  } catch (why) {
    if (endsAll(why)) dispatch(session.actions.withdrawn());
    else dispatch(look.actions.reached(!(why instanceof OfficeGone)));
  }
});

/** Tries again where the office was out of reach. */
export const reach = thunk("reach", async (_: void, { dispatch, getState }) => {
  if (!getState().look.online) await dispatch(refresh());
});

async function put(errands: Errand[], { dispatch, extra }: Api): Promise<void> {
  dispatch(account.actions.waits(errands));
  await extra.handset.keep.put("errands", errands);
}

async function runErrands(api: Api): Promise<void> {
  for (;;) {
    const [next] = api.getState().account.errands;
    if (next === undefined) return;
    const events = api.getState().account.errands.filter((errand) => errand.kind === "tell");
    const done = next.kind === "tell" ? events : [next];
    if (next.kind === "tell") await quietly(api.extra.door.tell(events.map(({ event }) => event)));
    else if (next.kind === "answer") await quietly(api.extra.door.answer(next.answers));
    else await sendEdit(next.from, next.to, api);
    await put(api.getState().account.errands.filter((errand) => !done.includes(errand as never)), api);
  }
}

/** What the office refuses for what it is would be refused for ever; it is given up. */
async function quietly(asked: Promise<unknown>): Promise<void> {
  await asked.catch((why: unknown) => {
    if (!(why instanceof Refused) || endsAll(why)) throw why;
  });
}

async function sendEdit(from: Profile, to: Profile, { dispatch, extra, getState }: Api): Promise<void> {
  const version = getState().account.home?.version ?? 0;
  try {
    dispatch(account.actions.edited(await extra.door.edit(version, to)));
  } catch (why) {
    if (!(why instanceof Refused) || endsAll(why)) throw why;
    if (why.code !== "club_changed") {
      dispatch(session.actions.failed(why.code));
      return;
    }
    const home = await extra.door.home();
    const { profile, clashes } = merge(from, to, home.profile);
    dispatch(account.actions.came({ home, fetched: extra.handset.now(), ahead: extra.handset.aheadMs() }));
    dispatch(account.actions.clashed(clashes));
    dispatch(account.actions.edited(await extra.door.edit(home.version, profile)));
  }
}

async function later(errand: Errand, api: Api): Promise<void> {
  await put(withErrand(api.getState().account.errands, errand), api);
}

/** Edits the profile, here at once. */
export const edit = thunk("edit", async (to: Profile, api) => {
  const from = profileOf(api.getState().account);
  if (from === null) return;
  api.dispatch(session.actions.failed(null));
  await later({ kind: "edit", from, to }, api);
  await api.dispatch(refresh());
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
  api.dispatch(code.actions.chosen(card));
  await api.extra.handset.keep.put("choice", card ?? "");
  if (card !== null) await tell("card_chosen", card, api);
  await api.dispatch(tick());
});

async function tell(kind: Event["kind"], of: string, api: Api): Promise<void> {
  const { keep } = api.extra.handset;
  const number = (await keep.get("events")) ?? 0;
  await keep.put("events", number + 1);
  const at = new Date(api.extra.handset.now()).toISOString();
  await later({ kind: "tell", event: { number, at, kind, of } }, api);
}

/** Goes to a screen. */
export const go = thunk("go", async (tab: Tab, api) => {
  api.dispatch(look.actions.went(tab));
  if (api.getState().session.phase !== "member") return;
  await tell("screen", tab, api);
  if (tab !== "cards") return;
  for (const card of api.getState().account.home?.cards ?? []) await tell("card_shown", card.id, api);
});

/** Shows the code of now: a new one for every step and every choice. */
export const tick = thunk("tick", async (_: void, api) => {
  const { dispatch, extra, getState } = api;
  const { account: { home }, code: shown } = getState();
  if (home === null) return;
  const now = extra.handset.now();
  if (Date.parse(home.until) <= now) {
    if (!shown.ended) dispatch(code.actions.ended());
    return;
  }
  const chosen = home.cards.find(({ id }) => id === shown.choice);
  if (shown.choice !== null && (chosen === undefined || Date.parse(chosen.until) <= now)) {
    dispatch(code.actions.lapsed());
    await extra.handset.keep.put("choice", "");
  }
  const choice = getState().code.choice;
  const step = stepAt(now);
  const pass = (choice === null ? undefined : chosen?.pass) ?? home.pass;
  // A newer pass, say with another consent, is shown at once.
  if (getState().code.step === step && getState().code.pass === pass) return;
  const key = await extra.handset.key();
  const bytes = fromHex(pass) ?? new Uint8Array();
  const [nonce = 0] = crypto.getRandomValues(new Uint32Array(1));
  const proof = { step, nonce, card: choice === null ? 0 : await cardTag(choice) };
  const signature = await sign(key, message(key.algorithm, bytes, proof));
  dispatch(code.actions.shown({ digits: digits(key.algorithm, bytes, proof, signature), step, pass }));
});

/** Milliseconds until the next code. */
export const leftOf = (now: number): number => STEP_MS - (now % STEP_MS);

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
  await asked(api, async () => {
    await api.extra.door.erase();
    await forget(api);
  });
});

/** Begins anew on a phone that was withdrawn. */
export const beginAnew = thunk("begin anew", async (_: void, api) => {
  await forget(api);
});

async function forget({ dispatch, extra }: Api): Promise<void> {
  await extra.handset.forget();
  dispatch(account.actions.gone());
  dispatch(code.actions.gone());
  dispatch(look.actions.went("code"));
  dispatch(session.actions.left());
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
