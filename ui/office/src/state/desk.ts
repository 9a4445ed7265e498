// What the office has answered, as it stands on the desk. Nothing is computed here.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Alarm, Clerk, Counters, Deed, Menu, Overview, Receipt, Standing } from "../door/answers";
import { session } from "./session";

/** Everything that can lie on the desk, by name. */
export interface Papers {
  overview: Overview;
  counters: Counters;
  alarms: readonly Alarm[];
  menu: Menu;
  campaigns: readonly Standing[];
  receipt: Receipt;
  clerks: readonly Clerk[];
  deeds: readonly Deed[];
}

export type Name = keyof Papers;

/** One of them: what came last, and why nothing newer did. */
export interface Paper<T> {
  readonly value: T | null;
  readonly fault: string | null;
  readonly busy: boolean;
}

type Desk = { readonly [N in Name]: Paper<Papers[N]> };

/** A paper that came. */
type Came = { [N in Name]: { readonly name: N; readonly value: Papers[N] } }[Name];

const none = { value: null, fault: null, busy: false };
const initialState: Desk = { overview: none, counters: none, alarms: none, menu: none, campaigns: none, receipt: none, clerks: none, deeds: none };

export const desk = createSlice({
  name: "desk",
  initialState,
  reducers: {
    asked: (state, { payload }: PayloadAction<Name>) => ({ ...state, [payload]: { ...state[payload], busy: true } }),
    came: (state, { payload: { name, value } }: PayloadAction<Came>) => ({ ...state, [name]: { value, fault: null, busy: false } }),
    /** What came before stays to be read. */
    failed: (state, { payload: { name, fault } }: PayloadAction<{ name: Name; fault: string }>) => ({ ...state, [name]: { ...state[name], fault, busy: false } }),
    cleared: (state, { payload }: PayloadAction<Name>) => ({ ...state, [payload]: none }),
    older: (state, { payload }: PayloadAction<readonly Deed[]>) => ({ ...state, deeds: { ...state.deeds, value: [...(state.deeds.value ?? []), ...payload] } }),
  },
  // Whoever signs in next sees only what is theirs.
  extraReducers: (builder) => void builder.addCase(session.actions.left, () => initialState),
});
