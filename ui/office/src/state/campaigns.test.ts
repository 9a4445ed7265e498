// A campaign from the first word to the office's yes.
import { OfficeGone, Refused } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { answers } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { Campaign, Standing } from "../door/answers";
import type { Door } from "../door/door";
import { open } from "./act";
import { launch, typeCampaign, writeCampaign } from "./campaigns";
import type { Draft } from "./draft";

const WORDS = { title: "Больше кофе", depth_bp: 1000, money: "100", uses: "10" };

/** A clerk at the campaigns who has written one. */
async function written(over: Partial<Door>) {
  const seat = takeSeat(over, { path: "/office/campaigns", hash: "" });
  await seat.store.dispatch(open());
  await seat.store.dispatch(writeCampaign());
  await seat.store.dispatch(typeCampaign(WORDS));
  return seat;
}

const standing = (campaign: Campaign): Standing => {
  const none = { money: 0, uses: 0 };
  return { campaign, ended: null, state: "running", pool: campaign.budget, lent: none, spent: none, over: none };
};

describe("a campaign that is being written", () => {
  it("loses nothing where the office restarts, and the same one is sent again", async () => {
    const sent: string[] = [];
    let gone = true;
    const { store, kept } = await written({
      launch: ({ id }) => {
        sent.push(id);
        return gone ? Promise.reject(new OfficeGone("campaigns")) : Promise.resolve();
      },
    });
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBe("gone");
    expect(JSON.parse(kept.get("draft") ?? "")).toMatchObject({ title: WORDS.title, depth_bp: 1000 });
    gone = false;
    await store.dispatch(writeCampaign());
    await store.dispatch(launch());
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
    expect(store.getState().draft.draft).toBeNull();
  });

  it("is not sent with a depth that is no rung of the ladder", async () => {
    const { store, asked } = await written({});
    await store.dispatch(typeCampaign({ depth_bp: 1234 }));
    await store.dispatch(launch());
    expect(asked).not.toContain("launch");
    expect(store.getState().draft.draft?.depth_bp).toBe(1234);
  });

  it("takes what may go on one day to the office", async () => {
    const sent: Campaign[] = [];
    const { store } = await written({ launch: async (campaign) => void sent.push(campaign) });
    await store.dispatch(typeCampaign({ day_money: "20", day_uses: "2" }));
    await store.dispatch(launch());
    expect(sent.map(({ per_day }) => per_day)).toEqual([{ money: 2000, uses: 2 }]);
  });

  it("is written on where it was begun before there were limits of a day", async () => {
    const { store, kept } = await written({});
    const { day_money: _money, day_uses: _uses, ...older } = JSON.parse(kept.get("draft") ?? "{}") as Draft;
    kept.set("draft", JSON.stringify(older));
    await store.dispatch(writeCampaign());
    expect(store.getState().draft.draft).toMatchObject({ ...WORDS, day_money: "", day_uses: "" });
  });
});

describe("a campaign whose id the office has already", () => {
  /** An office that has taken the first one it was sent, and whose answer was lost. */
  function forgetful() {
    const taken: Campaign[] = [];
    const door: Partial<Door> = {
      launch: (campaign) => {
        if (taken.some(({ id }) => id === campaign.id)) return Promise.reject(new Refused("desk_taken", "there is one already"));
        taken.push(campaign);
        return Promise.reject(new OfficeGone("campaigns"));
      },
      campaigns: () => Promise.resolve([...answers.campaigns, ...taken.map(standing)]),
    };
    return { taken, door };
  }

  it("is there where it is the same: only the answer was lost", async () => {
    const { taken, door } = forgetful();
    const { store } = await written(door);
    await store.dispatch(launch());
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBeNull();
    expect(store.getState().draft.draft).toBeNull();
    expect(taken).toHaveLength(1);
  });

  it("is another one where it was rewritten meanwhile: the clerk is told, and it gets an id of its own", async () => {
    const { taken, door } = forgetful();
    const { store } = await written(door);
    await store.dispatch(launch());
    await store.dispatch(typeCampaign({ money: "200" }));
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBe("desk_taken");
    expect(store.getState().desk.campaigns.value?.map(({ campaign }) => campaign.id)).toContain(taken[0]?.id);
    expect(store.getState().draft.draft).toMatchObject({ ...WORDS, money: "200" });
    expect(store.getState().draft.draft?.id).not.toBe(taken[0]?.id);
    await store.dispatch(launch());
    expect(taken.map(({ budget }) => budget.money)).toEqual([10_000, 20_000]);
  });

  it("is not taken for sent where the office does not say what it has", async () => {
    const { door } = forgetful();
    let gone = false;
    const { store } = await written({ ...door, campaigns: () => (gone ? Promise.reject(new OfficeGone("campaigns")) : Promise.resolve([])) });
    await store.dispatch(launch());
    gone = true;
    await store.dispatch(launch());
    expect(store.getState().session.fault).toBe("gone");
    expect(store.getState().draft.draft).toMatchObject(WORDS);
  });
});
