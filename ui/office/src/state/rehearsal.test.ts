// A campaign tried on what is past, with an office of this process.
import { OfficeGone } from "@kava/door/faults";
import { describe, expect, it } from "vitest";
import { answers } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { Campaign, Rehearsal } from "../door/answers";
import { dropCampaign, rehearse } from "./campaigns";
import { keyOf } from "./rehearsal";

const CAMPAIGN: Campaign = { id: "a", title: "A", scope: { kind: "basket" }, depth_bp: 1000, from: "2026-01-01T00:00:00.000Z", until: "2026-01-08T00:00:00.000Z", budget: { money: 1000, uses: 10 } };

describe("a campaign that is tried", () => {
  it("is another one by whatever changes what it does, and not by its name", () => {
    expect(keyOf({ ...CAMPAIGN, id: "b", title: "B" })).toBe(keyOf(CAMPAIGN));
    for (const other of [{ depth_bp: 500 }, { per_customer: 1 }, { per_day: { uses: 3 } }, { until: "2026-01-09T00:00:00.000Z" }]) expect(keyOf({ ...CAMPAIGN, ...other })).not.toBe(keyOf(CAMPAIGN));
  });

  it("has the answer to itself, not a late one to what was written before", async () => {
    const late: ((told: Rehearsal) => void)[] = [];
    const { store } = takeSeat({ rehearse: ({ depth_bp }) => (depth_bp === 1000 ? new Promise((done) => late.push(done)) : Promise.resolve({ ...answers.rehearsal, with: 5 })) });
    const first = store.dispatch(rehearse(CAMPAIGN));
    await store.dispatch(rehearse({ ...CAMPAIGN, depth_bp: 500 }));
    late[0]?.({ ...answers.rehearsal, with: 10 });
    await first;
    expect(store.getState().rehearsal).toMatchObject({ of: keyOf({ ...CAMPAIGN, depth_bp: 500 }), value: { with: 5 } });
    await store.dispatch(dropCampaign());
    expect(store.getState().rehearsal.value).toBeNull();
  });

  it("keeps nobody from launching where the office does not say", async () => {
    const { store } = takeSeat({ rehearse: () => Promise.reject(new OfficeGone("try")) });
    await store.dispatch(rehearse(CAMPAIGN));
    expect(store.getState()).toMatchObject({ rehearsal: { value: null, fault: "gone" }, session: { fault: null, busy: false } });
  });
});
