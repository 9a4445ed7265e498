import { configureStore, createAsyncThunk, type ThunkAction, type UnknownAction } from "@reduxjs/toolkit";
import type { Door } from "../door/door";
import type { Handset } from "../key/handset";
import { account } from "./account";
import { code } from "./code";
import { look } from "./look";
import { session } from "./session";
import { Turns } from "./turns";

/** What thunks reach beside the state: this phone, the office, and whose turn it is to speak with it. */
export interface Outside {
  readonly handset: Handset;
  readonly door: Door;
  readonly turns: Turns;
}

export function makeStore(reach: Omit<Outside, "turns">) {
  const outside: Outside = { ...reach, turns: new Turns() };
  return configureStore({
    reducer: { session: session.reducer, account: account.reducer, code: code.reducer, look: look.reducer },
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

/** A thunk that happens so often that nobody wants to hear of it. */
export type Quiet = ThunkAction<Promise<void>, State, Outside, UnknownAction>;
