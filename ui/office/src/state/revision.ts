// Another menu, as far as it has come.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Revision } from "../door/answers";
import { session } from "./session";

/** Ways to make another menu. */
export const WAYS = ["file", "edit", "history"] as const;
export type Way = (typeof WAYS)[number];

interface Work {
  /** What is being done to the menu; nothing while it is only looked at. */
  way: Way | null;
  /** What the office said to the last try. */
  tried: Revision | null;
}

const initialState: Work = { way: null, tried: null };

export const revision = createSlice({
  name: "revision",
  initialState,
  reducers: {
    began(_, { payload }: PayloadAction<Way | null>): Work {
      return { way: payload, tried: null };
    },
    answered(state, { payload }: PayloadAction<Revision | null>) {
      return { ...state, tried: payload };
    },
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
    builder.addCase(session.actions.moved, () => initialState);
  },
});
