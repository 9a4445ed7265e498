// Bundles of models: one that is on its way goes to more shops, an earlier one comes back.
import type { ModelLine } from "../door/answers";
import { byHand, fetchPaper } from "./papers";
import { thunk } from "./store";

/** Gives the bundle that is on its way to more shops. */
export const advanceModels = thunk("advance models", async ({ shop, version }: { readonly shop: string; readonly version: number }, api) => {
  await byHand(api, () => api.extra.door.advanceModels(shop, version));
  await fetchPaper("models", api);
});

/** Puts an earlier bundle's models in force again, if the newest is still the one that was looked at. */
export const returnModels = thunk("return models", async (line: ModelLine, api) => {
  const seen = line.bundles[0]?.version;
  if (seen === undefined || line.back_to === null) return;
  const to = line.back_to;
  await byHand(api, () => api.extra.door.returnModels(line.shop, to, seen));
  await fetchPaper("models", api);
});
