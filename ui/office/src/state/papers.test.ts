// What lies on the desk, and for whom.
import { OfficeGone, Refused } from "@kava/door/faults";
import { describe, expect, it, vi } from "vitest";
import { answers, session as owner } from "../dev/examples";
import { takeSeat } from "../dev/seat";
import type { Deed, Overview, Receipt, Wanted } from "../door/answers";
import { arrive, attend, login, open } from "./act";
import { moreDeeds } from "./clerks";
import { PAGE } from "./deeds";
import { fetchPapers } from "./papers";
import { newerReceipts, olderReceipts, sieve } from "./receipts";

/** Questions that are answered when a test says so, in whatever order. */
function slow<T>() {
  const waits: { readonly done: (value: T) => void; readonly fail: (why: Error) => void }[] = [];
  const ask = () => new Promise<T>((done, fail) => void waits.push({ done, fail }));
  return { ask, waits };
}

const overviewOf = (alarms: number): Overview => ({ ...answers.overview, alarms });
const settled = () => new Promise((done) => void setTimeout(done));

describe("an answer that comes late", () => {
  it("is not laid over one to a later question", async () => {
    const { ask, waits } = slow<Overview>();
    const { store } = takeSeat({ overview: ask });
    void store.dispatch(open());
    await settled();
    void store.dispatch(fetchPapers());
    await settled();
    waits[1]?.done(overviewOf(2));
    await settled();
    waits[0]?.done(overviewOf(1));
    await settled();
    expect(store.getState().desk.overview.value?.alarms).toBe(2);
  });

  it("is not shown to whoever sits here now, and does not sign them out", async () => {
    const { ask, waits } = slow<Overview>();
    const { store } = takeSeat({ overview: ask });
    void store.dispatch(open());
    await settled();
    void store.dispatch(fetchPapers());
    await settled();
    waits[1]?.fail(new Refused("desk_stranger", "over"));
    await settled();
    expect(store.getState().session.phase).toBe("stranger");
    void store.dispatch(login({ name: "b", password: "b", second: "" }));
    await settled();
    expect(waits).toHaveLength(3);
    waits[0]?.done(overviewOf(1));
    await settled();
    expect(store.getState().desk.overview.value).toBeNull();
    waits[2]?.done(overviewOf(3));
    await settled();
    expect(store.getState()).toMatchObject({ session: { phase: "clerk" }, desk: { overview: { value: { alarms: 3 } } } });
  });

  it("of one receipt is not shown under the number of another", async () => {
    const { ask, waits } = slow<Receipt>();
    const { store } = takeSeat({ receipt: ask });
    await store.dispatch(open());
    void store.dispatch(arrive({ screen: "receipts", of: "one" }));
    await settled();
    void store.dispatch(arrive({ screen: "receipts", of: "two" }));
    await settled();
    waits[1]?.done({ ...answers.receipt, receipt: "two" });
    waits[0]?.done({ ...answers.receipt, receipt: "one" });
    await settled();
    expect(store.getState().desk.receipt.value?.receipt).toBe("two");
  });
});

describe("what is asked because time has passed", () => {
  it("is asked in a way that keeps no session alive; what a person asks is not", async () => {
    const { store, asked, unasked } = takeSeat();
    await store.dispatch(open());
    await store.dispatch(attend("clock"));
    expect([asked, unasked]).toEqual([["session", "overview", "days", "lift"], ["overview"]]);
    await store.dispatch(attend("person"));
    expect([asked, unasked]).toEqual([["session", "overview", "days", "lift", "overview"], ["overview"]]);
  });

  it("is what is much to reckon again only where it did not come, or came a while ago", async () => {
    let gone = true;
    const { store, unasked } = takeSeat({ days: () => (gone ? Promise.reject(new OfficeGone("days")) : Promise.resolve(answers.days)) });
    await store.dispatch(open());
    expect(store.getState().desk.days.fault).toBe("gone");
    gone = false;
    await store.dispatch(attend("clock"));
    await store.dispatch(attend("clock"));
    expect(unasked).toEqual(["overview", "days", "overview"]);
    expect(store.getState().desk.days).toMatchObject({ value: answers.days, fault: null });
    vi.setSystemTime(Date.now() + 301_000);
    await store.dispatch(attend("clock"));
    vi.useRealTimers();
    expect(unasked.slice(3)).toEqual(["overview", "days", "lift"]);
  });
});

