// Who may use the console, and what they did with it.
import type { Role } from "../door/answers";
import { desk } from "./desk";
import { pageOf } from "./deeds";
import { byHand, fetchPaper } from "./papers";
import { thunk } from "./store";

/** A link that lets somebody in once. */
export interface Link {
  readonly link: string;
  readonly expires: string;
}

/** Invites somebody; their link, to be shown once, or nothing where the office refused. */
export const invite = thunk("invite", async ({ name, role, shop }: { name: string; role: Role; shop: string }, api) => {
  const made: Link[] = [];
  await byHand(api, async () => {
    made.push(await api.extra.door.invite(name, role, shop));
    await fetchPaper("clerks", api);
  });
  return made[0] ?? null;
});

/** Lets somebody in no more. */
export const revoke = thunk("revoke", async (name: string, api) => {
  await byHand(api, async () => {
    await api.extra.door.revoke(name);
    await fetchPaper("clerks", api);
  });
});

/** Older deeds. */
export const moreDeeds = thunk("more deeds", async (_: void, api) => {
  const before = api.getState().desk.deeds.value?.deeds.at(-1)?.id;
  if (before === undefined) return;
  await byHand(api, async () => void api.dispatch(desk.actions.older({ before, page: pageOf(await api.extra.door.deeds(before)) })));
});
