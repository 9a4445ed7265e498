import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Invited, Session } from "../door/answers";

/** Who sits before the console, as far as it knows; `gone` while the office does not say. */
export type Phase = "opening" | "gone" | "stranger" | "invited" | "clerk";

interface Known {
  phase: Phase;
  /** The code of the link that was followed, and whose it is. */
  code: string;
  invited: Invited | null;
  clerk: Session | null;
  /** The password was right, and digits of a second device are wanted. */
  second: boolean;
  /** What went wrong with the last thing that was asked by hand: a code of the office, or `gone`. */
  fault: string | null;
  /** Why somebody who is signed in has not gone, or has not come in as somebody else, as they wished. */
  stays: string | null;
  busy: boolean;
}

const initialState: Known = { phase: "opening", code: "", invited: null, clerk: null, second: false, fault: null, stays: null, busy: false };

export const session = createSlice({
  name: "session",
  initialState,
  reducers: {
    invited(state, { payload }: PayloadAction<{ code: string; invited: Invited }>) {
      Object.assign(state, initialState, payload, { phase: "invited" });
    },
    entered(state, { payload }: PayloadAction<Session>) {
      Object.assign(state, initialState, { phase: "clerk", clerk: payload });
    },
    left(state, { payload }: PayloadAction<string | null>) {
      Object.assign(state, initialState, { phase: "stranger", fault: payload });
    },
    /** The office does not say who sits here; whoever was in before is not shown out for that. */
    lost(state) {
      if (state.phase === "clerk") state.stays = "gone";
      else state.phase = "gone";
    },
    stayed(state, { payload }: PayloadAction<string>) {
      Object.assign(state, { stays: payload, busy: false });
    },
    wantsSecond(state) {
      Object.assign(state, { second: true, fault: null, busy: false });
    },
    asked(state, { payload }: PayloadAction<boolean>) {
      state.busy = payload;
      if (payload) Object.assign(state, { fault: null, stays: null });
    },
    /** Whoever goes elsewhere has read what went wrong here. */
    moved(state) {
      Object.assign(state, { fault: null, stays: null, busy: false });
    },
    failed(state, { payload }: PayloadAction<string>) {
      state.fault = payload;
      state.busy = false;
    },
  },
});
