// Campaigns: written here, sent to the counters, ended.
import { faultOf, Refused } from "@kava/door/faults";
import type { Campaign } from "../door/answers";
import { blank, type Draft, draft, isSame, read } from "./draft";
import { byHand, fetchPaper, isOver } from "./papers";
import { keyOf, rehearsal } from "./rehearsal";
import { session } from "./session";
import { type Api, thunk } from "./store";

/** Where a draft is kept until it is sent: an office that restarts meanwhile loses nothing. */
const KEPT = "draft";

/** Begins to write a campaign, or goes on with the one that was begun. */
export const writeCampaign = thunk("write campaign", async (_: void, { dispatch, extra }) => {
  dispatch(draft.actions.begun({ ...blank(today(), drawId()), ...draftOf(extra.browser.recall(KEPT)) }));
});

/** The day here. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** An id that nobody else draws. */
function drawId(): string {
  const random = crypto.getRandomValues(new Uint8Array(3));
  return `${today()}-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

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

/** Asks what a campaign would have done on what is past. Nobody waits for it: what goes wrong is said where it would stand. */
export const rehearse = thunk("rehearse", async (campaign: Campaign, { dispatch, extra }) => {
  const of = keyOf(campaign);
  dispatch(rehearsal.actions.asked(of));
  try {
    dispatch(rehearsal.actions.answered({ of, value: await extra.door.rehearse(campaign), fault: null }));
  } catch (why) {
    if (isOver(why)) dispatch(session.actions.left("desk_stranger"));
    else dispatch(rehearsal.actions.answered({ of, value: null, fault: faultOf(why) }));
  }
});

/** Sends the campaign that was written to the counters. */
export const launch = thunk("launch", async (_: void, api) => {
  const { draft: { draft: written }, desk: { menu } } = api.getState();
  const meant = written === null ? null : read(written, menu.value?.ladder_bp ?? []);
  if (meant === null || !("campaign" in meant)) return;
  await byHand(api, async () => {
    await api.extra.door.launch(meant.campaign).catch((why: unknown) => isThere(meant.campaign, why, api));
    await api.dispatch(dropCampaign());
    await fetchPaper("campaigns", api);
  });
});

/** Of a refused campaign: where it is there already, only the answer to the first time was lost. One that was sent with other
 * words is another campaign: what is written now gets an id of its own, and the clerk decides whether both are meant. */
async function isThere(meant: Campaign, why: unknown, api: Api): Promise<void> {
  if (!(why instanceof Refused) || why.code !== "desk_taken") throw why;
  const all = await api.extra.door.campaigns();
  if (all.some(({ campaign }) => campaign.id === meant.id && isSame(campaign, meant))) return;
  await api.dispatch(typeCampaign({ id: drawId() }));
  await fetchPaper("campaigns", api);
  throw why;
}

/** Ends a campaign at once. */
export const endCampaign = thunk("end campaign", async (id: string, api) => {
  await byHand(api, async () => {
    await api.extra.door.end(id);
    await fetchPaper("campaigns", api);
  });
});
