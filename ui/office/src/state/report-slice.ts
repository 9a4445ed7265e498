// Which report is read, of which days and which shop.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import { type ReportWanted, REPORTS } from "../door/answers";
import { session } from "./session";

const initialState: ReportWanted = { name: REPORTS[0], from: "", until: "", shop: "" };

export const reporting = createSlice({
  name: "reporting",
  initialState,
  reducers: {
    chosen: (state, { payload }: PayloadAction<Partial<ReportWanted>>) => ({ ...state, ...payload }),
  },
  extraReducers: (builder) => {
    builder.addCase(session.actions.left, () => initialState);
    builder.addCase(session.actions.invited, () => initialState);
  },
});
