// Helping a guest: they are found by something that only they or their receipt says, what is kept goes into a file, and they are erased.
import { byHand, fetchPaper } from "./papers";
import { privacy } from "./privacy-slice";
import { thunk } from "./store";

/** How long a browser needs to take a file. */
const TAKEN_MS = 10_000;

export const findGuest = thunk("find guest", (asked: string, api) => byHand(api, async () => void api.dispatch(privacy.actions.found(await api.extra.door.findGuest(asked)))));

/** Puts everything that is kept of a guest into a file. */
export const exportGuest = thunk("export guest", (customer: string, api) =>
  byHand(api, async () => {
    const file = new Blob([JSON.stringify(await api.extra.door.exportGuest(customer), null, 1)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${customer}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
  }),
);

export const eraseGuest = thunk("erase guest", (customer: string, api) =>
  byHand(api, async () => {
    await api.extra.door.eraseGuest(customer);
    api.dispatch(privacy.actions.erased(customer));
    await fetchPaper("erasures", api);
  }),
);
