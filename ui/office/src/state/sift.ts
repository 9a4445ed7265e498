// Which receipts are looked at: a day, a shop, a counter, and how far back.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Wanted } from "../door/answers";
import { session } from "./session";

interface Sift {
  readonly shop: string;
  readonly counter: string;
  /** Empty for today. */
  readonly day: string;
  /** The last receipt of each page before this one. */
  readonly passed: readonly string[];
}

const initialState: Sift = { shop: "", counter: "", day: "", passed: [] };

export const sift = createSlice({
  name: "sift",
  initialState,
  reducers: {
    /** Other receipts, from the newest. Counters of two shops may have one name, and are two. */
    sifted: (state, { payload }: PayloadAction<Partial<Omit<Sift, "passed">>>) => {
      const counter = payload.shop === undefined || payload.shop === state.shop ? state.counter : "";
      return { ...state, counter, ...payload, passed: [] };
    },
    older: (state, { payload }: PayloadAction<string>) => ({ ...state, passed: [...state.passed, payload] }),
    newer: (state) => ({ ...state, passed: state.passed.slice(0, -1) }),
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
  },
});

/** What the office is asked for. */
export const wantedOf = ({ shop, counter, day, passed }: Sift): Wanted => ({ shop, counter, day, before: passed.at(-1) ?? "" });
