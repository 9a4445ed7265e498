// Campaigns: written here, sent to the counters, ended.
import { Refused } from "@kava/door/faults";
import { blank, type Draft, draft, read } from "./draft";
import { byHand, fetchPaper } from "./papers";
import { thunk } from "./store";

/** Where a draft is kept until it is sent: an office that restarts meanwhile loses nothing. */
const KEPT = "draft";

/** Begins to write a campaign, or goes on with the one that was begun. */
export const writeCampaign = thunk("write campaign", async (_: void, { dispatch, extra }) => {
  const now = new Date();
  const today = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const random = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  dispatch(draft.actions.begun({ ...blank(today, random), ...draftOf(extra.browser.recall(KEPT)) }));
});

function draftOf(kept: string | null): Partial<Draft> {
  try {
    const meant: unknown = JSON.parse(kept ?? "{}");
    return typeof meant === "object" && meant !== null ? meant : {};
  } catch {
    return {};
  }
}

/** Writes on. */
export const typeCampaign = thunk("type campaign", async (typed: Partial<Draft>, { dispatch, extra, getState }) => {
  dispatch(draft.actions.written(typed));
  extra.browser.remember(KEPT, JSON.stringify(getState().draft.draft));
});

/** Gives the draft up. */
export const dropCampaign = thunk("drop campaign", async (_: void, { dispatch, extra }) => {
  extra.browser.remember(KEPT, "{}");
  dispatch(draft.actions.dropped());
});

/** Sends the campaign that was written to the counters. */
export const launch = thunk("launch", async (_: void, api) => {
  const { draft: written } = api.getState().draft;
  const meant = written === null ? null : read(written);
  if (meant === null || !("campaign" in meant)) return;
  await byHand(api, async () => {
    // Of an id that nobody else draws it is there already where the answer to the first time was lost.
    await api.extra.door.launch(meant.campaign).catch((why: unknown) => {
      if (!(why instanceof Refused) || why.code !== "desk_taken") throw why;
    });
    await api.dispatch(dropCampaign());
    await fetchPaper("campaigns", api);
  });
});

/** Ends a campaign at once. */
export const endCampaign = thunk("end campaign", async (id: string, api) => {
  await byHand(api, async () => {
    await api.extra.door.end(id);
    await fetchPaper("campaigns", api);
  });
});
