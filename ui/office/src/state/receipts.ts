// Receipts of a day, page by page.
import { desk } from "./desk";
import { fetchPaper } from "./papers";
import { sift } from "./sift";
import { type Api, thunk } from "./store";

/** Looks at other receipts; what is written to the day, the shop or the counter begins with the newest. */
export const sieve = thunk("sieve", async (by: Parameters<typeof sift.actions.sifted>[0], api) => {
  api.dispatch(sift.actions.sifted(by));
  await turn(api);
});

/** The page of older ones. */
export const olderReceipts = thunk("older receipts", async (_: void, api) => {
  const last = api.getState().desk.receipts.value?.receipts.at(-1);
  if (last === undefined) return;
  api.dispatch(sift.actions.older(last.receipt));
  await turn(api);
});

/** The page before. */
export const newerReceipts = thunk("newer receipts", async (_: void, api) => {
  api.dispatch(sift.actions.newer());
  await turn(api);
});

/** Nothing of the page before is left under the name of this one. */
async function turn(api: Api): Promise<void> {
  api.dispatch(desk.actions.cleared("receipts"));
  await fetchPaper("receipts", api);
}
