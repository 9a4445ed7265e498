// Another menu: tried at the office, and published as it was tried.
import type { MenuWish } from "../door/answers";
import { byHand, fetchPaper } from "./papers";
import { revision, type Way } from "./revision";
import { thunk } from "./store";

/** Begins something, or leaves it. */
export const work = thunk("work on the menu", async (way: Way | null, { dispatch }) => {
  dispatch(revision.actions.began(way));
});

/** What was typed since is another menu than the one that was tried. */
export const typeMenu = thunk("type menu", async (_: void, { dispatch, getState }) => {
  if (getState().revision.tried !== null) dispatch(revision.actions.answered(null));
});

/** Asks what a wish would change; nothing is kept. */
export const tryMenu = thunk("try menu", async (wish: MenuWish, api) => {
  await byHand(api, async () => {
    api.dispatch(revision.actions.answered(await api.extra.door.revise(wish, null)));
  });
});

/** Publishes what was tried. Where another menu came in between, the office refuses, and the menu is shown anew. */
export const publishMenu = thunk("publish menu", async (wish: MenuWish, api) => {
  const { tried } = api.getState().revision;
  if (tried === null) return;
  const done = await byHand(api, async () => {
    api.dispatch(revision.actions.answered(await api.extra.door.revise(wish, tried.base)));
  });
  if (!done) api.dispatch(revision.actions.answered(null));
  await Promise.all([fetchPaper("menu", api), fetchPaper("versions", api)]);
});
