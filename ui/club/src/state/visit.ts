// A visit at the office: what waits is sent, what is new is fetched. One at a time.
import { OfficeGone, Refused } from "@kava/door/faults";
import type { Home, Profile } from "../door/answers";
import { account } from "./account";
import { type Errand, merge, without } from "./errands";
import { look } from "./look";
import { session } from "./session";
import { tick } from "./show";
import { type Api, thunk } from "./store";

/** How often an edit is joined anew with what another phone wrote meanwhile, in one visit. */
const EDIT_TRIES = 5;

/** A refusal that ends what this phone may do here. */
export const endsAll = (why: unknown): boolean => why instanceof Refused && ["club_withdrawn", "club_stranger"].includes(why.code);

/** Whether there is a guest of whom something may be kept. */
export const isMember = ({ getState }: Api): boolean => getState().session.phase === "member";

/** Sends what waits and fetches what is new. */
export const refresh = thunk("refresh", (_: void, api) => api.extra.turns.share(() => visit(api)));

/** Tries again where the office was out of reach. */
export const reach = thunk("reach", async (_: void, { dispatch, getState }) => {
  if (!getState().look.online) await dispatch(refresh());
});

async function visit(api: Api): Promise<void> {
  const { dispatch, extra } = api;
  if (!isMember(api)) return;
  try {
    await runErrands(api);
    await keepHome(await extra.door.home(), api);
    dispatch(look.actions.reached(true));
    await dispatch(tick());
  } catch (why) {
    if (endsAll(why)) dispatch(session.actions.withdrawn());
    else dispatch(look.actions.reached(!(why instanceof OfficeGone)));
  }
}

/** Takes what the office says of a member, and keeps it. */
export async function keepHome(home: Home, api: Api): Promise<void> {
  if (!isMember(api)) return;
  const { dispatch, extra } = api;
  const fetched = extra.handset.now();
  dispatch(account.actions.came({ home, fetched, ahead: extra.handset.aheadMs() }));
  await Promise.all([extra.handset.keep.put("home", home), extra.handset.keep.put("fetched", fetched)]);
}

/** Keeps the errands of a member on the phone. */
export async function keepErrands(api: Api): Promise<void> {
  if (!isMember(api)) return;
  const { errands, events } = api.getState().account;
  const { keep } = api.extra.handset;
  await Promise.all([keep.put("errands", errands), keep.put("events", events)]);
}

async function runErrands(api: Api): Promise<void> {
  for (;;) {
    const { errands } = api.getState().account;
    const [next] = errands;
    if (next === undefined) return;
    // Events travel together.
    const done = next.kind === "tell" ? errands.filter(({ kind }) => kind === "tell") : [next];
    await run(next, done, api);
    api.dispatch(account.actions.left(without(api.getState().account.errands, done)));
    await keepErrands(api);
  }
}

async function run(next: Errand, all: readonly Errand[], api: Api): Promise<void> {
  const { dispatch, extra: { door } } = api;
  try {
    if (next.kind === "edit") await sendEdit(next.from, next.to, api);
    else if (next.kind === "tell") await door.tell(all.flatMap((errand) => (errand.kind === "tell" ? [errand.event] : [])));
    else {
      await door.answer(next.answers);
      dispatch(account.actions.answered(next.answers));
    }
  } catch (why) {
    if (!(why instanceof Refused) || endsAll(why) || why.code === "club_changed") throw why;
    // What the office refuses for what it is would be refused for ever; it is given up.
    if (next.kind !== "tell") dispatch(session.actions.failed(why.code));
  }
}

/** Writes an edit into the profile as the office has it; whatever was written elsewhere since it was begun stays. */
async function sendEdit(from: Profile, to: Profile, api: Api): Promise<void> {
  const { dispatch, extra, getState } = api;
  for (let nth = 1; ; nth += 1) {
    const { home } = getState().account;
    if (home === null) return;
    const { profile, clashes } = merge(from, to, home.profile);
    if (clashes.length > 0) dispatch(account.actions.clashed(clashes));
    try {
      dispatch(account.actions.edited(await extra.door.edit(home.version, profile)));
      return;
    } catch (why) {
      if (!(why instanceof Refused) || why.code !== "club_changed" || nth === EDIT_TRIES) throw why;
      await keepHome(await extra.door.home(), api);
    }
  }
}
