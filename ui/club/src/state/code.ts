import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

interface Shown {
  /** The digits of the code; nothing before the first, and where no pass is good. */
  digits: string | null;
  /** The step it belongs to. */
  step: number;
  /** The pass it was made of. */
  pass: string;
  /** No pass is good any more. */
  ended: boolean;
  /** The chosen card. */
  choice: string | null;
  /** The chosen card is no longer good. */
  lapsed: boolean;
}

const initialState: Shown = { digits: null, step: 0, pass: "", ended: false, choice: null, lapsed: false };

export const code = createSlice({
  name: "code",
  initialState,
  reducers: {
    shown(state, { payload }: PayloadAction<{ digits: string; step: number; pass: string }>) {
      Object.assign(state, payload, { ended: false });
    },
    ended(state) {
      state.digits = null;
      state.ended = true;
    },
    chosen(state, { payload }: PayloadAction<string | null>) {
      state.choice = payload;
      state.lapsed = false;
      // The next code carries it.
      state.step = 0;
    },
    lapsed(state) {
      state.choice = null;
      state.lapsed = true;
      state.step = 0;
    },
    gone: () => initialState,
  },
});
