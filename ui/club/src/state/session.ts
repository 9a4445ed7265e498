import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import { look } from "./look";

/** Who holds this phone, as far as it knows. */
export type Phase = "opening" | "stranger" | "member" | "withdrawn";

interface Session {
  phase: Phase;
  /** Whether what is kept outlives the page. */
  lasts: boolean;
  /** What went wrong with the last thing that was asked by hand: a code of the office, or `gone`. */
  fault: string | null;
  busy: boolean;
}

const initialState: Session = { phase: "opening", lasts: true, fault: null, busy: false };

export const session = createSlice({
  name: "session",
  initialState,
  reducers: {
    opened(state, { payload }: PayloadAction<{ phase: Phase; lasts: boolean }>) {
      Object.assign(state, payload);
    },
    joined(state) {
      state.phase = "member";
      state.fault = null;
    },
    withdrawn(state) {
      state.phase = "withdrawn";
    },
    left(state) {
      state.phase = "stranger";
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
  // What went wrong on one screen says nothing on the next.
  extraReducers: (builder) => {
    builder.addCase(look.actions.opened, (state) => void (state.fault = null));
    builder.addCase(look.actions.went, (state) => void (state.fault = null));
  },
});
