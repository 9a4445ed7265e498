import { describe, expect, it } from "vitest";
import { takeSeat } from "../dev/seat";
import { closes } from "../dev/close";
import { open } from "./act";
import { bringStatement, chooseClose } from "./closing";

const seated = async (over: Parameters<typeof takeSeat>[0] = {}) => {
  const seat = takeSeat(over, { path: "/office/close", hash: "" });
  await seat.store.dispatch(open());
  return seat;
};

describe("the close of a day", () => {
  it("is asked for the day and the shop that were chosen, and nothing of the one before is left meanwhile", async () => {
    const asked: unknown[] = [];
    const { store } = await seated({
      close: (wanted) => {
        asked.push(wanted);
        return Promise.resolve(closes.even);
      },
    });
    const coming = store.dispatch(chooseClose({ day: "2026-11-30" }));
    expect(store.getState().desk.close.value).toBeNull();
    await coming;
    await store.dispatch(chooseClose({ shop: "2" }));
    expect(asked.at(-1)).toEqual({ day: "2026-11-30", shop: "2" });
  });

  it("takes a statement's answer only while that day lies here", async () => {
    const { store } = await seated({ close: () => Promise.resolve(closes.open), bringTotal: () => Promise.resolve(closes.even) });
    await store.dispatch(bringStatement({ total_minor: 5 }));
    expect(store.getState().desk.close.value).toEqual(closes.even);
    const other = { ...closes.even, day: "2020-01-01" };
    const late = await seated({ close: () => Promise.resolve(closes.open), bringTotal: () => Promise.resolve(other) });
    await late.store.dispatch(bringStatement({ total_minor: 5 }));
    expect(late.store.getState().desk.close.value).toEqual(closes.open);
  });
});
