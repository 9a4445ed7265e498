// Another day's close, and the acquirer's statement beside it.
import type { Close, CloseWanted } from "../door/answers";
import type { Door } from "../door/door";
import { closing } from "./closing-slice";
import { desk } from "./desk";
import { byHand, fetchPaper } from "./papers";
import { thunk } from "./store";

/** Looks at another day or shop; nothing of the one before is left under its name. */
export const chooseClose = thunk("choose close", async (by: Partial<CloseWanted>, api) => {
  api.dispatch(closing.actions.chosen(by));
  api.dispatch(desk.actions.cleared("close"));
  await fetchPaper("close", api);
});

/** What an acquirer says: a file, or a total alone. */
export type Statement = { readonly file: Blob; readonly name: string } | { readonly total_minor: number };

/** Puts a statement beside the day that lies here; whether it was taken. */
export const bringStatement = thunk("bring statement", (statement: Statement, api) => {
  const seen = api.getState().desk.close.value;
  if (seen === null) return false;
  return byHand(api, async () => {
    const value = await asked(api.extra.door, seen, statement);
    // Somebody may have gone to another day meanwhile.
    const now = api.getState().desk.close.value;
    if (now?.day === value.day && now.shop === value.shop) api.dispatch(desk.actions.came({ name: "close", value, at: Date.now() }));
  });
});

function asked(door: Door, { shop, day }: Close, statement: Statement): Promise<Close> {
  return "file" in statement ? door.bringStatement({ shop, day }, statement.file, statement.name) : door.bringTotal({ shop, day }, statement.total_minor);
}