describe("the receipts of a day", () => {
  const at = { path: "/office/receipts", hash: "" };
  const all = answers.receipts.receipts;
  /** An office that gives three at a time. */
  function threes() {
    const wanted: Wanted[] = [];
    const receipts = (asked: Wanted) => {
      wanted.push(asked);
      const rest = all.filter(({ receipt, shop }) => (asked.before === "" || receipt < asked.before) && (asked.shop === "" || shop === asked.shop));
      return Promise.resolve({ day: asked.day || "2026-11-25", receipts: rest.slice(0, 3), more: rest.length > 3 });
    };
    return { wanted, receipts };
  }

  it("are turned page by page, there and back, and stay where they are while time passes", async () => {
    const { receipts } = threes();
    const { store } = takeSeat({ receipts }, at);
    await store.dispatch(open());
    const shown = () => store.getState().desk.receipts.value?.receipts;
    expect(shown()).toEqual(all.slice(0, 3));
    await store.dispatch(olderReceipts());
    await store.dispatch(olderReceipts());
    await store.dispatch(attend("clock"));
    expect(shown()).toEqual(all.slice(6, 9));
    await store.dispatch(newerReceipts());
    expect(shown()).toEqual(all.slice(3, 6));
  });

  it("begin with the newest of whatever is asked for next, and of another shop with all its counters", async () => {
    const { receipts, wanted } = threes();
    const { store } = takeSeat({ receipts }, at);
    await store.dispatch(open());
    await store.dispatch(olderReceipts());
    await store.dispatch(sieve({ counter: "1" }));
    expect(wanted.at(-1)).toEqual({ shop: "", counter: "1", day: "", before: "" });
    await store.dispatch(sieve({ shop: "2" }));
    expect(wanted.at(-1)).toEqual({ shop: "2", counter: "", day: "", before: "" });
    await store.dispatch(sieve({ day: "2026-11-20" }));
    expect(wanted.at(-1)).toEqual({ shop: "2", counter: "", day: "2026-11-20", before: "" });
    expect(store.getState().desk.receipts.value).toMatchObject({ day: "2026-11-20" });
  });

  it("are not asked for where one is looked at by its number", async () => {
    const { store, asked } = takeSeat({}, { ...at, path: `/office/receipts/${answers.receipt.receipt}` });
    await store.dispatch(open());
    expect(asked).toEqual(["session", "receipt"]);
  });
});

describe("deeds on the desk", () => {
  const all: Deed[] = Array.from({ length: 2 * PAGE }, (_, nth) => ({ id: 2 * PAGE - nth, at: owner.office_time, clerk: "a", what: "logged_in", of: "", text: "" }));
  const deeds = (before: number | null) => Promise.resolve(all.filter(({ id }) => before === null || id < before).slice(0, PAGE));
  const at = { path: "/office/deeds", hash: "" };

  it("keeps older deeds while the newest come anew, and ends", async () => {
    const { store } = takeSeat({ deeds }, at);
    await store.dispatch(open());
    expect(store.getState().desk.deeds.value).toMatchObject({ whole: false });
    await store.dispatch(moreDeeds());
    await store.dispatch(attend("clock"));
    expect(store.getState().desk.deeds.value?.deeds).toEqual(all);
    expect(store.getState().desk.deeds.value?.whole).toBe(false);
    await store.dispatch(moreDeeds());
    expect(store.getState().desk.deeds.value).toEqual({ deeds: all, whole: true });
    await store.dispatch(attend("clock"));
    expect(store.getState().desk.deeds.value).toEqual({ deeds: all, whole: true });
  });

  it("says why older ones did not come", async () => {
    const { store } = takeSeat({ deeds: (before) => (before === null ? deeds(null) : Promise.reject(new OfficeGone("deeds"))) }, at);
    await store.dispatch(open());
    await store.dispatch(moreDeeds());
    expect(store.getState()).toMatchObject({ session: { fault: "gone", busy: false }, desk: { deeds: { value: { whole: false } } } });
  });
});
