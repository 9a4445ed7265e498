import { configureStore, createAsyncThunk } from "@reduxjs/toolkit";
import type { Door } from "../door/door";
import { closing } from "./closing-slice";
import { desk } from "./desk";
import { draft } from "./draft";
import { look } from "./look";
import { privacy } from "./privacy-slice";
import { rehearsal } from "./rehearsal";
import { reporting } from "./report-slice";
import { revision } from "./revision";
import type { Surroundings } from "./place";
import { session } from "./session";
import { sift } from "./sift";

/** What thunks reach beside the state: the office, and the browser. */
export interface Outside {
  readonly door: Door;
  /** The same office, asked because time has passed: that keeps no session alive. */
  readonly clock: Door;
  readonly browser: Surroundings;
}

export function makeStore(outside: Outside) {
  return configureStore({
    reducer: { session: session.reducer, look: look.reducer, closing: closing.reducer, desk: desk.reducer, draft: draft.reducer, privacy: privacy.reducer, rehearsal: rehearsal.reducer, reporting: reporting.reducer, revision: revision.reducer, sift: sift.reducer },
    middleware: (defaults) => defaults({ thunk: { extraArgument: outside } }),
  });
}

export type Store = ReturnType<typeof makeStore>;
export type State = ReturnType<Store["getState"]>;
export type Dispatch = Store["dispatch"];

export const thunk = createAsyncThunk.withTypes<{ state: State; dispatch: Dispatch; extra: Outside }>();

/** What a thunk is given. */
export interface Api {
  readonly dispatch: Dispatch;
  readonly getState: () => State;
  readonly extra: Outside;
}
