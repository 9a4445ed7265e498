import { configureStore, createAsyncThunk } from "@reduxjs/toolkit";
import type { Door } from "../door/door";
import type { Handset } from "../key/handset";
import { account } from "./account";
import { code } from "./code";
import { look } from "./look";
import { session } from "./session";

/** What thunks reach beside the state: this phone, and the office. */
export interface Outside {
  readonly handset: Handset;
  readonly door: Door;
}

export function makeStore(outside: Outside) {
  return configureStore({
    reducer: { session: session.reducer, account: account.reducer, code: code.reducer, look: look.reducer },
    middleware: (defaults) => defaults({ thunk: { extraArgument: outside } }),
  });
}

export type Store = ReturnType<typeof makeStore>;
export type State = ReturnType<Store["getState"]>;
export type Dispatch = Store["dispatch"];

export const thunk = createAsyncThunk.withTypes<{ state: State; dispatch: Dispatch; extra: Outside }>();
