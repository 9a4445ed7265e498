// Which day of which shop is closed.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { CloseWanted } from "../door/answers";
import { session } from "./session";

const initialState: CloseWanted = { shop: "", day: "" };

export const closing = createSlice({
  name: "closing",
  initialState,
  reducers: {
    chosen: (state, { payload }: PayloadAction<Partial<CloseWanted>>) => ({ ...state, ...payload }),
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
  },
});
