import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Invited, Session } from "../door/answers";

/** Who sits before the console, as far as it knows. */
export type Phase = "opening" | "stranger" | "invited" | "clerk";

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
  busy: boolean;
}

const initialState: Known = { phase: "opening", code: "", invited: null, clerk: null, second: false, fault: null, busy: false };

export const session = createSlice({
  name: "session",
  initialState,
  reducers: {
    invited(state, { payload }: PayloadAction<{ code: string; invited: Invited }>) {
      Object.assign(state, payload, { phase: "invited", fault: null });
    },
    entered(state, { payload }: PayloadAction<Session>) {
      Object.assign(state, initialState, { phase: "clerk", clerk: payload });
    },
    left(state, { payload }: PayloadAction<string | null>) {
      Object.assign(state, initialState, { phase: "stranger", fault: payload });
    },
    wantsSecond(state) {
      Object.assign(state, { second: true, fault: null, busy: false });
    },
    asked(state, { payload }: PayloadAction<boolean>) {
      state.busy = payload;
      if (payload) state.fault = null;
    },
    failed(state, { payload }: PayloadAction<string | null>) {
      state.fault = payload;
      state.busy = false;
    },
  },
});
